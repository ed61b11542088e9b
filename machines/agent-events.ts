/** What an agent hears and knows, and what its effects are given. */
import type { Act, Attempt } from "../src/contracts/acts.ts";
import type { ApprovalOutcome, ApprovalSettings } from "../src/contracts/approvals.ts";
import type { EffectInput } from "../src/contracts/commands.ts";
import type { Failure } from "../src/contracts/errors.ts";
import type { Review } from "../src/contracts/evaluation.ts";
import type { AgentName, ToolName } from "../src/contracts/ids.ts";
import type { Json } from "../src/contracts/json.ts";
import type { InFlow, Tracked } from "../src/contracts/labels.ts";
import type { Assignment, Finding } from "../src/contracts/plan.ts";
import type { ActResult, Cost } from "../src/contracts/tools.ts";
import type { Milliseconds } from "../src/contracts/units.ts";

export interface AgentInput {
  readonly attempt: Attempt;
  readonly assignment: Assignment;
  readonly timeoutMs: Milliseconds | null;
  readonly approvals: ApprovalSettings;
  readonly agents: readonly AgentName[];
  readonly maxOpenActs?: number;
  /** Tools that are models. */
  readonly models?: readonly ToolName[];
  /** The rules about labels, and those of what it is told at the start; where labels are used. */
  readonly flow?: InFlow;
}

export type AgentEvent =
  | { readonly type: "act.proposed"; readonly n: number; readonly act: Act }
  | { readonly type: "act.settled"; readonly n: number; readonly result: ActResult; readonly labels?: Tracked }
  | { readonly type: "question.answered"; readonly ref: number; readonly outcome: ApprovalOutcome }
  | { readonly type: "actor.failed"; readonly failure: Failure }
  | { readonly type: "agent.suspend" }
  | { readonly type: "agent.resume" }
  | { readonly type: "agent.cancel" };

export interface AgentContext extends AgentInput {
  /** Acts proposed so far. */
  readonly acts: number;
  /** Acts not settled. */
  readonly open: number;
  /** Those of them that are thoughts, by number. Absent: none. */
  readonly thoughts?: readonly number[];
  /** Times the mind was set to work: once, and again after each suspension. */
  readonly works: number;
  readonly output: Json;
  readonly scores: { readonly [evaluator: string]: number };
  readonly findings: readonly Finding[];
  /** Of its review, where that has a price. */
  readonly reviewCost?: Cost;
  readonly failure: Failure;
  /** The output of an extractor that has its shape. */
  readonly extracted?: Review["extracted"];
}

export interface WorkInput extends EffectInput {
  readonly attempt: Attempt;
  readonly assignment: Assignment;
}

export interface ReviewInput extends EffectInput {
  readonly attempt: Attempt;
  readonly assignment: Assignment;
  readonly output: Json;
}

export type Proposal = Extract<AgentEvent, { readonly type: "act.proposed" }>;
