/** Lookouts: who watches runs in memory. A run that nobody watches pays for asking whether somebody does, and no more. */
import type { RunId } from "../../src/contracts/ids.ts";
import type { Message } from "../../src/contracts/journal.ts";
import type { ChainHead } from "../../src/decisions/integrity.ts";
import type { Core } from "../kernel/core.ts";
import type { Snapshot } from "../kernel/logic.ts";
import type { ActorRecord } from "../kernel/registry.ts";
import type { Taken } from "./run-record.ts";

/** One transition of the entry that is worked off: of whom, from where, by what. */
export interface Transition {
  readonly actor: ActorRecord;
  readonly before: Snapshot | undefined;
  readonly after: Snapshot;
  readonly event: Message | undefined;
}

/** An entry that was worked off, and is not yet durable. */
export interface Noted extends Taken {
  readonly core: Core;
  readonly head: ChainHead;
  readonly transitions: readonly Transition[];
}

/** It does not throw. */
export interface Lookout {
  /** Notes an entry; what it returns is called once the entry is durable. */
  note(noted: Noted): () => void;
  /** The run has left memory; what was noted and is not durable may never be. */
  gone(): void;
}

export class Lookouts {
  readonly #runs = new Map<RunId, Set<Lookout>>();

  /** Returns how to end it. */
  add(run: RunId, lookout: Lookout): () => void {
    const lookouts = this.#runs.get(run) ?? new Set();
    this.#runs.set(run, lookouts.add(lookout));
    return () => {
      lookouts.delete(lookout);
      if (lookouts.size === 0 && this.#runs.get(run) === lookouts) this.#runs.delete(run);
    };
  }

  has(run: RunId): boolean {
    return this.#runs.size > 0 && this.#runs.has(run);
  }

  note(run: RunId, noted: Noted): () => void {
    const lookouts = [...(this.#runs.get(run) ?? [])];
    const [only, ...others] = lookouts.map((lookout) => lookout.note(noted));
    if (others.length === 0) return only ?? NOBODY;
    return () => {
      only?.();
      for (const told of others) told();
    };
  }

  gone(run: RunId): void {
    for (const lookout of this.#runs.get(run) ?? []) lookout.gone();
  }
}

const NOBODY = (): void => {};
