/** What a tool gate hears and knows, and what its effects are given. */
import type { Attempt } from "../src/contracts/acts.ts";
import type { ApprovalOutcome, ApprovalSettings } from "../src/contracts/approvals.ts";
import type { EffectInput } from "../src/contracts/commands.ts";
import type { Failure } from "../src/contracts/errors.ts";
import type { ActorId, AgentName, PersonId, ToolName } from "../src/contracts/ids.ts";
import type { Json } from "../src/contracts/json.ts";
import type { InFlow, Labels } from "../src/contracts/labels.ts";
import type { ActResult, Edited, Judgement, Reported, Verdict } from "../src/contracts/tools.ts";
import type { Milliseconds } from "../src/contracts/units.ts";

export interface ToolGateInput {
  /** `<agent actor>/<n>`. */
  readonly actor: ActorId;
  readonly n: number;
  readonly attempt: Attempt;
  readonly tool: ToolName;
  readonly args: Json;
  readonly rationale: string | null;
  readonly approvals: ApprovalSettings;
  readonly agents: readonly AgentName[];
  /** Of what the agent had heard when it proposed the call; where labels are used. */
  readonly flow?: InFlow;
}

export type ToolGateEvent =
  | { readonly type: "actor.failed"; readonly failure: Failure }
  | { readonly type: "hold.granted" }
  | { readonly type: "hold.stale" }
  | { readonly type: "hold.shared"; readonly value: Json }
  | { readonly type: "hold.doubtful"; readonly key: string }
  | { readonly type: "retry.granted"; readonly afterMs: Milliseconds }
  | { readonly type: "retry.refused" }
  | { readonly type: "hold.refused"; readonly rule: string; readonly failure: Failure }
  | { readonly type: "policy.changed"; readonly restarted: boolean }
  | { readonly type: "hold.substituted"; readonly tool: ToolName }
  | { readonly type: "question.answered"; readonly outcome: ApprovalOutcome };

export interface ToolGateContext extends ToolGateInput {
  readonly judgement: Judgement | null;
  readonly result: ActResult;
  /** Of the result's value; with it two results are told apart without being compared. */
  readonly resultDigest: string;
  readonly cost: Reported | null;
  /** Whether the call was ever made: a hold of a call never made is released. */
  readonly sent: boolean;
  /** The person who has changed the arguments, and so has said yes to them. */
  readonly editor: PersonId | null;
  /** What that person has written; kept when the call is judged again. */
  readonly edited?: Edited;
  /** Another policy is in force than the one the call was judged under. */
  readonly stale: boolean;
  /** What an earlier policy said of these arguments. */
  readonly earlier: Verdict | null;
  /** The verdict that a person who was asked has agreed to. */
  readonly word: Verdict | null;
  /** What the tool knows the call by: the same for the same call of any attempt at the task. */
  readonly key: string;
  /** Counts judgings, executions and questions, so that each has a key of its own. */
  readonly round: number;
  /** Tries that have failed, and are made up for by another one. */
  readonly tries: number;
  /** The wait before the next try. */
  readonly backoffMs: Milliseconds;
  /** Labels of an extractor's output. */
  readonly extracted?: Labels;
}

export interface JudgeInput extends EffectInput {
  readonly attempt: Attempt;
  readonly tool: ToolName;
  readonly args: Json;
  readonly flow?: InFlow;
  /** What an earlier policy said of these arguments. */
  readonly earlier?: Verdict;
}

export interface ExecuteInput extends EffectInput {
  readonly attempt: Attempt;
  readonly judgement: Judgement;
  /** With the run before it, the tool's idempotency key. */
  readonly callKey: string;
}
