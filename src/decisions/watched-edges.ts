/**
 * Watched edges: which edges of its chart has an actor taken, of which only the event and the states before and after
 * are known?
 *
 * K1  An edge is named only when its event is the one that came, or it is an `always` after such an edge.
 * K2  Its source was active, or was passed through; its target is active, or was passed through.
 * K3  The inner of two that could be is the one, as in XState; of two of one state, the first.
 */
import type { ChartEdge } from "../contracts/inspection.ts";
import type { DefinitionChart } from "./definition-chart.ts";

export interface Step {
  readonly event: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** Something came of it: other states, or another context. */
  readonly changed: boolean;
}

export function edgesTaken({ chart, triggers }: DefinitionChart, step: Step): readonly ChartEdge["id"][] {
  const [before, after] = [new Set(["", ...step.before]), new Set(["", ...step.after])];
  const passing = new Set(chart.edges.filter(({ kind }) => kind === "always").map(({ source }) => source));
  const leads = ({ target, guard }: ChartEdge): boolean =>
    target === undefined ? step.changed || guard === undefined : after.has(target) || passing.has(target);
  const candidates = chart.edges.filter(
    ({ id, kind, source }) => kind !== "always" && before.has(source) && isOf(triggers.get(id), step.event),
  );
  const direct: ChartEdge[] = [];
  /** Sources that had their say. Without a guard they have it also when a transition of another region was stronger. */
  const heard: string[] = [];
  for (const edge of candidates.toSorted((a, b) => depth(b.source) - depth(a.source))) {
    if (heard.some((source) => isWithin(source, edge.source))) continue;
    if (leads(edge)) direct.push(edge);
    if (leads(edge) || edge.guard === undefined) heard.push(edge.source);
  }
  return [...direct, ...passedThrough(chart.edges, direct, { before, after })].map(({ id }) => id);
}

function passedThrough(
  edges: readonly ChartEdge[],
  direct: readonly ChartEdge[],
  { before, after }: { readonly before: ReadonlySet<string>; readonly after: ReadonlySet<string> },
): readonly ChartEdge[] {
  const reached = new Set(direct.map(({ target }) => target).filter((target) => target !== undefined));
  const always = edges.filter(({ kind, target }) => kind === "always" && target !== undefined);
  const taken: ChartEdge[] = [];
  for (let more = true; more; ) {
    more = false;
    for (const edge of always) {
      const { source, target = "" } = edge;
      if (taken.some((one) => one.source === source)) continue;
      const from = reached.has(source) || (direct.length === 0 && before.has(source));
      if (!from || !after.has(target) || before.has(target)) continue;
      taken.push(edge);
      reached.add(target);
      more = true;
    }
  }
  return taken;
}

const depth = (path: string): number => (path === "" ? 0 : path.split(".").length);

/** `inner` is `outer`, or stands in it. */
const isWithin = (inner: string, outer: string): boolean =>
  inner === outer || outer === "" || inner.startsWith(`${outer}.`);

/** `*` takes any event, `mouse.*` any that begins so. */
function isOf(trigger: string | undefined, event: string): boolean {
  if (trigger === undefined || trigger === "") return false;
  if (trigger === "*") return !event.startsWith("xstate.");
  if (trigger.endsWith(".*")) return event === trigger.slice(0, -2) || event.startsWith(trigger.slice(0, -1));
  return trigger === event;
}
