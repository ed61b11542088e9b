/** Run: an application's hold on one run. It keeps nothing of the run in memory; drop it and the run goes on. */
import type { Author } from "../src/contracts/blackboard.ts";
import type { RunCaps } from "../src/contracts/budget.ts";
import { RuntimeError } from "../src/contracts/errors.ts";
import { type Digest, ORCHESTRATOR, type PersonId, type RunId } from "../src/contracts/ids.ts";
import type { JournalEntry, Message, Principal } from "../src/contracts/journal.ts";
import type { Json } from "../src/contracts/json.ts";
import type { Labels } from "../src/contracts/labels.ts";
import type { CodecPort, StorePort } from "../src/contracts/ports.ts";
import type { Source } from "../src/contracts/provenance.ts";
import type { RunReport } from "../src/contracts/report.ts";
import type { Seq } from "../src/contracts/units.ts";
import { limitsOf, runCapFaults } from "../src/decisions/limits.ts";
import { builtFrom, builtOn } from "../src/decisions/provenance.ts";
import { isOver } from "../src/decisions/report.ts";
import { events } from "./host/events.ts";
import type { Host } from "./host/host.ts";
import type { Committed } from "./host/run-record.ts";
import type { ExplainedEntry } from "./kernel/explain.ts";
import type { Verification } from "./kernel/verify.ts";
import { RunActor } from "./run-actor.ts";
import { giveOut, labelsGiven, takeIn } from "./values.ts";

export interface AmendOptions {
  readonly objective: string;
  /** Digest of the objective it replaces. */
  readonly replaces: Digest;
  /** Who says so: a person, as the application has authenticated them. */
  readonly by: PersonId;
}

export type AmendReceipt =
  | { readonly accepted: true; readonly digest: Digest }
  | { readonly accepted: false; readonly reason: string };

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
   * Lowers caps of the run; one that is lower already stays. What is in flight may finish: until then the report says
   * what is over-committed. Caps are raised by a grant only, which a person gives when the run asks for it.
   */
  async limit(caps: RunCaps, by = "operator"): Promise<void> {
    const [fault] = runCapFaults(caps, "caps");
    if (fault !== undefined) throw new RuntimeError("config.invalid", fault);
    await this.#send({ type: "run.limit", limits: { ...limitsOf(caps) }, by }, { kind: "person", id: by });
  }

  /**
   * Mistrusts an agent of the run: all it made, and what was built on that, is withdrawn and done again by others. How far
   * it had spread is in the report.
   */
  async quarantine(agent: string, reason: string, by = "operator"): Promise<void> {
    await this.#send({ type: "run.quarantine", agent, reason }, { kind: "person", id: by });
  }

  /**
   * Changes what the run is to achieve: a person's word, on the objective whose digest they give (`objectiveDigest` of
   * the report). A run that can plan anew does; what was completed stands. A word that does not count changes nothing.
   */
  async amend({ objective, replaces, by }: AmendOptions): Promise<AmendReceipt> {
    const { value } = takeIn(objective, "the objective", this.#codec);
    if (typeof value !== "string" || value.trim() === "")
      throw new RuntimeError("config.invalid", "give the new objective: what the run is to achieve");
    const digest = this.#host.digestOf(value);
    const event = { type: "run.amend", objective: value, digest, replaces, by };
    const { step } = await this.#send(event, { kind: "person", id: by });
    const ruling = step.ruled.find(({ rule }) => rule.startsWith("objective."));
    if (ruling?.rule === "objective.amended") return { accepted: true, digest };
    return { accepted: false, reason: ruling?.reason ?? "the run is over" };
  }

  /** Tells the run of something that happened in the application. Untrusted, for all to read, unless `labels` say more. */
  async signal(name: string, data: unknown = null, options: { readonly labels?: Labels } = {}): Promise<void> {
    const { value } = takeIn(data, `the data of signal "${name}"`, this.#codec);
    const marks = labelsGiven(options.labels, `signal "${name}"`);
    await this.#send({ type: "run.signal", name, data: value, ...marks }, { kind: "application", id: "application" });
  }

  #send(event: Message, by: Principal): Promise<Committed> {
    return this.#host.submit(this.id, { kind: "signal", to: ORCHESTRATOR, event, by });
  }

  /** Why entry `seq` is in the journal: what came in, what it caused, by which rules, and the chain back to the objective. */
  explain(seq: Seq): Promise<ExplainedEntry> {
    return this.#host.explain(this.id, seq);
  }

  /**
   * What the work of an attempt was built on: the outputs and entries it was told, those that they were built on, and so
   * on. Ask with the `author` of an entry of the blackboard, or with the attempt that gave an output: `<task>#<attempt>`.
   */
  async builtOn(author: Pick<Author, "actor">): Promise<readonly Source[]> {
    return builtOn((await this.#host.replay(this.id)).core.state, author);
  }

  /** What was built on the work of an attempt, directly and through others: how far a fault of it reached. */
  async builtFrom(author: Pick<Author, "actor">): Promise<readonly Source[]> {
    return builtFrom((await this.#host.replay(this.id)).core.state, author);
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
