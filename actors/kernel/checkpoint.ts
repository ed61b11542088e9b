/** Checkpoint: the state of a run's actors as text. A cache of what replay would give, never truth. */
import { RuntimeError } from "../../src/contracts/errors.ts";
import type { ActorId } from "../../src/contracts/ids.ts";
import type { Json } from "../../src/contracts/json.ts";
import type { Core, Logics } from "./core.ts";
import type { PendingEffect } from "./registry.ts";
import type { Timer } from "./timers.ts";

export interface CheckpointState {
  readonly actors: readonly {
    readonly id: ActorId;
    readonly kind: string;
    readonly version: string;
    readonly parent: ActorId | null;
    readonly snapshot: Json;
    readonly mind?: { readonly next: number; readonly waiting: readonly (readonly [number, string])[] };
  }[];
  readonly pending: readonly PendingEffect[];
  readonly timers: readonly Timer[];
}

export const capture = (core: Core): CheckpointState => ({
  actors: [...core.actors.values()].map((actor) => ({
    id: actor.id,
    kind: actor.kind,
    version: actor.logic.version,
    parent: actor.parent,
    snapshot: actor.logic.persist(actor.snapshot),
    ...(actor.mind === undefined ? {} : { mind: { next: actor.mind.next, waiting: [...actor.mind.waiting] } }),
  })),
  pending: [...core.pending.values()],
  timers: core.timers.all(),
});

/** Fills a fresh core. Refuses a snapshot of another version of a chart: the journal is replayed instead. */
export function restore(core: Core, state: CheckpointState, logics: Logics): void {
  for (const saved of state.actors) {
    const logic = logics(saved.kind);
    if (logic === undefined)
      throw new RuntimeError("machine.version", `no chart "${saved.kind}" for actor ${saved.id}`);
    if (logic.version !== saved.version) {
      throw new RuntimeError(
        "machine.version",
        `${saved.id} was saved by version ${saved.version} of "${saved.kind}", this is ${logic.version}`,
      );
    }
    const { id, kind, parent, mind } = saved;
    const calls = mind === undefined ? {} : { mind: { next: mind.next, waiting: new Map(mind.waiting) } };
    core.registry.add({ id, kind, parent, logic, ...calls }, logic.restore(id, saved.snapshot));
  }
  for (const effect of state.pending) core.registry.addEffect(effect);
  for (const timer of state.timers) core.registry.setTimer(timer);
}

/** Entries between checkpoints, at the least. */
const ENTRIES = 1_000;

/** Entries a run that leaves memory may leave to be replayed: a few milliseconds, against a page of state written. */
const LEFT_TO_REPLAY = 50;

/**
 * Checkpointer: says when a checkpoint is due. Never more often than the journal has grown by the size of the last one,
 * so that checkpoints of large runs do not cost more than their entries.
 */
export class Checkpointer {
  readonly #core: Core;
  #entries: number;
  #characters = 0;
  #last = 0;

  constructor(core: Core, replayed: number) {
    this.#core = core;
    this.#entries = replayed;
  }

  /** Counts an entry. The state as text, when a checkpoint is due after it. */
  count(characters: number): string | undefined {
    this.#entries++;
    this.#characters += characters;
    if (this.#entries < ENTRIES || this.#characters < this.#last || this.#core.isOver) return undefined;
    return this.#take();
  }

  /** The state as text, when the run leaves with more behind it than is quickly replayed. */
  parting(): string | undefined {
    return this.#entries <= LEFT_TO_REPLAY || this.#core.isOver ? undefined : this.#take();
  }

  #take(): string {
    const body = JSON.stringify(capture(this.#core));
    this.#entries = 0;
    this.#characters = 0;
    this.#last = body.length;
    return body;
  }
}
