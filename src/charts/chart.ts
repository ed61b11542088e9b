/**
 * Chart: a statechart as data, for drawing. Walked from `machine.root`, since a machine's definition leaves out `always`.
 *
 * C1  Every state and every transition of the machine is in it, of any XState machine.
 * C2  An edge has the same id in every reading: its source, its event and its place among the alternatives.
 */
import type { AnyMachineSnapshot, AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from "xstate";
import type { Chart, ChartEdge, ChartState } from "../contracts/inspection.ts";
import { eventName, guardName, partName } from "./part-name.ts";

export const pathOf = ({ path }: Pick<AnyStateNode, "path">): string => path.join(".");

export function chartOf(machine: AnyStateMachine, name: string): Chart {
  const nodes = nodesOf(machine.root);
  return {
    name,
    ...(machine.version === undefined ? {} : { version: String(machine.version) }),
    states: nodes.map(stateOf),
    edges: nodes.flatMap((node) => transitionsOf(node).map(edgeOf)),
  };
}

/** Paths of the active states, of those around others too; the root is not told. Snapshots share their lists of nodes. */
export function activeStates({ _nodes: nodes }: AnyMachineSnapshot): readonly string[] {
  const known = actives.get(nodes);
  if (known !== undefined) return known;
  const active = nodes.filter(({ parent }) => parent !== undefined).map(pathOf);
  actives.set(nodes, active);
  return active;
}

const actives = new WeakMap<object, readonly string[]>();

/** The ids of a machine's transitions, by their definitions. */
export function edgeIdsOf(machine: AnyStateMachine): ReadonlyMap<unknown, ChartEdge["id"]> {
  const listed = nodesOf(machine.root).flatMap(transitionsOf);
  return new Map(listed.map(({ definition, id }) => [definition, id]));
}

interface Listed {
  readonly id: string;
  readonly definition: AnyTransitionDefinition;
}

export function transitionsOf(node: AnyStateNode): readonly Listed[] {
  const ofEvents = [...node.transitions].flatMap(([event, all]) => numbered(node, event, all));
  return [...ofEvents, ...numbered(node, "always", node.always ?? [])];
}

const numbered = (node: AnyStateNode, event: string, all: readonly AnyTransitionDefinition[]): readonly Listed[] =>
  all.map((definition, place) => ({ id: `${pathOf(node)}/${event}/${place + 1}`, definition }));

function nodesOf(node: AnyStateNode): readonly AnyStateNode[] {
  return [node, ...Object.values(node.states as Record<string, AnyStateNode>).flatMap(nodesOf)];
}

function stateOf(node: AnyStateNode): ChartState {
  const initial = node.type === "compound" ? node.initial.target?.[0] : undefined;
  return {
    id: pathOf(node),
    key: node.key,
    ...(node.parent === undefined ? {} : { parent: pathOf(node.parent) }),
    kind: node.type,
    ...(initial === undefined ? {} : { initial: pathOf(initial) }),
    ...(node.description === undefined ? {} : { description: node.description }),
    entry: node.entry.filter(isOwn).map(partName),
    exit: node.exit.filter(isOwn).map(partName),
    invokes: node.invoke.map(({ src, id }) =>
      typeof src === "string" && !src.startsWith("xstate.invoke.") ? src : String(id),
    ),
  };
}

/** XState sets a delay's timer, and takes it back, with actions of its own. */
function isOwn(action: unknown): boolean {
  const { id, sendId } = action as { readonly [key in "id" | "sendId"]?: unknown };
  return !String(id ?? sendId).startsWith("xstate.after.");
}

function edgeOf({ id, definition }: Listed): ChartEdge {
  const { source, target, guard, actions } = definition;
  const targets = (target ?? []).map(pathOf);
  return {
    id,
    source: pathOf(source),
    ...(targets[0] === undefined ? {} : { target: targets[0] }),
    ...(targets.length < 2 ? {} : { targets }),
    ...eventName(definition),
    ...(guard === undefined ? {} : { guard: guardName(guard) }),
    actions: actions.map(partName),
  };
}
