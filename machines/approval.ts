/**
 * Approval: one question put to people, and how it ends.
 *
 *   pending ⟲ ──escalation due──→ escalated ⟲
 *      │  approved, more are needed   │
 *      ├──decided, or expired─────────┴──→ closed
 *
 * A1  Only the exact subject shown is decided; a decision that does not fit is recorded and changes nothing.
 * A2  Nobody decides their own request, and no agent decides.
 * A3  Silence is a refusal: the outcome starts as `expired`. What comes at the deadline or later is too late.
 * A6  It takes as many different people to approve as the quorum says; one no refuses.
 */
import { assign, setup } from "xstate";
import type { ApprovalOutcome, ApprovalSettings, Question } from "../src/contracts/approvals.ts";
import type { RulingOf, Tell } from "../src/contracts/commands.ts";
import { type ActorId, type AgentName, ORCHESTRATOR, type PersonId } from "../src/contracts/ids.ts";
import type { Timestamp } from "../src/contracts/units.ts";
import { expiryOf, outcomeOf, quorumOf, receive, roleOf, type Word } from "../src/decisions/approval.ts";
import { commands, options } from "./commands.ts";

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
  /** When it is put. Set by the host. */
  readonly askedAt: Timestamp;
  /** Who has approved already: the person whose edit it is about. */
  readonly approvals?: readonly PersonId[];
}

export type ApprovalEvent = { readonly type: "question.decide"; readonly word: Word; readonly at: Timestamp };

export interface ApprovalContext extends ApprovalInput {
  readonly outcome: ApprovalOutcome;
  /** Rungs of the ladder climbed. */
  readonly rung: number;
  /** Who has approved so far. */
  readonly approvals: readonly PersonId[];
}

const roleAsked = ({ settings, rung }: ApprovalContext): string => roleOf(settings, rung);

const opened = ({ context }: { context: ApprovalContext }): Tell => ({
  to: ORCHESTRATOR,
  event: {
    type: "question.opened",
    approval: context.actor,
    asker: context.asker,
    question: context.question as never,
    role: roleAsked(context),
    expiresMs: expiryOf(context.settings),
    ...(quorumOf(context.settings) === 1 ? {} : { quorum: quorumOf(context.settings), approvals: context.approvals }),
  },
});

const changed = ({ context }: { context: ApprovalContext }): Tell => ({
  to: ORCHESTRATOR,
  event: {
    type: "question.changed",
    approval: context.actor,
    role: roleAsked(context),
    approvals: context.approvals,
  },
});

const closed = ({ context: { actor, asker, outcome } }: { context: ApprovalContext }): Tell => ({
  to: ORCHESTRATOR,
  event: {
    type: "question.closed",
    approval: actor,
    asker,
    outcome: outcome.kind,
    by: "by" in outcome ? outcome.by : null,
  },
});

const answered = ({ context }: { context: ApprovalContext }): Tell => ({
  to: context.asker,
  event: { type: "question.answered", approval: context.actor, ref: context.ref, outcome: context.outcome as never },
});

const received = (context: ApprovalContext, { word, at }: ApprovalEvent): RulingOf => {
  const receipt = receive(context, word, at);
  const { by, decision, digest } = word;
  if (!receipt.accepted)
    return { rule: receipt.code, verdict: "refused", reason: receipt.reason, data: { by, decision } };
  const { missing } = receipt;
  return missing === undefined
    ? { rule: "approval.decided", verdict: decision, data: { by, digest } }
    : { rule: "approval.approved", verdict: decision, data: { by, digest, missing } };
};

const records = {
  type: "record" as const,
  params: ({ context, event }: { context: ApprovalContext; event: ApprovalEvent }) => received(context, event),
};

export const approvalMachine = setup({
  types: {
    input: {} as ApprovalInput,
    context: {} as ApprovalContext,
    events: {} as ApprovalEvent,
    output: {} as ApprovalOutcome,
  },
  guards: {
    isDecision: ({ context, event }) => {
      const receipt = receive(context, event.word, event.at);
      return receipt.accepted && receipt.missing === undefined;
    },
    isOneOfMore: ({ context, event }) => receive(context, event.word, event.at).accepted,
  },
  actions: {
    ...commands,
    keepOutcome: assign({ outcome: ({ context }, word: Word) => outcomeOf(word, context.approvals) }),
    count: assign({ approvals: ({ context }, { by }: Word) => [...context.approvals, by] }),
    climb: assign({ rung: ({ context }) => context.rung + 1 }),
  },
  delays: {
    expiry: ({ context }) => expiryOf(context.settings),
    escalation: ({ context }) => context.settings.escalations?.[context.rung]?.afterMs ?? Number.POSITIVE_INFINITY,
  },
}).createMachine({
  id: "approval",
  version: "2",
  options,
  context: ({ input }) => ({ approvals: [], ...input, outcome: { kind: "expired" }, rung: 0 }),
  initial: "pending",
  entry: { type: "tell", params: opened },
  after: { expiry: { target: ".closed" } },
  on: {
    "question.decide": [
      {
        guard: "isDecision",
        actions: [records, { type: "keepOutcome", params: ({ event }) => event.word }],
        target: ".closed",
      },
      {
        guard: "isOneOfMore",
        actions: [records, { type: "count", params: ({ event }) => event.word }, { type: "tell", params: changed }],
      },
      { actions: records },
    ],
  },
  states: {
    pending: {
      after: { escalation: { actions: "climb", target: "escalated" } },
    },
    escalated: {
      entry: { type: "tell", params: changed },
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
