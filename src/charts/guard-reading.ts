/**
 * Guard reading: which transitions are open in a snapshot, and what of its context each guard looked at.
 *
 * R1  Nothing is changed, and nothing thrown: a guard that tries to change its context, or that throws, is `unknown`.
 * R2  A guard that looks at the event is `unknown`, unless what it knows without it decides.
 */
import type { AnyMachineSnapshot, AnyStateMachine, AnyTransitionDefinition } from "xstate";
import type { GuardReading } from "../contracts/inspection.ts";
import { bounded } from "../decisions/inspection/bounded.ts";
import { transitionsOf } from "./chart.ts";
import { guardName } from "./part-name.ts";
import { Recording } from "./recording-context.ts";

type Holds = GuardReading["holds"];

/** Reads every guard of the active states. */
export function guardReadings(machine: AnyStateMachine, snapshot: AnyMachineSnapshot): readonly GuardReading[] {
  return snapshot._nodes.flatMap((node) =>
    transitionsOf(node).flatMap(({ id, definition: { guard } }) =>
      guard === undefined ? [] : [readingOf(id, guard, machine, snapshot)],
    ),
  );
}

function readingOf(
  edge: string,
  guard: NonNullable<AnyTransitionDefinition["guard"]>,
  machine: AnyStateMachine,
  snapshot: AnyMachineSnapshot,
): GuardReading {
  const recording = new Recording(snapshot.context);
  const holds = new Evaluation(machine, snapshot, recording).of(guard);
  return {
    edge,
    holds,
    guard: guardName(guard),
    read: recording.reads.map(({ path, value }) => ({ path, value: bounded(value, SHOWN) })),
  };
}

const SHOWN = { depth: 3, items: 10, text: 200 };

/** What a guard is given instead of an event: whatever it asks of it, there is no answer. */
class EventWanted extends Error {}

const noEvent: object = new Proxy(
  {},
  {
    get() {
      throw new EventWanted();
    },
    has() {
      throw new EventWanted();
    },
    ownKeys() {
      throw new EventWanted();
    },
  },
);

class Evaluation {
  readonly #machine: AnyStateMachine;
  readonly #snapshot: AnyMachineSnapshot;
  readonly #args: { readonly context: unknown; readonly event: object };

  constructor(machine: AnyStateMachine, snapshot: AnyMachineSnapshot, recording: Recording) {
    this.#machine = machine;
    this.#snapshot = snapshot;
    this.#args = { context: recording.context, event: noEvent };
  }

  of(guard: unknown): Holds {
    try {
      return this.#evaluate(guard);
    } catch {
      return "unknown";
    }
  }

  #evaluate(guard: unknown): Holds {
    const { type, params } = (typeof guard === "object" ? guard : {}) as {
      readonly type?: string;
      readonly params?: unknown;
    };
    const name = typeof guard === "string" ? guard : type;
    const found = name === undefined ? guard : this.#machine.implementations.guards[name];
    if (typeof found !== "function") return "unknown";
    const { guards, check } = found as unknown as { readonly guards?: readonly unknown[]; readonly check?: unknown };
    if (guards !== undefined) return this.#combined(found.name, guards);
    if (check !== undefined) return this.#builtIn(found, check);
    const given = typeof params === "function" ? params(this.#args) : params;
    return Boolean((found as (args: unknown, params: unknown) => unknown)(this.#args, given));
  }

  /** `and`, `or`, `not`: what is not known may not matter. */
  #combined(kind: string, guards: readonly unknown[]): Holds {
    const parts = guards.map((guard) => this.of(guard));
    if (kind === "not") return parts[0] === "unknown" || parts[0] === undefined ? "unknown" : !parts[0];
    const decides = kind === "or";
    if (parts.includes(decides)) return decides;
    return parts.includes("unknown") ? "unknown" : !decides;
  }

  /** `stateIn`. */
  #builtIn(guard: unknown, check: unknown): Holds {
    const { stateValue } = guard as { readonly stateValue?: unknown };
    return typeof check === "function" ? Boolean(check(this.#snapshot, this.#args, { stateValue })) : "unknown";
  }
}
