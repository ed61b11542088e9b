/** Lookouts: who watches runs in memory. A run that nobody watches pays for asking whether somebody does, and no more. */
import type { RunId } from "../../src/contracts/ids.ts";
import type { Message } from "../../src/contracts/journal.ts";
import type { ChainHead } from "../../src/decisions/integrity.ts";
import type { Core } from "../kernel/core.ts";
import type { Snapshot } from "../kernel/logic.ts";
import type { ActorRecord } from "../kernel/registry.ts";
import type { Taken } from "./run-record.ts";

/**
 * One transition of the entry that is worked off: of whom, from where, by what.
 *
 * What is made of every entry is an instance of a class. Of an object literal of which the first happen to be kept for a
 * while, V8 makes all that follow in the old space, and all they refer to stays with them.
 */
export class Transition {
  readonly actor: ActorRecord;
  readonly event: Message | undefined;
  readonly before: Snapshot | undefined;
  readonly after: Snapshot;

  constructor(actor: ActorRecord, event: Message | undefined, before: Snapshot | undefined) {
    this.actor = actor;
    this.event = event;
    this.before = before;
    this.after = actor.snapshot;
  }
}

/** A run in memory after an entry. */
export interface Stood {
  readonly core: Core;
  readonly head: ChainHead;
  /** Of that entry, until the next one is worked off. Absent: nobody looked closely. */
  readonly transitions: readonly Transition[] | undefined;
}

/** An entry that was worked off, and is not yet durable. */
export class Noted implements Taken, Stood {
  readonly input: Taken["input"];
  readonly step: Taken["step"];
  readonly moment: Taken["moment"];
  readonly core: Core;
  readonly head: ChainHead;
  readonly transitions: Stood["transitions"];

  constructor({ input, step, moment }: Taken, { core, head, transitions }: Stood) {
    this.input = input;
    this.step = step;
    this.moment = moment;
    this.core = core;
    this.head = head;
    this.transitions = transitions;
  }
}

/** It does not throw. */
export interface Lookout {
  /** Whether it wants the transitions of the entry that comes next: they cost something to collect. */
  readonly isClose: boolean;
  /** Notes an entry; what it returns is called once the entry is durable. */
  note(noted: Noted): () => void;
  /** The run has left memory; what was noted and is not durable may never be. */
  gone(): void;
}

export class Lookouts {
  readonly #runs = new Map<RunId, readonly Lookout[]>();

  /** Returns how to end it. */
  add(run: RunId, lookout: Lookout): () => void {
    this.#runs.set(run, [...this.of(run).filter((one) => one !== lookout), lookout]);
    return () => {
      const others = this.of(run).filter((one) => one !== lookout);
      if (others.length > 0) this.#runs.set(run, others);
      else this.#runs.delete(run);
    };
  }

  /** Those who watch a run. */
  of(run: RunId): readonly Lookout[] {
    return this.#runs.size === 0 ? NONE : (this.#runs.get(run) ?? NONE);
  }

  gone(run: RunId): void {
    for (const lookout of this.of(run)) lookout.gone();
  }
}

const NONE: readonly Lookout[] = [];
