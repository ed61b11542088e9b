import { describe, expect, it } from "vitest";
import type { ApprovalOutcome } from "../../src/contracts/approvals.ts";
import { admitAll, enqueue } from "../../src/decisions/admission.ts";
import * as rules from "../../src/decisions/concern.ts";
import { NO_LOOPS } from "../../src/decisions/loop.ts";
import type { RunState, Trouble } from "../../src/decisions/run-state.ts";
import { NO_STREAM } from "../../src/decisions/stream.ts";
import { at, callOf, evidenceOf, grantOf, planOf, runningRun, taskOf } from "../support/runs.ts";

const agents = [grantOf("ann", { fallback: "bob" }), grantOf("bob")];
const budget: Trouble = { kind: "budget", pot: "tokens", reason: "tokens: 6 would pass the cap of 5", position: 0 };
const loop: Trouble = { kind: "loop", evidence: evidenceOf("s1"), position: 0 };
const run = runningRun(planOf("a"), { limits: { tokens: 5 } });
const withTrouble = (trouble: Trouble | null, more = {}): RunState => ({ ...run, trouble, ...more });

const approved: ApprovalOutcome = { kind: "approved", by: "olga", digest: "d1" };
const rejected: ApprovalOutcome = { kind: "rejected", by: "olga", reason: "no" };

describe("what there is to choose from", () => {
  it("L4 tells the loop rule how often it stepped in, and what is left", () => {
    expect(rules.loopOptions(withTrouble(loop))).toEqual({
      interventions: 0,
      maxInterventions: 3,
      canForbid: true,
      hasFallback: false,
      canReplan: true,
      asksPeople: true,
    });
    const other = runningRun(planOf("a"), { agents, replans: 0, asksPeople: false, loops: { interventions: 7 } });
    const stepped = { ...other, trouble: loop, loops: { ...other.loops, interventions: 2 } };
    expect(rules.loopOptions(stepped)).toEqual({
      interventions: 2,
      maxInterventions: 7,
      canForbid: true,
      hasFallback: true,
      canReplan: false,
      asksPeople: false,
    });
    expect(rules.loopOptions({ ...stepped, trouble: null }).hasFallback).toBe(false);
  });

  it("X1 tells the economy rule which pot it is, and what could be saved", () => {
    expect(rules.economyOptions(withTrouble(budget))).toEqual({
      pot: "tokens",
      hasFallback: false,
      hasOptional: false,
      asksPeople: true,
    });
    expect(rules.economyOptions(withTrouble(null)).pot).toBe("costMicroUsd");
  });

  it("X1 offers a cheaper agent once for each task", () => {
    const cheaper = { ...runningRun(planOf("a"), { agents }), trouble: budget };
    expect(rules.economyOptions(cheaper).hasFallback).toBe(true);
    expect(rules.economyOptions({ ...cheaper, degraded: [0] }).hasFallback).toBe(false);
    expect(rules.economyOptions({ ...cheaper, degraded: [1] }).hasFallback).toBe(true);
  });

  it.each([
    ["ready", true],
    ["running", true],
    ["backing-off", true],
    ["completed", false],
    ["failed", false],
    ["skipped", false],
  ] as const)("X1 counts an optional task that is %s as one that can be left out: %s", (status, can) => {
    const optional = runningRun(planOf(taskOf("a", { optional: true })));
    const [task] = optional.schedule.tasks;
    const state = {
      ...optional,
      schedule: { ...optional.schedule, tasks: [{ ...(task as NonNullable<typeof task>), status }] },
    };
    expect(rules.economyOptions(state).hasOptional).toBe(can);
  });
});

describe("a question about the run", () => {
  it("Q1 asks under a name of its own each time, of exactly what stands in the way", () => {
    const { state, commands } = rules.raiseConcern(withTrouble(budget), "grant");
    expect(state).toMatchObject({
      concern: { kind: "grant", approval: "orchestrator/grant/0" },
      answer: null,
      concerns: 1,
    });
    expect(commands).toMatchObject([
      {
        type: "spawn",
        params: {
          id: "orchestrator/grant/0",
          logic: "approval",
          input: {
            actor: "orchestrator/grant/0",
            asker: "orchestrator",
            question: {
              kind: "grant",
              title: "The run has reached a cap. Raise it?",
              subject: { pot: "tokens", cap: 5, reason: budget.reason },
              reason: budget.reason,
              requester: {},
            },
            agents: ["ann", "bob"],
          },
        },
      },
    ]);
    expect(rules.raiseConcern(state, "continue").state.concern?.approval).toBe("orchestrator/continue/1");
  });

  const questionOf = (state: RunState, kind: "grant" | "continue" | "accept"): unknown => {
    const [command] = rules.raiseConcern(state, kind).commands;
    return command?.type === "spawn" && (command.params.input as { readonly question: unknown }).question;
  };

  it("Q1 shows the repeated call of a loop, and the findings of a result", () => {
    expect(questionOf(withTrouble(loop), "continue")).toMatchObject({
      title: "The run repeats itself. Let it go on?",
      subject: { task: "a", call: "s1", count: 3 },
      reason: 'task "a" got the same result from the same call 3 times in a row',
    });
    const findings = [
      { source: "style", message: "dull" },
      { source: "facts", message: "wrong" },
    ];
    expect(questionOf(withTrouble(null, { findings }), "accept")).toMatchObject({
      title: "The result did not pass. Take it as it is?",
      subject: { findings },
      reason: "style: dull; facts: wrong",
    });
    expect(questionOf(withTrouble({ ...budget, pot: "steps" }), "grant")).toMatchObject({ subject: { cap: null } });
  });

  it("Q1 keeps the answer to the question that is open, and to no other", () => {
    const { state } = rules.raiseConcern(withTrouble(budget), "grant");
    expect(rules.keepAnswer(state, "orchestrator/grant/0", approved).answer).toBe(approved);
    expect(rules.keepAnswer(state, "orchestrator/grant/1", approved)).toBe(state);
    expect(rules.keepAnswer(run, "orchestrator/grant/0", approved)).toBe(run);
  });

  it("Q2 takes only an approval of that kind for a yes, and all else for a no", () => {
    const asked = rules.raiseConcern(withTrouble(budget), "grant").state;
    const answered = (answer: ApprovalOutcome | null) => ({ ...asked, answer });
    const both = (state: RunState) => [rules.isAnswered(state, "grant"), rules.isRefused(state)];
    expect(both(answered(null))).toEqual([false, false]);
    expect(both(answered(approved))).toEqual([true, false]);
    expect(both(answered(rejected))).toEqual([false, true]);
    expect(both(answered({ kind: "expired" }))).toEqual([false, true]);
    expect(rules.isAnswered(answered(approved), "continue")).toBe(false);
    expect(rules.isRefused({ ...answered(rejected), concern: null })).toBe(false);
  });
});

describe("going on", () => {
  it("raises the cap that was reached by its first size, and deals with the trouble", () => {
    const asked = rules.raiseConcern(withTrouble(budget), "grant").state;
    const once = rules.grant({ ...asked, answer: approved }, at(0));
    expect(once.ledger.limits).toEqual({ tokens: 10 });
    expect([once.trouble, once.concern, once.answer]).toEqual([null, null, null]);
    expect(rules.grant({ ...once, trouble: budget }, at(0)).ledger.limits).toEqual({ tokens: 15 });
    expect(rules.grant(withTrouble(loop), at(0)).ledger).toBe(run.ledger);
  });

  it("lets a granted wish pass although the cap was zero", () => {
    const none = runningRun(planOf("a"), { limits: { toolCalls: 0 } });
    const stuck = admitAll(enqueue(none, callOf("a#1/0")), at(0)).state;
    expect(stuck.trouble).toMatchObject({ pot: "toolCalls" });
    expect(admitAll(rules.grant(stuck, at(0)), at(0)).state).toMatchObject({ trouble: null, queue: [] });
  });

  it("L4 lets a run go on with a fresh count, and keeps what was forbidden", () => {
    const loops = { ...NO_LOOPS, streams: { a: NO_STREAM }, forbidden: ["a s1"], interventions: 3 };
    const after = rules.letGoOn(withTrouble(loop, { loops }));
    expect(after.trouble).toBeNull();
    expect(after.loops).toEqual({ ...NO_LOOPS, forbidden: ["a s1"] });
  });

  it("Q2 says why a run ends that may not go on", () => {
    expect(rules.failureOf(withTrouble(budget))).toEqual({ code: "budget.exceeded", message: budget.reason });
    expect(rules.failureOf(withTrouble(loop))).toEqual({
      code: "loop.detected",
      message: 'task "a" got the same result from the same call 3 times in a row',
    });
    const findings = [{ source: "style", message: "dull" }];
    expect(rules.failureOf(withTrouble(null, { findings }))).toEqual({
      code: "output.invalid",
      message: "the result did not pass: style: dull",
    });
  });
});
