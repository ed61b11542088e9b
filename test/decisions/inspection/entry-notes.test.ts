import { describe, expect, it } from "vitest";
import type { JournalEntry } from "../../../src/contracts/journal.ts";
import { denialsOf, loopsOf, marksOf, orderOf } from "../../../src/decisions/inspection/entry-notes.ts";
import { rowOf, rowsOf, stateAfter } from "../../../src/decisions/inspection/entry-row.ts";

const entry = (more: Partial<JournalEntry> = {}): JournalEntry => ({
  run: "r1",
  seq: 1,
  at: 5,
  epoch: 1,
  kind: "request",
  to: "a#1",
  event: { type: "act.proposed", n: 0, act: { kind: "tool", tool: "search", args: {} } },
  moved: [],
  ruled: [],
  answered: [],
  intents: [],
  replies: [],
  ...more,
});

const moved = (actor: string, ...path: readonly string[]) => entry({ moved: [{ actor, path }] });
const ruled = (rule: string) => entry({ ruled: [{ actor: "orchestrator", rule, verdict: "v" }] });
const signal = (type: string, kind: "person" | "application" | "guardian" = "person") =>
  entry({ kind: "signal", to: "orchestrator", by: { kind, id: "ann" }, event: { type, reason: "because" } });
const judged = {
  key: "a#1/0/judge/0",
  event: { type: "effect.done", output: { verdict: { kind: "deny", rule: "no-mail", reason: "never" } } },
};
const refusal = {
  to: "a#1",
  n: 0,
  result: { kind: "refused", rule: "no-mail", failure: { code: "policy.denied", message: "never" } },
} as const;

describe("M1 an entry is marked", () => {
  it.each([
    ["nothing", entry(), []],
    ["a move of the orchestrator", moved("orchestrator", "executing", "validating"), ["state"]],
    ["a new plan", moved("orchestrator", "executing", "planning", "executing"), ["state", "replanned"]],
    ["the first plan", moved("orchestrator", "", "planning", "executing"), ["state"]],
    ["planning that goes on after a pause", moved("orchestrator", "paused", "planning"), ["state"]],
    ["the end in failure", moved("orchestrator", "executing", "failed"), ["state", "failed"]],
    ["a loop", ruled("loop.detected"), ["loop"]],
    ["a budget", ruled("budget.warning"), ["budget"]],
    ["a conflict", ruled("conflict.opened"), ["conflict"]],
    ["a retry", ruled("retry.again"), ["retried"]],
    ["a second attempt", moved("a#2", "", "working.thinking"), ["retried"]],
    ["a first attempt", moved("a#1", "", "working.thinking"), []],
    ["a gate of a second attempt", moved("a#2/0", "", "judging"), []],
    [
      "a call that waits to be tried again",
      moved("a#1/0", "executing", "failing", "backing-off"),
      ["failed", "retried"],
    ],
    ["an attempt that failed", moved("a#1", "working.thinking", "failed"), ["failed"]],
    ["a question", moved("a#1/0/approve/0", "", "pending"), ["asked"]],
    ["an agent's own chart that begins in a state of that name", moved("a#1/mind", "", "pending"), []],
    ["a decision", ruled("approval.decided"), ["decided"]],
    ["silence", ruled("approval.expired"), ["decided"]],
    ["a refused word", ruled("approval.forged"), []],
    ["an effect that failed", entry({ kind: "outcome", event: { type: "effect.failed" } }), ["failed"]],
    ["what came too late", entry({ kind: "late", event: { type: "effect.done" } }), ["late"]],
    ["what was shared", ruled("duplicate.call"), ["shared"]],
    ["a quarantine", ruled("agent.quarantined"), ["quarantined"]],
    ["a chart that failed", ruled("machine.failed"), ["failed"]],
    ["a refusal", entry({ replies: [refusal] }), ["denied"]],
    ["a verdict", entry({ answered: [judged] }), ["denied"]],
    ["a verdict that took its time", entry({ kind: "outcome", ...judged }), ["denied"]],
    ["a pause", signal("run.pause"), ["order"]],
    ["a guardian's word", signal("run.signal", "guardian"), ["order"]],
    ["another policy, by a person", signal("policy.changed"), ["order"]],
    ["another policy, by a new process", signal("policy.changed", "application"), []],
    ["what an application tells", signal("run.signal", "application"), []],
  ] as const)("%s", (_, one, marks) => {
    expect(marksOf(one)).toEqual(marks);
  });
});

describe("what is remembered of an entry", () => {
  it("a refusal once, though it was judged and told", () => {
    const denials = denialsOf(entry({ seq: 7, answered: [judged], replies: [refusal] }));
    expect(denials).toMatchObject([
      { seq: 7, actor: "a#1/0", ruling: { rule: "no-mail", verdict: "deny", reason: "never" } },
    ]);
    expect(denialsOf(entry({ seq: 8, replies: [refusal] }))).toMatchObject([
      { seq: 8, actor: "a#1/0", ruling: { rule: "no-mail", verdict: "refused" } },
    ]);
    const completed = { to: "a#1", n: 1, result: { kind: "completed", value: 1 } } as const;
    expect(denialsOf(entry({ replies: [completed, { to: "a#1", n: 2 }] }))).toEqual([]);
  });

  it("a loop with its steps, and what was done about it", () => {
    const data = { detector: "period", task: "a", period: 2, count: 3, steps: ["a#1/0", "a#1/1"] };
    const loop = entry({
      seq: 9,
      ruled: [{ actor: "orchestrator", rule: "loop.detected", verdict: "loop", data }],
      answered: [{ key: "orchestrator/intervene/1.0", event: { type: "effect.done", output: "nudge" } }],
    });
    expect(loopsOf(loop)).toEqual([{ ...data, seq: 9, answer: "nudge" }]);
    expect(loopsOf(ruled("loop.detected"))).toEqual([]);
  });

  it("an order with whose it is and why", () => {
    expect(orderOf(signal("run.cancel"))).toEqual({
      seq: 1,
      at: 5,
      by: { kind: "person", id: "ann" },
      order: "run.cancel",
      reason: "because",
    });
    expect(orderOf(entry())).toBeUndefined();
  });
});

describe("a row", () => {
  it("is one line of at most 200 characters in which nothing hides", () => {
    const act = { kind: "tool", tool: `a\u202Eb\nc${"x".repeat(1_000)}`, args: {} };
    const { summary, event } = rowOf(entry({ event: { type: "act.proposed", act } }), "executing");
    expect(summary.length).toBe(200);
    expect(summary).toContain("a\\u{202e}b c");
    expect(event).toBe("act.proposed");
  });

  it("has the state after it, told from the end", () => {
    const entries = [
      entry({ seq: 1 }),
      { ...moved("orchestrator", "executing", "validating"), seq: 2 },
      entry({ seq: 3 }),
      { ...moved("orchestrator", "validating", "completed"), seq: 4 },
    ];
    expect(rowsOf(entries, "completed").map(({ state }) => state)).toEqual([
      "executing",
      "validating",
      "validating",
      "completed",
    ]);
    expect(entries.map(stateAfter)).toEqual([undefined, "validating", undefined, "completed"]);
  });
});
