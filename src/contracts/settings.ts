import type { ApprovalSettings } from "./approvals.ts";
import type { BudgetSettings, Limits, PartLimits } from "./budget.ts";
import type { DelegationSettings } from "./delegation.ts";
import type { AgentName, PersonId, ToolName } from "./ids.ts";
import type { FlowSettings } from "./labels.ts";

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
  /** Who takes over when it is stopped for repeating itself or costing too much. */
  readonly fallback?: AgentName;
  /** The agents it may delegate to. Absent: none. */
  readonly delegates?: readonly AgentName[];
  /** Caps of this agent, over all its tasks. */
  readonly limits?: PartLimits;
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
  readonly delegation?: DelegationSettings;
  /** The id of the policy the run is started with. Absent: none, beside the agents' own lists of tools. */
  readonly policy?: string;
  /** Whether there is anybody to ask about the run itself (budget, loops, acceptance). */
  readonly asksPeople: boolean;
  /** Labels are followed. Absent: nothing of the run carries any. */
  readonly flow?: FlowSettings;
}
