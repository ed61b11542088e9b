import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Task } from "../../src/contracts/plan.ts";
import { adopt, dispatch, settleDone } from "../../src/decisions/assignment.ts";
import { settleFailed } from "../../src/decisions/failure.ts";
import type { RunState } from "../../src/decisions/run-state.ts";
import { agentActorOf } from "../../src/decisions/schedule.ts";
import { workKey } from "../../src/decisions/twin.ts";
import { at, plannedRun, planOf, taskOf } from "../support/runs.ts";

const work = { goal: "List the open issues", agent: "ann", input: { repo: "x", since: 1 }, needs: [] };

describe("P3", () => {
  it("P3 knows the same work by its words, its input in any order of keys, its needs and its agent", () => {
    const same = { ...work, goal: "  list the\n open ISSUES ", input: { since: 1, repo: "x" } };
    expect(workKey(same)).toBe(workKey(work));
  });

  it.each([
    ["another input", { ...work, input: { repo: "y", since: 1 } }],
    ["another agent", { ...work, agent: "bob" }],
    ["other signs", { ...work, goal: "List the open issues!" }],
    ["a need", { ...work, needs: [["a", "a"] as const] }],
    ["another name for a need", { ...work, needs: [["b", "a"] as const] }],
  ])("P3 does not take for the same what has %s", (_, other) => {
    expect(workKey(other)).not.toBe(workKey(work));
  });

  it("P3 has no key for a task without a goal, and for one that cross-checks another", () => {
    expect(workKey({ ...work, goal: " " })).toBeUndefined();
    expect(workKey({ ...work, crossCheck: "a" })).toBeUndefined();
  });
});

const goal = "list the issues";
const ended = (state: RunState, id: string, how: "done" | "failed"): RunState => {
  const position = state.schedule.tasks.findIndex((task) => task.id === id);
  const task = state.schedule.tasks[position];
  if (task?.status !== "running") throw new Error(`${id} is ${task?.status}`);
  const one = { actor: agentActorOf(task), position, number: task.attempt };
  const next =
    how === "done"
      ? settleDone(state, { ...one, output: `by ${id}` }, at(0)).state
      : settleFailed(state, { ...one, failure: { code: "agent.unsupported", message: "no" }, findings: [] }, at(0))
          .state;
  return dispatch(next, at(0)).state;
};
const statuses = (state: RunState) => Object.fromEntries(state.schedule.tasks.map(({ id, status }) => [id, status]));
const started = (...tasks: readonly Task[]) => dispatch(plannedRun(planOf(...tasks), { concurrency: 9 }), at(0)).state;

describe("P4", () => {
  it("F-CON-09, P4 of tasks that are the same one is done, the others wait and take its output; each says so", () => {
    const state = started(taskOf("a", { goal }), taskOf("b", { goal }), taskOf("c", { goal: "List  the issues" }));
    expect(statuses(state)).toEqual({ a: "running", b: "waiting", c: "waiting" });
    const after = ended(state, "a", "done");
    expect(after.schedule.tasks.map(({ output }) => output)).toEqual(["by a", "by a", "by a"]);
    expect(after.shares).toEqual([
      { task: "b", from: "a" },
      { task: "c", from: "a" },
    ]);
  });

  it("P4 one that waits does the work itself when the one before it fails, and the next waits for it", () => {
    const optional = true;
    const state = started(taskOf("a", { goal, optional }), taskOf("b", { goal }), taskOf("c", { goal }));
    const after = ended(state, "a", "failed");
    expect(statuses(after)).toEqual({ a: "skipped", b: "running", c: "waiting" });
    expect(ended(after, "b", "done").shares).toEqual([{ task: "c", from: "b" }]);
  });

  it("P4 what needs a twin is given the shared output", () => {
    const state = started(taskOf("a", { goal }), taskOf("b", { goal }), taskOf("d", { needs: { seen: "b" } }));
    expect(statuses(ended(state, "a", "done"))).toEqual({ a: "completed", b: "completed", d: "running" });
  });

  it("P4 is looked at anew with each plan: what an earlier plan has completed is shared, not done again", () => {
    const before = ended(started(taskOf("a", { goal }), taskOf("other")), "a", "done");
    const { state, commands } = dispatch(adopt(before, planOf(taskOf("again", { goal }))), at(0));
    expect(statuses(state)).toMatchObject({ a: "completed", again: "completed" });
    expect(commands).toMatchObject([{ params: { rule: "duplicate.task", verdict: "shared", data: { from: "a" } } }]);
  });

  it("P4 a task that cross-checks another is done all the same", () => {
    expect(statuses(started(taskOf("a", { goal }), taskOf("b", { goal, crossCheck: "a" })))).toEqual({
      a: "running",
      b: "running",
    });
  });

  it("P4 loses no task and does no work twice, whatever ends well or badly", () => {
    const spec = fc.record({ goal: fc.constantFrom("", "x", "y"), fails: fc.boolean(), needs: fc.subarray([0, 1, 2]) });
    fc.assert(
      fc.property(fc.array(spec, { minLength: 1, maxLength: 6 }), (specs) => {
        const tasks = specs.map(({ goal: words, needs }, n) =>
          taskOf(`t${n}`, {
            goal: words,
            optional: true,
            needs: needs.filter((need) => need < n).map((need) => `t${need}`),
          }),
        );
        let state = started(...tasks);
        const done: string[] = [];
        for (;;) {
          const task = state.schedule.tasks.find(({ status }) => status === "running");
          if (task === undefined) break;
          const { fails } = specs[Number(task.id.slice(1))] as (typeof specs)[number];
          if (!fails && task.goal !== "") done.push(`${task.goal} ${tasks.find(({ id }) => id === task.id)?.needs}`);
          state = ended(state, task.id, fails ? "failed" : "done");
        }
        expect(state.schedule.settled).toBe(tasks.length);
        expect(new Set(done).size).toBe(done.length);
      }),
    );
  });
});
