/** Everywhere: what so many states of a chart do alike that it is said once instead of drawn from each. */
import type { ChartEdge, ChartState } from "../../../../src/contracts/inspection.ts";

/** The box that stands for any state. No state is called so: a state's id has no space. */
export const ANYWHERE = "any state";

/** A transition between two boxes. */
export interface Drawn {
  readonly from: string;
  readonly to: string;
  readonly edge: ChartEdge;
  /** Its event has other transitions with a guard; this is taken when none of them holds. */
  readonly isRest: boolean;
}

/** So many, and it is written into the boxes instead of drawn. */
const MANY = 5;
/** Of so few states each is drawn. */
const FEW = 3;

const distinct = (edges: readonly Drawn[], part: (one: Drawn) => string): number => new Set(edges.map(part)).size;

/** Leads by one event to many states, each of which leads to it: as a pause leads back. */
export function isLeadingBack(id: string, all: readonly Drawn[]): boolean {
  const own = all.filter(({ from }) => from === id);
  if (distinct(own, ({ to }) => to) < MANY || distinct(own, ({ edge }) => edge.event) > 1) return false;
  return own.every(({ to }) => all.some((one) => one.from === to && one.to === id));
}

/** States of the first rank that go on by themselves: not the final ones, and not what leads back. */
export const livingOf = (states: readonly ChartState[], all: readonly Drawn[]): ReadonlySet<string> =>
  new Set(
    states
      .filter(({ id, parent, kind }) => (parent ?? "") === "" && kind !== "final" && !isLeadingBack(id, all))
      .map(({ id }) => id),
  );

/** Every living state does it, or the chart as a whole. */
export function isAnywhere(
  { from, to, edge }: Drawn,
  { all, living }: { readonly all: readonly Drawn[]; readonly living: ReadonlySet<string> },
): boolean {
  if (from === ANYWHERE) return true;
  if (living.size < FEW || !living.has(from) || edge.kind !== "event") return false;
  const alike = all.filter((one) => one.to === to && one.edge.event === edge.event && living.has(one.from));
  return distinct(alike, (one) => one.from) === living.size;
}

/** Leads back to where it came from, or is one of many ways to one end that are left to draw. */
export function isWritten(
  { from, to }: Drawn,
  {
    states,
    all,
    rest,
  }: { readonly states: readonly ChartState[]; readonly all: readonly Drawn[]; readonly rest: readonly Drawn[] },
): boolean {
  if (isLeadingBack(from, all)) return true;
  const isFinal = states.some(({ id, kind }) => id === to && kind === "final");
  const toIt = rest.filter((one) => one.to === to);
  return isFinal && distinct(toIt, (one) => one.from) >= MANY;
}
