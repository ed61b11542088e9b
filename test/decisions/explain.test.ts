import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JournalEntry } from "../../src/contracts/journal.ts";
import { explain } from "../support/explained.ts";

const entry = (seq: number, more: Partial<JournalEntry>): JournalEntry => ({
  run: "r1",
  seq,
  at: seq,
  epoch: 1,
  kind: "signal",
  to: "orchestrator",
  event: { type: "x" },
  moved: [],
  ruled: [],
  answered: [],
  intents: [],
  replies: [],
  ...more,
});
const intent = (key: string) => ({ key, actor: "a#1", src: "work", effect: "read" as const });

const journal: readonly JournalEntry[] = [
  entry(1, {
    kind: "start",
    event: { type: "run.start", objective: "finish" },
    moved: [{ actor: "orchestrator", path: ["", "planning"] }],
    intents: [intent("orchestrator/plan/1")],
  }),
  entry(2, {
    kind: "outcome",
    key: "orchestrator/plan/1",
    event: { type: "effect.done" },
    moved: [
      { actor: "orchestrator", path: ["planning", "executing"] },
      { actor: "a#1", path: ["", "working"] },
    ],
    intents: [intent("a#1/work/1")],
  }),
  entry(3, {
    kind: "request",
    to: "a#1",
    event: { type: "act.proposed", n: 0, act: { kind: "tool", tool: "pay", args: null } },
    moved: [{ actor: "a#1/0", path: ["", "judging", "executing"] }],
    answered: [
      {
        key: "a#1/0/judge/0",
        event: { type: "done", output: { verdict: { kind: "ask", rule: "dear", reason: "costs" }, policy: "p1" } },
      },
    ],
    ruled: [{ actor: "orchestrator", rule: "hold", verdict: "granted" }],
    intents: [intent("a#1/0/execute/0")],
  }),
  entry(4, {
    kind: "outcome",
    to: "a#1/0",
    key: "a#1/0/execute/0",
    event: { type: "effect.failed" },
    moved: [
      { actor: "a#1/0", path: ["executing", "settled"] },
      { actor: "a#1", path: ["acting", "thinking"] },
    ],
    replies: [{ to: "a#1", n: 0 }],
  }),
  entry(5, { kind: "request", to: "a#1", event: { type: "act.proposed", act: { kind: "read", key: "notes/x" } } }),
  entry(6, { to: "a#1/0", by: { kind: "person", id: "olga" }, event: { type: "approval.decide" } }),
  entry(7, { kind: "timer", to: "a#1", event: { type: "timeout" } }),
  entry(8, { kind: "late", to: "a#1/0", key: "a#1/0/execute/0" }),
  entry(9, { kind: "late", to: "nobody", key: "lost/1" }),
  entry(10, { kind: "request", to: "b#1", event: { type: "act.proposed" } }),
];
const chain = (seq: number): readonly number[] | undefined => explain(journal, seq)?.because.map((one) => one.seq);

describe("because", () => {
  it("V2 finds the intent of an outcome, the answer before an act, and the birth of whom a signal or time met", () => {
    expect(explain(journal, 4)?.because).toEqual([
      { seq: 3, kind: "request", why: "a#1/0/execute/0 was decided here" },
      { seq: 2, kind: "outcome", why: "a#1 was started here" },
      { seq: 1, kind: "start", why: "orchestrator/plan/1 was decided here" },
    ]);
    expect(explain(journal, 5)?.because[0]).toEqual({ seq: 4, kind: "outcome", why: "a#1 was answered here" });
    expect([chain(6), chain(7), chain(8)]).toEqual([
      [3, 2, 1],
      [2, 1],
      [3, 2, 1],
    ]);
  });

  it("V1 goes to the start where it finds nothing nearer", () => {
    const why = "the run was started with this objective";
    expect(explain(journal, 9)?.because).toEqual([{ seq: 1, kind: "start", why }]);
    expect(explain(journal, 10)?.because).toEqual([{ seq: 1, kind: "start", why }]);
    expect(chain(1)).toEqual([]);
    expect(explain([entry(1, {})], 1)?.because).toEqual([]);
  });

  it("V2 takes the nearest of several causes", () => {
    const again = [...journal, entry(11, { kind: "outcome", to: "a#1/0", key: "a#1/0/execute/0" })];
    const twice = again.with(4, { ...(again[4] as JournalEntry), intents: [intent("a#1/0/execute/0")] });
    expect(explain(twice, 11)?.because[0]?.seq).toBe(5);
  });

  it("V1 V2 ends every chain at the start, each cause before what it caused", () => {
    const kinds = fc.constantFrom(
      "signal" as const,
      "request" as const,
      "outcome" as const,
      "timer" as const,
      "late" as const,
    );
    const actors = fc.constantFrom("a", "b", "c");
    const part = fc.record({ kind: kinds, to: actors, key: actors, born: fc.option(actors), asked: fc.option(actors) });
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12, size: "max" }), (parts) => {
        const made = [
          journal[0] as JournalEntry,
          ...parts.map(({ kind, to, key, born, asked }, i) =>
            entry(i + 2, {
              kind,
              to,
              key,
              moved: born === null ? [] : [{ actor: born, path: ["", "x"] }],
              intents: asked === null ? [] : [intent(asked)],
              replies: asked === null ? [] : [{ to: asked, n: 0 }],
            }),
          ),
        ];
        made.forEach(({ seq }) => {
          const seqs = [seq, ...(explain(made, seq)?.because ?? []).map((one) => one.seq)];
          expect(seqs.at(-1)).toBe(1);
          expect(seqs.every((one, i) => i === 0 || one < (seqs[i - 1] as number))).toBe(true);
        });
      }),
    );
  });
});

describe("explain", () => {
  it("gives the verdict of the judge before the other rulings, with its policy", () => {
    expect(explain(journal, 3)?.rulings).toEqual([
      { actor: "a#1/0", rule: "dear", verdict: "ask", reason: "costs", data: { policy: "p1" } },
      { actor: "orchestrator", rule: "hold", verdict: "granted" },
    ]);
    const answered = [
      { key: "a#1/0/judge/0", event: { type: "done", output: { verdict: { kind: "allow", rule: "r" } } } },
      { key: "a#1/0/judge/1", event: { type: "failed" } },
      { key: "a#1/0/judge/2", event: { type: "done", output: {} } },
      { key: "orchestrator/intervene/1", event: { type: "done", output: { verdict: { kind: "x", rule: "y" } } } },
    ];
    expect(explain([entry(1, { answered })], 1)?.rulings).toEqual([
      { actor: "a#1/0", rule: "r", verdict: "allow", data: { policy: "allow-list" } },
    ]);
  });

  it("knows no entry beyond the journal, nor one out of place", () => {
    for (const seq of [0, 11, 1.5, -1]) expect(explain(journal, seq)).toBeUndefined();
    expect(explain([entry(2, {})], 1)).toBeUndefined();
  });

  it("carries the objective, or none", () => {
    expect(explain(journal, 7)?.objective).toBe("finish");
    expect(explain([entry(1, {})], 1)?.objective).toBe("");
    expect(explain([entry(1, { kind: "start" })], 1)?.summary).toBe("The run was started: ");
  });

  it("says in a sentence what came in", () => {
    expect(journal.map(({ seq }) => explain(journal, seq)?.summary)).toEqual([
      "The run was started: finish",
      "orchestrator/plan/1 was done",
      "a#1 asked to call pay",
      "a#1/0/execute/0 failed",
      "a#1 asked to read notes/x",
      "person olga sent approval.decide to a#1/0",
      "The time for timeout of a#1 was reached",
      "a#1/0/execute/0 ended after it was no longer wanted; it was not applied",
      "lost/1 ended after it was no longer wanted; it was not applied",
      "b#1 asked to act",
    ]);
    const act = { kind: "tool" };
    expect(explain([entry(1, { kind: "request", event: { type: "x", act } })], 1)?.summary).toMatch(/call \?$/);
    expect(explain([entry(1, { kind: "request", event: { type: "x", act: { kind: "ask" } } })], 1)?.summary).toMatch(
      /ask$/,
    );
    expect(explain([entry(1, {})], 1)?.summary).toBe("somebody  sent x to orchestrator");
  });
});
