/** Approval paths: everything that can be said, or not said, to one question. */
import type { AnyEventObject, SnapshotFrom } from "xstate";
import { type ApprovalInput, approvalMachine } from "../../machines/approval.ts";
import type { QuestionKind } from "../../src/contracts/approvals.ts";
import type { Json } from "../../src/contracts/json.ts";
import type { Word } from "../../src/decisions/approval.ts";
import { type StatePath, statePaths } from "../../src/testing/state-paths.ts";
import { digestOf } from "./gate-paths.ts";

export type ApprovalPath = StatePath<typeof approvalMachine>;

export const EXPIRY = "xstate.after.expiry.approval";
export const ESCALATION = "xstate.after.escalation.approval";

export const settings = {
  expiresMs: 10_000,
  role: "owner",
  escalations: [
    { role: "lead", afterMs: 1_000 },
    { role: "director", afterMs: 2_000 },
  ],
};

export const subject: Json = { text: "first" };

export const questionKinds: readonly QuestionKind[] = [
  "approve",
  "answer",
  "unknown",
  "grant",
  "continue",
  "accept",
  "resolve",
];

export const approvalInput = (kind: QuestionKind): ApprovalInput => ({
  actor: "a#1/0/approve/0",
  asker: "a#1/0",
  ref: null,
  question: {
    kind,
    title: "May it?",
    subject,
    digest: digestOf(subject),
    reason: "a rule",
    requester: { agent: "worker" },
  },
  settings,
  agents: ["worker", "helper"],
});

const word = (more: Partial<Word>): AnyEventObject => ({
  type: "question.decide",
  word: { digest: digestOf(subject), decision: "approve", by: "ann", ...more },
});

/** Every kind of decision by a person, well formed. */
export const decisions: readonly AnyEventObject[] = [
  word({}),
  word({ decision: "edit", value: { text: "edited" } }),
  word({ decision: "answer", value: "kept" }),
  word({ decision: "reject", reason: "no" }),
  word({ decision: "reject" }),
];

/** Decisions that must never count, whatever is asked. */
export const forgeries: readonly AnyEventObject[] = [
  word({ digest: digestOf("something else") }),
  word({ digest: "" }),
  word({ by: "worker" }),
  word({ by: "helper" }),
  word({ by: "" }),
  word({ decision: "edit" }),
  word({ decision: "answer" }),
  word({ decision: "grant" as never }),
];

export const approvalPaths = (kind: QuestionKind, machine = approvalMachine): readonly ApprovalPath[] =>
  statePaths(machine, {
    input: approvalInput(kind),
    events: ({ value, context }: SnapshotFrom<typeof approvalMachine>) => [
      ...decisions,
      ...forgeries,
      { type: EXPIRY },
      ...(context.rung < settings.escalations.length ? [{ type: `${ESCALATION}.${value}` }] : []),
    ],
    abstraction: ({ context }) => [context.rung, context.outcome.kind],
    every: "event",
  });
