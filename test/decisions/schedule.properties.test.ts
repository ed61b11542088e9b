import fc from "fast-check";
import { expect, it } from "vitest";
import type { Failure } from "../../src/contracts/errors.ts";
import { layOut } from "../../src/decisions/layout.ts";
import { assignmentOf, outputsOf } from "../../src/decisions/outputs.ts";
import * as rules from "../../src/decisions/schedule.ts";
import { type ClerkTask, PlanClerk } from "../support/plan-clerk.ts";
import { planOf, settingsOf, taskOf } from "../support/runs.ts";

const ids = ["a", "b", "c", "d", "e", "constructor"];
const failure: Failure = { code: "agent.failed", message: "broken" };

/** A directed graph without cycles: each task needs only some of those before it; then the list is shuffled. */
const plans = fc
  .uniqueArray(
    fc.record({
      id: fc.constantFrom(...ids),
      needs: fc.uniqueArray(fc.constantFrom(...ids), { maxLength: 3 }),
      optional: fc.boolean(),
      priority: fc.constantFrom(0, 0, 1, -1),
    }),
    { selector: ({ id }) => id, minLength: 1, maxLength: 6, size: "max" },
  )
  .chain((tasks) => {
    const before = (at: number, need: string) => tasks.slice(0, at).some(({ id }) => id === need);
    const acyclic = tasks.map((task, at) => ({ ...task, needs: task.needs.filter((need) => before(at, need)) }));
    return fc.shuffledSubarray(acyclic, { minLength: acyclic.length });
  });

const steps = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ do: "start" as const }) },
  {
    weight: 9,
    arbitrary: fc.record({
      do: fc.constantFrom(
        "complete" as const,
        "complete" as const,
        "give up" as const,
        "retry" as const,
        "wake" as const,
      ),
      pick: fc.nat(5),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom("reassign" as const, "take back" as const), pick: fc.nat(5) }),
  },
  { weight: 1, arbitrary: fc.constant({ do: "trim" as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("replan" as const), plan: plans, from: fc.nat(5) }) },
);

/** One schedule and its clerk, told the same things. */
class Pair {
  readonly clerk = new PlanClerk();
  readonly names = new Set<string>();
  schedule: rules.Schedule = rules.NO_TASKS;

  adopt(plan: readonly ClerkTask[]): void {
    this.clerk.adopt(plan);
    const tasks = plan.map(({ id, needs, optional, priority }) => taskOf(id, { needs, optional, priority }));
    this.schedule = layOut(planOf(...tasks), settingsOf(), this.schedule);
  }

  /** The position and id of the n-th task that stands like this. */
  find(
    standing: "running" | "backing-off",
    pick: number,
  ): { readonly id: string; readonly position: number } | undefined {
    const some = this.schedule.tasks.flatMap(({ id }, position) =>
      this.clerk.is(id, standing) ? [{ id, position }] : [],
    );
    return some[pick % (some.length || 1)];
  }

  start(): void {
    const started = rules.startNext(this.schedule);
    const id = this.clerk.start();
    expect(started?.schedule.tasks[started.position]?.id).toBe(id);
    if (started === undefined || id === undefined) return;
    this.schedule = started.schedule;
    const { position } = started;
    const attempt = this.clerk.attempts.get(id) as number;
    const name = rules.agentActorOf(this.schedule.tasks[position] as rules.TaskState);
    expect([name, this.names.has(name)]).toEqual([`${id}#${attempt}`, false]);
    this.names.add(name);
    expect(rules.runningTask(this.schedule, position, attempt)?.id).toBe(id);
    expect(rules.runningTask(this.schedule, position, attempt - 1)).toBeUndefined();
    const inputs = this.clerk.tasks.find((task) => task.id === id)?.needs ?? [];
    const given = inputs.filter((need) => this.clerk.is(need, "completed"));
    expect(assignmentOf(this.schedule, position, "o").inputs).toEqual(
      Object.fromEntries(given.map((need) => [need, this.clerk.outputs.get(need)])),
    );
  }

  end(how: "complete" | "give up" | "retry" | "reassign" | "take back", pick: number): void {
    const task = this.find("running", pick);
    if (task === undefined) return;
    const { id, position } = task;
    switch (how) {
      case "complete":
        this.schedule = rules.complete(this.schedule, position, `out of ${id}`);
        this.clerk.standing.set(id, "completed");
        this.clerk.outputs.set(id, `out of ${id}`);
        break;
      case "give up":
        this.schedule = rules.giveUp(this.schedule, position, failure);
        this.clerk.giveUp(id);
        break;
      case "retry":
        this.schedule = rules.postpone(this.schedule, position, []);
        this.clerk.standing.set(id, "backing-off");
        break;
      case "reassign":
        this.schedule = rules.postpone(this.schedule, position, [], "bob");
        this.clerk.standing.set(id, "open");
        break;
      case "take back":
        this.schedule = rules.takeBack(this.schedule, position);
        this.clerk.standing.set(id, "open");
    }
  }

  wake(pick: number): void {
    const task = this.find("backing-off", pick);
    if (task === undefined) return;
    this.schedule = rules.makeReady(this.schedule, task.position);
    this.clerk.standing.set(task.id, "open");
  }

  /** As the orchestrator does it: what runs is stopped, then the new plan is laid out over what was completed. */
  replan(plan: readonly ClerkTask[]): void {
    for (let running = this.find("running", 0); running !== undefined; running = this.find("running", 0))
      this.end("take back", 0);
    const completed = (need: string) => this.clerk.is(need, "completed") && this.clerk.known(need);
    this.adopt(
      plan.map((task) => ({
        ...task,
        needs: task.needs.filter((need) => completed(need) || plan.some(({ id }) => id === need)),
      })),
    );
  }

  agree(): void {
    const { clerk, schedule } = this;
    const statuses = clerk.tasks.map((task) => [task.id, clerk.status(task)] as const);
    const count = (...some: readonly string[]) => statuses.filter(([, status]) => some.includes(status)).length;
    expect({
      statuses: schedule.tasks.map(({ id, status }) => [id, status]),
      ready: schedule.ready.map((position) => schedule.tasks[position]?.id),
      running: schedule.running,
      backingOff: schedule.backingOff,
      settled: schedule.settled,
      failed: schedule.failed,
      finished: rules.isFinished(schedule),
      outputs: outputsOf(schedule),
    }).toEqual({
      statuses,
      ready: clerk.line(),
      running: count("running"),
      backingOff: count("backing-off"),
      settled: count("completed", "failed", "skipped"),
      failed: count("failed"),
      finished: statuses.length === count("completed", "failed", "skipped"),
      outputs: Object.fromEntries(
        statuses.flatMap(([id, status]) => (status === "completed" ? [[id, `out of ${id}`]] : [])),
      ),
    });
  }
}

it("T1 T2 T3 T4 goes as a clerk goes who looks everything up, through any plans, ends and new plans", () => {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(plans, fc.array(steps, { maxLength: 25, size: "max" }), (plan, story) => {
      const pair = new Pair();
      pair.adopt(plan);
      pair.agree();
      for (const step of story) {
        if (step.do === "start") pair.start();
        else if (step.do === "wake") pair.wake(step.pick);
        else if (step.do === "replan") pair.replan(step.plan);
        else if (step.do === "trim") {
          pair.schedule = rules.trim(pair.schedule, rules.trimmable(pair.schedule));
          pair.clerk.trim();
        } else pair.end(step.do, step.pick);
        pair.agree();
      }
      for (const { status } of pair.schedule.tasks) seen.set(status, (seen.get(status) ?? 0) + 1);
    }),
    { numRuns: 4_000 },
  );
  // Every end is met often enough to mean something.
  for (const status of ["waiting", "ready", "running", "backing-off", "completed", "failed", "skipped"])
    expect(seen.get(status)).toBeGreaterThan(200);
});
