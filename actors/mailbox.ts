/**
 * Mailbox: leaves a person's word in the store for whoever owns the run, and brings back what became of it. For
 * processes that do not have the run, and do not take it: the command line, another server.
 *
 * F-APP-08  A word about what is not asked is refused here and put on record; it does not wait for the question.
 */
import type { Decision, DecisionReceipt } from "../src/contracts/approvals.ts";
import type { SignalId } from "../src/contracts/ids.ts";
import type { ClockPort, CodecPort, Owner, PostedSignal, StorePort } from "../src/contracts/ports.ts";
import type { Milliseconds, Timestamp } from "../src/contracts/units.ts";
import { type Redact, redacted } from "../src/decisions/redaction.ts";
import { isOver } from "../src/decisions/report.ts";
import { type Addressed, addressed, isRefusal, readReceipt, refusalOf, refused } from "./host/decision.ts";
import { takeIn } from "./values.ts";

export interface MailboxPorts {
  readonly store: StorePort;
  readonly clock: ClockPort;
  readonly codec: CodecPort;
  readonly redact?: Redact | undefined;
  /** A new, unguessable id. */
  readonly newSignalId: () => SignalId;
}

/** What became of a decision left in the store, so far. */
export interface PostedDecision {
  /** Undefined: it was about no run of this store, and left no trace. */
  readonly id: SignalId | undefined;
  /** Undefined while it waits. It counts when it is taken, if its question is still open then. */
  readonly receipt: DecisionReceipt | undefined;
  /** Who has the run, or was the last to: `until` says up to when it is theirs. */
  readonly owner: Owner | undefined;
}

/** How long between two looks for the receipt, at first and at most. */
const [FIRST_LOOK, LAST_LOOK] = [20, 500];

export class Mailbox {
  readonly #ports: MailboxPorts;

  constructor(ports: MailboxPorts) {
    this.#ports = ports;
  }

  async post(decision: Decision, waitMs: Milliseconds): Promise<PostedDecision> {
    const parts = this.#read(decision);
    if (isRefusal(parts)) return { id: undefined, receipt: parts, owner: undefined };
    const { store, clock } = this.#ports;
    const { run, approval } = parts;
    const summary = await store.summary(run);
    if (summary === undefined)
      return {
        id: undefined,
        receipt: refused("approval.unknown", `there is no run "${run}" in this store`),
        owner: undefined,
      };
    const signal = this.#signalOf(decision, parts);
    const { id } = signal;
    const isOpen = summary.pendingApprovals.some(({ actor }) => actor === approval);
    if (isOver(summary.status) || !isOpen) {
      const receipt = refused("approval.closed", isOpen ? `run ${run} is over` : NOT_OPEN);
      await store.post(signal, JSON.stringify(receipt));
      return { id, receipt, owner: undefined };
    }
    await store.post(signal);
    const receipt = await this.#wait(signal, clock.now() + waitMs);
    return { id, receipt, owner: await store.owner(run) };
  }

  /** Puts a word on record that was refused without an entry of its own: its run is over. */
  async record(decision: Decision, receipt: DecisionReceipt): Promise<void> {
    const parts = this.#read(decision);
    const { store } = this.#ports;
    if (isRefusal(parts) || (await store.summary(parts.run)) === undefined) return;
    await store.post(this.#signalOf(decision, parts), JSON.stringify(receipt));
  }

  async receipt(id: SignalId): Promise<DecisionReceipt | undefined> {
    const text = await this.#ports.store.receipt(id);
    return text === undefined ? undefined : readReceipt(text);
  }

  #read(decision: Decision): ReturnType<typeof addressed> {
    try {
      const { codec, redact } = this.#ports;
      return addressed(redacted(takeIn(decision, "the decision", codec).value, redact));
    } catch (error) {
      return refusalOf(error);
    }
  }

  #signalOf({ requestId }: Decision, { run, word }: Addressed): PostedSignal {
    const { clock, newSignalId } = this.#ports;
    return {
      id: newSignalId(),
      run,
      postedAt: clock.now(),
      body: JSON.stringify({ requestId, ...(word as object) }),
    };
  }

  async #wait({ id, run }: PostedSignal, until: Timestamp): Promise<DecisionReceipt | undefined> {
    const { clock, store } = this.#ports;
    for (let pause = FIRST_LOOK; ; pause = Math.min(2 * pause, LAST_LOOK)) {
      const summary = await store.summary(run);
      const receipt = await this.receipt(id);
      if (receipt !== undefined) return receipt;
      // It was over before the receipt was looked for: nothing will come of this word any more.
      if (summary === undefined || isOver(summary.status)) return refused("approval.closed", `run ${run} is over`);
      if (clock.now() >= until) return undefined;
      await new Promise<void>((resolve) => void clock.at(Math.min(clock.now() + pause, until), resolve));
    }
  }
}

const NOT_OPEN = "this question is not open: it was answered, has expired, or was never asked";
