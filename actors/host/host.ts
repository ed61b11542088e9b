/**
 * Host: the runs of one process. Starts, finds, wakes, parks and stops them; owns the leases.
 *
 * Z1  One run is in memory once; two openings share it.
 * Z2  A run that only waits is not in memory at all. What wakes it: a signal, or its due time.
 * Z3  A lost lease throws the run away; nothing more of it is performed here.
 */
import { RuntimeError, toFailure } from "../../src/contracts/errors.ts";
import { type Digest, ORCHESTRATOR, type RunId } from "../../src/contracts/ids.ts";
import { type Input, JOURNAL_FORMAT, type Message, type Principal } from "../../src/contracts/journal.ts";
import type { Json, JsonObject } from "../../src/contracts/json.ts";
import type { Lease } from "../../src/contracts/ports.ts";
import type { RunReport, RunSummary } from "../../src/contracts/report.ts";
import type { RunSettings } from "../../src/contracts/settings.ts";
import type { Seq, Timestamp } from "../../src/contracts/units.ts";
import { GENESIS } from "../../src/decisions/integrity.ts";
import { isOver, reportOf } from "../../src/decisions/report.ts";
import { Core } from "../kernel/core.ts";
import { type ExplainedEntry, explainEntry } from "../kernel/explain.ts";
import { type Replayed, replay } from "../kernel/replay.ts";
import { stateName } from "../kernel/state-name.ts";
import { type Verification, verify } from "../kernel/verify.ts";
import { Committer } from "./committer.ts";
import { carriedInto, fork } from "./fork.ts";
import type { HostPorts } from "./host-ports.ts";
import type { InspectionObserver } from "./inspection.ts";
import { tell } from "./inspection.ts";
import { LiveRun } from "./live-run.ts";
import type { LiveRunPorts } from "./live-run-ports.ts";
import { Lookouts } from "./lookouts.ts";
import { Mail } from "./mail.ts";
import type { Committed } from "./run-record.ts";

/** What watchers of a run are told: its journal has grown, or it could not be written. */
export interface Notice {
  readonly run: RunId;
  readonly seq: Seq;
  readonly failure?: RuntimeError;
}

type Watcher = (notice: Notice) => void;

const WAKE_BATCH = 100;

/** After the store could not be read. */
const WAKE_RETRY_MS = 10_000;

export class Host {
  readonly observers = new Set<InspectionObserver>();
  readonly lookouts = new Lookouts();
  readonly #ports: HostPorts;
  readonly #committer: Committer;
  readonly #live = new Map<RunId, LiveRun>();
  readonly #opening = new Map<RunId, Promise<LiveRun>>();
  readonly #closing = new Map<RunId, Promise<void>>();
  readonly #watchers = new Map<RunId, Set<Watcher>>();
  readonly #mail: Mail;
  #cancelWake: (() => void) | undefined;
  #wakeDue: Timestamp | undefined;
  #cancelRenewal: (() => void) | undefined;
  #stopped = false;
  #stopping: Promise<void> | undefined;

  constructor(ports: HostPorts) {
    this.#ports = ports;
    this.#committer = new Committer(ports.store);
    const { store, clock, pollMs } = ports;
    this.#mail = new Mail({ store, clock, pollMs, holder: ports.holder.self, open: (run) => this.open(run) });
  }

  get liveRuns(): number {
    return this.#live.size;
  }

  /** Registers a run and makes its start durable. */
  async start(run: RunId, given: JsonObject, settings: RunSettings): Promise<void> {
    this.#assertRunning();
    const { store, clock, holder, sha256, logics } = this.#ports;
    const now = clock.now();
    const until = now + this.#ports.leaseMs;
    const lease: Lease = { run, epoch: 1, holder: holder.self, until };
    const live = new LiveRun(this.#runPorts(), lease, new Core(logics, sha256), GENESIS, now, now);
    const event: Message = {
      type: "run.start",
      format: JOURNAL_FORMAT,
      charts: this.#ports.charts,
      run,
      ...given,
      objectiveDigest: sha256(String(given["objective"])),
      settings: settings as unknown as Json,
    };
    await live.begin({ kind: "start", to: ORCHESTRATOR, event }, ({ summary, ...first }) => {
      if (summary === undefined) throw new RuntimeError("store.failed", `run ${run} has no summary`);
      this.#keep(live);
      return store.create(run, summary, holder.self, until, first);
    });
  }

  /** Begins the run `run` where `origin` stood after entry `seq`; it is taken up from there. */
  async fork(origin: RunId, seq: Seq, run: RunId): Promise<void> {
    this.#assertRunning();
    await this.summary(origin);
    await fork({ ...this.#ports, holder: this.#ports.holder.self }, { origin, seq, run });
    await this.open(run);
  }

  /** The run in memory, read back from its journal if need be. @throws RuntimeError `run.closed` when it is over. */
  async open(run: RunId): Promise<LiveRun> {
    this.#assertRunning();
    await this.#closing.get(run);
    const live = this.#live.get(run);
    if (live !== undefined) return live;
    const opening = this.#opening.get(run) ?? this.#revive(run).finally(() => this.#opening.delete(run));
    this.#opening.set(run, opening);
    return opening;
  }

  async #revive(run: RunId): Promise<LiveRun> {
    const { store, clock, holder } = this.#ports;
    const summary = await this.summary(run);
    if (isOver(summary.status)) throw new RuntimeError("run.closed", `run ${run} is ${summary.status}`);
    const now = clock.now();
    const lease = await store.acquire(run, holder.self, now, now + this.#ports.leaseMs, (other) =>
      holder.mayLive(other),
    );
    try {
      const replayed = await this.replay(run);
      const live = new LiveRun(
        this.#runPorts(),
        lease,
        replayed.core,
        replayed.head,
        replayed.at,
        summary.createdAt,
        replayed.entries,
      );
      this.#keep(live);
      await live.resume(replayed.core.pending.size === 0 ? undefined : await carriedInto(store, run));
      void this.#mail.collect(run);
      return live;
    } catch (error) {
      if (!this.#live.has(run)) await store.release(lease).catch(() => {});
      throw error;
    }
  }

  /** Sends an input to a run, waking it if need be. */
  async submit(run: RunId, input: Input): Promise<Committed> {
    let live = await this.open(run);
    // It may have been parked, or have ended, on the way here.
    while (live.isClosed) live = await this.open(run);
    return live.submit(input);
  }

  digestOf(text: string): Digest {
    return this.#ports.sha256(text);
  }

  /** Tells every run in memory of the policy now in force, all in one turn. The others hear of it when they are taken up. */
  async adoptPolicy(by: Principal): Promise<void> {
    const told = [...this.#live.values()].map((live) => live.adoptPolicy(by));
    for (const committed of told) await committed;
  }

  replay(run: RunId, until?: Seq): Promise<Replayed> {
    const { store, logics, sha256 } = this.#ports;
    return replay({ run, store, logics, sha256, ...(until === undefined ? {} : { until }) });
  }

  explain(run: RunId, seq: Seq): Promise<ExplainedEntry> {
    return explainEntry(this.#ports, run, seq);
  }

  verify(run: RunId): Promise<Verification> {
    return verify(this.#ports, run);
  }

  async summary(run: RunId): Promise<RunSummary> {
    const summary = await this.#ports.store.summary(run);
    if (summary === undefined) throw unknownRun(run);
    return summary;
  }

  /** What the run has come to, from memory or from its journal. */
  async report(run: RunId): Promise<RunReport> {
    const report = this.#live.get(run)?.view.report();
    if (report !== undefined) return report;
    const { core, at } = await this.replay(run);
    if (core.root === undefined) throw unknownRun(run);
    return reportOf(core.state, stateName(core.root.value), at, core.fatal);
  }

  live(run: RunId): LiveRun | undefined {
    return this.#live.get(run);
  }

  /** Tells of every commit of a run until the function returned is called. */
  watch(run: RunId, watcher: Watcher): () => void {
    const watchers = this.#watchers.get(run) ?? new Set();
    this.#watchers.set(run, watchers.add(watcher));
    if (this.#watchers.size === 1) this.#armWake();
    return () => {
      watchers.delete(watcher);
      if (watchers.size === 0 && this.#watchers.get(run) === watchers) this.#watchers.delete(run);
      if (this.#watchers.size === 0) this.#armWake();
    };
  }

  #notify(notice: Notice): void {
    for (const watcher of [...(this.#watchers.get(notice.run) ?? [])]) tell(watcher, notice);
  }

  #runPorts(): LiveRunPorts {
    const { store, clock, sha256, performers, minds, redact, policy, parkAfterMs, graceMs } = this.#ports;
    return {
      store,
      clock,
      sha256,
      performers,
      minds,
      redact,
      policy,
      parkAfterMs,
      graceMs,
      committer: this.#committer,
      observers: this.observers,
      lookouts: this.lookouts,
      committed: (live, { seq }) => this.#notify({ run: live.run, seq }),
      idle: (live) => this.#park(live),
      gone: (live, failure) => {
        if (this.#live.get(live.run) === live) this.#live.delete(live.run);
        this.lookouts.gone(live.run);
        if (failure !== undefined) this.#notify({ run: live.run, seq: live.head.seq, failure });
      },
    };
  }

  #keep(live: LiveRun): void {
    this.#live.set(live.run, live);
    this.#renewLater();
    this.#mail.watch();
  }

  #park(live: LiveRun): void {
    const due = live.core.timers.next()?.due;
    const closing = live
      .close()
      .catch(() => {})
      .finally(() => this.#closing.delete(live.run));
    this.#closing.set(live.run, closing);
    if (due !== undefined) this.#wakeAt(due);
  }

  /** Takes the decisions that were left for a run. */
  collectMail(run: RunId): Promise<void> {
    return this.#mail.collect(run);
  }

  /** From now on decisions are also taken for runs that others have left here. */
  adoptMail(): Promise<void> {
    return this.#mail.adopt();
  }

  // Waking what is parked.

  /** Arms the clock for the earliest due time in the store. Called once at the start, and after each waking. */
  async watchTimers(): Promise<void> {
    const due = await this.#ports.store.nextDue();
    if (due !== undefined) this.#wakeAt(due);
  }

  #wakeAt(due: Timestamp): void {
    if (this.#wakeDue !== undefined && this.#wakeDue <= due) return;
    this.#wakeDue = due;
    this.#armWake();
  }

  /** While nobody waits for a run, its due time is no reason for the process to stay. */
  #armWake(): void {
    this.#cancelWake?.();
    this.#cancelWake = undefined;
    if (this.#stopped || this.#wakeDue === undefined) return;
    const ring = (): void => {
      this.#wakeDue = undefined;
      void this.#wake();
    };
    this.#cancelWake = this.#ports.clock.at(this.#wakeDue, ring, { background: this.#watchers.size === 0 });
  }

  async #wake(): Promise<void> {
    await Promise.all(this.#closing.values());
    if (this.#stopped) return;
    try {
      const due = await this.#ports.store.due(this.#ports.clock.now(), WAKE_BATCH);
      for (const run of due) await this.open(run).catch((error: unknown) => this.#unwakeable(run, error));
      await this.watchTimers();
    } catch (error) {
      for (const run of this.#watchers.keys()) if (!this.#live.has(run)) this.#unwakeable(run, error);
      this.#wakeAt(this.#ports.clock.now() + WAKE_RETRY_MS);
    }
  }

  /** A run that cannot be woken is told to its watchers; others are not kept waiting for it. */
  #unwakeable(run: RunId, error: unknown): void {
    const failure =
      error instanceof RuntimeError
        ? error
        : new RuntimeError("run.diverged", toFailure(error, "run.diverged").message);
    this.#notify({ run, seq: 0, failure });
  }

  // Leases.

  #renewLater(): void {
    if (this.#cancelRenewal !== undefined || this.#stopped) return;
    const { clock, leaseMs } = this.#ports;
    const renew = (): void => {
      this.#cancelRenewal = undefined;
      if (this.#live.size > 0) void this.#renew();
    };
    this.#cancelRenewal = clock.at(clock.now() + Math.ceil(leaseMs / 3), renew, { background: true });
  }

  async #renew(): Promise<void> {
    const { store, clock, leaseMs } = this.#ports;
    const leases: Lease[] = [...this.#live.values()].map(({ lease }) => lease);
    try {
      const lost = await store.renew(leases, clock.now() + leaseMs);
      for (const run of lost) {
        this.#live.get(run)?.fail(new RuntimeError("run.fenced", `run ${run} has been taken over by another owner`));
      }
    } catch {
      // Tried again in time; an append by a lost owner is refused by the store in any case.
    }
    this.#renewLater();
  }

  // The end.

  /** Takes no more input, waits for what is in flight, and parks every run. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    await this.#mail.stop();
    this.#stopped = true;
    this.#cancelWake?.();
    this.#cancelRenewal?.();
    await Promise.allSettled(this.#opening.values());
    await Promise.all([...this.#live.values()].map((live) => this.#drain(live)));
    await Promise.all(this.#closing.values());
    await this.#ports.store.close();
  }

  async #drain(live: LiveRun): Promise<void> {
    const { clock, graceMs } = this.#ports;
    const until = clock.now() + graceMs;
    live.quiesce();
    while (!live.isClosed && !live.isResting && clock.now() < until) {
      await new Promise<void>((resolve) => {
        const done = (): void => {
          unwatch();
          cancel();
          resolve();
        };
        const unwatch = this.watch(live.run, done);
        const cancel = clock.at(until, done);
      });
    }
    await live.close().catch(() => {});
  }

  #assertRunning(): void {
    if (this.#stopped) throw new RuntimeError("run.closed", "this orchestrator has been stopped");
  }
}

export const unknownRun = (run: RunId): RuntimeError =>
  new RuntimeError("run.unknown", `there is no run "${run}" in this store; list them with "bailiwick runs"`);
