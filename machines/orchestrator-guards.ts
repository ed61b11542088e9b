/** What decides where a run goes next. */
import type { Economy } from "../src/contracts/budget.ts";
import type { Review } from "../src/contracts/evaluation.ts";
import { isStuck } from "../src/decisions/assignment.ts";
import { isAnswered, isRefused } from "../src/decisions/concern.ts";
import { isOpen } from "../src/decisions/conflict.ts";
import type { Rung } from "../src/decisions/loop.ts";
import { type Amendment, faultOf } from "../src/decisions/objective.ts";
import { canReplan, type LiveState, type RunState } from "../src/decisions/run-state.ts";
import { isFinished } from "../src/decisions/schedule.ts";
import type { Planned } from "./orchestrator-events.ts";

interface About {
  readonly context: RunState;
}

/** Plans that may be sent back for their faults, in a row. */
const REPAIRS = 1;

export const orchestratorGuards = {
  isUnpaid: (_: unknown, planned: Planned) => planned.unpaid === true,
  isSound: (_: unknown, planned: Planned) => planned.faults.length === 0,
  canRepair: ({ context }: About) => context.repairs < REPAIRS && context.settings.replans > 0,
  isLooping: ({ context }: About) => context.trouble?.kind === "loop",
  isOverBudget: ({ context }: About) => context.trouble?.kind === "budget",
  mustReplan: ({ context }: About) => context.schedule.failed > 0 && canReplan(context),
  hasFailed: ({ context }: About) => context.schedule.failed > 0,
  isAllSettled: ({ context }: About) =>
    isFinished(context.schedule) && !context.measuring && !context.conflicts.some(isOpen),
  isStuck: ({ context }: About) => isStuck(context),
  isAccepted: (_: unknown, review: Review) => review.accepted,
  canReplan: ({ context }: About) => canReplan(context),
  asksPeople: ({ context }: About) => context.settings.asksPeople,
  isRung: (_: unknown, { chosen, rung }: { readonly chosen: Rung; readonly rung: Rung }) => chosen === rung,
  isEconomy: (_: unknown, { chosen, economy }: { readonly chosen: Economy; readonly economy: Economy }) =>
    chosen === economy,
  isPart: ({ context }: About) => context.trouble?.kind === "budget" && context.trouble.part !== undefined,
  isGranted: ({ context }: About) => isAnswered(context, "grant"),
  isGrantedForPlan: ({ context }: About) =>
    isAnswered(context, "grant") && context.trouble?.kind === "budget" && context.trouble.plan === true,
  isLetGoOn: ({ context }: About) => isAnswered(context, "continue"),
  isTakenAsIs: ({ context }: About) => isAnswered(context, "accept"),
  isPartRefused: ({ context }: About) =>
    isRefused(context) && context.trouble?.kind === "budget" && context.trouble.part !== undefined,
  isRefused: ({ context }: About) => isRefused(context),
  canMove: ({ context }: About) => context.concern === null && (context.trouble !== null || !isStuck(context)),
  isAmended: ({ context }: About, amendment: Amendment) => faultOf(context, amendment) === undefined,
  isAmendedForPlan: ({ context }: About, amendment: Amendment) =>
    faultOf(context, amendment) === undefined && canReplan(context),
  cameFrom: ({ context }: About, state: LiveState) => context.cameFrom === state,
};
