/** Paths: ways through a chart from its beginning, found by `xstate/graph` on a machine that has its shape and no guards. */
import { createMachine, type MachineConfig, type StateValue } from "xstate";
import { getShortestPaths } from "xstate/graph";
import type { Chart, ChartEdge, ChartState } from "../../../../src/contracts/inspection.ts";

export interface PathStep {
  readonly edge: ChartEdge;
  /** Active states after it. */
  readonly active: readonly string[];
}

/** A path to one state: where it begins, and each step. */
export interface ChartPath {
  readonly to: string;
  readonly begins: readonly string[];
  readonly steps: readonly PathStep[];
}

/** States that are looked at before the search gives up: parallel states multiply. */
const MOST_STATES = 5_000;

type Config = MachineConfig<object, { readonly type: string }>;

/** A machine of the same shape in which each transition has an event of its own. A key is a place: names of others are none. */
function shapeOf({ states, edges }: Chart): { readonly config: Config; readonly idOf: ReadonlyMap<string, string> } {
  const keys = new Map(states.map(({ id }, n) => [id, `s${n}`]));
  const idOf = new Map([...keys].map(([id, key]) => [key, id]));
  const inside = Map.groupBy(states, ({ id, parent }) => (id === "" ? undefined : (parent ?? "")));
  const from = Map.groupBy(edges, ({ source }) => source);
  const eventOf = new Map(edges.map(({ id }, n) => [id, `e${n}`]));
  const nodeOf = (state: Pick<ChartState, "id" | "kind" | "initial">): Config => {
    const children = inside.get(state.id) ?? [];
    const initial = children.find(({ id, key }) => id === state.initial || key === state.initial) ?? children[0];
    const on = (from.get(state.id) ?? []).flatMap(({ id, target }) => {
      const key = target === undefined ? undefined : keys.get(target);
      return key === undefined ? [] : [[eventOf.get(id) ?? "", { target: `#${key}`, reenter: true }]];
    });
    const type = state.kind === "atomic" || state.kind === "compound" ? undefined : state.kind;
    return {
      id: keys.get(state.id) ?? "root",
      ...(type === undefined ? {} : { type }),
      ...(children.length > 0 && state.kind !== "parallel" ? { initial: keys.get(initial?.id ?? "") ?? "" } : {}),
      ...(children.length > 0
        ? { states: Object.fromEntries(children.map((one) => [keys.get(one.id), nodeOf(one)])) }
        : {}),
      ...(state.kind === "final" ? {} : { on: Object.fromEntries(on) }),
    } as Config;
  };
  const root = states.find(({ id }) => id === "") ?? { id: "", kind: "compound" as const };
  return { config: nodeOf(root), idOf };
}

/** All states that a state value names. */
const named = (value: StateValue): readonly string[] =>
  typeof value === "string"
    ? [value]
    : Object.entries(value).flatMap(([key, inner]) => [key, ...(inner === undefined ? [] : named(inner))]);

/** The shortest path to each state, in the order of the chart. Throws where the states are too many to search. */
export function pathsOf(chart: Chart): readonly ChartPath[] {
  const { config, idOf } = shapeOf(chart);
  const byEvent = new Map(chart.edges.map((edge, n) => [`e${n}`, edge]));
  const found = getShortestPaths(createMachine(config), {
    events: [...byEvent.keys()].map((type) => ({ type })),
    limit: MOST_STATES,
  });
  const paths = found.map(({ steps }) => {
    const [first, ...rest] = steps.map(({ event, state }) => ({
      edge: byEvent.get(event.type),
      active: named(state.value).flatMap((key) => idOf.get(key) ?? []),
    }));
    return {
      begins: first?.active ?? [],
      ends: rest.at(-1)?.active ?? [],
      steps: rest.flatMap(({ edge, active }) => (edge === undefined ? [] : [{ edge, active }])),
    };
  });
  return chart.states.flatMap(({ id }) => {
    const [path] = paths.filter(({ ends }) => ends.includes(id)).toSorted((a, b) => a.steps.length - b.steps.length);
    return path === undefined ? [] : [{ to: id, begins: path.begins, steps: path.steps }];
  });
}
