/**
 * Concern: what to do about what stands in the way of the whole run, and whom to ask.
 *
 * Q1  One question about the run at a time; it is answered once.
 * Q2  A refusal, or silence, ends the run with what there is.
 */
import type { ApprovalOutcome, QuestionDraft, QuestionKind } from "../contracts/approvals.ts";
import type { Limits } from "../contracts/budget.ts";
import type { Failure } from "../contracts/errors.ts";
import { type ActorId, ORCHESTRATOR } from "../contracts/ids.ts";
import type { Json, JsonObject } from "../contracts/json.ts";
import { ECONOMIES, type EconomyOptions } from "./economy.ts";
import { proposedGrant } from "./grant.ts";
import { accountOf, type LoopOptions, NO_LOOPS } from "./loop.ts";
import { putQuestion } from "./question.ts";
import { canReplan, fallbackOf, type Reaction, type RunState } from "./run-state.ts";
import type { TaskState } from "./schedule.ts";

const MAX_INTERVENTIONS = 3;

/** What the loop rule is to choose from. */
export const loopOptions = (state: RunState): LoopOptions => ({
  interventions: state.loops.interventions,
  maxInterventions: state.settings.loops.interventions ?? MAX_INTERVENTIONS,
  canForbid: state.trouble?.kind === "loop" && state.trouble.evidence.call !== undefined,
  hasFallback: state.trouble !== null && fallbackOf(state, state.trouble.position) !== undefined,
  canReplan: canReplan(state),
  asksPeople: state.settings.asksPeople,
});

/** What the economy rule is to choose from. */
export function economyOptions(state: RunState): EconomyOptions {
  const position = state.trouble?.position ?? -1;
  const budget = state.trouble?.kind === "budget" ? state.trouble : undefined;
  return {
    pot: budget?.pot ?? "costMicroUsd",
    hasCheaper: budget?.cheaper !== undefined,
    hasFallback: fallbackOf(state, position) !== undefined && !state.degraded.includes(position),
    // With nothing planned there is nothing to leave out that would pay for a plan.
    hasOptional:
      budget?.plan === true
        ? false
        : budget?.part === undefined
          ? state.schedule.tasks.some(isTrimmable)
          : isTrimmable(state.schedule.tasks[position]),
    asksPeople: state.settings.asksPeople,
    order: state.settings.budget?.onExceeded ?? ECONOMIES,
  };
}

const isTrimmable = (task: TaskState | undefined): boolean =>
  task?.optional === true && !["completed", "failed", "skipped"].includes(task.status);

const titles: Readonly<Record<"grant" | "continue" | "accept", string>> = {
  grant: "The run has reached a cap. Raise it?",
  continue: "The run repeats itself. Let it go on?",
  accept: "The result did not pass. Take it as it is?",
};

/** Asks about the run itself. */
export function raiseConcern(state: RunState, kind: "grant" | "continue" | "accept"): Reaction {
  const approval = `${ORCHESTRATOR}/${kind}/${state.concerns}`;
  const raised =
    state.trouble?.kind === "budget"
      ? { grant: proposedGrant(state.ledger, state.settings.limits, state.trouble) }
      : {};
  const question: QuestionDraft = {
    kind,
    title: titles[kind],
    subject: { ...subjectOf(state), ...raised },
    reason: reasonOf(state),
    requester: { accountable: state.settings.owner },
  };
  return {
    state: { ...state, concern: { kind, approval, ...raised }, answer: null, concerns: state.concerns + 1 },
    commands: [putQuestion(state, approval, question)],
  };
}

function subjectOf({ trouble, ledger, findings }: RunState): JsonObject {
  if (trouble?.kind === "budget") {
    const part = trouble.part === undefined ? undefined : ledger.parts[trouble.part];
    const limits: Limits = part?.limits ?? ledger.limits;
    const whose = part === undefined ? {} : { part: part.name };
    return { pot: trouble.pot, ...whose, cap: limits[trouble.pot] ?? null, reason: trouble.reason };
  }
  if (trouble?.kind === "loop") return { ...trouble.evidence, steps: [...trouble.evidence.steps] };
  return { findings: findings as unknown as Json };
}

const reasonOf = ({ trouble, findings }: RunState): string =>
  trouble?.kind === "budget"
    ? trouble.reason
    : trouble?.kind === "loop"
      ? accountOf(trouble.evidence)
      : findings.map(({ source, message }) => `${source}: ${message}`).join("; ");

/** Keeps the answer to the open concern; any other answer changes nothing. */
export const keepAnswer = (state: RunState, approval: ActorId, outcome: ApprovalOutcome): RunState =>
  state.concern?.approval === approval ? { ...state, answer: outcome } : state;

export const isAnswered = (state: RunState, kind: QuestionKind): boolean =>
  state.concern?.kind === kind && isYes(state.answer);

export const isRefused = (state: RunState): boolean =>
  state.concern !== null && state.answer !== null && !isYes(state.answer);

/** Only a grant can be edited. */
const isYes = (answer: ApprovalOutcome | null): boolean => answer?.kind === "approved" || answer?.kind === "edited";

/** Lets a run that repeats itself go on, with a fresh count of interventions. */
export const letGoOn = (state: RunState): RunState => ({
  ...settled(state),
  loops: { ...NO_LOOPS, forbidden: state.loops.forbidden },
});

/** The trouble is dealt with. */
export const settled = (state: RunState): RunState => ({ ...state, concern: null, answer: null, trouble: null });

/** Why a run ends that could not or was not allowed to go on. */
export function failureOf(state: RunState): Failure {
  if (state.trouble?.kind === "budget") return { code: "budget.exceeded", message: state.trouble.reason };
  if (state.trouble?.kind === "loop") return { code: "loop.detected", message: reasonOf(state) };
  return { code: "output.invalid", message: `the result did not pass: ${reasonOf(state)}` };
}
