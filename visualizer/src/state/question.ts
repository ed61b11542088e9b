/** Question: which words answer which kind of it, and how the page says so. */
import type { ApprovalRequest, DecisionKind, DecisionReceipt, QuestionKind } from "../../../src/contracts/approvals.ts";
import type { Pot } from "../../../src/contracts/budget.ts";
import type { Json, JsonObject } from "../../../src/contracts/json.ts";

import { potNames, quantity } from "./format.ts";

interface Kind {
  readonly label: string;
  readonly decisions: readonly DecisionKind[];
  /** What approving means here. */
  readonly approve: string;
}

export const questionKinds: Readonly<Record<QuestionKind, Kind>> = {
  approve: {
    label: "Call",
    decisions: ["approve", "edit", "reject"],
    approve: "The call is made with exactly these arguments.",
  },
  answer: { label: "Question", decisions: ["answer", "reject"], approve: "" },
  unknown: { label: "Lost outcome", decisions: ["approve", "answer", "reject"], approve: "The call is made again." },
  grant: {
    label: "Budget",
    decisions: ["approve", "edit", "reject"],
    approve: "The caps are raised by these amounts.",
  },
  continue: { label: "Loop", decisions: ["approve", "reject"], approve: "The run goes on." },
  accept: { label: "Result", decisions: ["approve", "reject"], approve: "The result is taken as it is." },
  resolve: { label: "Conflict", decisions: ["approve", "answer", "reject"], approve: "The first answer stands." },
};

/** What an edit begins with: the amounts of a grant, else what is bound. */
export function editable({ kind, subject }: ApprovalRequest): Json {
  const grant = kind === "grant" ? (subject as JsonObject)["grant"] : undefined;
  return grant ?? subject;
}

/** Amounts of a grant, as people read them. */
export function raiseOf(question: ApprovalRequest): string | undefined {
  if (question.kind !== "grant") return undefined;
  const amounts = Object.entries(editable(question) as JsonObject).flatMap(([pot, amount]) =>
    isPot(pot) && typeof amount === "number" ? [`${potNames[pot]} by ${quantity(pot, amount)}`] : [],
  );
  return amounts.length === 0 ? undefined : amounts.join(", ");
}

const isPot = (name: string): name is Pot => Object.hasOwn(potNames, name);

type RefusalCode = Extract<DecisionReceipt, { accepted: false }>["code"];

const refusals: Readonly<Record<RefusalCode, string>> = {
  "approval.closed":
    "Already decided. The question was closed before your word arrived: in another tab, by another person, or with its run.",
  "approval.counted": "You have approved this already. It takes somebody else too.",
  "approval.expired": "Too late. The question has expired, which counts as a no.",
  "approval.forged": "What was shown is not what is bound any more: the digest does not match. Look at it again.",
  "approval.requester": "Whoever asks, or answers for the task, may not decide it.",
  "approval.role": "Another role is asked.",
  "approval.unknown": "There is no such question any more.",
  "value.invalid": "This is no answer to this kind of question.",
};

/** In words of ours; what the server says stands beside it. */
export const refusalText = (code: string): string =>
  (refusals as Readonly<Record<string, string>>)[code] ?? "The decision was not taken. Nothing has changed.";
