/**
 * Chart paths: ways through a chart as it is drawn, for playing in a page.
 *
 * The chart's own guards need a world around them, so here each may hold: a path says where the chart can lead, not that
 * a run went there. Paths are found as tests find them, on a chart of the same states in which every edge is an event.
 *
 * H1  Every edge that leads somewhere and can be reached is on a path. What only acts leads nowhere, and is on none.
 */
import { type AnyMachineSnapshot, createMachine } from "xstate";
import type { Chart, ChartEdge, ChartPath, ChartPaths, ChartState } from "../contracts/inspection.ts";
import { type StatePath, statePaths } from "../testing/state-paths.ts";
import { activeStates } from "./chart.ts";

const MOST_PATHS = 200;

/** Edges explored. A chart with many parallel states has too many ways to play. */
const LIMIT = 5_000;

export function pathsOf(chart: Chart): ChartPaths {
  const edges = new Map(chart.edges.filter(({ target }) => target !== undefined).map((edge) => [edge.id, edge]));
  try {
    const paths = statePaths(skeletonOf(chart), {
      events: (snapshot) => leading([...edges.values()], snapshot),
      limit: LIMIT,
    });
    const shown = paths.slice(0, MOST_PATHS);
    return { chart: chart.name, paths: shown.map((path) => played(path, edges)), left: paths.length - shown.length };
  } catch (error) {
    return { chart: chart.name, paths: [], left: 0, limited: error instanceof Error ? error.message : String(error) };
  }
}

function leading(edges: readonly ChartEdge[], snapshot: AnyMachineSnapshot): readonly { readonly type: string }[] {
  const active = new Set(["", ...activeStates(snapshot)]);
  return edges.filter(({ source }) => active.has(source)).map(({ id }) => ({ type: id }));
}

const played = ({ steps }: StatePath, edges: ReadonlyMap<string, ChartEdge>): ChartPath => ({
  steps: steps.map(({ event, snapshot }) => {
    const edge = edges.get(event.type);
    const states = activeStates(snapshot);
    return edge === undefined ? { event: "start", edges: [], states } : { event: edge.event, edges: [edge.id], states };
  }),
});

/** The chart without guards, actions and effects. */
function skeletonOf(chart: Chart) {
  const children = Map.groupBy(chart.states, ({ parent }) => parent);
  const leaving = Map.groupBy(chart.edges, ({ source }) => source);
  const numbers = new Map(chart.states.map(({ id }, number) => [id, `s${number}`]));
  const configOf = (state: ChartState): object => ({
    id: numbers.get(state.id),
    ...(state.kind === "parallel" || state.kind === "final" || state.kind === "history" ? { type: state.kind } : {}),
    ...(state.initial === undefined ? {} : { initial: keyOf(chart, state.initial) }),
    states: Object.fromEntries((children.get(state.id) ?? []).map((child) => [child.key, configOf(child)])),
    on: Object.fromEntries((leaving.get(state.id) ?? []).flatMap((edge) => transitionOf(edge, numbers))),
  });
  const root = chart.states.find(({ parent }) => parent === undefined);
  if (root === undefined) throw new Error(`chart ${chart.name} has no states`);
  return createMachine(configOf(root));
}

/** An edge leads out of its source and into its target again, as a person sees it. */
function transitionOf(edge: ChartEdge, numbers: ReadonlyMap<string, string>): readonly (readonly [string, object])[] {
  const { id, target, targets = target === undefined ? [] : [target] } = edge;
  return targets.length === 0 ? [] : [[id, { target: targets.map((one) => `#${numbers.get(one)}`) }]];
}

/** The initial state is a child, though the chart may say a state further in. */
function keyOf({ states }: Chart, id: string): string {
  const state = states.find((one) => one.id === id);
  return state?.key ?? id;
}
