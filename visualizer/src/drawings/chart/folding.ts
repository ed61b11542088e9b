/** Folding: which states of a large chart are closed at first, so that it can be read and laid out in time. */
import type { Chart } from "../../../../src/contracts/inspection.ts";

/** So many states are laid out in well under a second. */
const READABLE = 60;

const depthOf = (id: string): number => (id === "" ? 0 : id.split(".").length);

export function foldedAtFirst({ states }: Chart): ReadonlySet<string> {
  const parents = new Set(states.flatMap(({ parent }) => (parent === undefined || parent === "" ? [] : [parent])));
  const deepest = Math.max(0, ...states.map(({ id }) => depthOf(id)));
  for (let depth = deepest; depth > 1; depth -= 1) {
    if (states.filter(({ id }) => depthOf(id) <= depth).length <= READABLE)
      return new Set([...parents].filter((id) => depthOf(id) === depth));
  }
  return parents;
}
