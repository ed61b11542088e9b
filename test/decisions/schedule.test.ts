import { describe, expect, it } from "vitest";
import type { Delegation } from "../../src/contracts/delegation.ts";
import type { Failure } from "../../src/contracts/errors.ts";
import type { Plan, Task } from "../../src/contracts/plan.ts";
import { layOut } from "../../src/decisions/layout.ts";
import { assignmentOf, causeOf, outputOf, outputsOf } from "../../src/decisions/outputs.ts";
import { dispute, reopen } from "../../src/decisions/reopening.ts";
import * as rules from "../../src/decisions/schedule.ts";
import { planOf, settingsOf, taskOf } from "../support/runs.ts";

const failure: Failure = { code: "agent.timeout", message: "too slow" };
const lay = (...tasks: readonly (Task | string)[]): rules.Schedule => layOut(planOf(...tasks), settingsOf());
const place = (schedule: rules.Schedule, id: string): number => schedule.tasks.findIndex((task) => task.id === id);
const stand = (schedule: rules.Schedule): Readonly<Record<string, string>> =>
  Object.fromEntries(schedule.tasks.map(({ id, status }) => [id, status]));

const started = (schedule: rules.Schedule): rules.Schedule => {
  const next = rules.startNext(schedule);
  if (next === undefined) throw new Error("nothing is ready");
  return next.schedule;
};
const completed = (schedule: rules.Schedule, id: string, output: string = id): rules.Schedule =>
  rules.complete(schedule, place(schedule, id), output);

describe("layOut", () => {
  it("takes what a task does not say from the settings", () => {
    expect(lay("a").tasks[0]).toMatchObject({
      agent: "ann",
      goal: "",
      input: null,
      optional: false,
      priority: 0,
      retries: 1,
      backoffMs: 1_000,
      timeoutMs: null,
      accountable: "olga",
      attempt: 0,
    });
  });

  it("takes what a task says", () => {
    const said = { goal: "g", input: 1, optional: true, priority: 2, retries: 0, backoffMs: 0, timeoutMs: 9 };
    expect(lay(taskOf("a", { ...said, accountable: "eve" })).tasks[0]).toMatchObject({ ...said, accountable: "eve" });
  });

  it("gives a task the findings about it, and those about no task", () => {
    const findings = [
      { source: "s", message: "all" },
      { source: "s", message: "a", task: "a" },
      { source: "s", message: "b", task: "b" },
    ];
    const schedule = layOut(planOf("a"), settingsOf(), rules.NO_TASKS, findings);
    expect(schedule.tasks[0]?.findings.map(({ message }) => message)).toEqual(["all", "a"]);
  });

  it("keeps what an earlier plan completed, with its output, and lays out the rest anew", () => {
    const first = completed(started(started(lay("a", "b"))), "a", "text");
    const again = layOut(planOf(taskOf("c", { needs: ["a"] }), "a", "b"), settingsOf(), first);
    expect(stand(again)).toEqual({ a: "completed", c: "ready", b: "ready" });
    expect(again).toMatchObject({ settled: 1, running: 0, failed: 0 });
    expect(assignmentOf(again, place(again, "c"), "o").inputs).toEqual({ a: "text" });
    expect(rules.attemptsOf(again.tasks[place(again, "b")] as rules.TaskState)).toBe(0);
    expect(again.tasks[place(again, "b")]?.attempt).toBe(1);
  });

  it("T2 never names an attempt twice, though a task leaves the plan and returns", () => {
    const names = (schedule: rules.Schedule): readonly string[] =>
      started(schedule)
        .tasks.filter(({ status }) => status === "running")
        .map(rules.agentActorOf);
    const first = lay("a");
    const second = layOut(planOf("b"), settingsOf(), rules.giveUp(started(first), 0, failure));
    const third = layOut(planOf("c"), settingsOf(), second);
    const fourth = layOut(planOf("a"), settingsOf(), third);
    expect([names(first), names(second), names(fourth)]).toEqual([["a#1"], ["b#1"], ["a#2"]]);
  });
});

describe("order", () => {
  it("T1 starts a task when all it needs is completed", () => {
    let schedule = started(started(lay("a", "b", taskOf("c", { needs: ["a", "b"] }))));
    expect(rules.startNext(schedule)).toBeUndefined();
    schedule = completed(schedule, "a");
    expect(stand(schedule)["c"]).toBe("waiting");
    schedule = completed(schedule, "b");
    expect(stand(schedule)["c"]).toBe("ready");
    expect(assignmentOf(schedule, place(schedule, "c"), "o")).toMatchObject({
      objective: "o",
      task: "c",
      inputs: { a: "a", b: "b" },
    });
  });

  it("T1 never starts a task whose need nobody knows", () => {
    const schedule = lay(taskOf("a", { needs: ["z"] }));
    expect(stand(schedule)).toEqual({ a: "waiting" });
    expect(rules.startNext(schedule)).toBeUndefined();
  });

  it("T1 starts a task although an optional need failed, with its output missing", () => {
    let schedule = started(lay(taskOf("a", { optional: true }), taskOf("b", { needs: { x: "a" } })));
    schedule = rules.giveUp(schedule, 0, failure);
    expect(stand(schedule)).toEqual({ a: "skipped", b: "ready" });
    expect(assignmentOf(schedule, 1, "o").inputs).toEqual({});
  });

  it("T3 starts by priority, then by place in the plan, and puts who comes later where they belong", () => {
    const urgent = (id: string, priority: number, needs: readonly string[] = []) => taskOf(id, { priority, needs });
    let schedule = lay(urgent("a", 0), urgent("b", 5), urgent("c", 0), urgent("d", 5), urgent("e", 3, ["b"]));
    const order: string[] = [];
    for (let next = rules.startNext(schedule); next !== undefined; next = rules.startNext(schedule)) {
      const { id } = next.schedule.tasks[next.position] as rules.TaskState;
      order.push(id);
      schedule = completed(next.schedule, id);
    }
    expect(order).toEqual(["b", "d", "e", "a", "c"]);
    expect(rules.isFinished(schedule)).toBe(true);
  });
});

describe("attempts", () => {
  it("T2 knows the running attempt, and no other", () => {
    const schedule = started(lay("a", "b"));
    expect(rules.runningTask(schedule, 0, 1)?.id).toBe("a");
    for (const [position, attempt] of [
      [0, 0],
      [0, 2],
      [1, 0],
      [9, 1],
    ] as const)
      expect(rules.runningTask(schedule, position, attempt)).toBeUndefined();
    expect(rules.runningTask(completed(schedule, "a"), 0, 1)).toBeUndefined();
  });

  it("waits before the next attempt, with what was found wanting", () => {
    const found = [{ source: "s", message: "short" }];
    const waiting = rules.postpone(started(lay("a")), 0, found);
    expect(waiting).toMatchObject({ running: 0, backingOff: 1, ready: [] });
    const ready = rules.makeReady(waiting, 0);
    expect(ready).toMatchObject({ backingOff: 0, ready: [0] });
    expect(assignmentOf(started(ready), 0, "o")).toMatchObject({ attempt: 2, findings: found });
  });

  it("gives a task to another agent without a wait", () => {
    const schedule = rules.postpone(started(lay("a")), 0, [], "bob");
    expect(schedule).toMatchObject({ running: 0, backingOff: 0, ready: [0] });
    expect(schedule.tasks[0]?.agent).toBe("bob");
  });

  it("makes nothing ready that does not wait for its next attempt", () => {
    const schedule = started(lay("a", "b"));
    for (const position of [0, 1, 7]) expect(rules.makeReady(schedule, position)).toBe(schedule);
  });

  it("takes a stopped task back, and nothing that does not run", () => {
    const schedule = started(lay("a", "b"));
    expect(rules.takeBack(schedule, 0)).toMatchObject({ running: 0, backingOff: 0, ready: [0, 1] });
    for (const position of [1, 7]) expect(rules.takeBack(schedule, position)).toBe(schedule);
  });
});

describe("failure", () => {
  it("T4 fails all that needs a failed task, near and far, and says why", () => {
    const plan = ["a", taskOf("b", { needs: ["a"] }), taskOf("c", { needs: ["b"] }), "d"];
    const schedule = rules.giveUp(started(lay(...plan)), 0, failure);
    expect(stand(schedule)).toEqual({ a: "failed", b: "failed", c: "failed", d: "ready" });
    expect(schedule).toMatchObject({ failed: 3, settled: 3, running: 0 });
    expect(schedule.tasks[2]?.failure).toEqual({ code: "agent.failed", message: 'needs task "b", which failed' });
    expect(causeOf(schedule)).toEqual({ code: "agent.timeout", message: 'task "a": too slow' });
  });

  it("T4 skips an optional task that needs a failed one, and lets its dependants go on", () => {
    const plan = ["a", taskOf("b", { needs: ["a"], optional: true }), taskOf("c", { needs: ["b"] })];
    expect(stand(rules.giveUp(started(lay(...plan)), 0, failure))).toEqual({ a: "failed", b: "skipped", c: "ready" });
  });

  it.each([false, true])("T4 reaches the end of a chain of 10,000 tasks (optional links: %s)", (optional) => {
    const chain = Array.from({ length: 10_000 }, (_, i) =>
      taskOf(`t${i}`, { needs: i === 0 ? [] : [`t${i - 1}`], optional: optional && i % 2 === 1 }),
    );
    const schedule = rules.giveUp(started(lay(...chain)), 0, failure);
    expect(schedule.failed).toBe(optional ? 1 : 10_000);
    expect(schedule.tasks.at(-1)?.status).toBe(optional ? "waiting" : "failed");
  });

  it("trims every optional task that has not settled, wherever it stands", () => {
    const optional = (id: string) => taskOf(id, { optional: true });
    let schedule = started(started(lay(optional("a"), optional("b"), optional("c"), taskOf("d", { needs: ["c"] }))));
    schedule = rules.postpone(completed(schedule, "a"), 1, []);
    schedule = rules.trim(schedule, rules.trimmable(schedule));
    expect(stand(schedule)).toEqual({ a: "completed", b: "skipped", c: "skipped", d: "ready" });
    expect(schedule).toMatchObject({ settled: 3, backingOff: 0, running: 0, ready: [3] });
    expect(schedule.tasks[1]?.failure?.code).toBe("budget.exceeded");
    expect(rules.trimmable(schedule)).toEqual([]);
  });

  it("a delegated task that failed fails no run, however often the schedule is counted anew", () => {
    const delegation = { parent: "a", by: "a#1", chain: ["ann"] } as unknown as Delegation;
    const [{ ...part } = {}] = lay("a/0").tasks;
    const ended = ["a/0", "a/1"].reduce(
      (schedule, id) => rules.append(schedule, { ...part, id, delegation } as rules.TaskState),
      lay("a"),
    );
    const failed = rules.giveUp(completed(ended, "a"), place(ended, "a/0"), failure);
    for (const schedule of [failed, dispute(failed, 0), reopen(failed, new Set([0]))]) {
      expect(schedule.failed).toBe(0);
      expect(schedule.delegated).toEqual([place(ended, "a/1")]);
    }
  });

  it("names a cause although nothing failed", () => {
    expect(causeOf(lay("a"))).toEqual({ code: "agent.failed", message: 'task "?": failed' });
  });
});

describe("outputs", () => {
  const done = completed(started(completed(started(lay("a", taskOf("b", { needs: ["a"] }))), "a")), "b");

  it("gives out what nothing depends on, or the task the plan names", () => {
    expect(outputOf(done)).toEqual({ b: "b" });
    expect(outputOf({ ...done, output: "a" })).toBe("a");
    expect(outputOf({ ...done, output: "z" })).toBeNull();
    const plan: Plan = { ...planOf("a"), output: "a" };
    expect(outputOf(layOut(plan, settingsOf()))).toBeNull();
  });

  it("gives null for a task that was completed without an output", () => {
    const [task] = lay("a").tasks as [rules.TaskState];
    const schedule: rules.Schedule = { ...lay("a"), tasks: [{ ...task, status: "completed" }] };
    expect([outputOf(schedule), outputsOf(schedule)]).toEqual([{ a: null }, { a: null }]);
  });

  it("gives out what was completed, and nothing of what was not", () => {
    expect(outputsOf(done)).toEqual({ a: "a", b: "b" });
    expect(outputsOf(rules.giveUp(started(lay("a", "b")), 0, failure))).toEqual({});
    expect(outputOf(rules.giveUp(started(lay("a")), 0, failure))).toEqual({});
  });
});
