import { expect, it } from "vitest";
import type { Tracked } from "../../src/contracts/labels.ts";
import { adopt, dispatch, settleDone } from "../../src/decisions/assignment.ts";
import { settleCrashed, settleFailed } from "../../src/decisions/failure.ts";
import { OUTSIDE, TRUSTED, tracked, UNKNOWN } from "../../src/decisions/labels.ts";
import { openRun, type RunState } from "../../src/decisions/run-state.ts";
import { at, plannedRun, planOf, runningRun, settingsOf, taskOf } from "../support/runs.ts";

const flow = { flow: {} };
const mail = tracked(OUTSIDE, "inbox", "a#1/0");
const secret = tracked({ integrity: "trusted", readers: ["ann"] }, "read_db", "b#1/0");
const done = (state: RunState, position: number, labels?: Tracked, declassified?: number): RunState => {
  const task = state.schedule.tasks[position];
  const marks = {
    ...(labels === undefined ? {} : { labels }),
    ...(declassified === undefined ? {} : { declassified }),
  };
  const event = { actor: `${task?.id}#${task?.attempt}`, position, number: task?.attempt ?? 0, output: "x", ...marks };
  const outcome = settleDone(state, event, at(1)) as RunState | { readonly state: RunState };
  return "schedule" in outcome ? outcome : outcome.state;
};
/** What the attempt that is started last is told. */
const startedWith = (state: RunState): unknown => {
  const spawn = dispatch(state, at(2)).commands.at(-1);
  return (spawn?.params as { readonly input?: { readonly flow?: unknown } } | undefined)?.input?.flow;
};

it("I-F1 an attempt begins with the join of the outputs it needs", () => {
  const plan = planOf(taskOf("a"), taskOf("b"), taskOf("c", { needs: ["a", "b"] }));
  const state = done(done(runningRun(plan, flow), 0, mail), 1, secret);
  expect(startedWith(state)).toEqual({
    rules: {},
    labels: { integrity: "untrusted", readers: ["ann"], from: [...(mail.from ?? []), ...(secret.from ?? [])] },
  });
});

it("I-F1 the next attempt begins with what the one before had heard, and that of a failed chart with nothing vouched for", () => {
  const running = runningRun(planOf(taskOf("a", { retries: 3 })), flow);
  const failure = { code: "agent.failed", message: "no" } as const;
  const failed = settleFailed(
    running,
    { actor: "a#1", position: 0, number: 1, failure, findings: [], labels: mail },
    at(1),
  );
  expect(failed.state.schedule.tasks[0]?.given).toEqual({ ...OUTSIDE, from: mail.from });
  const crashed = settleCrashed(running, { actor: "a#1", failure }, at(1));
  expect(crashed.state.schedule.tasks[0]?.given).toMatchObject(UNKNOWN);
});

it("I-P2 an output, an attempt or a task that comes without labels is what nobody can vouch for", () => {
  const plan = planOf(taskOf("a"), taskOf("b", { needs: ["a"] }));
  const state = done(runningRun(plan, flow), 0);
  expect(state.schedule.tasks[0]?.labels).toMatchObject(UNKNOWN);
  const fresh = plannedRun(planOf("a"), flow);
  const [{ given: _, ...task } = {}] = fresh.schedule.tasks;
  const unmarked = { ...fresh, schedule: { ...fresh.schedule, tasks: [task] } } as RunState;
  expect(startedWith(unmarked)).toMatchObject({ labels: UNKNOWN });
});

it("I-F1 a new plan carries all that its planner was told: what came of every task before, and of every plan", () => {
  const plan = planOf(taskOf("a"), taskOf("b"));
  const first = done(runningRun(plan, flow), 0, mail);
  const second = adopt(first, planOf("c"));
  expect(second.schedule.tasks.map(({ id, given }) => [id, given])).toEqual([
    ["a", TRUSTED],
    ["c", { ...OUTSIDE, from: mail.from }],
  ]);
  expect(
    adopt({ ...second, schedule: { ...second.schedule, tasks: [] } }, planOf("d")).schedule.tasks[0]?.given,
  ).toEqual({
    ...OUTSIDE,
    from: mail.from,
  });
});

it("I-F5 counts what was let through, where labels are used", () => {
  expect(done(runningRun(planOf("a"), flow), 0, mail, 1).flow?.declassified).toBe(1);
  expect(done(runningRun(planOf("a")), 0, undefined, 1).flow).toBeUndefined();
});

it("has no labels anywhere in a run that does not use them", () => {
  const state = done(runningRun(planOf(taskOf("a"), taskOf("b", { needs: ["a"] }))), 0);
  expect(state.flow).toBeUndefined();
  expect(state.schedule.tasks.flatMap((task) => [task.labels, task.given])).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  expect(startedWith(state)).toBeUndefined();
});

it("takes what the run is started with for the labels of its first plan", () => {
  const open = (labels?: typeof OUTSIDE): RunState =>
    openRun({
      run: "r",
      objective: "o",
      objectiveDigest: "d",
      input: null,
      settings: settingsOf(flow),
      at: 0,
      ...(labels === undefined ? {} : { labels }),
    });
  expect(open().flow?.labels).toEqual(TRUSTED);
  expect(open(OUTSIDE).flow?.labels).toEqual(tracked(OUTSIDE, "the run's input"));
});
