/** Approval paths: everything that can be said, or not said, to one question. */
import type { AnyEventObject, SnapshotFrom } from "xstate";
import { type ApprovalInput, approvalMachine } from "../../machines/approval.ts";
import type { ApprovalSettings, QuestionKind } from "../../src/contracts/approvals.ts";
import type { Json } from "../../src/contracts/json.ts";
import type { Word } from "../../src/decisions/approval.ts";
import { type StatePath, statePaths } from "../../src/testing/state-paths.ts";
import { digestOf } from "./gate-paths.ts";

export type ApprovalPath = StatePath<typeof approvalMachine>;

export const EXPIRY = "xstate.after.expiry.approval";
export const ESCALATION = "xstate.after.escalation.approval";

const EXPIRES = 10_000;

export const escalations = [
  { role: "lead", afterMs: 1_000 },
  { role: "director", afterMs: 2_000 },
];

/** `max` is of the role that is asked, and accountable for what is asked. */
export const ACCOUNTABLE = "max";

export const settingsOf = (quorum: number): ApprovalSettings => ({
  expiresMs: EXPIRES,
  role: "owner",
  escalations,
  roles: { owner: ["ann", "ben", ACCOUNTABLE], lead: ["lea"], director: ["dan"] },
  separateDuties: true,
  ...(quorum === 1 ? {} : { quorum }),
});

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

/** Every kind of question asked of one person, and those that two may have to approve asked of two. */
export const cases: readonly (readonly [QuestionKind, number])[] = [
  ...questionKinds.map((kind) => [kind, 1] as const),
  ["approve", 2],
  ["unknown", 2],
  ["grant", 2],
];

export const approvalInput = (kind: QuestionKind, quorum = 1): ApprovalInput => ({
  actor: "a#1/0/approve/0",
  asker: "a#1/0",
  ref: null,
  question: {
    kind,
    title: "May it?",
    subject,
    digest: digestOf(subject),
    reason: "a rule",
    requester: { agent: "worker", accountable: ACCOUNTABLE },
  },
  settings: settingsOf(quorum),
  agents: ["worker", "helper"],
  askedAt: 0,
});

const word = (more: Partial<Word>, at = 1): AnyEventObject => ({
  type: "question.decide",
  word: { digest: digestOf(subject), decision: "approve", by: "ann", ...more },
  at,
});

/** Every kind of decision by a person who is asked, well formed. */
export const decisions: readonly AnyEventObject[] = [
  word({}),
  word({ by: "ben" }),
  word({ decision: "edit", value: { text: "edited" } }),
  word({ decision: "answer", value: "kept" }),
  word({ decision: "reject", reason: "no" }),
  word({ decision: "reject" }),
];

/** By somebody who is asked only from the second rung on. */
export const early: AnyEventObject = word({ decision: "reject", by: "lea" });

/** Decisions that must never count, whatever is asked and whoever has approved. */
export const forgeries: readonly AnyEventObject[] = [
  word({ digest: digestOf("something else") }),
  word({ digest: "" }),
  word({ by: "worker" }),
  word({ by: "helper" }),
  word({ by: "Worker " }),
  word({ by: "" }),
  word({ by: "eve" }),
  word({ by: ACCOUNTABLE }),
  word({ decision: "edit" }),
  word({ decision: "answer" }),
  word({ decision: "grant" as never }),
  word({}, EXPIRES),
  word({ decision: "reject" }, EXPIRES + 1),
];

export const isLate = ({ at }: AnyEventObject): boolean => at >= EXPIRES;

export const approvalPaths = (kind: QuestionKind, quorum = 1, machine = approvalMachine): readonly ApprovalPath[] =>
  statePaths(machine, {
    input: approvalInput(kind, quorum),
    events: ({ value, context }: SnapshotFrom<typeof approvalMachine>) => [
      ...decisions,
      early,
      ...forgeries,
      { type: EXPIRY },
      ...(context.rung < escalations.length ? [{ type: `${ESCALATION}.${value}` }] : []),
    ],
    abstraction: ({ context }) => [context.rung, context.outcome.kind, context.approvals],
    every: "event",
  });
