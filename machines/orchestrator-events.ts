/** What the orchestrator hears, and what its effects are given and give. */
import type { ApprovalOutcome } from "../src/contracts/approvals.ts";
import type { Limits } from "../src/contracts/budget.ts";
import type { EffectInput } from "../src/contracts/commands.ts";
import type { Failure } from "../src/contracts/errors.ts";
import type { ActorId, EffectKey, PersonId } from "../src/contracts/ids.ts";
import type { Json } from "../src/contracts/json.ts";
import type { Labels } from "../src/contracts/labels.ts";
import type { Finding, Plan, PlanFault } from "../src/contracts/plan.ts";
import type { Cost } from "../src/contracts/tools.ts";
import type { Settled } from "../src/decisions/admission.ts";
import type { Done } from "../src/decisions/assignment.ts";
import type { TryFailed } from "../src/decisions/call-retry.ts";
import type { DelegationWish } from "../src/decisions/delegation.ts";
import type { EconomyOptions } from "../src/decisions/economy.ts";
import type { Failed } from "../src/decisions/failure.ts";
import type { CallEnded } from "../src/decisions/health.ts";
import type { LoopOptions } from "../src/decisions/loop.ts";
import type { Amendment } from "../src/decisions/objective.ts";
import type { Suspicion } from "../src/decisions/quarantine.ts";
import type { Changed, Closed, Opened } from "../src/decisions/question.ts";
import type { CallWish, Moment, Wish } from "../src/decisions/run-state.ts";

type At<Event> = Event & Moment;

export type OrchestratorEvent =
  | At<{ readonly type: "agent.done" } & Done>
  | At<{ readonly type: "agent.failed" } & Failed>
  | At<{ readonly type: "call.proposed"; readonly wish: CallWish }>
  | At<{ readonly type: "call.failed" } & TryFailed>
  | At<{ readonly type: "call.settled"; readonly call: Settled & CallEnded }>
  | At<
      { readonly type: "board.requested"; readonly n: number } & Pick<
        Extract<Wish, { readonly kind: "board" }>,
        "attempt" | "act" | "labels"
      >
    >
  | At<
      { readonly type: "delegation.requested"; readonly n: number } & Pick<DelegationWish, "attempt" | "act" | "labels">
    >
  | At<{ readonly type: "question.opened" } & Opened>
  | At<{ readonly type: "question.changed" } & Changed>
  | At<{ readonly type: "question.closed" } & Closed>
  | At<{ readonly type: "question.answered"; readonly approval: ActorId; readonly outcome: ApprovalOutcome }>
  | At<{ readonly type: "perform.done"; readonly key: EffectKey; readonly output: Json }>
  | At<{ readonly type: "perform.failed"; readonly key: EffectKey; readonly failure: Failure }>
  | At<{ readonly type: "claim.expired"; readonly call: string; readonly epoch: number }>
  | At<{ readonly type: "task.due"; readonly position: number }>
  | At<{ readonly type: "wall.reached" }>
  | At<{ readonly type: "run.limit"; readonly limits: Limits; readonly by: PersonId }>
  | At<{ readonly type: "actor.failed"; readonly actor: ActorId; readonly failure: Failure }>
  | At<{ readonly type: "policy.changed"; readonly policy: string | null; readonly restarted: boolean }>
  | At<{ readonly type: "run.pause" }>
  | At<{ readonly type: "run.resume" }>
  | At<{ readonly type: "run.cancel"; readonly reason: string }>
  | At<{ readonly type: "run.quarantine" } & Suspicion>
  | At<{ readonly type: "run.amend" } & Amendment>
  | At<{ readonly type: "run.signal"; readonly name: string; readonly data: Json; readonly labels?: Labels }>;

export interface PlanInput extends EffectInput {
  readonly objective: string;
  readonly input: Json;
  readonly findings: readonly Finding[];
  readonly completed: { readonly [task: string]: Json };
  readonly number: number;
  /** There is no money for it. */
  readonly unpaid?: true;
}

/** A plan, and what is wrong with it. */
export interface Planned {
  readonly plan: Plan;
  readonly faults: readonly PlanFault[];
  /** Of a planner that has a price. */
  readonly cost?: Cost;
  /** Nobody was asked. */
  readonly unpaid?: true;
}

export interface ValidateInput extends EffectInput {
  readonly objective: string;
  readonly output: Json;
  /** Criteria of the objective that do not hold. */
  readonly unmet: readonly string[];
}

export interface InterveneInput extends EffectInput {
  readonly options: LoopOptions;
}

export interface EconomiseInput extends EffectInput {
  readonly options: EconomyOptions;
}

/** The event of one type. */
export type EventOf<Type extends OrchestratorEvent["type"]> = Extract<OrchestratorEvent, { readonly type: Type }>;
