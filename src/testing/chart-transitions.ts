/** Chart transitions: what a statechart lists, and which of it one event takes. */
import {
  type AnyEventObject,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  createEmptyActor,
  type SnapshotFrom,
} from "xstate";

type StateNode = AnyStateMachine["root"];
type Definition = NonNullable<StateNode["always"]>[number];

/** One transition as the chart lists it: of an event, an invoke's end, a delay, or `always`. */
export interface ChartTransition {
  /** `executing: agent.done → executing`; `#1`, `#2` … tell apart the alternatives of one event. Unique in its chart. */
  readonly name: string;
  readonly definition: Definition;
}

/** An action that a transition asks for, with its params resolved. Nothing is performed. */
export interface AskedAction {
  readonly type: string;
  readonly params: unknown;
}

/** One event, and where it led. The first step of a path is the start; its event is `xstate.init`. */
export interface PathStep<Machine extends AnyStateMachine = AnyStateMachine> {
  readonly event: AnyEventObject;
  readonly snapshot: SnapshotFrom<Machine>;
  /** Names of the transitions taken, eventless and raised ones included, in order. */
  readonly taken: readonly string[];
  readonly asked: readonly AskedAction[];
}

/** The start of every path. */
export const INIT: AnyEventObject = { type: "xstate.init" };

/** Every transition of a chart, walked from its root: `machine.definition` leaves out `always`. */
export function transitionsOf(machine: AnyStateMachine): readonly ChartTransition[] {
  const visit = (node: StateNode): readonly ChartTransition[] => [
    ...[...node.transitions.values(), node.always ?? []].flatMap((alternatives) =>
      alternatives.map((definition, place) => ({
        name: nameOf(node, definition, alternatives.length > 1 ? `#${place + 1}` : ""),
        definition,
      })),
    ),
    ...Object.values(node.states).flatMap(visit),
  ];
  return visit(machine.root);
}

function nameOf(node: StateNode, { eventType, guard, target }: Definition, place: string): string {
  const event = eventType === "" ? "always" : eventType;
  const named = (guard as { readonly type?: string } | undefined)?.type ?? guard;
  const condition = typeof named === "string" ? ` [${named}]` : "";
  const to = target?.map((one) => one.path.join(".")).join(", ") ?? "no change";
  return `${node.path.join(".") || machineName(node)}: ${event}${place}${condition} → ${to}`;
}

const machineName = (root: StateNode): string => `(${root.key})`;

/** The snapshot of any machine, for what they all have. */
export const plain = (snapshot: unknown): AnyMachineSnapshot => snapshot as AnyMachineSnapshot;

/** A machine's scope of a transition: what XState would ask of the actor it belongs to. */
export type Scope = Parameters<AnyStateMachine["transition"]>[2];

/** What the transitions of a chart are called, by definition. */
export type Names = ReadonlyMap<unknown, string>;

const namesOf = (machine: AnyStateMachine): Names =>
  new Map(transitionsOf(machine).map(({ name, definition }) => [definition, name]));

/**
 * Runs one transition and tells which of the chart's it took. `getMicrosteps` gives the snapshots of the microsteps and
 * not their transitions, `getTransitionData` only those of the event itself; the inspection event of a microstep has
 * them all.
 */
export function tracer<Machine extends AnyStateMachine>(machine: Machine, names: Names = namesOf(machine)) {
  const host = createEmptyActor();
  let taken: string[] = [];
  let asked: AskedAction[] = [];
  host.system.inspect((event) => {
    if (event.type !== "@xstate.microstep") return;
    for (const transition of event._transitions) {
      const name = names.get(transition);
      if (name !== undefined) taken.push(name);
    }
  });
  const scope = {
    self: host,
    id: "",
    sessionId: "",
    system: host.system,
    logger: () => {},
    defer: () => {},
    emit: () => {},
    stopChild: () => {},
    actionExecutor: ({ type, params }: AskedAction) => void asked.push({ type, params }),
  } as unknown as Scope;
  return (event: AnyEventObject, transition: (scope: Scope) => unknown): PathStep<Machine> => {
    taken = [];
    asked = [];
    const snapshot = transition(scope) as SnapshotFrom<Machine>;
    // A chart that throws at its very start says so in its snapshot; everywhere else the throw comes through.
    if (event === INIT && plain(snapshot).status === "error") throw plain(snapshot).error;
    return { event, snapshot, taken, asked };
  };
}
