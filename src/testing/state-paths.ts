/**
 * State paths: model-based tests of a statechart. Generates the sequences of events that lead through a machine, and
 * says which of its transitions they take, so that a test can assert that none is left out.
 *
 * `createTestModel` of `xstate/graph` refuses charts with `invoke` or `after`; `getShortestPaths` takes them, and is
 * what this stands on. Two traps of it are dealt with here: a list of `events` replaces the chart's own, so here they
 * are always asked of the caller; and the snapshots it reports along a path may be those of another path to the same
 * abstract state, so here every path is run again from its start.
 */
import type { ActorLogic, AnyEventObject, AnyStateMachine, EventObject, InputFrom, SnapshotFrom } from "xstate";
import { getShortestPaths } from "xstate/graph";
import { INIT, type PathStep, plain, tracer, transitionsOf } from "./chart-transitions.ts";

export { type AskedAction, type ChartTransition, INIT, type PathStep, transitionsOf } from "./chart-transitions.ts";

export interface StatePath<Machine extends AnyStateMachine = AnyStateMachine> {
  readonly steps: readonly PathStep<Machine>[];
}

/** What the world around a chart knows and the chart does not: what is under way, what has been said. */
export interface PathWorld<Machine extends AnyStateMachine, World> {
  readonly start: (step: PathStep<Machine>) => World;
  readonly after: (world: World, step: PathStep<Machine>, before: SnapshotFrom<Machine>) => World;
}

export interface PathOptions<Machine extends AnyStateMachine, World = undefined> {
  readonly input?: InputFrom<Machine>;
  /** What can happen now. List the ends of invokes (`xstate.done.actor.<id>`) and delays (`xstate.after.…`) too. */
  readonly events: (snapshot: SnapshotFrom<Machine>, world: World) => readonly AnyEventObject[];
  /** What of the context matters: plain JSON. Two snapshots of one value and abstraction are one state. Default: nothing. */
  readonly abstraction?: (snapshot: SnapshotFrom<Machine>, world: World) => unknown;
  /** Default: events that the snapshot has a transition for. */
  readonly filterEvents?: (snapshot: SnapshotFrom<Machine>, event: AnyEventObject) => boolean;
  /**
   * What to lead a path through: every `transition` into every state (the default), or every `event` in every state too,
   * though it does the same as another one. Take that to show that a forged event is not taken for a sound one.
   */
  readonly every?: "transition" | "event";
  /** Edges explored before giving up with an error. Default 20,000. */
  readonly limit?: number;
  readonly world?: PathWorld<Machine, World>;
}

const DEFAULT_LIMIT = 20_000;

/** Which transitions of the chart the paths take, and which they do not, by name. */
export function coverage<Machine extends AnyStateMachine>(
  machine: Machine,
  paths: readonly StatePath<Machine>[],
): { readonly taken: readonly string[]; readonly missing: readonly string[] } {
  const seen = new Set(paths.flatMap(({ steps }) => steps.flatMap(({ taken }) => taken)));
  const names = transitionsOf(machine).map(({ name }) => name);
  return { taken: names.filter((name) => seen.has(name)), missing: names.filter((name) => !seen.has(name)) };
}

/**
 * Shortest paths that lead through every abstract state by every transition into it. Paths that another one begins
 * with are left out.
 *
 * @example
 * ```ts
 * const paths = statePaths(machine, {
 *   input,
 *   events: ({ context }) => [{ type: "go" }, { type: "xstate.done.actor.work", output: context.tries }],
 *   abstraction: ({ context }) => Math.min(context.tries, 2),
 * });
 * assert.deepEqual(coverage(machine, paths).missing, []);
 * ```
 * @throws Error when more than `limit` edges are found: the abstraction tells too many states apart.
 */
export function statePaths<Machine extends AnyStateMachine, World = undefined>(
  machine: Machine,
  options: PathOptions<Machine, World>,
): readonly StatePath<Machine>[] {
  const traced = tracing(machine, options);
  const { abstraction, filterEvents } = options;
  // The edge belongs to the name of a state, so that two ways into one state are two states.
  const nameOf = ({ step, world }: Traced<Machine, World>): string =>
    JSON.stringify([plain(step.snapshot).value, abstraction?.(step.snapshot, world), step.taken]);
  const expanded = new Set<string>();
  /** Of states that only the event into them tells apart, the first is gone on from. */
  const isFirst = (state: Traced<Machine, World>): boolean => {
    const name = nameOf(state);
    if (expanded.has(name)) return false;
    expanded.add(name);
    return true;
  };
  const can = filterEvents ?? ((snapshot: SnapshotFrom<Machine>, event: AnyEventObject) => plain(snapshot).can(event));
  const found = getShortestPaths(traced, {
    events: (state) =>
      plain(state.step.snapshot).status === "active" && isFirst(state)
        ? options.events(state.step.snapshot, state.world)
        : [],
    filterEvents: ({ step }, event) => can(step.snapshot, event),
    serializeState: (state) =>
      options.every === "event" ? JSON.stringify([nameOf(state), state.step.event]) : nameOf(state),
    limit: options.limit ?? DEFAULT_LIMIT,
  });
  const sequences = found.map(({ steps }) => steps.slice(1).map(({ event }) => event));
  return longest(sequences).map((events) => ({ steps: walk(traced, events) }));
}

/** Sequences that are not the beginning of another one. */
function longest(sequences: readonly (readonly AnyEventObject[])[]): readonly (readonly AnyEventObject[])[] {
  const keyed = sequences.map((events) => {
    let key = "";
    const beginnings = events.map((event) => {
      key += `\n${JSON.stringify(event)}`;
      return key;
    });
    return { events, key, beginnings: ["", ...beginnings].slice(0, -1) };
  });
  const begun = new Set(keyed.flatMap(({ beginnings, events }) => (events.length === 0 ? [] : beginnings)));
  return keyed.filter(({ key }) => !begun.has(key)).map(({ events }) => events);
}

/** What the graph algorithms see instead of a snapshot: the snapshot, the way into it, and the world. */
interface Traced<Machine extends AnyStateMachine, World> {
  readonly status: "active";
  readonly output: undefined;
  readonly error: undefined;
  readonly step: PathStep<Machine>;
  readonly world: World;
}

type TracedLogic<Machine extends AnyStateMachine, World> = ActorLogic<Traced<Machine, World>, EventObject>;

function tracing<Machine extends AnyStateMachine, World>(
  machine: Machine,
  { input, world }: PathOptions<Machine, World>,
): TracedLogic<Machine, World> {
  const run = tracer(machine);
  const of = (step: PathStep<Machine>, next: World): Traced<Machine, World> => ({
    status: "active",
    output: undefined,
    error: undefined,
    step,
    world: next,
  });
  return {
    getInitialSnapshot: () => {
      const step = run(INIT, (scope) => machine.getInitialSnapshot(scope, input));
      return of(step, world?.start(step) as World);
    },
    transition: (before, event) => {
      const step = run(event, (scope) => machine.transition(before.step.snapshot, event as never, scope));
      return of(step, world === undefined ? before.world : world.after(before.world, step, before.step.snapshot));
    },
    getPersistedSnapshot: (snapshot) => snapshot,
  };
}

function walk<Machine extends AnyStateMachine, World>(
  logic: TracedLogic<Machine, World>,
  events: readonly AnyEventObject[],
): readonly PathStep<Machine>[] {
  let state = logic.getInitialSnapshot(undefined as never, undefined);
  const steps = [state.step];
  for (const event of events) {
    state = logic.transition(state, event, undefined as never);
    steps.push(state.step);
  }
  return steps;
}
