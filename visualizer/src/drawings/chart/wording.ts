/** Wording: what a chart's boxes and ways say. Every text is cut to what its place can hold. */
import type { Chart, ChartEdge, ChartState } from "../../../../src/contracts/inspection.ts";
import { clip, columnsOf } from "../text.ts";
import type { Drawn } from "./everywhere.ts";
import type { Detail, Line } from "./sketch.ts";

/** Columns of a line in a box, and of one at a way. */
const WIDTH = { box: 34, way: 28, full: 48 } as const;
/** Lines of a box or of a way; of more, how many. */
const LINES = { box: 12, way: 6 } as const;

/** The event as it is said: that an effect ended goes without saying where a guard says how. */
export function eventOf({ kind, event, guard }: ChartEdge): string {
  if (kind === "always") return "";
  if (kind === "done") return guard === undefined ? "done" : "";
  if (kind === "error") return "error";
  return event;
}

/** A transition in a line: `event [guard] / actions`. */
export function sentence(edge: ChartEdge): string {
  const guard = edge.guard === undefined ? [] : [`[${edge.guard}]`];
  const event = edge.kind === "done" || edge.kind === "error" ? `${edge.event}` : edge.event;
  const said = [edge.kind === "always" ? "" : event, ...guard].filter((part) => part !== "");
  const head = said.length === 0 ? "always" : said.join(" ");
  return edge.actions.length === 0 ? head : `${head} / ${edge.actions.join(", ")}`;
}

/** A guard that compares with a word, by that word: `nudge` of `isRung: nudge`. */
const guardOf = (guard: string): string => `[${guard.split(": ").at(-1)}]`;

const short = ({ edge, isRest }: Drawn): string => {
  if (isRest) return "else";
  return [eventOf(edge), edge.guard === undefined ? "" : guardOf(edge.guard)].filter((part) => part !== "").join(" ");
};

function bounded(lines: readonly Line[], most: number): readonly Line[] {
  if (lines.length <= most) return lines;
  const left = lines.slice(most - 1);
  return [...lines.slice(0, most - 1), { text: `and ${left.length} more`, edges: left.flatMap(({ edges }) => edges) }];
}

/** What stands in a state: its effects, and with `all` what it does on entry and exit and where it stays. */
export function linesOf(chart: Chart, { id, entry, exit, invokes }: ChartState, detail: Detail): readonly Line[] {
  const plain = (word: string, names: readonly string[]): readonly Line[] =>
    names.map((name) => ({ text: clip(`${word} ${name}`, WIDTH.box), edges: [] }));
  if (detail === "overview") return id === "" ? [] : bounded(plain("invoke", invokes), LINES.box);
  const staying = chart.edges.filter(({ source, target }) => source === id && target === undefined);
  return bounded(
    [
      ...plain("entry /", entry),
      ...plain("exit /", exit),
      ...plain("invoke", invokes),
      ...staying.map((edge) => ({ text: clip(sentence(edge), WIDTH.full), edges: [edge.id] })),
    ],
    id === "" ? 30 : LINES.box * 2,
  );
}

/** What stands at a way: an event and its guard in a line, or below each other where they are long or many. */
export function wayLines(same: readonly Drawn[], detail: Detail): readonly Line[] {
  if (detail === "all") return same.flatMap(({ edge }) => fullLines(edge));
  const byEvent = Map.groupBy(same, (one) => (one.isRest ? "else" : eventOf(one.edge)));
  const lines = [...byEvent].flatMap(([event, alike]) => {
    const guards = [...Map.groupBy(alike, ({ edge }) => edge.guard)];
    const [only] = alike;
    const line = guards.length === 1 && only !== undefined ? short(only) : "";
    if (line !== "" && columnsOf(line) <= WIDTH.way) return [{ text: clip(line, WIDTH.way), edges: idsOf(alike) }];
    return [
      ...(event === "" ? [] : [{ text: clip(event, WIDTH.way), edges: idsOf(alike) }]),
      ...guards.flatMap(([guard, own]) =>
        guard === undefined ? [] : [{ text: clip(guardOf(guard), WIDTH.way), edges: idsOf(own) }],
      ),
    ];
  });
  return bounded(lines, LINES.way);
}

const idsOf = (drawn: readonly Drawn[]): readonly string[] => drawn.map(({ edge }) => edge.id);

/** A line for event and guard, one for the actions. */
function fullLines(edge: ChartEdge): readonly Line[] {
  const head = sentence({ ...edge, actions: [] });
  const lines = edge.actions.length === 0 ? [head] : [head, `/ ${edge.actions.join(", ")}`];
  return lines.map((text) => ({ text: clip(text, WIDTH.way + 6), edges: [edge.id] }));
}

/** Ways that are written into the box they leave: those to one state in a line, where they have room in it. */
export function writtenLines(written: readonly Drawn[], leadsBack: boolean): readonly Line[] {
  if (leadsBack && written.length > 0)
    return [{ text: clip(`${written[0]?.edge.event ?? ""} → where it was`, WIDTH.box), edges: idsOf(written) }];
  const lines = [...Map.groupBy(written, ({ to }) => to)].flatMap(([to, same]) => {
    const name = to.split(".").at(-1) ?? to;
    const joined = `${[...new Set(same.map(short))].join(", ")} → ${name}`;
    if (columnsOf(joined) <= WIDTH.box) return [{ text: clip(joined, WIDTH.box), edges: idsOf(same) }];
    const each = Map.groupBy(same, short);
    return [...each].map(([text, own]) => ({
      text: clip(`${clip(text, WIDTH.way)} → ${name}`, WIDTH.full),
      edges: idsOf(own),
    }));
  });
  return bounded(lines, LINES.box);
}
