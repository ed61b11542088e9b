import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ApprovalSettings, DecisionKind, Question, QuestionKind } from "../../src/contracts/approvals.ts";
import type { Json } from "../../src/contracts/json.ts";
import {
  approvalsOf,
  outcomeOf,
  receive,
  type Standing,
  settingsFor,
  unanswerable,
  type Word,
} from "../../src/decisions/approval.ts";

const question = (kind: QuestionKind, more: Partial<Question> = {}): Question => ({
  kind,
  title: "May ann call pay?",
  subject: { amount: 1 },
  digest: "d1",
  reason: "dear",
  requester: { agent: "ann", task: "t", accountable: "maria" },
  ...more,
});
const word = (decision: DecisionKind, more: Partial<Word> = {}): Word => ({
  digest: "d1",
  decision,
  by: "olga",
  ...more,
});
const standing = (kind: QuestionKind = "approve", settings: ApprovalSettings = {}, more: Partial<Standing> = {}) => ({
  question: question(kind),
  settings,
  agents: ["ann", "bob"],
  rung: 0,
  approvals: [],
  askedAt: 1_000,
  ...more,
});
const accepted = (settings: ApprovalSettings, by: string, more: Partial<Standing> = {}): boolean =>
  receive(standing("approve", settings, more), word("approve", { by }), 1_001).accepted;

describe("receive", () => {
  it.each(["", "d2", "D1", "d1 "])("A1 I-P5 refuses a word on another subject: %j", (digest) => {
    expect(receive(standing(), word("approve", { digest }), 1_001)).toMatchObject({
      accepted: false,
      code: "approval.forged",
    });
  });

  it.each(["ann", "bob", "", " ", "Ann", " bob ", "ａｎｎ", "an\u200bn", "olga\u202e", "x".repeat(201), null, 7])(
    "A2 I-P4 A-ID-03 refuses the word of %j, who is no person",
    (by) => {
      for (const decision of ["approve", "reject"] as const)
        expect(receive(standing(), word(decision, { by: by as string }), 1_001)).toMatchObject({
          accepted: false,
          code: "approval.requester",
        });
    },
  );

  it("A3 F-APP-02 I-P5 takes a word up to the deadline, and none from then on", () => {
    const settings = { expiresMs: 500 };
    const at = (time: number) => receive(standing("approve", settings), word("approve"), time);
    expect(at(1_499)).toEqual({ accepted: true });
    for (const late of [1_500, 1_501, 1e12]) expect(at(late)).toMatchObject({ code: "approval.expired" });
    expect(receive(standing(), word("approve"), 1_000 + 604_800_000 - 1)).toEqual({ accepted: true });
    expect(receive(standing(), word("approve"), 1_000 + 604_800_000)).toMatchObject({ code: "approval.expired" });
  });

  it("A-ID-06 A2 refuses the word of everybody on whose behalf it is asked", () => {
    const asked: Question = { ...question("approve"), requester: { agent: "ann", chain: ["cleo", "ann"] } };
    const open = standing("approve", {}, { question: asked });
    expect(receive(open, word("approve", { by: "cleo" }), 1_001)).toMatchObject({ code: "approval.requester" });
    expect(receive(open, word("approve"), 1_001)).toEqual({ accepted: true });
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
      const fit = kinds.filter((one) => receive(standing(kind), word(one, { value: "kept" }), 1_001).accepted);
      expect(fit).toEqual(taken);
    },
  );

  it("A4 takes as the answer to a conflict only one of its sides", () => {
    const answered = (value: Json) => receive(standing("resolve"), word("answer", { value }), 1_001).accepted;
    expect(["kept", "refused", "both", 1, null].map(answered)).toEqual([true, true, false, false, false]);
  });

  it("A4 says what would answer the question", () => {
    expect(receive(standing("continue"), word("edit", { value: 1 }), 1_001)).toEqual({
      accepted: false,
      code: "value.invalid",
      reason: '"edit" does not answer this question; give one of: approve, reject',
    });
    expect(receive(standing("grant"), word("toString" as never), 1_001).accepted).toBe(false);
  });

  it("H2 takes other amounts for a grant, of pots that exist", () => {
    const edited = (value: Json) => receive(standing("grant"), word("edit", { value }), 1_001);
    expect(edited({ costMicroUsd: 1, tokens: 50 })).toEqual({ accepted: true });
    for (const value of [
      {},
      1,
      null,
      [1],
      { money: 5 },
      { tokens: 0 },
      { tokens: -1 },
      { tokens: 0.5 },
      { tokens: "5" },
    ])
      expect(edited(value), JSON.stringify(value)).toMatchObject({ accepted: false, code: "value.invalid" });
  });

  it("A4 takes an edit or an answer only with a value, which may be null", () => {
    for (const [kind, decision] of [
      ["approve", "edit"],
      ["answer", "answer"],
    ] as const) {
      expect(receive(standing(kind), word(decision), 1_001)).toMatchObject({ code: "value.invalid" });
      expect(receive(standing(kind), word(decision, { value: null }), 1_001)).toEqual({ accepted: true });
    }
    expect(receive(standing(), word("approve"), 1_001)).toEqual({ accepted: true });
  });
});

describe("who may decide", () => {
  const roles = { owner: ["maria"], finance: ["tom", "Ida"], lead: ["ida", "ann"] };

  it("A5 F-APP-03 only the people of the role that is asked, where roles are mapped to people", () => {
    const settings = { role: "finance", roles };
    expect(["tom", "ida", "TOM", "maria", "olga", "ann"].map((by) => accepted(settings, by))).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(receive(standing("approve", settings), word("approve"), 1_001)).toEqual({
      accepted: false,
      code: "approval.role",
      reason: '"olga" is not of the role that is asked: finance',
    });
  });

  it("A5 nobody of a role that is not mapped, and anybody but an agent where none is", () => {
    expect(accepted({ role: "toString", roles }, "tom")).toBe(false);
    expect(accepted({ role: "finance" }, "olga")).toBe(true);
    expect(accepted({ roles }, "maria")).toBe(true);
  });

  it("F-APP-07 whoever is on the ladder decides from their rung on, and those before them still do", () => {
    const settings = { role: "finance", roles, escalations: [{ role: "owner", afterMs: 1 }] };
    expect([0, 1].map((rung) => accepted(settings, "maria", { rung }))).toEqual([false, true]);
    expect([0, 1].map((rung) => accepted(settings, "tom", { rung }))).toEqual([true, true]);
  });

  it("I-P4 A2 with separated duties, not the person who is accountable for what is asked", () => {
    expect(accepted({ separateDuties: true }, "maria")).toBe(false);
    expect(accepted({ separateDuties: true }, " MARIA")).toBe(false);
    expect(accepted({ separateDuties: true }, "olga")).toBe(true);
    expect(accepted({}, "maria")).toBe(true);
  });

  it("A2 never an agent, whatever the mapping says", () => {
    expect(accepted({ role: "lead", roles }, "ann")).toBe(false);
    expect(accepted({ role: "lead", roles }, "ida")).toBe(true);
  });

  it("A5 says where too few could ever answer, and only there", () => {
    const able = (settings: ApprovalSettings) =>
      unanswerable({ settings, requester: question("approve").requester, agents: ["ann", "bob"] });
    expect(able({ quorum: 9 })).toBeUndefined();
    expect(able({ role: "finance", roles, quorum: 2 })).toBeUndefined();
    expect(able({ role: "finance", roles, quorum: 3 })).toBe("it takes 3 of finance, and 2 may decide");
    expect(able({ role: "nobody", roles })).toBe("it takes 1 of nobody, and 0 may decide");
    expect(able({ role: "lead", roles, quorum: 2 })).toContain("1 may decide");
    expect(able({ roles, separateDuties: true })).toContain("0 may decide");
    expect(able({ roles, separateDuties: true, escalations: [{ role: "finance", afterMs: 1 }] })).toBeUndefined();
  });
});

describe("a quorum", () => {
  it("A6 F-APP-12 says how many more are needed, and takes one person once", () => {
    const saying = (approvals: readonly string[], by: string) =>
      receive(standing("approve", { quorum: 3 }, { approvals }), word("approve", { by }), 1_001);
    expect(saying([], "olga")).toEqual({ accepted: true, missing: 2 });
    expect(saying(["olga"], "tom")).toEqual({ accepted: true, missing: 1 });
    expect(saying(["olga", "tom"], "ida")).toEqual({ accepted: true });
    for (const again of ["olga", "OLGA", " olga "])
      expect(saying(["olga", "tom"], again)).toMatchObject({ accepted: false, code: "approval.counted" });
  });

  it("A6 takes one no, one edit or one answer, whoever has approved before", () => {
    const more = { approvals: ["olga"] };
    for (const decision of ["reject", "edit"] as const)
      expect(receive(standing("approve", { quorum: 3 }, more), word(decision, { value: 1 }), 1_001)).toEqual({
        accepted: true,
      });
  });

  it("A6 I-P4 is reached by exactly so many different people of the role, in any order of words", () => {
    const people = ["tom", "ida", "eva", "ann", "olga"];
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3 }),
        fc.array(fc.constantFrom(...people), { maxLength: 12 }),
        (quorum, words) => {
          const settings = { quorum, role: "finance", roles: { finance: ["tom", "ida", "eva", "ann"] } };
          let approvals: readonly string[] = [];
          let isDone = false;
          // The oracle: the set of those who may and have.
          const said = new Set<string>();
          for (const by of words) {
            if (isDone) break;
            const receipt = receive(standing("approve", settings, { approvals }), word("approve", { by }), 1_001);
            const may = ["tom", "ida", "eva"].includes(by) && !said.has(by);
            expect(receipt.accepted).toBe(may);
            if (may) said.add(by);
            if (!receipt.accepted) continue;
            isDone = receipt.missing === undefined;
            approvals = [...approvals, by];
            expect(isDone).toBe(said.size >= quorum);
          }
        },
      ),
    );
  });

  it("F-APP-11 counts whoever edited the arguments, if they are asked about them", () => {
    const of = (settings: ApprovalSettings, editor: string | null) =>
      approvalsOf({ settings, requester: question("approve").requester, agents: ["ann"] }, editor);
    expect(of({}, "olga")).toEqual(["olga"]);
    expect(of({}, null)).toEqual([]);
    expect(of({ role: "finance", roles: { finance: ["tom"] } }, "olga")).toEqual([]);
    expect(of({ separateDuties: true }, "maria")).toEqual([]);
  });
});

describe("settingsFor", () => {
  it("A5 puts what the verdict says of who is asked in place of the run's settings", () => {
    const settings = { role: "owner", quorum: 1, expiresMs: 9, separateDuties: true };
    const ask = { kind: "ask", rule: "r", reason: "dear" } as const;
    expect(settingsFor(settings, { ...ask, role: "finance", quorum: 2, expiresMs: 5 })).toEqual({
      role: "finance",
      quorum: 2,
      expiresMs: 5,
      separateDuties: true,
    });
    expect(settingsFor(settings, ask)).toEqual(settings);
    expect(settingsFor(settings, { kind: "allow", rule: "r" })).toEqual(settings);
  });
});

describe("outcomeOf", () => {
  it("A1 binds an approval to the digest it was given for, and names all who gave it", () => {
    expect(outcomeOf(word("approve"))).toEqual({ kind: "approved", by: "olga", digest: "d1" });
    expect(outcomeOf(word("approve"), ["tom"])).toEqual({
      kind: "approved",
      by: "olga",
      digest: "d1",
      approvers: ["tom", "olga"],
    });
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
