import type { Amount, Limits, PartLimits } from "./budget.ts";
import type { ActorId, AgentName, RunId, TaskId } from "./ids.ts";
import type { AgentGrant } from "./settings.ts";
import type { Cost, EffectClass, Reported, ToolCall, Verdict } from "./tools.ts";
import type { Seq, Timestamp } from "./units.ts";

/** One thing that happened in a run, as far as it was decided about. */
export type Recorded = { readonly seq: Seq; readonly at: Timestamp } & (
  | {
      readonly kind: "judged";
      readonly gate: ActorId;
      readonly agent: AgentName;
      readonly task: TaskId;
      /** Who delegated the task, the outermost first; last the agent that acts. */
      readonly chain: readonly AgentName[];
      readonly call: ToolCall;
      readonly effect: EffectClass;
      readonly verdict: Verdict;
      /** The most it can cost. */
      readonly hold: Cost;
    }
  | { readonly kind: "held"; readonly gate: ActorId }
  /** Answered from the record, or refused by a rule that is neither policy nor budget. */
  | { readonly kind: "spared"; readonly gate: ActorId }
  | { readonly kind: "settled"; readonly gate: ActorId; readonly sent: boolean; readonly cost: Reported | null }
  /** A read or a write of the blackboard, or a part that was delegated. */
  | { readonly kind: "shared"; readonly agent: AgentName; readonly task: TaskId }
  /** From here on the run waited for people; from here on no longer. */
  | { readonly kind: "rested" | "woken" }
);

/** A run as it was decided, in order. */
export interface Recording {
  readonly run: RunId;
  readonly startedAt: Timestamp;
  /** As the run was started with them. */
  readonly agents: readonly AgentGrant[];
  /** The caps it had, with what people granted. */
  readonly limits: Limits;
  readonly parts: readonly { readonly name: string; readonly limits: PartLimits }[];
  readonly events: readonly Recorded[];
}

/**
 * What becomes of a proposed call. `allowed`: made without a question; `asked`: a person is asked; `denied`: by a rule of
 * policy; `stopped`: there is too little left to pay for it.
 */
export type Fate = "allowed" | "asked" | "denied" | "stopped";

/** A call that would have gone another way. */
export interface Difference {
  readonly seq: Seq;
  readonly at: Timestamp;
  readonly act: ActorId;
  readonly agent: AgentName;
  readonly task: TaskId;
  readonly call: ToolCall;
  readonly was: Fate;
  readonly would: Fate;
  readonly rule: string;
  readonly reason?: string;
}

/** A recorded run, decided again under another policy or other caps. Nothing was performed for it. */
export interface WhatIf {
  readonly run: RunId;
  /** The policy that was asked; absent: the verdicts on record. */
  readonly policy?: string;
  readonly limits: Limits;
  /** Calls that were proposed, and what would have become of them. */
  readonly calls: number;
  readonly fates: { readonly [fate in Fate]: number };
  readonly differences: readonly Difference[];
  /** Where the run would have been over its budget first. */
  readonly firstStop?: Seq;
  readonly was: Amount;
  readonly would: Amount;
}
