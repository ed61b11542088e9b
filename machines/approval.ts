/**
 * Approval: one question put to people, and how it ends.
 *
 *   pending ──escalation due──→ escalated ⟲
 *      │                            │
 *      ├──decided, or expired───────┴──→ closed
 *
 * A1  Only the exact subject shown is decided; a decision that does not fit is recorded and changes nothing.
 * A2  Nobody decides their own request, and no agent decides.
 * A3  Silence is a refusal: the outcome starts as `expired`.
 */
import { assign, setup } from "xstate";
import type { ApprovalOutcome, ApprovalSettings, Question } from "../src/contracts/approvals.ts";
import type { RulingOf, Tell } from "../src/contracts/commands.ts";
import { type ActorId, type AgentName, ORCHESTRATOR } from "../src/contracts/ids.ts";
import type { Milliseconds, Timestamp } from "../src/contracts/units.ts";
import { outcomeOf, receive, type Word } from "../src/decisions/approval.ts";
import { commands, options } from "./commands.ts";

const A_WEEK: Milliseconds = 604_800_000;

export interface ApprovalInput {
  readonly actor: ActorId;
  /** Who waits for the answer. */
  readonly asker: ActorId;
  /** Comes back with the answer: the number of the act, where one waits. */
  readonly ref: number | null;
  readonly question: Question;
  readonly settings: ApprovalSettings;
  /** The agents of the run, none of which may decide. */
  readonly agents: readonly AgentName[];
}

export type ApprovalEvent = { readonly type: "question.decide"; readonly word: Word; readonly at: Timestamp };

export interface ApprovalContext extends ApprovalInput {
  readonly outcome: ApprovalOutcome;
  /** Rungs of the ladder climbed. */
  readonly rung: number;
}

const roleOf = ({ settings, rung }: ApprovalContext): string =>
  (rung === 0 ? undefined : settings.escalations?.[rung - 1]?.role) ?? settings.role ?? "owner";

const opened = ({ context }: { context: ApprovalContext }): Tell => ({
  to: ORCHESTRATOR,
  event: {
    type: "question.opened",
    approval: context.actor,
    asker: context.asker,
    question: context.question as never,
    role: roleOf(context),
    expiresMs: context.settings.expiresMs ?? A_WEEK,
  },
});

const escalated = ({ context }: { context: ApprovalContext }): Tell => ({
  to: ORCHESTRATOR,
  event: { type: "question.escalated", approval: context.actor, role: roleOf(context) },
});

const closed = ({ context }: { context: ApprovalContext }): Tell => ({
  to: ORCHESTRATOR,
  event: { type: "question.closed", approval: context.actor, asker: context.asker },
});

const answered = ({ context }: { context: ApprovalContext }): Tell => ({
  to: context.asker,
  event: { type: "question.answered", approval: context.actor, ref: context.ref, outcome: context.outcome as never },
});

const received = (context: ApprovalContext, word: Word): RulingOf => {
  const receipt = receive(context.question, word, context.agents);
  return receipt.accepted
    ? { rule: "approval.decided", verdict: word.decision, data: { by: word.by, digest: word.digest } }
    : {
        rule: receipt.code,
        verdict: "refused",
        reason: receipt.reason,
        data: { by: word.by, decision: word.decision },
      };
};

export const approvalMachine = setup({
  types: {
    input: {} as ApprovalInput,
    context: {} as ApprovalContext,
    events: {} as ApprovalEvent,
    output: {} as ApprovalOutcome,
  },
  guards: {
    isValidDecision: ({ context, event }) => receive(context.question, event.word, context.agents).accepted,
  },
  actions: {
    ...commands,
    keepOutcome: assign({ outcome: (_, word: Word) => outcomeOf(word) }),
    climb: assign({ rung: ({ context }) => context.rung + 1 }),
  },
  delays: {
    expiry: ({ context }) => context.settings.expiresMs ?? A_WEEK,
    escalation: ({ context }) => context.settings.escalations?.[context.rung]?.afterMs ?? Number.POSITIVE_INFINITY,
  },
}).createMachine({
  id: "approval",
  version: "1",
  options,
  context: ({ input }) => ({ ...input, outcome: { kind: "expired" }, rung: 0 }),
  initial: "pending",
  entry: { type: "tell", params: opened },
  after: { expiry: { target: ".closed" } },
  on: {
    "question.decide": [
      {
        guard: "isValidDecision",
        actions: [
          { type: "keepOutcome", params: ({ event }) => event.word },
          { type: "record", params: ({ context, event }) => received(context, event.word) },
        ],
        target: ".closed",
      },
      { actions: { type: "record", params: ({ context, event }) => received(context, event.word) } },
    ],
  },
  states: {
    pending: {
      after: { escalation: { actions: "climb", target: "escalated" } },
    },
    escalated: {
      entry: { type: "tell", params: escalated },
      after: { escalation: { actions: "climb", target: "escalated", reenter: true } },
    },
    closed: {
      type: "final",
      entry: [
        { type: "tell", params: closed },
        { type: "tell", params: answered },
      ],
    },
  },
  output: ({ context }) => context.outcome,
});
