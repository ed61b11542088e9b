/** A person's word on its way: sent once, and its receipt told. */
import type { ApprovalRequest, DecisionReceipt } from "../../../src/contracts/approvals.ts";
import { SourceError, type Word } from "../source.ts";
import type { Page } from "./page.ts";

const DONE = { approve: "Approved", edit: "Approved with your edit", reject: "Rejected", answer: "Answered" } as const;

export async function decide(page: Page, question: ApprovalRequest, word: Omit<Word, "requestId" | "digest">) {
  const { id, digest } = question;
  page.inbox.dispatch({ kind: "send", question, decision: word.decision });
  try {
    const receipt = await page.source.decide({ requestId: id, digest, ...word });
    page.inbox.dispatch({ kind: "receipt", id, receipt });
    tell(page, receipt, DONE[word.decision]);
  } catch (error) {
    const code = error instanceof SourceError ? error.code : "unreachable";
    const reason = error instanceof Error ? error.message : String(error);
    page.inbox.dispatch({ kind: "failed", id, refusal: { code, reason } });
    page.say("bad", "The decision was not taken");
  }
}

function tell(page: Page, receipt: DecisionReceipt, done: string): void {
  if (!receipt.accepted) return page.say("bad", "The decision was refused");
  const missing = receipt.missing ?? 0;
  page.say("good", missing === 0 ? done : `${done}: ${missing} more must approve`);
}
