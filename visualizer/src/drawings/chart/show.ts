/** Show: how each box and way of a sketch is shown at a moment, and what is said of it. */
import type { Chart, ChartEdge, ChartState, GuardReading } from "../../../../src/contracts/inspection.ts";
import { said } from "../text.ts";
import { ANYWHERE } from "./everywhere.ts";
import { standingOfAll } from "./guard-words.ts";
import { visitsOf, warmth } from "./heat.ts";
import type { Show } from "./part.ts";
import { type Box, type Sketch, seenAs, type Way } from "./sketch.ts";
import { sentence } from "./wording.ts";

export interface Now {
  readonly active: readonly string[];
  readonly taken: readonly ChartEdge["id"][];
  readonly guards: readonly GuardReading[];
  readonly visits: { readonly [id: string]: number };
}

const NOTHING: Show = { isLit: false, isTaken: false, warmth: 0, visits: 0, words: "" };

/** Active states as they are seen, with all that they are in. */
export function litOf(chart: Chart, sketch: Sketch, active: readonly string[]): ReadonlySet<string> {
  const seen = seenAs(chart, foldedIn(sketch));
  const parents = new Map(chart.states.map(({ id, parent }) => [id, parent]));
  const lit = new Set<string>();
  for (const id of active) for (let at: string | undefined = id; at; at = parents.get(at)) lit.add(seen(at));
  return lit;
}

/** States in which the last step acted and stayed; of one of the whole chart, the innermost that are active. */
function actedOf(chart: Chart, sketch: Sketch, { taken, active }: Now): ReadonlySet<string> {
  const steps = new Set(taken);
  const sources = chart.edges.flatMap(({ id, source, target }) =>
    steps.has(id) && target === undefined ? [source] : [],
  );
  const inner = active.filter((id) => !active.some((other) => other.startsWith(`${id}.`)));
  const seen = seenAs(chart, foldedIn(sketch));
  return new Set(sources.flatMap((source) => (source === "" ? inner : [source])).map(seen));
}

const foldedIn = ({ boxes }: Sketch): ReadonlySet<string> =>
  new Set(boxes.flatMap(({ id, folded }) => (folded > 0 ? [id] : [])));

export function shower(chart: Chart, sketch: Sketch, now: Now): (id: string) => Show {
  const lit = litOf(chart, sketch, now.active);
  const taken = new Set(now.taken);
  const sources = new Map(chart.edges.map(({ id, source }) => [id, source]));
  const counts = Object.values(now.visits);
  const most = Math.max(0, ...counts);
  const isNear = (source: string): boolean =>
    source === "" || now.active.some((id) => id === source || id.startsWith(`${source}.`));
  const readings = Map.groupBy(
    now.guards.filter(({ edge }) => isNear(sources.get(edge) ?? " ")),
    ({ edge }) => edge,
  );
  const acted = actedOf(chart, sketch, now);
  const shown = new Map<string, Show>();
  for (const box of sketch.boxes) {
    const visits = visitsOf([box.id], now.visits);
    const isLit = lit.has(box.id);
    const isTaken = acted.has(box.id);
    shown.set(box.id, {
      isLit,
      isTaken,
      visits,
      warmth: warmth(visits, most),
      words: boxWords(box, { isLit, visits }),
    });
  }
  for (const way of sketch.ways) {
    const visits = visitsOf(way.edges, now.visits);
    const standing = standingOfAll(way.edges.flatMap((id) => readings.get(id) ?? []));
    shown.set(way.id, {
      isLit: false,
      isTaken: way.edges.some((id) => taken.has(id)),
      ...(standing === undefined ? {} : { standing }),
      visits,
      warmth: warmth(visits, most),
      words: wayWords(way, chart.edges, visits),
    });
  }
  return (id) => shown.get(id) ?? NOTHING;
}

const KINDS: { readonly [Kind in ChartState["kind"]]: string } = {
  atomic: "state",
  compound: "state with states in it",
  parallel: "parallel state",
  final: "final state",
  history: "history",
};

function boxWords(
  { id, name, kind, lines, folded }: Box,
  { isLit, visits }: { readonly isLit: boolean; readonly visits: number },
): string {
  if (id === ANYWHERE) return "any state: what every state may do";
  const kindWords = kind in KINDS ? KINDS[kind as ChartState["kind"]] : "state";
  return said(
    [
      `${name}, ${kindWords}`,
      ...(isLit ? ["active"] : []),
      ...(folded > 0 ? [`${folded} states folded`] : []),
      ...(visits > 0 ? [`entered ${visits} times`] : []),
      ...lines.map(({ text }) => text),
    ].join(", "),
  );
}

const nameOf = (id: string): string => id.split(".").at(-1) ?? id;

function wayWords({ from, to, edges }: Way, all: readonly ChartEdge[], visits: number): string {
  const own = all.filter(({ id }) => edges.includes(id));
  const ways = [...new Set(own.map((edge) => sentence({ ...edge, actions: [] })))].join("; ");
  return said(`${nameOf(from)} to ${nameOf(to)}: ${ways}${visits > 0 ? `, taken ${visits} times` : ""}`);
}
