/**
 * Conflict case: a conflict from its opening to its end. It is put to the rules; where they do not decide, to a person;
 * where nobody does, the first value stands, and the record says that nobody decided.
 */
import type { ApprovalOutcome, QuestionDraft } from "../contracts/approvals.ts";
import type { Conflict } from "../contracts/blackboard.ts";
import type { Command } from "../contracts/commands.ts";
import { type ActorId, ORCHESTRATOR } from "../contracts/ids.ts";
import type { Json } from "../contracts/json.ts";
import { FIRST_WRITER, isOpen, type Ladder, type Resolution, resolve } from "./conflict.ts";
import { putQuestion } from "./question.ts";
import { dispute, settleDispute } from "./reopening.ts";
import { holdJudge, settleJudge } from "./review-cost.ts";
import type { Moment, Reaction, RunState } from "./run-state.ts";

/** Begins the key of the effect that asks the rules. */
export const CONFLICT = "conflict/";

/** Opens a conflict and puts it to the rules. `position`: the task whose output is in question. */
export function openConflict(state: RunState, conflict: Conflict, { at }: Moment, position?: number): Reaction {
  const { kept, refused } = conflict;
  const ledger = holdJudge(state, conflict.id, at);
  const reason =
    conflict.kind === "answer"
      ? `tasks "${kept.author.task}" and "${refused.author.task}" were to find the same, and do not`
      : `"${conflict.key}" was written by "${kept.author.agent}" and by "${refused.author.agent}"`;
  return {
    state: {
      ...state,
      ...(ledger === undefined ? {} : { ledger }),
      conflicts: [...state.conflicts, conflict],
      ...(position === undefined ? {} : { schedule: dispute(state.schedule, position) }),
    },
    commands: [
      { type: "record", params: { rule: "conflict.opened", verdict: "open", reason, data: { conflict: conflict.id } } },
      {
        type: "perform",
        params: {
          key: `${CONFLICT}${conflict.id}`,
          effect: "read",
          src: "resolve",
          input: { ...conflict, ...(ledger === undefined ? { unpaid: true } : {}) } as unknown as Json,
        },
      },
    ],
  };
}

/** What the rules made of it; a resolver that failed has decided nothing. */
export function settleLadder(before: RunState, key: string, ladder: Ladder | null, moment: Moment): Reaction {
  const id = key.slice(CONFLICT.length);
  const ledger = settleJudge(before.ledger, id, ladder === null ? null : ladder.cost);
  const state = ledger === before.ledger ? before : { ...before, ledger };
  const conflict = state.conflicts.find((one) => one.id === id);
  if (conflict === undefined || !isOpen(conflict)) return { state, commands: [] };
  const decided = ladder ?? FIRST_WRITER;
  if (decided.winner !== "nobody") return settle(state, conflict, decided, moment);
  if (!decided.asks || !state.settings.asksPeople) return settle(state, conflict, unresolved(decided.reason), moment);
  const asked = askAbout(state, conflict, decided.reason);
  const votes = decided.votes === undefined ? conflict : { ...conflict, tally: decided.votes };
  return {
    ...asked,
    state: { ...asked.state, conflicts: state.conflicts.map((one) => (one.id === id ? votes : one)) },
  };
}

const unresolved = (reason: string): Resolution => ({
  winner: "kept",
  rule: "conflict.unresolved",
  reason: `nobody decided (${reason}); the first value stands`,
});

function settle(state: RunState, conflict: Conflict, resolution: Resolution, { at }: Moment): Reaction {
  const { conflicts, board } = resolve(state.conflicts, state.board, conflict.id, resolution, at);
  const { rule, winner, reason, votes } = resolution;
  const ruling: Command = {
    type: "record",
    params: {
      rule,
      verdict: winner,
      reason,
      data: { conflict: conflict.id, ...(votes === undefined ? {} : { votes: { ...votes } }) },
    },
  };
  const after = { ...state, conflicts, board };
  if (conflict.kind !== "answer") return { state: after, commands: [ruling] };
  const position = state.schedule.tasks.findIndex(({ id }) => id === conflict.key);
  const value = winner === "refused" ? conflict.refused.value : undefined;
  return { state: { ...after, schedule: settleDispute(state.schedule, position, value) }, commands: [ruling] };
}

/** Named after its place in the list, which only grows. */
const questionActor = ({ conflicts }: RunState, { id }: Conflict): ActorId =>
  `${ORCHESTRATOR}/resolve/${conflicts.findIndex((one) => one.id === id)}`;

function askAbout(state: RunState, conflict: Conflict, reason: string): Reaction {
  const { kept, refused, claims } = conflict;
  const actor = questionActor(state, conflict);
  const question: QuestionDraft = {
    kind: "resolve",
    title: `Two answers to "${conflict.key}". Which one stands?`,
    subject: { kept, refused, ...(claims === undefined ? {} : { claims }) } as unknown as Json,
    reason,
    requester: { accountable: state.settings.owner },
  };
  return { state, commands: [putQuestion(state, actor, question)] };
}

/** A person's word on a conflict; undefined when the question was about something else. */
export function settleAsked(
  state: RunState,
  approval: ActorId,
  outcome: ApprovalOutcome,
  moment: Moment,
): Reaction | undefined {
  const conflict = state.conflicts.find((one) => isOpen(one) && questionActor(state, one) === approval);
  if (conflict === undefined) return undefined;
  return settle(state, conflict, resolutionBy(outcome, conflict), moment);
}

function resolutionBy(outcome: ApprovalOutcome, { tally }: Conflict): Resolution {
  const votes = tally === undefined ? {} : { votes: tally };
  if (outcome.kind === "answered" || outcome.kind === "approved") {
    const winner = outcome.kind === "answered" && outcome.value === "refused" ? "refused" : "kept";
    return { winner, rule: "conflict.person", reason: `${outcome.by} decided`, ...votes };
  }
  const why =
    outcome.kind === "rejected" ? `${outcome.by} would not decide: ${outcome.reason}` : "nobody answered in time";
  return { ...unresolved(why), ...votes };
}
