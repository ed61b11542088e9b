import type { ApprovalRequest, Decided } from "./approvals.ts";
import type { Conflict } from "./blackboard.ts";
import type { Amount, BudgetWarning, CountedPot, EconomyChoice, GrantRecord, Limits, Part } from "./budget.ts";
import type { Failure } from "./errors.ts";
import type { Acceptance } from "./evaluation.ts";
import type { AgentName, RunId, TaskId, ToolName } from "./ids.ts";
import type { Json } from "./json.ts";
import type { Finding, TaskStatus } from "./plan.ts";
import type { Milliseconds, Seq, Timestamp } from "./units.ts";

/** Where a run stands. `suspended`: only a person, a timer or an operator can move it. */
export type RunStatus = "running" | "suspended" | "completed" | "failed" | "cancelled";

export interface TaskReport {
  readonly id: TaskId;
  readonly agent: AgentName;
  /** `stopped`: not settled when the run ended. */
  readonly status: TaskStatus | "stopped";
  readonly attempts: number;
  /** Of a running task: the share of its last acts that were about something else than it was given, 0 to 1. */
  readonly drift?: number;
  readonly accountable: string;
  /** No attempt passed its checks: its output is the best there was, and this is what was wanting in it. */
  readonly wanting?: readonly Finding[];
  /** The task that did the same work, whose output it has taken. */
  readonly sharedFrom?: TaskId;
  readonly failure?: Failure;
  /** Of a delegated task: the task it is a part of, and the agents on whose behalf, the outermost first. */
  readonly delegatedBy?: { readonly task: TaskId; readonly chain: readonly AgentName[] };
}

export interface Spend extends Amount {
  readonly wallMs: Milliseconds;
  /** Without the time in which the run waited for a person or was paused. */
  readonly activeMs: Milliseconds;
  /** Actual over held, 0 to 1, of what was held and settled in money; undefined when nothing was. */
  readonly holdEfficiency?: number;
}

/** How a run keeps its budget. Amounts are integers: micro-dollars, tokens, steps, calls. */
export interface BudgetReport {
  /** The caps in force, grants included. */
  readonly limits: Limits;
  /** Settled, and held by calls that have not ended. */
  readonly spent: Amount;
  readonly held: Amount;
  /** Pots in which more is spent and held than the cap allows. Nothing more is held in any of them. */
  readonly overCommitted: readonly CountedPot[];
  /** Agents and tasks with caps of their own. */
  readonly parts: readonly PartReport[];
  /** Actual over held, of calls that reported what they used; a pot in which nothing was held is left out. */
  readonly efficiency: { readonly costMicroUsd?: number; readonly tokens?: number };
  /** Calls whose bill was no amount to go by; they have cost their hold. */
  readonly untrusted: number;
  /** What calls cost above their holds. */
  readonly over: Amount;
  readonly warnings: readonly BudgetWarning[];
  readonly choices: readonly EconomyChoice[];
  readonly grants: readonly GrantRecord[];
  /** What the whole plan will have cost if the tasks that are left cost what those did that have ended. */
  readonly forecast?: Amount;
}

export interface PartReport extends Pick<Part, "name" | "limits" | "spent"> {
  readonly held: Amount;
  readonly overCommitted: readonly CountedPot[];
}

/** Work that was not done twice: a task that took another's output, or a call that took the result of another task's. */
export interface Share {
  readonly task: TaskId;
  readonly tool?: ToolName;
  readonly from: TaskId;
}

/** An agent that was found not to be trusted, and how far what it made had spread. */
export interface Quarantine {
  readonly agent: AgentName;
  readonly reason: string;
  /** Tasks it did, and those that built on them; done again, or given to others. */
  readonly tasks: readonly TaskId[];
  /** Of the blackboard; withdrawn. */
  readonly keys: readonly string[];
  readonly at: Timestamp;
}

/** What a run came to, or has come to so far. A limit, a refusal or a failure ends in a report, never in an exception. */
export interface RunReport {
  readonly run: RunId;
  readonly name: string;
  readonly objective: string;
  /** What the objective is known by, to whoever amends it. */
  readonly objectiveDigest: string;
  readonly status: RunStatus;
  /** The orchestrator's state. */
  readonly state: string;
  /** The result; only of a completed run. */
  readonly output?: Json;
  /** Outputs of the tasks that were completed, when the run was not. */
  readonly partial?: { readonly [task: string]: Json };
  /** Why it stopped short. */
  readonly failure?: Failure;
  readonly tasks: readonly TaskReport[];
  /** Of the objective, from 0 to 1: what share of its acceptance criteria holds, or of its tasks is done. */
  readonly progress: number;
  /** How much of each criterion holds, where there are any. */
  readonly acceptance?: Acceptance;
  readonly spend: Spend;
  readonly budget: BudgetReport;
  readonly pendingApprovals: readonly ApprovalRequest[];
  /** Values let through in spite of their labels, by extractors and by people; where labels are used. */
  readonly declassified?: number;
  /** What people have decided lately, and how long each question had been open. Absent: nothing. */
  readonly decided?: readonly Decided[];
  readonly conflicts: readonly Conflict[];
  readonly quarantines: readonly Quarantine[];
  /** What was shared with what: at most the last 1,000; all are in the journal. */
  readonly shares: readonly Share[];
  readonly findings: readonly Finding[];
}

/** What a list of runs shows; kept beside the journal and derived from it. */
export interface RunSummary {
  readonly run: RunId;
  readonly name: string;
  readonly objective: string;
  readonly status: RunStatus;
  readonly state: string;
  readonly createdAt: Timestamp;
  readonly updatedAt: Timestamp;
  readonly head: Seq;
  /** Of the objective, from 0 to 1. */
  readonly progress?: number;
  /** As it was when the state changed last, or the run left memory. */
  readonly spent?: Amount;
  /** When the run must be woken although nobody speaks to it. */
  readonly nextDue?: Timestamp;
  readonly pendingApprovals: readonly ApprovalRequest[];
  /** What people have decided lately. Absent: nothing. */
  readonly decided?: readonly Decided[];
  readonly failure?: Failure;
}
