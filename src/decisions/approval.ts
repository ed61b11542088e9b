/**
 * Approval: does this decision count?
 *
 * A1  Only the exact subject that was shown can be decided: the digest must match.
 * A2  Nobody decides what they asked for themselves; an agent never decides.
 * A3  A closed question stays closed; silence is a refusal.
 * A4  Each kind of question takes only the decisions that make sense for it, and an edit or answer needs a value.
 */
import type {
  ApprovalOutcome,
  Decision,
  DecisionKind,
  DecisionReceipt,
  Question,
  QuestionKind,
} from "../contracts/approvals.ts";
import type { AgentName } from "../contracts/ids.ts";

const allowed: Readonly<Record<QuestionKind, readonly DecisionKind[]>> = {
  approve: ["approve", "edit", "reject"],
  answer: ["answer", "reject"],
  unknown: ["approve", "answer", "reject"],
  grant: ["approve", "reject"],
  continue: ["approve", "reject"],
  accept: ["approve", "reject"],
  resolve: ["approve", "answer", "reject"],
};

export type Word = Omit<Decision, "requestId">;

export function receive(question: Question, word: Word, agents: readonly AgentName[]): DecisionReceipt {
  if (word.digest !== question.digest) {
    return {
      accepted: false,
      code: "approval.forged",
      reason: "the digest is not that of what is asked; look at the question again",
    };
  }
  const by: string = word.by;
  if (by === "" || agents.some((agent: string) => agent === by)) {
    return {
      accepted: false,
      code: "approval.requester",
      reason: `"${by}" is an agent of this run; a person decides`,
    };
  }
  if (!allowed[question.kind].includes(word.decision)) {
    const options = allowed[question.kind].join(", ");
    return {
      accepted: false,
      code: "value.invalid",
      reason: `"${word.decision}" does not answer this question; give one of: ${options}`,
    };
  }
  if ((word.decision === "edit" || word.decision === "answer") && word.value === undefined) {
    return { accepted: false, code: "value.invalid", reason: `"${word.decision}" needs a value` };
  }
  if (question.kind === "resolve" && word.decision === "answer" && word.value !== "kept" && word.value !== "refused") {
    return { accepted: false, code: "value.invalid", reason: 'answer "kept" or "refused": which of the two stands' };
  }
  return { accepted: true };
}

export function outcomeOf(word: Word): ApprovalOutcome {
  const { by } = word;
  switch (word.decision) {
    case "approve":
      return { kind: "approved", by, digest: word.digest };
    case "edit":
      return { kind: "edited", by, value: word.value ?? null };
    case "answer":
      return { kind: "answered", by, value: word.value ?? null };
    case "reject":
      return { kind: "rejected", by, reason: word.reason ?? "no reason given" };
  }
}
