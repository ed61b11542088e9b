/**
 * Mail: decisions that other processes have left in the store, taken into the runs of this one.
 *
 * L1  A signal becomes one entry, in the transaction that takes it: after a crash it either waits or has been taken.
 * L2  A host looks after the runs it owns or was the last to own; and, once it has been told to recover what others
 *     left, after all that nobody owns.
 * L3  The store is asked for one number at a modest pace, and for mail only when that number has changed.
 */
import { RuntimeError } from "../../src/contracts/errors.ts";
import type { RunId } from "../../src/contracts/ids.ts";
import type { ClockPort, Holder, PostedSignal, StorePort } from "../../src/contracts/ports.ts";
import type { Milliseconds } from "../../src/contracts/units.ts";
import { inputOf, isRefusal, readDecision, receiptOf, refused } from "./decision.ts";
import type { LiveRun } from "./live-run.ts";

export interface MailPorts {
  readonly store: StorePort;
  readonly clock: ClockPort;
  readonly holder: Holder;
  readonly pollMs: Milliseconds;
  /** The run in memory, woken if need be. */
  readonly open: (run: RunId) => Promise<LiveRun>;
}

const BATCH = 100;

export class Mail {
  readonly #ports: MailPorts;
  readonly #collecting = new Map<RunId, Promise<void>>();
  #looking: Promise<void> = Promise.resolve();
  #seen: number | undefined;
  #everybodys = false;
  #cancelPoll: (() => void) | undefined;
  #unlisten: (() => void) | undefined;
  #stopped = false;

  constructor(ports: MailPorts) {
    this.#ports = ports;
  }

  /** From the first run on, there may be mail. */
  watch(): void {
    if (this.#unlisten !== undefined || this.#stopped) return;
    this.#unlisten = this.#ports.store.onPost(() => void this.look());
    if (this.#ports.store.version !== undefined) this.#pollLater();
  }

  /** Also looks after runs that others have left (L2). */
  async adopt(): Promise<void> {
    this.#everybodys = true;
    this.watch();
    await this.look();
  }

  /** Takes all there is. One look at a time. */
  look(): Promise<void> {
    this.#looking = this.#looking.then(() => this.#look());
    return this.#looking;
  }

  async #look(): Promise<void> {
    if (this.#stopped) return;
    const { store, holder } = this.#ports;
    try {
      const runs = await store.mailed(BATCH, this.#everybodys ? undefined : holder.id);
      for (const run of runs) await this.collect(run);
    } catch {
      // What could not be read now is still there; it is looked for again.
      this.#seen = undefined;
    }
  }

  /** Takes what waits for one run. */
  collect(run: RunId): Promise<void> {
    const known = this.#collecting.get(run);
    if (known !== undefined) return known;
    const collecting = this.#collect(run)
      .catch(() => {
        this.#seen = undefined;
      })
      .finally(() => this.#collecting.delete(run));
    this.#collecting.set(run, collecting);
    return collecting;
  }

  async #collect(run: RunId): Promise<void> {
    for (;;) {
      const signals = this.#stopped ? [] : await this.#ports.store.posted(run, BATCH);
      for (const signal of signals) if (!(await this.#take(run, signal))) return;
      if (signals.length < BATCH) return;
    }
  }

  /** False where the run cannot be had here: its mail is left to whoever has it. */
  async #take(run: RunId, signal: PostedSignal): Promise<boolean> {
    try {
      const decision = readDecision(signal.body);
      let live = await this.#ports.open(run);
      while (live.isClosed) live = await this.#ports.open(run);
      if (isRefusal(decision) || decision.run !== run) {
        await live.answer({ id: signal.id, receipt: JSON.stringify(isRefusal(decision) ? decision : ELSEWHERE) });
        return true;
      }
      const { approval } = decision;
      await live.submit(inputOf(decision), {
        id: signal.id,
        receipt: (step) => JSON.stringify(receiptOf(step, approval)),
      });
      return true;
    } catch (error) {
      if (error instanceof RuntimeError && error.code === "run.closed") return this.#turnAway(run, signal);
      return false;
    }
  }

  /** The run is over: its journal takes nothing more, and the sender is told. */
  async #turnAway(run: RunId, { id }: PostedSignal): Promise<boolean> {
    if (this.#stopped) return false;
    const { store, clock, holder } = this.#ports;
    const now = clock.now();
    const lease = await store.acquire(run, holder, now, now, () => true);
    const receipt = JSON.stringify(refused("approval.closed", `run ${run} is over`));
    await store.append([{ run, epoch: lease.epoch, entries: [], blobs: [], taken: [{ id, receipt }], durable: true }]);
    await store.release(lease);
    return true;
  }

  #pollLater(): void {
    const { clock, pollMs, store } = this.#ports;
    const poll = async (): Promise<void> => {
      // The number first: what comes between the two is seen the next time.
      const version = await store.version?.().catch(() => undefined);
      if (version === undefined || version !== this.#seen) {
        this.#seen = version;
        await this.look();
      }
      if (!this.#stopped) this.#pollLater();
    };
    this.#cancelPoll = clock.at(clock.now() + pollMs, () => void poll(), { background: true });
  }

  /** Waits for what is being taken, and takes no more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelPoll?.();
    this.#unlisten?.();
    await Promise.allSettled([this.#looking, ...this.#collecting.values()]);
  }
}

const ELSEWHERE = refused("value.invalid", "it is about another run than the one it was left for");
