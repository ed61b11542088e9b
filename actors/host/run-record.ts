/**
 * Run record: the end of a run's journal, as its owner writes it. The entry that comes next, with its place in the
 * chain; the summary and the checkpoint that follow it; and what is given to the committer and is not yet durable.
 */
import { messageOf, RuntimeError } from "../../src/contracts/errors.ts";
import type { RunId } from "../../src/contracts/ids.ts";
import type { Input } from "../../src/contracts/journal.ts";
import type { Append, Checkpoint, HashPort, Lease, StorePort } from "../../src/contracts/ports.ts";
import type { Judgement } from "../../src/contracts/tools.ts";
import type { Timestamp } from "../../src/contracts/units.ts";
import { type ChainHead, link } from "../../src/decisions/integrity.ts";
import type { Moment } from "../../src/decisions/run-state.ts";
import { Checkpointer } from "../kernel/checkpoint.ts";
import type { Core } from "../kernel/core.ts";
import { writeEntry } from "../kernel/entry.ts";
import type { PendingEffect } from "../kernel/registry.ts";
import type { Step } from "../kernel/step.ts";
import type { Inspection } from "./inspection.ts";
import type { RunView, Sight } from "./run-view.ts";

export interface RunRecordPorts {
  readonly store: StorePort;
  readonly sha256: HashPort;
}

/** What a record is of. */
export interface RecordedRun {
  readonly lease: Lease;
  readonly core: Core;
  readonly view: RunView;
  readonly inspection: Inspection;
}

export interface Committed {
  readonly moment: Moment;
  readonly step: Step;
}

export interface Taken extends Committed {
  readonly input: Input;
}

/** What an entry shows of the run, and is shown only when the entry is durable. */
export interface Shown {
  readonly hash: string;
  readonly checkpoint: string | undefined;
  readonly seen: () => void;
  readonly sight: Sight;
}

export class RunRecord {
  readonly #ports: RunRecordPorts;
  readonly #of: RecordedRun;
  readonly #checkpointer: Checkpointer;
  #head: ChainHead;
  #uncommitted = 0;

  constructor(ports: RunRecordPorts, of: RecordedRun, head: ChainHead, replayed: number) {
    this.#ports = ports;
    this.#of = of;
    this.#head = head;
    this.#checkpointer = new Checkpointer(of.core, replayed);
  }

  get head(): ChainHead {
    return this.#head;
  }

  /** Whether all that was recorded is durable. */
  get isWritten(): boolean {
    return this.#uncommitted === 0;
  }

  /** The entry as it is to be written, and what is shown once it is. */
  add(taken: Taken): readonly [Append, Shown] {
    const { input, step, moment } = taken;
    const { lease, view, inspection } = this.#of;
    const { run, epoch } = lease;
    const { body, blobs } = writeEntry(input, step, moment, epoch, this.#ports.sha256);
    const hash = link(this.#head.hash, body, this.#ports.sha256);
    this.#head = { seq: moment.seq, hash, epoch };
    const summary = view.newSummary(moment);
    const checkpoint = this.#checkpointer.count(body.length);
    const shown = { hash, checkpoint, seen: inspection.end(taken, this.#head), sight: view.look(moment.at) };
    const durable = this.#mustBeDurable(input, step);
    this.#uncommitted++;
    const entries = [{ seq: moment.seq, body, hash }];
    return [{ run, epoch, entries, blobs, durable, ...(summary === undefined ? {} : { summary }) }, shown];
  }

  /** What a power failure must not lose: people's words, and the intent of what must not happen twice or costs money. */
  #mustBeDurable(input: Input, step: Step): boolean {
    if (input.kind === "signal") return true;
    return step.intents.some(
      ({ key, effect }) => effect === "once" || effect === "reconcilable" || heldMoney(this.#of.core.pending.get(key)),
    );
  }

  /** The entry is durable; what follows it can be seen, and kept. */
  written({ seq }: Moment, { hash, checkpoint, sight }: Shown): void {
    this.#uncommitted--;
    this.#of.view.show(sight);
    if (checkpoint !== undefined) this.#save({ seq, hash, body: checkpoint });
  }

  /** Leaves the last summary and a checkpoint behind, and gives the lease up. */
  async end(at: Timestamp): Promise<void> {
    const { lease, view } = this.#of;
    const { run, epoch } = lease;
    const { seq, hash } = this.#head;
    const summary = view.lastSummary({ seq, at });
    if (summary !== undefined)
      await this.#ports.store.append([{ run, epoch, entries: [], blobs: [], summary, durable: false }]);
    const checkpoint = this.isWritten ? this.#checkpointer.parting() : undefined;
    if (checkpoint !== undefined) this.#save({ seq, hash, body: checkpoint });
    await this.#ports.store.release(lease);
  }

  #save(checkpoint: Checkpoint): void {
    const { run, epoch } = this.#of.lease;
    // A checkpoint that is not kept costs time at the next start, nothing else.
    this.#ports.store.saveCheckpoint(run, epoch, checkpoint).catch(() => {});
  }
}

export const storeFailure = (run: RunId, error: unknown): RuntimeError =>
  error instanceof RuntimeError
    ? error
    : new RuntimeError("store.failed", `run ${run}: ${messageOf(error)}`, { cause: error });

function heldMoney(effect: PendingEffect | undefined): boolean {
  if (effect?.src !== "execute") return false;
  const { judgement } = effect.input as unknown as { readonly judgement: Judgement };
  return (judgement.hold?.costMicroUsd ?? 0) > 0;
}
