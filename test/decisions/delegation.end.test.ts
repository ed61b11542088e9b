/** Delegation: how it ends, a later attempt that asks for the same part, and places. */
import { describe, expect, it } from "vitest";
import type { Delegation } from "../../src/contracts/delegation.ts";
import { adopt, reassign, recall, settleDone, taskDue, trimOptional, waiting } from "../../src/decisions/assignment.ts";
import { settleFailed } from "../../src/decisions/failure.ts";
import { outputOf } from "../../src/decisions/outputs.ts";
import type { RunState } from "../../src/decisions/run-state.ts";
import { type TaskState, takeUp } from "../../src/decisions/schedule.ts";
import { NO_STREAM } from "../../src/decisions/stream.ts";
import { DelegationRun, line, runOf } from "../support/delegation-run.ts";
import { at, planOf, taskOf } from "../support/runs.ts";

describe("how it ends", () => {
  it("G6 its delegator hears of it once, of its output or of its failure, and the run goes on", () => {
    const run = runOf();
    run.delegate("t#1", "a1");
    run.delegate("t#1", "a2");
    run.done("t/0#1", "text");
    run.done("t/0#1", "again");
    run.failed("t/1#1");
    run.failed("t/1#1");
    expect(run.told).toEqual([
      {
        type: "act.settled",
        to: "t#1",
        n: 0,
        result: { kind: "completed", value: { kind: "completed", task: "t/0", output: "text" } },
      },
      {
        type: "act.settled",
        to: "t#1",
        n: 1,
        result: {
          kind: "completed",
          value: { kind: "failed", task: "t/1", failure: { code: "policy.denied", message: "it may not" } },
        },
      },
    ]);
    expect(run.state.schedule).toMatchObject({ failed: 0, settled: 2, delegated: [] });
  });

  it("G5 I-O2 with its delegator, and all below it, whether done, failed, reassigned or called back", () => {
    const ends: readonly ((run: DelegationRun) => void)[] = [
      (run) => run.done("t#1"),
      (run) => run.failed("t#1"),
      (run) => run.move((state) => reassign(state, 0, at(0), "it cost too much")),
      (run) => run.move((state) => recall(state, at(0))),
      (run) => run.move((state) => trimOptional(state, 0, at(0))),
    ];
    for (const end of ends) {
      const agents = line(4).map((grant) => ({ ...grant, fallback: "a3" }));
      const run = runOf({ agents, concurrency: 9 }, { optional: true });
      run.delegate("t#1", "a1");
      run.delegate("t/0#1", "a2");
      run.delegate("t#1", "a2");
      const before = run.commands.length;
      end(run);
      const cancelled = run.commands
        .slice(before)
        .flatMap(({ type, params }) => (type === "tell" && params.event.type === "agent.cancel" ? [params.to] : []));
      expect(cancelled.filter((actor) => actor !== "t#1")).toEqual(["t/0/0#1", "t/0#1", "t/1#1"]);
      expect(run.tasks.slice(1)).toEqual(["t/0 skipped", "t/0/0 skipped", "t/1 skipped"]);
      expect(run.state.schedule.delegated).toEqual([]);
      // Nobody is told who has ended himself.
      expect(run.told).toEqual([]);
    }
  });

  it("G5 one that had not begun does not begin", () => {
    const run = runOf({ concurrency: 1 });
    run.delegate("t#1", "a1");
    run.delegate("t#1", "a2");
    expect(run.tasks).toEqual(["t running", "t/0 running", "t/1 ready"]);
    run.done("t#1");
    expect([run.tasks, run.state.schedule.ready]).toEqual([["t completed", "t/0 skipped", "t/1 skipped"], []]);
  });

  it("an optional task that is left out takes its parts with it, each of them once", () => {
    const run = runOf({}, { optional: true });
    run.delegate("t#1", "a1");
    run.move((state) => trimOptional(state, -1, at(0)));
    expect(run.tasks).toEqual(["t skipped", "t/0 skipped"]);
    expect(run.state.schedule).toMatchObject({ settled: 2, running: 0, delegated: [] });
    expect(run.told).toEqual([]);
  });

  it("G5 its stream is forgotten with it, and what it called when the whole is completed", () => {
    const run = runOf();
    run.delegate("t#1", "a1");
    run.delegate("t/0#1", "a2");
    const claim = { attempt: 1, call: "pay d", key: "k" };
    const [streams, claims] = [{ "t/0": NO_STREAM }, { "t/0": [claim], "t/0/0": [claim], u: [claim] }];
    const before: RunState = { ...run.state, loops: { ...run.state.loops, streams }, claims };
    const done = { actor: "t#1", position: 0, number: 1, output: null };
    const after = settleDone(before, done, at(0)).state;
    expect([Object.keys(after.loops.streams), Object.keys(after.claims)]).toEqual([[], ["u"]]);
    // As long as the whole may be attempted again they stand.
    expect(Object.keys(recall(before, at(0)).state.claims)).toEqual(["t/0", "t/0/0", "u"]);
  });

  it("an optional task that is left out takes its parts with it, and one that is a part tells its delegator", () => {
    const run = runOf({}, { optional: true });
    run.delegate("t#1", "a1");
    run.move((state) => trimOptional(state, 1, at(0)));
    expect(run.lastTold).toMatchObject({ value: { kind: "failed", failure: { code: "budget.exceeded" } } });
    expect(run.tasks).toEqual(["t running", "t/0 failed"]);
  });
});

describe("a later attempt that asks for the same part", () => {
  const again = (run: DelegationRun): void => {
    const failure = { code: "agent.failed", message: "it threw" } as const;
    run.move((state) =>
      settleFailed(state, { actor: "t#1", position: 0, number: 1, failure, findings: [] }, at(run.now)),
    );
    run.move((state) => ({ state: taskDue(state, 0), commands: [] }));
  };

  it("G4 is answered from the record where it was completed, once", () => {
    const run = runOf({ retries: 1 });
    run.delegate("t#1", "a1");
    run.done("t/0#1", "text");
    again(run);
    expect(run.delegate("t#2", "a1")).toEqual(["duplicate.done"]);
    expect(run.told.at(-1)).toMatchObject({ to: "t#2", n: 0, result: { value: { output: "text", task: "t/0" } } });
    expect(run.delegate("t#2", "a1")).toEqual(["delegation.granted"]);
    expect(run.tasks).toEqual(["t running", "t/0 completed", "t/1 running"]);
  });

  it("G4 takes it up again where it was not, under the same name and as another attempt", () => {
    const run = runOf({ retries: 1, delegation: { total: 1 } });
    run.delegate("t#1", "a1");
    again(run);
    expect(run.tasks).toEqual(["t running", "t/0 skipped"]);
    expect(run.delegate("t#2", "a1")).toEqual(["delegation.granted"]);
    expect(run.running).toEqual(["t#2", "t/0#2"]);
    expect(run.task("t/0")).not.toHaveProperty("failure");
    // Its retries are counted anew.
    expect(run.task("t/0")).toMatchObject({ attempt: 2, attemptsBefore: 1 });
    run.done("t/0#2", "late");
    expect(run.told.at(-1)).toMatchObject({ to: "t#2", n: 0, result: { value: { output: "late" } } });
    expect(run.state.schedule).toMatchObject({ settled: 1, running: 1, delegated: [] });
  });

  it("I-F1 G4 a part taken up again carries what its earlier attempts had heard, and who asks for it now", () => {
    const run = runOf({ retries: 1, delegation: { total: 1 }, flow: {} });
    run.delegate("t#1", "a1");
    again(run);
    const { schedule } = run.state;
    const position = schedule.tasks.findIndex(({ id }) => id === "t/0");
    const part = schedule.tasks[position] as TaskState;
    const heard = { integrity: "untrusted", readers: "public" } as const;
    const tasks = schedule.tasks.with(position, { ...part, given: heard });
    const now = { integrity: "trusted", readers: ["ann"] } as const;
    const taken = takeUp({ ...schedule, tasks }, position, part.delegation as Delegation, now).tasks[position];
    expect(taken?.given).toMatchObject({ integrity: "untrusted", readers: ["ann"] });
  });

  it("G4 gets another where the request is another", () => {
    const run = runOf({ retries: 1 });
    run.delegate("t#1", "a1");
    run.done("t/0#1", "text");
    again(run);
    run.delegate("t#2", "a1", { objective: "another part" });
    run.delegate("t#2", "a2");
    expect(run.tasks).toEqual(["t running", "t/0 completed", "t/1 running", "t/2 running"]);
  });

  it("G4 after a new plan, too", () => {
    const run = runOf({ retries: 0, replans: 1 });
    run.delegate("t#1", "a1");
    run.done("t/0#1", "text");
    run.delegate("t#1", "a2");
    run.move((state) => {
      const { state: recalled, commands } = recall(state, at(0));
      return { state: adopt(recalled, planOf(taskOf("s"), taskOf("t", { agent: "a0" }))), commands };
    });
    expect(run.tasks).toEqual(["t/0 completed", "t/1 skipped", "s running", "t running"]);
    expect(run.delegate("t#2", "a1")).toEqual(["duplicate.done"]);
    run.delegate("t#2", "a2");
    expect(run.running).toContain("t/1#2");
    run.done("t#2", "whole");
    run.done("s#1", "too");
    expect(outputOf(run.state.schedule)).toEqual({ s: "too", t: "whole" });
  });
});

describe("places", () => {
  it("D1 a delegator that only waits takes none, so that a part always finds one", () => {
    const run = runOf({ concurrency: 1, delegation: { depth: 6 } });
    let actor = "t#1";
    for (let next = 1; next <= 6; next++) {
      run.delegate(actor, `a${next}`);
      actor = run.running.at(-1) as string;
    }
    expect(run.running).toHaveLength(7);
    expect(waiting(run.state).size).toBe(6);
  });

  it("T3 a part starts before the plan's other tasks of its priority, and after more urgent ones", () => {
    const plan = planOf(
      taskOf("t", { agent: "a0" }),
      taskOf("u", { agent: "a1" }),
      taskOf("v", { agent: "a1", priority: -1 }),
    );
    const run = new DelegationRun(plan, { agents: line(3), concurrency: 1 });
    run.delegate("t#1", "a1");
    run.delegate("t#1", "a2");
    expect(run.tasks).toEqual(["t running", "u ready", "v ready", "t/0 running", "t/1 ready"]);
    expect(run.state.schedule.ready).toEqual([4, 1, 2]);
    const urgent = new DelegationRun(planOf(taskOf("t", { agent: "a0", priority: 7 })), { agents: line(2) });
    urgent.delegate("t#1", "a1");
    expect(urgent.task("t/0").priority).toBe(7);
  });
});
