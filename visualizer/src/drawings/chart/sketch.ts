/**
 * Sketch: what of a chart is drawn, as boxes and ways between them. Transitions between the same two states are one
 * way; what any state may do is drawn once; folded states are one box.
 */
import type { Chart, ChartEdge, ChartState } from "../../../../src/contracts/inspection.ts";
import { clip } from "../text.ts";
import { ANYWHERE, type Drawn, isAnywhere, isLeadingBack, isWritten, livingOf } from "./everywhere.ts";
import { linesOf, wayLines, writtenLines } from "./wording.ts";

/** Columns of a state's name. */
const LONGEST = 36;

export interface Line {
  readonly text: string;
  /** The transitions it stands for. */
  readonly edges: readonly ChartEdge["id"][];
}

export interface Box {
  readonly id: string;
  readonly name: string;
  readonly kind: ChartState["kind"] | "anywhere" | "beginning";
  readonly parent?: string;
  /** A part of a parallel state. */
  readonly isRegion: boolean;
  readonly isInitial: boolean;
  /** How many states are folded into it. */
  readonly folded: number;
  readonly lines: readonly Line[];
}

export interface Way {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly lines: readonly Line[];
  readonly edges: readonly ChartEdge["id"][];
}

export interface Sketch {
  readonly boxes: readonly Box[];
  readonly ways: readonly Way[];
}

/** `overview` groups and leaves out; `all` has each transition on its own, with its actions. */
export type Detail = "overview" | "all";

export interface Look {
  readonly detail: Detail;
  readonly folded: ReadonlySet<ChartState["id"]>;
}

/** The nearest that is to be seen of a state: itself, or the folded one it is in. */
export function seenAs({ states }: Chart, folded: ReadonlySet<string>): (id: string) => string {
  const parents = new Map(states.map(({ id, parent }) => [id, parent]));
  const found = new Map<string, string>();
  const above = (id: string): string => {
    const known = found.get(id);
    if (known !== undefined) return known;
    const parent = parents.get(id);
    const up = parent === undefined || parent === "" ? id : above(parent);
    const seen = up === parent && !folded.has(parent) ? id : up;
    found.set(id, seen);
    return seen;
  };
  return above;
}

export function sketchOf(chart: Chart, { detail, folded }: Look): Sketch {
  const seen = seenAs(chart, folded);
  const states = chart.states.filter(({ id }) => id !== "" && seen(id) === id);
  const all = drawnOf(chart, seen);
  const living = detail === "overview" ? livingOf(states, all) : new Set<string>();
  const anywhere = all.filter((edge) => isAnywhere(edge, { all, living }));
  const rest = all.filter((edge) => !anywhere.includes(edge));
  const written = detail === "overview" ? rest.filter((edge) => isWritten(edge, { states, all, rest })) : [];
  const drawn = rest.filter((edge) => !written.includes(edge));
  const boxes = states.map((state) => ({
    ...boxOf(state, chart, folded),
    lines: [
      ...linesOf(chart, state, detail),
      ...writtenLines(
        written.filter(({ from }) => from === state.id),
        isLeadingBack(state.id, all),
      ),
    ],
  }));
  const any = anywhereBox(chart, anywhere, detail);
  const beginnings = boxes.filter(({ isInitial }) => isInitial);
  return {
    boxes: [...any, ...boxes, ...beginnings.map(beginningOf)],
    ways: [
      ...waysOf(drawn, detail),
      ...waysOf(onceEach(anywhere), "overview"),
      ...beginnings.map(({ id }) => ({ id: `begin ${id}`, from: `begin ${id}`, to: id, lines: [], edges: [] })),
    ],
  };
}

/** As they are drawn: between what is seen of their ends. What stays within a folded state is not. */
function drawnOf({ edges }: Chart, seen: (id: string) => string): readonly Drawn[] {
  const guarded = new Set(
    edges.flatMap(({ source, event, guard }) => (guard === undefined ? [] : [`${source} ${event}`])),
  );
  return edges.flatMap((edge) =>
    (edge.targets ?? [edge.target]).flatMap((target) => {
      if (target === undefined || target === "") return [];
      const [from, to] = [edge.source === "" ? ANYWHERE : seen(edge.source), seen(target)];
      if (from === to && (from !== edge.source || to !== target)) return [];
      return [{ from, to, edge, isRest: edge.guard === undefined && guarded.has(`${edge.source} ${edge.event}`) }];
    }),
  );
}

function boxOf(state: ChartState, chart: Chart, folded: ReadonlySet<string>): Omit<Box, "lines"> {
  const { id, key, kind, parent } = state;
  const above = chart.states.find((one) => one.id === (parent ?? ""));
  return {
    id,
    name: clip(key, LONGEST),
    kind,
    ...(parent === undefined || parent === "" ? {} : { parent }),
    isRegion: above?.kind === "parallel",
    isInitial: above?.initial === key || above?.initial === id,
    folded: folded.has(id) ? chart.states.filter((one) => one.id.startsWith(`${id}.`)).length : 0,
  };
}

const beginningOf = ({ id, parent }: Box): Box => ({
  id: `begin ${id}`,
  name: "",
  kind: "beginning",
  ...(parent === undefined ? {} : { parent }),
  isRegion: false,
  isInitial: false,
  folded: 0,
  lines: [],
});

function anywhereBox(chart: Chart, anywhere: readonly Drawn[], detail: Detail): readonly Box[] {
  const root = chart.states.find(({ id }) => id === "");
  const lines = root === undefined ? [] : linesOf(chart, root, detail);
  if (anywhere.length === 0 && lines.length === 0) return [];
  return [{ id: ANYWHERE, name: "any state", kind: "anywhere", isRegion: false, isInitial: false, folded: 0, lines }];
}

/** What many states do alike, once, from anywhere. */
const onceEach = (anywhere: readonly Drawn[]): readonly Drawn[] => anywhere.map((one) => ({ ...one, from: ANYWHERE }));

function waysOf(drawn: readonly Drawn[], detail: Detail): readonly Way[] {
  const groups =
    detail === "all" ? drawn.map((one) => [one]) : [...Map.groupBy(drawn, ({ from, to }) => `${from} ${to}`).values()];
  return groups.flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const edges = same.map(({ edge }) => edge.id);
    return [
      { id: `way ${edges[0]} ${first.to}`, from: first.from, to: first.to, lines: wayLines(same, detail), edges },
    ];
  });
}
