/**
 * Question: what is asked of people in a run, by whom it was answered, and what that means for the act that waits.
 *
 * U1  A question is in the inbox from when it is put until it is answered or has expired, once.
 * U2  Who has decided, and how long the question had been open, is noted; where that becomes alarming it is recorded.
 */
import type { ApprovalOutcome, ApprovalRequest, Decided, DecisionKind, QuestionDraft } from "../contracts/approvals.ts";
import type { Command } from "../contracts/commands.ts";
import { type ActorId, ORCHESTRATOR, type PersonId, requestIdOf } from "../contracts/ids.ts";
import type { Json } from "../contracts/json.ts";
import type { Milliseconds } from "../contracts/units.ts";
import { alarmOf, type Fatigue, note } from "./fatigue.ts";
import { withRow } from "./record.ts";
import type { Moment, OpenAct, Reaction, RunState } from "./run-state.ts";

/** The orchestrator puts a question of its own to people; `actor` is the approval that it becomes. */
export const putQuestion = (
  { settings }: Pick<RunState, "settings">,
  actor: ActorId,
  question: QuestionDraft,
): Command => ({
  type: "spawn",
  params: {
    id: actor,
    logic: "approval",
    input: {
      actor,
      asker: ORCHESTRATOR,
      ref: null,
      question: question as unknown as Json,
      settings: settings.approvals as unknown as Json,
      agents: settings.agents.map(({ name }) => name),
    },
  },
});

/** A question was opened by an approval actor. */
export interface Opened {
  readonly approval: ActorId;
  readonly asker: ActorId;
  readonly question: Omit<ApprovalRequest, "id" | "actor" | "role" | "askedAt" | "expiresAt">;
  readonly role: string;
  readonly expiresMs: Milliseconds;
  readonly quorum?: number;
  readonly approvals?: readonly PersonId[];
}

export function openQuestion(state: RunState, opened: Opened, { at }: Moment): RunState {
  const { quorum, approvals = [] } = opened;
  const request: ApprovalRequest = {
    ...opened.question,
    id: requestIdOf(state.run, opened.approval),
    actor: opened.approval,
    role: opened.role,
    askedAt: at,
    expiresAt: at + opened.expiresMs,
    ...(quorum === undefined ? {} : { quorum, approvals }),
  };
  return stage(
    { ...state, questions: [...state.questions, request] },
    opened.asker,
    "asking",
    opened.question.kind === "unknown",
  );
}

/** Somebody else is asked, or one of those whom it takes has approved. */
export interface Changed {
  readonly approval: ActorId;
  readonly role: string;
  readonly approvals: readonly PersonId[];
}

export function changeQuestion(state: RunState, changed: Changed, moment: Moment): Reaction {
  const { approval, role, approvals } = changed;
  const before = state.questions.find(({ actor }) => actor === approval);
  const by = approvals.length > (before?.approvals?.length ?? 0) ? approvals.at(-1) : undefined;
  const questions = state.questions.map((request) =>
    request.actor === approval ? { ...request, role, ...(request.quorum === undefined ? {} : { approvals }) } : request,
  );
  return noteDecided(
    { ...state, questions },
    before,
    by === undefined ? undefined : { by, decision: "approve" },
    moment,
  );
}

/** A question has been answered, or has expired. */
export interface Closed {
  readonly approval: ActorId;
  readonly asker: ActorId;
  readonly outcome: ApprovalOutcome["kind"];
  readonly by: PersonId | null;
}

const decisionOf: Readonly<Record<ApprovalOutcome["kind"], DecisionKind | undefined>> = {
  approved: "approve",
  edited: "edit",
  answered: "answer",
  rejected: "reject",
  expired: undefined,
};

export function closeQuestion(state: RunState, { approval, asker, outcome, by }: Closed, moment: Moment): Reaction {
  const before = state.questions.find(({ actor }) => actor === approval);
  const questions = state.questions.filter(({ actor }) => actor !== approval);
  const decision = decisionOf[outcome];
  const decided = by === null || decision === undefined ? undefined : { by, decision };
  return noteDecided(stage({ ...state, questions }, asker, "held"), before, decided, moment);
}

/** Notes who has decided what, and how long the question was open; records where that becomes alarming. */
function noteDecided(
  state: RunState,
  question: ApprovalRequest | undefined,
  one: Pick<Decided, "by" | "decision"> | undefined,
  { at }: Moment,
): Reaction {
  if (question === undefined || one === undefined) return { state, commands: [] };
  const decided = note(state.decided, { ...one, at, openMs: at - question.askedAt });
  const alarm = alarmOf(decided, state.settings.approvals.alarmPerHour);
  return { state: { ...state, decided }, commands: alarm === undefined ? [] : [alarmed(alarm)] };
}

const alarmed = ({ by, decisions, quick, medianOpenMs }: Fatigue): Command => ({
  type: "record",
  params: {
    rule: "approval.fatigue",
    verdict: "alarm",
    reason: `"${by}" has decided ${decisions} questions within an hour, ${quick} of them sooner than anybody reads`,
    data: { by, decisions, quick, medianOpenMs },
  },
});

function stage(state: RunState, id: ActorId, to: "asking" | "held", lost = false): RunState {
  const act = state.acts[id];
  if (act === undefined || act.stage === to) return state;
  const next: OpenAct = { ...act, stage: to, ...(lost ? { lost } : {}) };
  return { ...state, acts: withRow(state.acts, id, next), asking: state.asking + (to === "asking" ? 1 : -1) };
}
