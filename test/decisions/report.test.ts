import { describe, expect, it } from "vitest";
import { admitAll, enqueue, settleCall } from "../../src/decisions/admission.ts";
import { settleDone } from "../../src/decisions/assignment.ts";
import { settleFailed } from "../../src/decisions/failure.ts";
import { reportOf, statusOf } from "../../src/decisions/report.ts";
import type { RunState } from "../../src/decisions/run-state.ts";
import { at, callOf, planOf, runningRun } from "../support/runs.ts";

const call = callOf("a#1/0", { hold: { costMicroUsd: 8, tokens: 5 } });
const held = admitAll(enqueue(runningRun(planOf("a", "b"), { retries: 0 }), call), at(0)).state;
const cost = { costMicroUsd: 2, tokens: 1 };
const end = {
  gate: "a#1/0",
  position: 0,
  symbol: null,
  tool: "search",
  places: [],
  reads: true,
  says: "done" as const,
  maxIdentical: null,
  result: "r",
  value: null,
  sent: true,
  cost,
};
const paid = settleCall(held, { ...end, outcome: "completed" }, at(0));
const half: RunState = settleDone(paid, { actor: "a#1", position: 0, number: 1, output: "text" }, at(0)).state;

describe("statusOf", () => {
  it.each([
    ["planning", "running"],
    ["executing", "running"],
    ["validating", "running"],
    ["looping-detected", "running"],
    ["over-budget", "running"],
    ["awaiting-human", "suspended"],
    ["paused", "suspended"],
    ["completed", "completed"],
    ["failed", "failed"],
    ["cancelled", "cancelled"],
  ])("O4 shows a run in %s as %s", (state, status) => {
    expect(statusOf(state)).toBe(status);
  });
});

describe("reportOf", () => {
  it("O4 carries what was achieved when the run fell short", () => {
    const failure = { code: "run.cancelled" as const, message: "enough" };
    const report = reportOf({ ...half, failure }, "cancelled", 50);
    expect(report).toMatchObject({
      run: "r1",
      name: "test",
      objective: "finish",
      status: "cancelled",
      state: "cancelled",
      partial: { a: "text" },
      failure,
    });
    expect("output" in report).toBe(false);
  });

  it("carries the output of a completed run, and no parts", () => {
    const report = reportOf({ ...half, output: { x: 1 } }, "completed", 50);
    expect(report.output).toEqual({ x: 1 });
    expect("partial" in report || "failure" in report).toBe(false);
  });

  it("shows a run that broke as failed, whatever state it was in", () => {
    const fatal = { code: "run.diverged" as const, message: "m" };
    const earlier = { code: "run.cancelled" as const, message: "enough" };
    expect(reportOf({ ...half, failure: earlier }, "completed", 50, fatal)).toMatchObject({
      status: "failed",
      state: "failed",
      failure: fatal,
      partial: { a: "text" },
    });
  });

  it("F-BUD-09 counts what is held as spent", () => {
    expect(reportOf(held, "executing", 50).spend).toEqual({
      costMicroUsd: 8,
      tokens: 5,
      steps: 1,
      toolCalls: 1,
      wallMs: 50,
      activeMs: 50,
    });
  });

  it("says how well holds fitted, once something was held and settled in money", () => {
    expect(reportOf(half, "executing", 50).spend).toMatchObject({ costMicroUsd: 2, tokens: 1, holdEfficiency: 0.25 });
  });

  it("lists every task with who does it, who answers for it, and why it failed", () => {
    const failure = { code: "agent.failed" as const, message: "m" };
    const failed = settleFailed(half, { actor: "b#1", position: 1, number: 1, failure, findings: [] }, at(0)).state;
    const report = reportOf(failed, "failed", 50);
    expect(report.tasks).toEqual([
      { id: "a", agent: "ann", status: "completed", attempts: 1, accountable: "olga" },
      { id: "b", agent: "ann", status: "failed", attempts: 1, accountable: "olga", failure },
    ]);
    expect(report.findings).toBe(failed.findings);
    expect([report.conflicts, report.pendingApprovals]).toEqual([[], []]);
  });
});
