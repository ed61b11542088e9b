/** The orchestrator on every path of a dozen small runs. */
import { describe, expect, it } from "vitest";
import { orchestratorMachine } from "../../machines/orchestrator.ts";
import type { Ledger, Limits, Pot } from "../../src/contracts/budget.ts";
import type { Ruling } from "../../src/contracts/journal.ts";
import { isOpen } from "../../src/decisions/conflict.ts";
import { reportOf } from "../../src/decisions/report.ts";
import { coverage, type PathStep } from "../../src/testing/state-paths.ts";
import { abstractionOf, runPaths } from "../support/orchestrator-paths.ts";
import { effectKeysOf, last, nameOf, spawnsOf, statesOn, tellsOf, twice } from "../support/path-checks.ts";
import { runVariants } from "../support/run-variants.ts";
import type { RunPath } from "../support/run-world.ts";

const variants = runVariants.map((variant) => ({ variant, paths: runPaths(variant) }));
const paths = variants.flatMap((one) => one.paths);

const LIVE = ["planning", "executing", "validating", "looping-detected", "over-budget", "awaiting-human"] as const;

/** The states a step passes through, from the one before it to the one after it. */
function passed({ steps }: RunPath, place: number): readonly string[] {
  const targets = steps[place]?.taken.map((name) => name.split(" → ")[1] ?? "") ?? [];
  return [String(steps[place - 1]?.snapshot.value ?? "planning"), ...targets.filter((name) => name !== "no change")];
}

const edges = new Set(
  paths.flatMap((path) =>
    path.steps.slice(1).flatMap((_, place) => {
      const states = passed(path, place + 1);
      return states.slice(1).map((to, at) => `${states[at]} → ${to}`);
    }),
  ),
);

const finals = (state: string): readonly RunPath[] => paths.filter((path) => last(path).snapshot.value === state);

const limitsIn = ({ limits, parts }: Ledger, part: number | undefined): Limits =>
  part === undefined ? limits : (parts[part]?.limits ?? {});

/** Every step of every path, with the one before it. */
const moves = paths.flatMap((path) =>
  path.steps.slice(1).map((step, place) => ({ path, step, before: path.steps[place] as PathStep, place: place + 1 })),
);

describe("the orchestrator", () => {
  it("is in every one of its states on some path", () => {
    expect(statesOn(paths)).toEqual(new Set([...LIVE, "paused", "completed", "failed", "cancelled"]));
  });

  it("takes every transition of its chart", () => {
    expect(coverage(orchestratorMachine, paths).missing).toEqual([]);
  });

  it.each([
    ["planning", "executing"],
    ["planning", "planning"],
    ["planning", "failed"],
    ["executing", "planning"],
    ["executing", "looping-detected"],
    ["executing", "over-budget"],
    ["executing", "awaiting-human"],
    ["executing", "validating"],
    ["executing", "failed"],
    ["validating", "completed"],
    ["validating", "planning"],
    ["validating", "awaiting-human"],
    ["validating", "failed"],
    ["looping-detected", "executing"],
    ["looping-detected", "planning"],
    ["looping-detected", "awaiting-human"],
    ["looping-detected", "failed"],
    ["over-budget", "executing"],
    ["over-budget", "awaiting-human"],
    ["over-budget", "failed"],
    ["awaiting-human", "executing"],
    ["awaiting-human", "completed"],
    ["awaiting-human", "failed"],
    ["paused", "cancelled"],
    ...LIVE.flatMap((state) => [
      [state, "paused"],
      ["paused", state],
      [state, "cancelled"],
    ]),
  ])("goes from %s to %s", (from, to) => {
    expect(edges).toContain(`${from} → ${to}`);
  });

  it("goes back from a pause to where it was, or to where that has led meanwhile", () => {
    const resumed = moves.filter(({ step }) => step.event.type === "run.resume");
    expect(new Set(resumed.map(({ before }) => before.snapshot.context.cameFrom))).toEqual(new Set(LIVE));
    for (const { path, before, place } of resumed)
      expect(passed(path, place), nameOf(path)).toContain(before.snapshot.context.cameFrom);
  });

  it("O1 grants no call but in `executing`, to an attempt that is running, and only what was proposed", () => {
    let granted = 0;
    for (const { path, step, place } of moves) {
      for (const { to, event } of tellsOf(step)) {
        if (!event.type.startsWith("hold.") || event.type === "hold.refused") continue;
        granted++;
        expect(passed(path, place), nameOf(path)).toContain("executing");
        const proposed = path.steps.slice(0, place + 1).filter(({ event: { wish } }) => wish?.id === to);
        expect(proposed.length, nameOf(path)).toBeGreaterThan(0);
      }
    }
    expect(granted).toBeGreaterThan(100);
  });

  it("O1 what is proposed elsewhere waits in line", () => {
    const elsewhere = moves.filter(
      ({ path, step, place }) =>
        /call\.proposed|board\.requested/.test(step.event.type) && !passed(path, place).includes("executing"),
    );
    expect(elsewhere.length).toBeGreaterThan(10);
    for (const { path, step, before } of elsewhere) {
      const queues = [before, step].map(({ snapshot }) => snapshot.context.queue.length);
      expect(queues[1], nameOf(path)).toBe((queues[0] ?? 0) + 1);
      expect(tellsOf(step)).toEqual([]);
    }
  });

  it("O1 a call is granted once, and a hold is opened for each", () => {
    for (const path of paths) {
      const granted = path.steps.flatMap(tellsOf).filter(({ event }) => event.type === "hold.granted");
      expect(twice(granted.map(({ to }) => to)), nameOf(path)).toEqual([]);
    }
  });

  it.each(["looping-detected", "over-budget"])("O2 leaves %s by a recorded choice only", (state) => {
    const left = moves.filter(
      ({ step, before }) => before.snapshot.value === state && step.snapshot.value !== state && step.taken.length > 0,
    );
    expect(left.length).toBeGreaterThan(10);
    for (const { path, step } of left) {
      expect(step.taken[0], nameOf(path)).toMatch(
        /xstate\.(done|error)\.actor\.(intervene|economise)|run\.(pause|cancel)/,
      );
    }
  });

  it.each([
    ["looping-detected", "loop.detected"],
    ["over-budget", "budget.exceeded"],
  ])("O2 records why it is in %s", (state, rule) => {
    for (const path of paths) {
      path.steps.forEach((step, place) => {
        const enters = step.taken.some((name) => name.endsWith(`→ ${state}`));
        const rules = step.asked.filter(({ type }) => type === "record").map(({ params }) => (params as Ruling).rule);
        expect(rules.includes(rule), `${place} of ${nameOf(path)}`).toBe(enters);
      });
    }
  });

  it("O2 a person who grants more raises the cap that was reached, and the run goes on", () => {
    const grants = moves.filter(({ step }) => step.taken.some((name) => name.includes("isGranted")));
    const pots = grants.map(({ path, step, before }) => {
      const { trouble, ledger, settings, concern } = before.snapshot.context;
      const { pot, part }: { pot: Pot; part?: number } = trouble?.kind === "budget" ? trouble : { pot: "tokens" };
      const { context } = step.snapshot;
      const capIn = (books: typeof ledger): number => limitsIn(books, part)[pot] ?? 0;
      const raised = capIn(ledger) + (concern?.grant?.[pot] ?? 0);
      // Time that has passed while the grant was asked for is granted with it.
      if (pot.endsWith("Ms")) expect(capIn(context.ledger), nameOf(path)).toBeGreaterThanOrEqual(raised);
      else expect(capIn(context.ledger), nameOf(path)).toBe(raised);
      expect([context.concern, context.answer], nameOf(path)).toEqual([null, null]);
      const waits = step.asked.filter(({ type }) => type === "wait").map(({ params }) => (params as { id: string }).id);
      const timers = [
        ...(settings.limits.wallMs === undefined ? [] : ["wall"]),
        ...(settings.limits.activeMs === undefined ? [] : ["active"]),
      ];
      expect(new Set(waits), nameOf(path)).toEqual(new Set(timers));
      return part === undefined ? pot : `${pot} of a part`;
    });
    expect(new Set(pots)).toEqual(new Set(["tokens", "toolCalls", "toolCalls of a part", "wallMs", "activeMs"]));
  });

  it("O3 completes with no open conflict", () => {
    for (const path of finals("completed")) expect(last(path).snapshot.context.conflicts.filter(isOpen)).toEqual([]);
    const held = moves.filter(
      ({ step: { snapshot } }) =>
        snapshot.context.conflicts.some(isOpen) &&
        snapshot.context.schedule.tasks.every((one) => one.status === "completed"),
    );
    expect(held.length).toBeGreaterThan(0);
    for (const { path, step } of held)
      expect(step.snapshot.value, nameOf(path)).toMatch(/executing|awaiting-human|paused|cancelled/);
  });

  it.each(["completed", "failed", "cancelled"])("O4 says in %s what was achieved, and what stopped it", (state) => {
    expect(finals(state).length).toBeGreaterThan(5);
    for (const path of finals(state)) {
      const { context, value } = last(path).snapshot;
      const report = reportOf(context, String(value), context.startedAt);
      const done = context.schedule.tasks.filter(({ status }) => status === "completed");
      // The output is that of the tasks nothing depends on; what there is short of it is all that was done.
      const said = state === "completed" ? done.filter(({ dependents }) => dependents.length === 0) : done;
      expect(report.status).toBe(state);
      expect(Object.keys(report.partial ?? (report.output as object)), nameOf(path)).toEqual(said.map(({ id }) => id));
      if (state === "completed") expect(report.failure, nameOf(path)).toBeUndefined();
      else expect(report.failure?.message, nameOf(path)).not.toBe("");
    }
  });

  it("O4 keeps the output of every task that was done", () => {
    for (const path of paths) {
      const { schedule, quarantines } = last(path).snapshot.context;
      if (quarantines.length > 0) continue;
      const done = moves.filter(({ path: of, step }) => of === path && step.event.type === "agent.done");
      for (const { step } of done) {
        const { status } = schedule.tasks.find(({ id }) => step.event["actor"].startsWith(`${id}#`)) ?? {};
        expect(["completed", undefined], nameOf(path)).toContain(status);
      }
    }
  });

  it.each([
    ["planning: xstate.done.actor.plan#4 → failed", "plan.invalid"],
    ["planning: xstate.error.actor.plan → failed", "agent.failed"],
    ["executing: always#4 [hasFailed] → failed", "output.invalid"],
    ["executing: always#4 [hasFailed] → failed", "machine.failed"],
    ["looping-detected: xstate.done.actor.intervene#5 → failed", "loop.detected"],
    ["looping-detected: xstate.error.actor.intervene → failed", "loop.detected"],
    ["over-budget: xstate.done.actor.economise#6 → failed", "budget.exceeded"],
    ["over-budget: xstate.error.actor.economise → failed", "budget.exceeded"],
    ["validating: xstate.done.actor.validate#4 → failed", "output.invalid"],
    ["validating: xstate.error.actor.validate → failed", "agent.failed"],
    ["awaiting-human: always#6 [isRefused] → failed", "loop.detected"],
    ["awaiting-human: always#6 [isRefused] → failed", "budget.exceeded"],
    ["awaiting-human: always#6 [isRefused] → failed", "output.invalid"],
    ["(orchestrator): run.cancel → cancelled", "run.cancelled"],
  ])("O4 after %s the failure may be %s", (transition, code) => {
    const ends = paths.filter((path) => last(path).taken.includes(transition));
    expect(ends.map((path) => last(path).snapshot.context.failure?.code)).toContain(code);
  });

  it("never spends and holds more than its limits", () => {
    for (const { path, step } of moves) {
      const { limits, spent, reserved } = step.snapshot.context.ledger;
      expect(spent.toolCalls + reserved.toolCalls, nameOf(path)).toBeLessThanOrEqual(limits.toolCalls ?? Infinity);
    }
  });

  it("waits for a person only when nothing else can move, or about the whole run", () => {
    const waiting = moves.filter(({ step: { snapshot } }) => snapshot.value === "awaiting-human");
    expect(waiting.length).toBeGreaterThan(50);
    for (const { path, step } of waiting) {
      const { concern, questions } = step.snapshot.context;
      expect(concern !== null || questions.length > 0, nameOf(path)).toBe(true);
    }
  });

  it("is never at rest where it could go on", () => {
    for (const { path, step } of moves) {
      const { value, context } = step.snapshot;
      if (value !== "executing") continue;
      const { ready, running, backingOff } = context.schedule;
      const isMoving = running > 0 || backingOff > 0 || context.conflicts.some(isOpen);
      expect(isMoving, nameOf(path)).toBe(true);
      expect(context.queue, nameOf(path)).toEqual([]);
      expect(ready.length === 0 || running >= context.settings.concurrency, nameOf(path)).toBe(true);
    }
  });

  it("names each effect, actor and question once", () => {
    for (const path of paths) {
      expect(twice(effectKeysOf(path)), nameOf(path)).toEqual([]);
      expect(twice(spawnsOf(path)), nameOf(path)).toEqual([]);
    }
  });

  it("tells no more states apart than it has to", () => {
    const states = new Set(
      moves.map(({ step: { snapshot } }) => JSON.stringify([snapshot.value, abstractionOf(snapshot.context)])),
    );
    expect(states.size).toBeLessThan(1_500);
  });
});
