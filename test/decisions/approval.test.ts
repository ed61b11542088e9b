import { describe, expect, it } from "vitest";
import type { DecisionKind, Question, QuestionKind } from "../../src/contracts/approvals.ts";
import type { Json } from "../../src/contracts/json.ts";
import { outcomeOf, receive, type Word } from "../../src/decisions/approval.ts";

const question = (kind: QuestionKind): Question => ({
  kind,
  title: "May ann call pay?",
  subject: { amount: 1 },
  digest: "d1",
  reason: "dear",
  requester: { agent: "ann", task: "t" },
});
const word = (decision: DecisionKind, more: Partial<Word> = {}): Word => ({
  digest: "d1",
  decision,
  by: "olga",
  ...more,
});
const agents = ["ann", "bob"];

describe("receive", () => {
  it.each(["", "d2", "D1", "d1 "])("A1 I-P5 refuses a word on another subject: %j", (digest) => {
    expect(receive(question("approve"), word("approve", { digest }), agents)).toMatchObject({
      accepted: false,
      code: "approval.forged",
    });
  });

  it.each(["ann", "bob", ""])("A2 I-P4 refuses the word of %j, who is no person", (by) => {
    for (const decision of ["approve", "reject"] as const)
      expect(receive(question("approve"), word(decision, { by }), agents)).toMatchObject({
        accepted: false,
        code: "approval.requester",
      });
  });

  const kinds: readonly DecisionKind[] = ["approve", "edit", "reject", "answer"];
  const sensible: Readonly<Record<QuestionKind, readonly DecisionKind[]>> = {
    approve: ["approve", "edit", "reject"],
    answer: ["reject", "answer"],
    unknown: ["approve", "reject", "answer"],
    grant: ["approve", "reject"],
    continue: ["approve", "reject"],
    accept: ["approve", "reject"],
    resolve: ["approve", "reject", "answer"],
  };
  it.each(Object.entries(sensible) as [QuestionKind, readonly DecisionKind[]][])(
    "A4 takes for a question of kind %s only: %j",
    (kind, taken) => {
      const accepted = kinds.filter((one) => receive(question(kind), word(one, { value: "kept" }), agents).accepted);
      expect(accepted).toEqual(taken);
    },
  );

  it("A4 takes as the answer to a conflict only one of its sides", () => {
    const answered = (value: Json) => receive(question("resolve"), word("answer", { value }), agents).accepted;
    expect(["kept", "refused", "both", 1, null].map(answered)).toEqual([true, true, false, false, false]);
  });

  it("A4 says what would answer the question", () => {
    expect(receive(question("grant"), word("edit", { value: 1 }), agents)).toEqual({
      accepted: false,
      code: "value.invalid",
      reason: '"edit" does not answer this question; give one of: approve, reject',
    });
    expect(receive(question("grant"), word("toString" as never), agents).accepted).toBe(false);
  });

  it("A4 takes an edit or an answer only with a value, which may be null", () => {
    for (const [kind, decision] of [
      ["approve", "edit"],
      ["answer", "answer"],
    ] as const) {
      expect(receive(question(kind), word(decision), agents)).toMatchObject({ code: "value.invalid" });
      expect(receive(question(kind), word(decision, { value: null }), agents)).toEqual({ accepted: true });
    }
    expect(receive(question("approve"), word("approve"), agents)).toEqual({ accepted: true });
  });
});

describe("outcomeOf", () => {
  it("A1 binds an approval to the digest it was given for", () => {
    expect(outcomeOf(word("approve"))).toEqual({ kind: "approved", by: "olga", digest: "d1" });
  });

  it("carries the value of an edit and of an answer", () => {
    expect(outcomeOf(word("edit", { value: { amount: 2 } }))).toEqual({
      kind: "edited",
      by: "olga",
      value: { amount: 2 },
    });
    expect(outcomeOf(word("answer", { value: false }))).toEqual({ kind: "answered", by: "olga", value: false });
    expect(outcomeOf(word("edit"))).toMatchObject({ value: null });
    expect(outcomeOf(word("answer"))).toMatchObject({ value: null });
  });

  it("A3 gives the reason of a rejection, or says there is none", () => {
    expect(outcomeOf(word("reject", { reason: "too dear" }))).toEqual({
      kind: "rejected",
      by: "olga",
      reason: "too dear",
    });
    expect(outcomeOf(word("reject"))).toMatchObject({ reason: "no reason given" });
  });
});
