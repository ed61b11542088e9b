/**
 * Inspection: what XState's own inspectors are told, made from the steps of the host. Events of one input are told
 * together, after the input is durable; observers see, and cannot change or stop anything.
 */
import type { ActorId, RunId } from "../../src/contracts/ids.ts";
import type { Message } from "../../src/contracts/journal.ts";
import type { ChainHead } from "../../src/decisions/integrity.ts";
import type { Core } from "../kernel/core.ts";
import type { Snapshot } from "../kernel/logic.ts";
import type { ActorRecord } from "../kernel/registry.ts";
import { type Lookout, type Lookouts, Noted, Transition } from "./lookouts.ts";
import type { Taken } from "./run-record.ts";

/** Stands for an actor towards an inspector: what `@statelyai/inspect` and XState's types read of one. */
export interface InspectedActor {
  readonly id: ActorId;
  /** `<run>:<actor>`: unique over runs and the same after a restart. */
  readonly sessionId: string;
  readonly src: string;
  readonly logic: ActorRecord["logic"]["machine"];
  readonly _parent?: InspectedActor;
  getSnapshot(): Snapshot;
  /** Does nothing: an inspector sees, and takes no part. Use the run to speak to it. */
  send(): void;
}

export type InspectionEvent =
  | { readonly type: "@xstate.actor"; readonly rootId: string; readonly actorRef: InspectedActor }
  | {
      readonly type: "@xstate.event";
      readonly rootId: string;
      readonly actorRef: InspectedActor;
      readonly sourceRef: InspectedActor | undefined;
      readonly event: Message;
    }
  | {
      readonly type: "@xstate.snapshot";
      readonly rootId: string;
      readonly actorRef: InspectedActor;
      readonly event: Message;
      readonly snapshot: Snapshot;
    };

export type InspectionObserver = (event: InspectionEvent) => void;

/** Who is told of a run. */
export interface Watched {
  readonly observers: ReadonlySet<InspectionObserver>;
  readonly lookouts: Lookouts;
}

const INIT: Message = { type: "xstate.init" };
const NOBODY = (): void => {};
const isClose = (lookout: Lookout): boolean => lookout.isClose;

export class Inspection {
  readonly #run: RunId;
  readonly #core: Core;
  readonly #observers: ReadonlySet<InspectionObserver>;
  readonly #lookouts: Lookouts;
  #events: InspectionEvent[] = [];
  #watching: readonly Lookout[] = [];
  #isClose = false;
  /** One list for all steps: of lists made for each, V8 would make all that follow in the old space, as of literals. */
  readonly #transitions: Transition[] = [];
  readonly #refs = new Map<ActorId, InspectedActor>();

  constructor(run: RunId, core: Core, { observers, lookouts }: Watched) {
    this.#run = run;
    this.#core = core;
    this.#observers = observers;
    this.#lookouts = lookouts;
  }

  begin(): void {
    const isSeen = this.#observers.size > 0;
    this.#watching = this.#lookouts.of(this.#run);
    this.#isClose = this.#watching.some(isClose);
    const transitions = this.#isClose ? this.#transitions : undefined;
    if (transitions !== undefined) transitions.length = 0;
    if (!isSeen && transitions === undefined) {
      this.#core.witness = undefined;
      return;
    }
    this.#core.witness = (actor, event, from, before) => {
      if (isSeen) this.#see(actor, event, from);
      transitions?.push(new Transition(actor, event, before));
    };
  }

  /** Closes the step; the function returned tells the observers. */
  end(taken: Taken, head: ChainHead): () => void {
    const events = this.#events;
    const looked = this.#watching.length === 0 ? NOBODY : this.#note(taken, head);
    if (events.length === 0) return looked;
    this.#events = [];
    return () => {
      looked();
      for (const event of events) for (const observer of this.#observers) tell(observer, event);
    };
  }

  #note(taken: Taken, head: ChainHead): () => void {
    const transitions = this.#isClose ? this.#transitions : undefined;
    const noted = new Noted(taken, { core: this.#core, head, transitions });
    const [first, ...others] = this.#watching;
    const looked = first?.note(noted) ?? NOBODY;
    if (others.length === 0) return looked;
    const rest = others.map((lookout) => lookout.note(noted));
    return () => {
      for (const told of [looked, ...rest]) told();
    };
  }

  #see(actor: ActorRecord, event: Message | undefined, from: ActorId | undefined): void {
    const { snapshot } = actor;
    if (snapshot === undefined) return;
    const rootId = `${this.#run}:orchestrator`;
    const actorRef = this.#ref(actor);
    if (event === undefined) this.#events.push({ type: "@xstate.actor", rootId, actorRef });
    else {
      const source = from === undefined ? undefined : this.#core.actors.get(from);
      this.#events.push({
        type: "@xstate.event",
        rootId,
        actorRef,
        sourceRef: source === undefined ? undefined : this.#ref(source),
        event,
      });
    }
    this.#events.push({ type: "@xstate.snapshot", rootId, actorRef, event: event ?? INIT, snapshot });
    if (snapshot.status !== "active") this.#refs.delete(actor.id);
  }

  #ref(actor: ActorRecord): InspectedActor {
    const known = this.#refs.get(actor.id);
    if (known !== undefined) return known;
    const parent = actor.parent === null ? undefined : this.#core.actors.get(actor.parent);
    const ref: InspectedActor = {
      id: actor.id,
      sessionId: `${this.#run}:${actor.id}`,
      src: actor.kind,
      logic: actor.logic.machine,
      ...(parent === undefined ? {} : { _parent: this.#ref(parent) }),
      getSnapshot: () => actor.snapshot,
      send: () => {},
    };
    this.#refs.set(actor.id, ref);
    return ref;
  }
}

/** F-ORC-04, F-ORC-05: an observer that throws is heard by nobody. */
export function tell<Value>(observer: (value: Value) => void, value: Value): void {
  try {
    observer(value);
  } catch {
    // Observers see; they do not take part.
  }
}
