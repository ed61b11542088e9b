/**
 * Concern: what to do about what stands in the way of the whole run, and whom to ask.
 *
 * Q1  One question about the run at a time; it is answered once.
 * Q2  A refusal, or silence, ends the run with what there is.
 */
import type { ApprovalOutcome, QuestionDraft, QuestionKind } from "../contracts/approvals.ts";
import type { Command } from "../contracts/commands.ts";
import type { Failure } from "../contracts/errors.ts";
import { type ActorId, ORCHESTRATOR } from "../contracts/ids.ts";
import type { Json, JsonObject } from "../contracts/json.ts";
import { raise } from "./budget.ts";
import type { EconomyOptions } from "./economy.ts";
import { accountOf, type LoopOptions, NO_LOOPS } from "./loop.ts";
import { canReplan, fallbackOf, type Moment, type Reaction, type RunState } from "./run-state.ts";

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
  return {
    pot: state.trouble?.kind === "budget" ? state.trouble.pot : "costMicroUsd",
    hasFallback: fallbackOf(state, position) !== undefined && !state.degraded.includes(position),
    hasOptional: state.schedule.tasks.some(
      (task) => task.optional && !["completed", "failed", "skipped"].includes(task.status),
    ),
    asksPeople: state.settings.asksPeople,
  };
}

const titles: Readonly<Record<"grant" | "continue" | "accept", string>> = {
  grant: "The run has reached a cap. Raise it?",
  continue: "The run repeats itself. Let it go on?",
  accept: "The result did not pass. Take it as it is?",
};

/** Asks about the run itself. */
export function raiseConcern(state: RunState, kind: "grant" | "continue" | "accept"): Reaction {
  const approval = `${ORCHESTRATOR}/${kind}/${state.concerns}`;
  const question: QuestionDraft = {
    kind,
    title: titles[kind],
    subject: subjectOf(state),
    reason: reasonOf(state),
    requester: { accountable: state.settings.owner },
  };
  const command: Command = {
    type: "spawn",
    params: {
      id: approval,
      logic: "approval",
      input: {
        actor: approval,
        asker: ORCHESTRATOR,
        ref: null,
        question: question as unknown as Json,
        settings: state.settings.approvals as unknown as Json,
        agents: state.settings.agents.map((agent) => agent.name),
      },
    },
  };
  return {
    state: { ...state, concern: { kind, approval }, answer: null, concerns: state.concerns + 1 },
    commands: [command],
  };
}

function subjectOf({ trouble, ledger, findings }: RunState): JsonObject {
  if (trouble?.kind === "budget")
    return { pot: trouble.pot, cap: ledger.limits[trouble.pot] ?? null, reason: trouble.reason };
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
  state.concern?.kind === kind && state.answer?.kind === "approved";

export const isRefused = (state: RunState): boolean =>
  state.concern !== null && state.answer !== null && state.answer.kind !== "approved";

/** Raises the cap that was reached. */
export function grant(state: RunState, { at }: Pick<Moment, "at">): RunState {
  const pot = state.trouble?.kind === "budget" ? state.trouble.pot : undefined;
  if (pot === undefined) return settled(state);
  const size = state.settings.limits[pot] ?? 0;
  // Time that has passed meanwhile is not asked about again.
  const overdue = pot === "wallMs" ? Math.max(0, at - state.startedAt - (state.ledger.limits.wallMs ?? 0)) : 0;
  return { ...settled(state), ledger: raise(state.ledger, pot, size + overdue) };
}

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
