/** Control: what a person may do to runs from afar. Who they are is said by the door they came through, never by what they send. */
import type { Decision, DecisionReceipt } from "./approvals.ts";
import type { ExportedRun } from "./exported-run.ts";
import type { FeedPort } from "./feed.ts";
import type { PersonId, RunId } from "./ids.ts";
import type { InspectionPort } from "./inspection.ts";
import type { Seq } from "./units.ts";

export type SteerAction = "pause" | "resume" | "cancel";

export interface SteerOrder {
  readonly action: SteerAction;
  readonly by: PersonId;
  /** Of a cancel. */
  readonly reason?: string;
}

/** What is missing cannot be done here: a store without its agents carries no run on. */
export interface ControlPort {
  /** @throws RuntimeError `run.owned`: it is left for the process that has the run, which has not answered yet. */
  readonly decide?: (decision: Decision) => Promise<DecisionReceipt>;
  readonly steer?: (run: RunId, order: SteerOrder) => Promise<void>;
  /** A new run that begins as the old one stood after `seq`. */
  readonly fork?: (run: RunId, seq: Seq, by: PersonId) => Promise<RunId>;
}

/** What is shown to people, and what they may do to it. An orchestrator is one. */
export interface Inspectable {
  readonly inspection: InspectionPort;
  readonly control?: ControlPort;
  /** A run as a file carries it. @throws RuntimeError `run.unknown` */
  readonly exported?: (run: RunId) => Promise<ExportedRun>;
  /** Where other applications tell what they do. */
  readonly feed?: FeedPort;
}
