/** Paths through a small chart that has one of everything: invoke, delay, guard, counter, raised and eventless events. */
import { describe, expect, it } from "vitest";
import { assign, fromPromise, raise, setup } from "xstate";
import { coverage, statePaths, transitionsOf } from "../../src/testing/state-paths.ts";

const job = setup({
  types: { context: {} as { tries: number }, input: {} as { tries: number } },
  actors: { work: fromPromise(async () => null) },
  guards: { mayRetry: ({ context }) => context.tries < 2, isSpent: ({ context }) => context.tries === 2 },
  actions: {
    count: assign({ tries: ({ context }) => context.tries + 1 }),
    note: (_, _params: { tries: number }) => {},
  },
  delays: { patience: 10 },
}).createMachine({
  id: "job",
  context: ({ input }) => input,
  initial: "working",
  on: { stop: { target: ".stopped" } },
  states: {
    working: {
      entry: { type: "note", params: ({ context }) => ({ tries: context.tries }) },
      invoke: {
        id: "work",
        src: "work",
        onDone: { target: "checking" },
        onError: [{ guard: "mayRetry", actions: "count", target: "working", reenter: true }, { target: "stopped" }],
      },
      after: { patience: { target: "stopped" } },
    },
    checking: { entry: raise({ type: "checked" }), on: { checked: { target: "done" } } },
    done: { always: { guard: "isSpent", target: "exhausted" } },
    exhausted: {},
    stopped: { type: "final" },
  },
});

const AFTER = "xstate.after.patience.job.working";
const events = () => [
  { type: "stop" },
  { type: "xstate.done.actor.work", output: null },
  { type: "xstate.error.actor.work", error: null },
  { type: AFTER },
];
const pathsOf = (more: object = {}) =>
  statePaths(job, { input: { tries: 0 }, events, abstraction: ({ context }) => context.tries, ...more });

describe("transitionsOf", () => {
  it("lists ends of invokes, delays, raised events and `always`, each by a name of its own", () => {
    expect(transitionsOf(job).map(({ name }) => name)).toEqual([
      "(job): stop → stopped",
      "working: xstate.done.actor.work → checking",
      "working: xstate.error.actor.work#1 [mayRetry] → working",
      "working: xstate.error.actor.work#2 → stopped",
      `working: ${AFTER} → stopped`,
      "checking: checked → done",
      "done: always [isSpent] → exhausted",
    ]);
  });
});

describe("statePaths", () => {
  const paths = pathsOf();

  it("takes every transition, raised and eventless ones included", () => {
    expect(coverage(job, paths)).toEqual({ taken: transitionsOf(job).map(({ name }) => name), missing: [] });
  });

  it("gives snapshots that its own events lead to", () => {
    for (const { steps } of paths) {
      expect(steps[0]?.event.type).toBe("xstate.init");
      const failures = steps.filter(({ event }) => event.type === "xstate.error.actor.work").length;
      expect(steps.at(-1)?.snapshot.context.tries).toBe(Math.min(failures, 2));
    }
  });

  it("tells the actions asked for, with their params, and performs none", () => {
    const retried = paths.flatMap(({ steps }) => steps).find(({ taken }) => taken.some((name) => name.includes("#1")));
    expect(retried?.asked.find(({ type }) => type === "note")?.params).toEqual({ tries: 1 });
  });

  it("leaves out what another path begins with", () => {
    const keys = paths.map(({ steps }) => JSON.stringify(steps.map(({ event }) => event)).slice(0, -1));
    for (const key of keys) expect(keys.filter((other) => other.startsWith(key))).toEqual([key]);
  });

  it("leads through events that do the same as others only when asked to", () => {
    const orders = (every: "transition" | "event") =>
      pathsOf({ every, events: () => [...events(), { type: "stop", by: "somebody else" }] })
        .flatMap(({ steps }) => steps)
        .filter(({ event }) => event["by"] !== undefined);
    expect(orders("transition")).toEqual([]);
    expect(new Set(orders("event").map(({ snapshot }) => snapshot.context.tries))).toEqual(new Set([0, 1, 2]));
  });

  it("asks for events with what the world around the chart remembers", () => {
    const once = pathsOf({
      world: {
        start: () => 0,
        after: (failures: number, { event }: { event: { type: string } }) =>
          failures + Number(event.type.includes("error")),
      },
      events: (_: unknown, failures: number) => events().filter(({ type }) => failures < 1 || !type.includes("error")),
    });
    expect(coverage(job, once).missing).toEqual([
      "working: xstate.error.actor.work#2 → stopped",
      "done: always [isSpent] → exhausted",
    ]);
  });

  it("gives up, with an error, when the abstraction tells too many states apart", () => {
    expect(() => pathsOf({ limit: 5 })).toThrow("limit");
  });

  it("throws what a chart throws at its start", () => {
    const broken = setup({}).createMachine({
      context: () => {
        throw new Error("no context");
      },
    });
    expect(() => statePaths(broken, { events: () => [] })).toThrow("no context");
  });
});
