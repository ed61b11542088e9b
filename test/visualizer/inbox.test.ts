/** The inbox of the page: what is open, and what became of what was on the screen. */
import { describe, expect, it } from "vitest";
import type { ApprovalRequest, DecisionReceipt, QuestionKind } from "../../src/contracts/approvals.ts";
import { type InboxChange, type InboxState, NO_INBOX, reduceInbox } from "../../visualizer/src/state/inbox.ts";
import { editable, questionKinds, refusalText } from "../../visualizer/src/state/question.ts";

const question = (id: string, more: Partial<ApprovalRequest> = {}): ApprovalRequest => ({
  id,
  actor: "a",
  role: "owner",
  askedAt: 0,
  expiresAt: 1_000,
  kind: "approve",
  title: "May it?",
  subject: { amount: 5 },
  digest: "d",
  reason: "asks",
  requester: {},
  ...more,
});

const open = (at: number, ...ids: readonly string[]): InboxChange => ({
  kind: "open",
  questions: ids.map((id) => question(id)),
  at,
});
const send = (id: string): InboxChange => ({ kind: "send", question: question(id), decision: "approve" });
const receipt = (id: string, told: DecisionReceipt): InboxChange => ({ kind: "receipt", id, receipt: told });
const reached = (...changes: readonly InboxChange[]): InboxState => changes.reduce(reduceInbox, NO_INBOX);
const closed: DecisionReceipt = { accepted: false, code: "approval.closed", reason: "it is closed" };
const endings = (state: InboxState) => state.closed.map((one) => [one.question.id, one.ending.kind]);
const openIn = (state: InboxState) => state.open?.map(({ id }) => id);

describe("the inbox", () => {
  it("I1 keeps a question that was answered elsewhere in sight, until it is dismissed", () => {
    const state = reached(open(1, "a", "b"), open(2, "b"));
    expect(endings(state)).toEqual([["a", "elsewhere"]]);
    expect(openIn(state)).toEqual(["b"]);
    expect(reduceInbox(state, { kind: "dismiss", id: "a" }).closed).toEqual([]);
  });

  it("I1 says of one whose time was up that silence was the answer", () => {
    expect(endings(reached(open(1, "a"), open(1_000)))).toEqual([["a", "expired"]]);
  });

  it("I2 tells what was decided here from what was decided elsewhere, whichever news comes first", () => {
    const told = receipt("a", { accepted: true });
    expect(endings(reached(open(1, "a"), send("a"), told, open(2)))).toEqual([["a", "decided"]]);
    expect(endings(reached(open(1, "a"), send("a"), open(2), told))).toEqual([["a", "decided"]]);
  });

  it("I2 says so of a question too that a run showed before the inbox had it", () => {
    expect(endings(reached(open(1), send("a"), receipt("a", { accepted: true })))).toEqual([["a", "decided"]]);
  });

  it("does not open a question again that a list from before our word still has", () => {
    const state = reached(open(1, "a"), send("a"), receipt("a", { accepted: true }), open(2, "a"));
    expect(openIn(state)).toEqual([]);
    expect(endings(state)).toEqual([["a", "decided"]]);
  });

  it("keeps a question open that others must approve too", () => {
    const state = reached(open(1, "a"), send("a"), receipt("a", { accepted: true, missing: 1 }));
    expect(openIn(state)).toEqual(["a"]);
    expect(state.sending).toEqual({});
  });

  it("I2 says that a second tab was first, and that our word changed nothing", () => {
    const refused = { a: { code: "approval.closed", reason: "it is closed" } };
    const late = reached(open(1, "a"), send("a"), receipt("a", closed), open(2));
    expect(late.refusals).toEqual(refused);
    expect(endings(late)).toEqual([["a", "elsewhere"]]);
    const later = reached(open(1, "a"), send("a"), open(2), receipt("a", closed));
    expect(later.refusals).toEqual(refused);
    expect(endings(later)).toEqual([["a", "elsewhere"]]);
    expect(refusalText("approval.closed")).toMatch(/already decided/i);
  });

  it("lets a word be said again after one that was refused or lost", () => {
    const lost = reached(open(1, "a"), send("a"), { kind: "failed", id: "a", refusal: { code: "x", reason: "y" } });
    expect(lost.sending).toEqual({});
    expect(reduceInbox(lost, send("a")).refusals).toEqual({});
  });
});

describe("a question", () => {
  it("can always be refused", () => {
    for (const { decisions } of Object.values(questionKinds)) expect(decisions).toContain("reject");
  });

  it("is answered by nothing but the words that answer its kind", () => {
    const kinds = (word: "approve" | "edit" | "answer") =>
      (Object.keys(questionKinds) as QuestionKind[]).filter((kind) => questionKinds[kind].decisions.includes(word));
    expect(kinds("approve")).toEqual(["approve", "unknown", "grant", "continue", "accept", "resolve"]);
    expect(kinds("edit")).toEqual(["approve", "grant"]);
    expect(kinds("answer")).toEqual(["answer", "unknown", "resolve"]);
  });

  it("of a grant is edited by its amounts, of a call by its arguments", () => {
    expect(editable(question("a"))).toEqual({ amount: 5 });
    const grant = question("a", { kind: "grant", subject: { pot: "tokens", grant: { tokens: 9 } } });
    expect(editable(grant)).toEqual({ tokens: 9 });
  });
});
