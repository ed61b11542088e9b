import { describe, expect, it } from "vitest";
import type { ErrorCode } from "../../src/contracts/errors.ts";
import type { Finding } from "../../src/contracts/plan.ts";
import { admitAll, enqueue } from "../../src/decisions/admission.ts";
import * as rules from "../../src/decisions/assignment.ts";
import { raiseConcern } from "../../src/decisions/concern.ts";
import { settleCrashed, settleFailed } from "../../src/decisions/failure.ts";
import { closeQuestion, openQuestion } from "../../src/decisions/question.ts";
import { stretched } from "../../src/decisions/retry.ts";
import type { Reaction, RunState } from "../../src/decisions/run-state.ts";
import { NO_STREAM } from "../../src/decisions/stream.ts";
import { at, callOf, closed, grantOf, opened, plannedRun, planOf, runningRun, taskOf } from "../support/runs.ts";

const statuses = (state: RunState): readonly string[] => state.schedule.tasks.map(({ status }) => status);
const failed = (actor: string, position = 0, code: ErrorCode = "agent.failed", findings: readonly Finding[] = []) => ({
  actor,
  position,
  number: Number(actor.slice(actor.indexOf("#") + 1)),
  failure: { code, message: "broken" },
  findings,
});
/** `a#1` with an open call, `a#1/0`. */
const calling = (state: RunState, id = "a#1/0", position = 0): RunState =>
  admitAll(enqueue(state, callOf(id, { position, hold: { costMicroUsd: 4, tokens: 0 } })), at(0)).state;
const spawned = ({ commands }: Reaction): readonly string[] =>
  commands.flatMap((command) => (command.type === "spawn" ? [command.params.id] : []));
const cancelled = ({ commands }: Reaction): readonly string[] =>
  commands.flatMap((command) =>
    command.type === "tell" && command.params.event.type === "agent.cancel" ? [command.params.to] : [],
  );

describe("dispatch", () => {
  it("D1 starts ready tasks up to the limit, each with its assignment", () => {
    const reaction = rules.dispatch(plannedRun(planOf(taskOf("a", { timeoutMs: 9 }), "b", "c")), at(30, 4));
    expect(spawned(reaction)).toEqual(["a#1", "b#1"]);
    expect(reaction.state.schedule.running).toBe(2);
    expect(reaction.commands[0]).toMatchObject({
      params: {
        logic: "agent",
        input: {
          attempt: { run: "r1", actor: "a#1", agent: "ann", task: "a", position: 0, number: 1, since: 4 },
          assignment: { objective: "finish", task: "a", attempt: 1, accountable: "olga" },
          timeoutMs: 9,
          agents: ["ann", "bob"],
        },
      },
    });
    expect(spawned(rules.dispatch(reaction.state, at(0)))).toEqual([]);
  });

  it("D1 starts another task for each attempt that only waits for a person", () => {
    const run = calling(runningRun(planOf("a", "b", "c", "d")));
    const asking = openQuestion(run, opened("a#1/0", "approve"), at(0));
    expect([...rules.waiting(asking)]).toEqual(["a#1"]);
    expect(spawned(rules.dispatch(asking, at(0)))).toEqual(["c#1"]);
    const answered = closeQuestion(asking, closed("a#1/0", "approve"), at(0)).state;
    expect(rules.waiting(answered).size).toBe(0);
    expect(spawned(rules.dispatch(answered, at(0)))).toEqual([]);
  });
});

describe("waiting, isStuck", () => {
  const run = runningRun(planOf("a", "b"));
  const asks = (state: RunState, agent: string): RunState => openQuestion(state, opened(`${agent}/0`, "answer"), at(0));

  it("D1 takes an agent for waiting that asked, and has nothing else under way or in line", () => {
    const asked = asks(run, "a#1");
    expect([...rules.waiting(asked)]).toEqual(["a#1"]);
    expect(rules.waiting(calling(asked, "a#1/1")).size).toBe(0);
    expect(rules.waiting(enqueue(asked, callOf("a#1/1"))).size).toBe(0);
    expect([...rules.waiting(calling(asked, "b#1/1", 1))]).toEqual(["a#1"]);
  });

  it("D1 takes no agent for waiting because the run itself asks", () => {
    expect(rules.waiting(openQuestion(run, opened("orchestrator", "grant"), at(0))).size).toBe(0);
    expect(rules.waiting(asks(run, "orchestrator")).size).toBe(0);
  });

  it("is stuck when every running attempt waits, and nothing else can move", () => {
    const both = asks(asks(run, "a#1"), "b#1");
    expect(rules.isStuck(asks(run, "a#1"))).toBe(false);
    expect(rules.isStuck(both)).toBe(true);
    expect(rules.isStuck({ ...both, schedule: { ...both.schedule, ready: [0] } })).toBe(false);
    expect(rules.isStuck({ ...both, schedule: { ...both.schedule, backingOff: 1 } })).toBe(false);
    expect(rules.isStuck({ ...both, schedule: { ...both.schedule, running: 0 } })).toBe(false);
    expect(rules.isStuck(plannedRun(planOf("a")))).toBe(false);
    expect(rules.isStuck({ ...calling(run), questions: [] })).toBe(false);
  });
});

describe("settleDone", () => {
  const run = calling(runningRun(planOf("a", taskOf("b", { needs: ["a"] }))));
  const done = { actor: "a#1", position: 0, number: 1, output: "text" };

  it("D3 completes the task and takes its acts and holds with it", () => {
    const asked = openQuestion(run, opened("a#1/0", "unknown"), at(0));
    const after = rules.settleDone(asked, done, at(0)).state;
    expect(statuses(after)).toEqual(["completed", "ready"]);
    expect(after.schedule.tasks[0]?.output).toBe("text");
    expect(after).toMatchObject({ questions: [], asking: 0 });
    expect(Object.keys(after.acts)).toEqual([]);
    expect(after.ledger.reserved.costMicroUsd).toBe(0);
    expect(after.ledger.spent.costMicroUsd).toBe(4);
  });

  it("D2 changes nothing for an attempt that is not the running one", () => {
    for (const old of [{ number: 2 }, { number: 0 }, { position: 1 }, { position: 7 }])
      expect(rules.settleDone(run, { ...done, ...old }, at(0)).state).toBe(run);
    const once = rules.settleDone(run, done, at(0)).state;
    expect(rules.settleDone(once, done, at(0)).state).toBe(once);
  });

  it("forgets the streak of the task", () => {
    const looping = { ...run, loops: { ...run.loops, streams: { a: NO_STREAM } } };
    expect(Object.keys(rules.settleDone(looping, done, at(0)).state.loops.streams)).toEqual([]);
  });
});

describe("settleFailed", () => {
  it("L1 begins another attempt with a clean record: it does the same things again", () => {
    for (const retries of [0, 1]) {
      const run = runningRun(planOf(taskOf("a", { retries })));
      const acted = { ...run, loops: { ...run.loops, streams: { a: NO_STREAM } } };
      const { state } = settleFailed(acted, failed("a#1", 0), at(0));
      expect(Object.keys(state.loops.streams)).toEqual([]);
    }
  });

  const run = calling(runningRun(planOf(taskOf("a", { retries: 1, backoffMs: 10 }), taskOf("b", { needs: ["a"] }))));

  it("R1 tries again after a wait, with what was found wanting", () => {
    const found = [{ source: "schema", message: "short", task: "a" }];
    const { state, commands } = settleFailed(run, failed("a#1", 0, "output.invalid", found), at(0));
    expect(statuses(state)).toEqual(["backing-off", "waiting"]);
    expect(state.schedule.tasks[0]?.findings).toEqual(found);
    expect(Object.keys(state.acts)).toEqual([]);
    expect(commands).toEqual([
      {
        type: "record",
        params: {
          rule: "retry.again",
          verdict: "again",
          reason: "output.invalid: broken",
          data: { task: "a", attempt: 1 },
        },
      },
      {
        type: "wait",
        params: { id: "retry/a", ms: stretched(10, "r1/a#1"), event: { type: "task.due", position: 0 } },
      },
    ]);
    const second = rules.dispatch(rules.taskDue(state, 0), at(0));
    expect(spawned(second)).toEqual(["a#2"]);
  });

  it("makes a finding of the failure where there is none", () => {
    const { state } = settleFailed(run, failed("a#1"), at(0));
    expect(state.schedule.tasks[0]?.findings).toEqual([{ source: "ann", message: "broken", task: "a" }]);
  });

  it("R1 T4 gives up after the last attempt, and on what no repetition mends", () => {
    const { state, commands } = settleFailed(run, failed("a#1", 0, "agent.diverged"), at(0));
    expect(statuses(state)).toEqual(["failed", "failed"]);
    expect(commands).toMatchObject([{ type: "record", params: { rule: "retry.give-up" } }]);
    expect(state.findings).toEqual([{ source: "ann", message: "broken", task: "a" }]);
    expect(rules.causeOfFailure(state)).toEqual({ code: "agent.diverged", message: 'task "a": broken' });
    const second = rules.dispatch(rules.taskDue(settleFailed(run, failed("a#1"), at(0)).state, 0), at(0)).state;
    expect(statuses(settleFailed(second, failed("a#2"), at(0)).state)[0]).toBe("failed");
  });

  it("D2 changes nothing for an attempt that is not the running one", () => {
    expect(settleFailed(run, failed("a#2"), at(0))).toEqual({ state: run, commands: [] });
  });

  it("D2 fails the attempt whose own chart failed, and no other", () => {
    const failure = { code: "machine.failed" as const, message: "m" };
    expect(statuses(settleCrashed(run, { actor: "a#1", failure }, at(0)).state)).toEqual(["failed", "failed"]);
    for (const actor of ["a#2", "b#0", "a#1/0"])
      expect(settleCrashed(run, { actor, failure }, at(0))).toEqual({ state: run, commands: [] });
  });
});

describe("settleCrashed", () => {
  const failure = { code: "machine.failed" as const, message: "m" };

  it("Q2 takes a question about the run whose chart failed for one that nobody answers", () => {
    const asked = raiseConcern(runningRun(planOf("a")), "grant").state;
    const open = openQuestion(
      openQuestion(asked, { ...opened("a#1/0", "answer"), approval: "orchestrator/grant/0" }, at(0)),
      opened("a#1/1", "answer"),
      at(0),
    );
    const after = settleCrashed(open, { actor: "orchestrator/grant/0", failure }, at(0));
    expect(after.commands).toEqual([]);
    expect(after.state.answer).toEqual({ kind: "expired" });
    expect(after.state.questions.map(({ actor }) => actor)).toEqual(["a#1/1"]);
    expect(statuses(after.state)).toEqual(["running"]);
    const agent = settleCrashed(open, { actor: "a#1", failure }, at(0));
    expect([agent.state.answer, statuses(agent.state)]).toEqual([null, ["failed"]]);
  });
});

describe("stopping attempts", () => {
  const agents = [grantOf("ann", { fallback: "bob" }), grantOf("bob")];
  const optional = taskOf("c", { optional: true });

  it("D3 gives a running task to the fallback, and says why", () => {
    const run = calling(runningRun(planOf("a"), { agents }));
    const looping = { ...run, loops: { ...run.loops, streams: { a: NO_STREAM } } };
    const reaction = rules.reassign(looping, 0, at(0), "it repeated itself");
    expect(cancelled(reaction)).toEqual(["a#1"]);
    expect(reaction.state.schedule.tasks[0]).toMatchObject({ agent: "bob", status: "ready" });
    expect(reaction.state.schedule.tasks[0]?.findings).toEqual([
      { source: "orchestrator", message: "it repeated itself", task: "a" },
    ]);
    expect(Object.keys(reaction.state.loops.streams)).toEqual([]);
    expect(Object.keys(reaction.state.ledger.holds)).toEqual([]);
  });

  it("reassigns nothing without a fallback, or that does not run", () => {
    const none = runningRun(planOf("a"));
    expect(rules.reassign(none, 0, at(0), "w")).toEqual({ state: none, commands: [] });
    const idle = plannedRun(planOf("a"), { agents });
    expect(rules.reassign(idle, 0, at(0), "w")).toEqual({ state: idle, commands: [] });
  });

  it("D3 leaves out optional tasks, and cancels those that run", () => {
    const run = calling(runningRun(planOf(optional, "a", taskOf("z", { optional: true }))), "c#1/0", 0);
    const idle = rules.trimOptional(run, 1, at(0));
    expect([cancelled(idle), statuses(idle.state)]).toEqual([[], ["running", "running", "skipped"]]);
    const busy = rules.trimOptional(idle.state, 1, at(0));
    expect([cancelled(busy), statuses(busy.state)]).toEqual([["c#1"], ["skipped", "running", "skipped"]]);
    expect(Object.keys(busy.state.ledger.holds)).toEqual([]);
    const asked = rules.trimOptional(run, 0, at(0));
    expect([cancelled(asked), statuses(asked.state)]).toEqual([["c#1"], ["skipped", "running", "ready"]]);
  });

  it("D3 stops all that runs for a new plan, and empties the line", () => {
    const run = enqueue(calling(runningRun(planOf("a", "b", "c"))), callOf("x#1/0"));
    const looping = { ...run, loops: { ...run.loops, streams: { a: NO_STREAM } } };
    const reaction = rules.recall(looping, at(0));
    expect(cancelled(reaction)).toEqual(["a#1", "b#1"]);
    expect(statuses(reaction.state)).toEqual(["ready", "ready", "ready"]);
    expect(reaction.state).toMatchObject({ queue: [], schedule: { running: 0, ready: [0, 1, 2] } });
    expect([Object.keys(reaction.state.acts), Object.keys(reaction.state.loops.streams)]).toEqual([[], []]);
  });

  it("adopts a plan over what was completed, and counts repairs anew", () => {
    const run = rules.settleDone(
      runningRun(planOf("a", "b")),
      { actor: "a#1", position: 0, number: 1, output: 1 },
      at(0),
    ).state;
    const after = rules.adopt({ ...rules.recall(run, at(0)).state, repairs: 1 }, planOf("b", "c"));
    expect(after.repairs).toBe(0);
    expect(after.schedule.tasks.map(({ id, status }) => `${id} ${status}`)).toEqual([
      "a completed",
      "b ready",
      "c ready",
    ]);
  });

  it("tells every running attempt, and no other", () => {
    const run = runningRun(planOf("a", "b", "c"));
    expect(rules.tellAgents(run, "agent.suspend")).toEqual(
      ["a#1", "b#1"].map((to) => ({ type: "tell", params: { to, event: { type: "agent.suspend" } } })),
    );
  });
});
