/** Run view: what a run shows of itself. Reports are of the last durable entry; summaries go into the store with entries. */
import type { Failure } from "../../src/contracts/errors.ts";
import type { RunReport, RunStatus, RunSummary } from "../../src/contracts/report.ts";
import type { Seq, Timestamp } from "../../src/contracts/units.ts";
import { reportOf, statusOf } from "../../src/decisions/report.ts";
import type { Moment, RunState } from "../../src/decisions/run-state.ts";
import type { Core } from "../kernel/core.ts";
import type { Snapshot } from "../kernel/logic.ts";
import { stateName } from "../kernel/state-name.ts";

/** The root at one moment. Snapshots are immutable, so this costs nothing to keep. */
export interface Sight {
  readonly root: Snapshot | undefined;
  readonly at: Timestamp;
  readonly fatal: Failure | undefined;
}

export class RunView {
  readonly #core: Core;
  readonly #createdAt: Timestamp;
  #durable: Sight;
  /** The entry the last summary was made of. */
  #summed: Seq | undefined;
  #shown: { readonly state: string; readonly questions: unknown } = { state: "", questions: undefined };

  constructor(core: Core, createdAt: Timestamp, at: Timestamp) {
    this.#core = core;
    this.#createdAt = createdAt;
    this.#durable = this.look(at);
  }

  /** The run as it is now, whether durable or not. */
  look(at: Timestamp): Sight {
    return { root: this.#core.root, at, fatal: this.#core.fatal };
  }

  /** From now on, what was seen then is what is shown. */
  show(sight: Sight): void {
    this.#durable = sight;
  }

  get snapshot(): Snapshot | undefined {
    return this.#durable.root;
  }

  /** Unlike the report, it costs the same in any plan. */
  get status(): RunStatus | undefined {
    const { root, fatal } = this.#durable;
    if (root === undefined) return undefined;
    return fatal === undefined ? statusOf(stateName(root.value)) : "failed";
  }

  report(): RunReport | undefined {
    const { root, at, fatal } = this.#durable;
    return root === undefined ? undefined : reportOf(root.context as RunState, stateName(root.value), at, fatal);
  }

  /** The summary to store with the entry at `moment`; undefined while it shows nothing new. */
  newSummary(moment: Moment): RunSummary | undefined {
    const shown = { state: this.#state, questions: this.#core.state?.questions };
    if (this.#shown.state === shown.state && this.#shown.questions === shown.questions) return undefined;
    this.#shown = shown;
    return this.#summary(moment);
  }

  /** The summary to leave behind; undefined when the last one was made of the same entry, as it is for a run that waits. */
  lastSummary(moment: Moment): RunSummary | undefined {
    return moment.seq === this.#summed ? undefined : this.#summary(moment);
  }

  #summary(moment: Moment): RunSummary {
    this.#summed = moment.seq;
    const run = this.#core.state;
    const state = this.#state;
    const failure: Failure | null = this.#core.fatal ?? run.failure;
    const nextDue = this.#core.timers.next()?.due;
    return {
      run: run.run,
      name: run.settings.name,
      objective: run.objective,
      status: this.#core.fatal === undefined ? statusOf(state) : "failed",
      state,
      createdAt: this.#createdAt,
      updatedAt: moment.at,
      head: moment.seq,
      progress: run.progress,
      spent: run.ledger.spent,
      pendingApprovals: this.#core.isOver ? [] : run.questions,
      ...(run.decided.length === 0 ? {} : { decided: run.decided }),
      ...(nextDue === undefined || this.#core.isOver ? {} : { nextDue }),
      ...(failure === null ? {} : { failure }),
    };
  }

  get #state(): string {
    return this.#core.root === undefined ? "" : stateName(this.#core.root.value);
  }
}
