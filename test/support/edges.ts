/** Edges: which state of a chart can follow which, within one event. */
import type { AnyStateMachine, AnyStateNode } from "xstate";

const nameOf = (node: AnyStateNode): string => node.path.join(".");

/** The leaf in which a target comes to rest before any `always` is looked at. */
function leafOf(node: AnyStateNode): AnyStateNode {
  const [initial] = node.type === "compound" ? (node.initial.target ?? []) : [];
  return initial === undefined ? node : leafOf(initial);
}

const leavesOf = (node: AnyStateNode): readonly AnyStateNode[] => {
  const below = Object.values(node.states).flatMap(leavesOf);
  return below.length === 0 ? [node] : below;
};

const upwards = (node: AnyStateNode): readonly AnyStateNode[] =>
  node.parent === undefined ? [node] : [node, ...upwards(node.parent)];

const targets = (
  transitions: readonly { readonly target?: readonly AnyStateNode[] | undefined }[],
): readonly string[] => transitions.flatMap(({ target }) => target ?? []).map((target) => nameOf(leafOf(target)));

/** From each state, all that one event can lead to: an edge, and then any number of eventless ones. */
export function edgesOf(machine: AnyStateMachine): ReadonlyMap<string, ReadonlySet<string>> {
  const leaves = leavesOf(machine.root);
  const always = new Map(
    leaves.map((leaf) => [nameOf(leaf), targets(upwards(leaf).flatMap((node) => node.always ?? []))]),
  );
  const onwards = (from: readonly string[]): ReadonlySet<string> => {
    const seen = new Set(from);
    for (const state of seen) for (const next of always.get(state) ?? []) seen.add(next);
    return seen;
  };
  const edges = leaves.map((leaf): readonly [string, ReadonlySet<string>] => {
    const here = upwards(leaf).flatMap((node) => [...node.transitions.values()].flat());
    return [nameOf(leaf), onwards([...targets(here), ...(always.get(nameOf(leaf)) ?? [])])];
  });
  return new Map([...edges, ["", onwards([nameOf(leafOf(machine.root))])]]);
}
