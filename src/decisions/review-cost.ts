/**
 * Review cost: what it costs to judge an output is held before the work on it begins, so that no work is done that cannot
 * be judged.
 *
 * B5  The hold is settled at what the review cost; at the whole hold where nobody knows, or where the attempt was stopped.
 * B6  An attempt that failed before there was anything to review gives it back.
 */
import type { Amount, Ledger } from "../contracts/budget.ts";
import { type ActorId, ORCHESTRATOR } from "../contracts/ids.ts";
import type { Cost } from "../contracts/tools.ts";
import { hold, release, settle } from "./budget.ts";
import { partsOf } from "./parts.ts";
import type { Moment, RunState, Trouble } from "./run-state.ts";

const holderOf = (actor: ActorId): string => `${actor}/review`;

const amountOf = (cost: Cost): Amount => ({ ...cost, steps: 0, toolCalls: 0 });

export type ReviewHold =
  | { readonly kind: "held"; readonly ledger: Ledger }
  | { readonly kind: "refused"; readonly trouble: Trouble };

/** Holds what the review of an attempt by this agent may cost. */
export function holdReview(
  state: Pick<RunState, "ledger" | "schedule" | "settings">,
  attempt: { readonly actor: ActorId; readonly agent: string; readonly position: number },
  { at }: Moment,
): ReviewHold {
  const { ledger, settings } = state;
  const cost = settings.agents.find(({ name }) => name === attempt.agent)?.reviewCost;
  if (cost === undefined) return { kind: "held", ledger };
  const decision = hold(ledger, holderOf(attempt.actor), amountOf(cost), at, partsOf(state, attempt.position));
  if (decision.kind === "granted") return { kind: "held", ledger: decision.ledger };
  const { kind: _, ...refused } = decision;
  return { kind: "refused", trouble: { kind: "budget", ...refused, position: attempt.position } };
}

/** The review is over: `cost` null where it did not say. */
export const settleReview = (ledger: Ledger, actor: ActorId, cost: Cost | null): Ledger =>
  settle(ledger, holderOf(actor), cost === null ? undefined : amountOf(cost));

/** There was nothing to review. */
export const releaseReview = (ledger: Ledger, actor: ActorId): Ledger => release(ledger, holderOf(actor));

const PLAN = `${ORCHESTRATOR}/plan`;
const JUDGE = `${ORCHESTRATOR}/judge/`;

/** Holds what the plan that is asked for next may cost. */
export function holdPlan(state: RunState, at: number): RunState {
  const cost = state.settings.planCost;
  if (cost === undefined) return state;
  const decision = hold(state.ledger, PLAN, amountOf(cost), at);
  if (decision.kind === "granted") return { ...state, ledger: decision.ledger };
  const { kind: _, ...refused } = decision;
  return { ...state, trouble: { kind: "budget", ...refused, position: -1, plan: true } };
}

/** Planning is over: `cost` null where nobody said what it was, or the plan is no longer wanted. */
export const settlePlan = (state: RunState, cost: Cost | null): RunState =>
  state.settings.planCost === undefined
    ? state
    : { ...state, ledger: settle(state.ledger, PLAN, cost === null ? undefined : amountOf(cost)) };

/** Holds what a judge of a conflict may cost; undefined where there is not so much left. */
export function holdJudge({ ledger, settings }: RunState, conflict: string, at: number): Ledger | undefined {
  if (settings.judgeCost === undefined) return ledger;
  const decision = hold(ledger, `${JUDGE}${conflict}`, amountOf(settings.judgeCost), at);
  return decision.kind === "granted" ? decision.ledger : undefined;
}

/** The rules have spoken. `cost` undefined: the judge was not asked. Null: nobody knows. */
export function settleJudge(ledger: Ledger, conflict: string, cost: Cost | null | undefined): Ledger {
  const holder = `${JUDGE}${conflict}`;
  if (cost === undefined) return release(ledger, holder);
  return settle(ledger, holder, cost === null ? undefined : amountOf(cost));
}

/** Holds what the review of the run's result may cost, from the start and after each review. */
export function holdValidation(state: RunState, at: number): RunState {
  const cost = state.settings.validationCost;
  if (cost === undefined) return state;
  const decision = hold(state.ledger, holderOf(ORCHESTRATOR), amountOf(cost), at);
  if (decision.kind === "granted") return { ...state, ledger: decision.ledger };
  const { kind: _, ...refused } = decision;
  return { ...state, trouble: { kind: "budget", ...refused, position: -1 } };
}
