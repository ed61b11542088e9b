import type { ApprovalSettings } from "./approvals.ts";
import type { BudgetSettings, Limits, PartLimits } from "./budget.ts";
import type { DelegationSettings } from "./delegation.ts";
import type { AgentName, PersonId, ToolName } from "./ids.ts";
import type { FlowSettings } from "./labels.ts";
import type { Cost } from "./tools.ts";
import type { Milliseconds } from "./units.ts";

/** The part of an agent's definition that rules are applied to; plain data, journalled with the start. */
export interface AgentGrant {
  readonly name: AgentName;
  /** The tools it may name. All others are refused. */
  readonly tools: readonly ToolName[];
  /** Blackboard keys it may read and write: exact, or a prefix ending in `/*`; `*` for all. */
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  /** Inputs without which it cannot work. */
  readonly requires: readonly string[];
  /** Who takes over when it is stopped for repeating itself or costing too much, or has failed for good. */
  readonly fallback?: AgentName;
  /** The agents it may delegate to. Absent: none. */
  readonly delegates?: readonly AgentName[];
  /** Caps of this agent, over all its tasks. */
  readonly limits?: PartLimits;
  /** Agents of one model, prompt family and list of tools count as one voter. */
  readonly model?: string;
  readonly family?: string;
  /** The most a review of its output can cost. */
  readonly reviewCost?: Cost;
  /** For its tasks that do not say. */
  readonly timeoutMs?: Milliseconds;
  /** Acts it may have open at once. */
  readonly maxOpenActs?: number;
  /** Those of its tools that are models: a call of one is a thought. */
  readonly models?: readonly ToolName[];
}

/** When a tool that keeps failing is left alone, and for how long. */
export interface BreakerSettings {
  /** Failures among the last `of` calls that open the breaker. Default 5 of 10. */
  readonly failures?: number;
  readonly of?: number;
  /** How long no call is made. Doubled each time the call that tries again fails, up to an hour. Default 30,000. */
  readonly coolMs?: Milliseconds;
}

/** What rules need to know of a tool before it is called. Only tools that say something of it are listed. */
export interface ToolSettings {
  /** Tries after the first, of one call. */
  readonly retries?: number;
  readonly backoffMs?: Milliseconds;
  /** How long a call that was stopped may take to stop. */
  readonly graceMs?: Milliseconds;
  /** False: never left alone. */
  readonly breaker?: BreakerSettings | false;
}

/** How much failing a run puts up with before it tries something else. */
export interface FailureSettings {
  /**
   * Second tries of calls and tasks together: at most this share of all calls and tasks (default 0.1), and at least
   * `leastRetries` (default 20), so that a small run can try again at all.
   */
  readonly retryShare?: number;
  readonly leastRetries?: number;
  /**
   * An agent that fails more than `max` times (default 10) within `withinMs` (default 60,000), and does not succeed
   * once in between, is not started again on the task: its fallback is, or the task has failed.
   */
  readonly restarts?: { readonly max?: number; readonly withinMs?: Milliseconds };
  /** For tools that do not say. False: none is ever left alone. */
  readonly breaker?: BreakerSettings | false;
}

/** How often the orchestrator steps in before it stops a run that repeats itself. */
export interface LoopSettings {
  /** How often an act, or a cycle of acts, comes round with the same results before it is a loop. Default 3. */
  readonly identical?: number;
  /** Interventions before a person is asked or the run is ended. Default 3. */
  readonly interventions?: number;
  /**
   * What to do about a task that works on other things than it was given: `watch` shows it in the report, `step-in`
   * treats it like a loop. Default `watch`.
   */
  readonly drift?: "watch" | "step-in";
}

/** Everything about a run that rules depend on. Plain data: it is the start entry, and replay reads it from there. */
export interface RunSettings {
  readonly name: string;
  readonly agents: readonly AgentGrant[];
  readonly limits: Limits;
  /** Absent: the defaults. */
  readonly budget?: BudgetSettings;
  /** Tasks that may run at once. */
  readonly concurrency: number;
  /** Attempts after the first, for tasks that do not say. */
  readonly retries: number;
  /** New plans after the first. 0 for a static plan. */
  readonly replans: number;
  readonly owner: PersonId;
  readonly approvals: ApprovalSettings;
  readonly loops: LoopSettings;
  readonly failures?: FailureSettings;
  /** Names of what the objective asks for; how much of it holds is the progress of the run. */
  readonly acceptance?: readonly string[];
  /** The most a review of the run's result can cost. */
  readonly validationCost?: Cost;
  /** The most one plan can cost. */
  readonly planCost?: Cost;
  /** The most a judge of a conflict can cost. */
  readonly judgeCost?: Cost;
  /** How long others wait for a call that one of them is making. Default 60,000. */
  readonly callLeaseMs?: Milliseconds;
  readonly tools?: { readonly [tool: ToolName]: ToolSettings };
  readonly delegation?: DelegationSettings;
  /** The id of the policy the run is started with. Absent: none, beside the agents' own lists of tools. */
  readonly policy?: string;
  /** Whether there is anybody to ask about the run itself (budget, loops, acceptance). */
  readonly asksPeople: boolean;
  /** Labels are followed. Absent: nothing of the run carries any. */
  readonly flow?: FlowSettings;
  /** Of those that are models, by who uses it: `<prompt>@<version> <digest of its words>`. */
  readonly prompts?: { readonly [user: string]: string };
}
