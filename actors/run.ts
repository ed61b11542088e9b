/** Run: an application's hold on one run. It keeps nothing of the run in memory; drop it and the run goes on. */
import { ORCHESTRATOR, type RunId } from "../src/contracts/ids.ts";
import type { JournalEntry, Message, Principal } from "../src/contracts/journal.ts";
import type { Json } from "../src/contracts/json.ts";
import type { CodecPort, StorePort } from "../src/contracts/ports.ts";
import type { RunReport } from "../src/contracts/report.ts";
import type { Seq } from "../src/contracts/units.ts";
import { isOver } from "../src/decisions/report.ts";
import { events } from "./host/events.ts";
import type { Host } from "./host/host.ts";
import type { ExplainedEntry } from "./kernel/explain.ts";
import type { Verification } from "./kernel/verify.ts";
import { RunActor } from "./run-actor.ts";
import { giveOut, takeIn } from "./values.ts";

export class Run {
  readonly id: RunId;
  readonly #host: Host;
  readonly #store: StorePort;
  readonly #codec: CodecPort;
  #actor: RunActor | undefined;

  constructor(id: RunId, host: Host, store: StorePort, codec: CodecPort) {
    this.id = id;
    this.#host = host;
    this.#store = store;
    this.#codec = codec;
  }

  /**
   * Resolves when the run is over, or suspended until a person or an operator acts. Read it again after you have
   * acted. It never rejects for what happens in a run: limits, refusals and failures are in the report. It rejects when
   * the run cannot be carried on here: `store.failed`, `run.fenced`, `run.diverged`.
   */
  get result(): Promise<RunReport> {
    return this.#settled();
  }

  async #settled(): Promise<RunReport> {
    for (;;) {
      const news = Promise.withResolvers<void>();
      const unwatch = this.#host.watch(this.id, ({ failure }) => {
        if (failure !== undefined) news.reject(failure);
        else if (this.#host.live(this.id)?.view.status !== "running") news.resolve();
      });
      try {
        const report = await this.#settledReport();
        if (report !== undefined) return report;
        await news.promise;
      } finally {
        unwatch();
        news.promise.catch(() => {});
      }
    }
  }

  async #settledReport(): Promise<RunReport | undefined> {
    const live = this.#host.live(this.id);
    if (live !== undefined) {
      if (live.view.status === undefined || live.view.status === "running") return undefined;
      const report = live.view.report();
      return report === undefined ? undefined : this.#out(report);
    }
    const { status } = await this.#host.summary(this.id);
    return status !== "running" && this.#host.live(this.id) === undefined ? this.report() : undefined;
  }

  /** What the run has come to so far. */
  async report(): Promise<RunReport> {
    return this.#out(await this.#host.report(this.id));
  }

  #out(report: RunReport): RunReport {
    return report.output === undefined ? report : { ...report, output: giveOut(report.output, this.#codec) as Json };
  }

  /** The journal, from the entry after `after`, and then as it grows, until the run is over. */
  events(options: { readonly after?: Seq } = {}): AsyncGenerator<JournalEntry, void, undefined> {
    const hasEnded = async (): Promise<boolean> => {
      const status = this.#host.live(this.id)?.view.status ?? (await this.#host.summary(this.id)).status;
      return isOver(status);
    };
    return events(this.#host, this.#store, this.id, options.after ?? 0, hasEnded);
  }

  /** Holds every new act back until {@link resume}; what is in flight ends. */
  async pause(by = "operator"): Promise<void> {
    await this.#send({ type: "run.pause" }, { kind: "person", id: by });
  }

  async resume(by = "operator"): Promise<void> {
    await this.#send({ type: "run.resume" }, { kind: "person", id: by });
  }

  /** Ends the run with what there is; its effects are aborted. */
  async cancel(reason = "cancelled", by = "operator"): Promise<void> {
    await this.#send({ type: "run.cancel", reason }, { kind: "person", id: by });
  }

  /**
   * Mistrusts an agent of the run: all it made, and what was built on that, is withdrawn and done again by others. How far
   * it had spread is in the report.
   */
  async quarantine(agent: string, reason: string, by = "operator"): Promise<void> {
    await this.#send({ type: "run.quarantine", agent, reason }, { kind: "person", id: by });
  }

  /** Tells the run of something that happened in the application. */
  async signal(name: string, data: unknown = null): Promise<void> {
    const { value } = takeIn(data, `the data of signal "${name}"`, this.#codec);
    await this.#send({ type: "run.signal", name, data: value }, { kind: "application", id: "application" });
  }

  async #send(event: Message, by: Principal): Promise<void> {
    await this.#host.submit(this.id, { kind: "signal", to: ORCHESTRATOR, event, by });
  }

  /** Why entry `seq` is in the journal: what came in, what it caused, by which rules, and the chain back to the objective. */
  explain(seq: Seq): Promise<ExplainedEntry> {
    return this.#host.explain(this.id, seq);
  }

  /** Whether the journal is whole: its chain of hashes, its length, and the payloads it refers to. */
  verify(): Promise<Verification> {
    return this.#host.verify(this.id);
  }

  /** The orchestrator as an XState actor: `getSnapshot`, `subscribe`, `send`. For `@xstate/react` and inspectors. */
  get actor(): RunActor {
    this.#actor ??= new RunActor(this.id, this.#host);
    return this.#actor;
  }
}
