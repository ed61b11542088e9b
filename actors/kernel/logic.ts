/**
 * Logic: XState behind one thin port. A chart is used as a pure transition function: it gives the next snapshot and
 * the actions it asks for, and performs none of them.
 *
 * The public `transition()` builds an actor and an initial snapshot on every call (2.8 times the cost of a live actor,
 * and it runs the context factory again); a scope of our own does not. Transitions are synchronous, so one serves all.
 */
import { type AnyMachineSnapshot, type AnyStateMachine, createEmptyActor } from "xstate";
import { RuntimeError } from "../../src/contracts/errors.ts";
import type { ActorId } from "../../src/contracts/ids.ts";
import type { Message } from "../../src/contracts/journal.ts";
import type { Json } from "../../src/contracts/json.ts";
import { programOf } from "./program.ts";
import { ProgramRunner } from "./run-program.ts";

/** An action a chart asks for. */
export interface Action {
  readonly type: string;
  readonly params: unknown;
}

export type Snapshot = AnyMachineSnapshot;

/** The scope that XState's own transition functions take; exported by it, and used so by `xstate/graph` too. */
type Scope = Parameters<AnyStateMachine["transition"]>[2];

export interface Logic {
  readonly machine: AnyStateMachine;
  readonly version: string;
  initial(id: ActorId, input: unknown): readonly [Snapshot, readonly Action[]];
  apply(id: ActorId, snapshot: Snapshot, event: { readonly type: string }): readonly [Snapshot, readonly Action[]];
  persist(snapshot: Snapshot): Json;
  restore(id: ActorId, persisted: Json): Snapshot;
}

const host = createEmptyActor();
let asked: Action[] = [];

const scope = {
  self: host,
  id: "",
  sessionId: "",
  system: host.system,
  logger: () => {},
  defer: () => {},
  emit: () => {},
  stopChild: () => {},
  actionExecutor: (action: Action) => {
    asked.push(action);
  },
} as unknown as { -readonly [Key in keyof Scope]: Scope[Key] };

function within(id: ActorId, transition: () => Snapshot): readonly [Snapshot, readonly Action[]] {
  asked = [];
  scope.id = id;
  scope.sessionId = id;
  (host as { id: string; sessionId: string }).id = id;
  (host as { id: string; sessionId: string }).sessionId = id;
  const snapshot = transition();
  const actions = asked;
  asked = [];
  if (snapshot.status === "error") throw snapshot.error;
  return [snapshot, actions];
}

/** A chart as XState runs it. */
export const logicOf = (machine: AnyStateMachine): Logic => ({
  machine,
  version: String(machine.version ?? "0"),
  initial: (id, input) => within(id, () => machine.getInitialSnapshot(scope, input)),
  apply: (id, snapshot, event) => within(id, () => machine.transition(snapshot, event, scope)),
  persist: (snapshot) => machine.getPersistedSnapshot(snapshot) as unknown as Json,
  restore: (id, persisted) => {
    const [snapshot] = within(id, () => machine.restoreSnapshot(persisted as never, scope) as Snapshot);
    if (snapshot.machine !== machine)
      throw new RuntimeError("machine.version", `${id}: the snapshot is of another chart`);
    return snapshot;
  },
});

/** A chart as its tables run it, where they can say all of it: the same snapshots and actions at a tenth of the cost. */
export function tabulated(machine: AnyStateMachine): Logic {
  const program = programOf(machine);
  if (program === undefined) return logicOf(machine);
  const runner = new ProgramRunner(program);
  return {
    ...logicOf(machine),
    initial: (_id, input) => runner.initial(input),
    apply: (_id, snapshot, event) => runner.apply(snapshot, event as Message),
  };
}
