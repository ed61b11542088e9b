import { describe, expect, it } from "vitest";
import { assign, createActor, createMachine, fromPromise, not, setup, stateIn } from "xstate";
import { agentMachine, approvalMachine, orchestratorMachine, toolGateMachine } from "../../index.ts";
import { activeStates, chartOf } from "../../src/charts/chart.ts";
import { edgeTracer } from "../../src/charts/edge-tracer.ts";
import { transitionsOf } from "../../src/testing/chart-transitions.ts";

const everything = setup({
  types: { context: {} as { n: number }, events: {} as { type: string } },
  actors: { fetch: fromPromise(async () => 1) },
  guards: {
    isReady: ({ context }) => context.n > 0,
    isLast: (_, n: number) => n === 0,
    isWord: (_, word: string) => word === "x",
  },
  actions: { count: assign({ n: ({ context }) => context.n + 1 }), shout: () => {} },
  delays: { patience: 500 },
}).createMachine({
  id: "all",
  version: "7",
  description: "the root",
  context: { n: 0 },
  initial: "idle",
  on: { reset: ".idle", "log.*": { actions: "shout" } },
  states: {
    idle: {
      entry: "count",
      exit: ["shout", () => {}],
      on: {
        go: [
          { guard: "isReady", target: "busy", actions: "count" },
          { guard: { type: "isLast", params: 3 }, target: "busy" },
          { guard: not("isReady"), target: "both" },
          { guard: { type: "isWord", params: "x" }, target: "done" },
        ],
        split: { target: ["both.left.b", "both.right.d"] },
      },
      after: { 90000: "done", patience: { target: "busy" } },
    },
    busy: {
      initial: "one",
      invoke: { id: "load", src: "fetch", onDone: "done", onError: { target: "idle" } },
      always: { guard: ({ context }) => context.n > 10, target: "done" },
      states: { one: { on: { next: "two" } }, two: { type: "final" }, back: { type: "history" } },
      onDone: "both",
    },
    both: {
      type: "parallel",
      states: {
        left: {
          initial: "a",
          states: { a: { on: { l: "b" } }, b: { on: { k: { guard: stateIn("#all.both.right.d"), target: "a" } } } },
        },
        right: { initial: "c", states: { c: { on: { r: "d" } }, d: {} } },
      },
    },
    done: { type: "final" },
  },
});

const chart = chartOf(everything, "all");
const edge = (id: string) => chart.edges.find((one) => one.id === id);

describe("a chart as data", () => {
  it.each([
    ["orchestrator", orchestratorMachine],
    ["agent", agentMachine],
    ["tool-gate", toolGateMachine],
    ["approval", approvalMachine],
    ["all", everything],
  ])("C1 has every state and every transition of %s", (name, machine) => {
    const { states, edges } = chartOf(machine, name);
    expect(edges).toHaveLength(transitionsOf(machine).length);
    expect(new Set(edges.map(({ id }) => id)).size).toBe(edges.length);
    const ids = new Set(states.map(({ id }) => id));
    expect(ids.size).toBe(states.length);
    for (const { id, source, target, targets = [] } of edges) {
      expect(ids.has(source), id).toBe(true);
      for (const one of [target ?? "", ...targets]) expect(ids.has(one), id).toBe(true);
      expect(id.startsWith(`${source}/`), id).toBe(true);
    }
    for (const { id, parent, key } of states)
      expect(id).toBe(parent === undefined ? "" : parent === "" ? key : `${parent}.${key}`);
  });

  it("C2 gives an edge the same id in every reading", () => {
    expect(chartOf(everything, "all")).toEqual(chart);
    expect(chart.edges.map(({ id }) => id)).toEqual([
      "/reset/1",
      "/log.*/1",
      "idle/go/1",
      "idle/go/2",
      "idle/go/3",
      "idle/go/4",
      "idle/split/1",
      "idle/xstate.after.90000.all.idle/1",
      "idle/xstate.after.patience.all.idle/1",
      "busy/xstate.done.state.all.busy/1",
      "busy/xstate.done.actor.load/1",
      "busy/xstate.error.actor.load/1",
      "busy/always/1",
      "busy.one/next/1",
      "both.left.a/l/1",
      "both.left.b/k/1",
      "both.right.c/r/1",
    ]);
  });

  it("says events, delays, ends, guards and actions as a person does", () => {
    expect(edge("idle/xstate.after.90000.all.idle/1")).toMatchObject({
      kind: "after",
      event: "after 90 s",
      target: "done",
    });
    expect(edge("idle/xstate.after.patience.all.idle/1")).toMatchObject({ kind: "after", event: "after patience" });
    expect(edge("busy/xstate.done.actor.load/1")).toMatchObject({ kind: "done", event: "load" });
    expect(edge("busy/xstate.error.actor.load/1")).toMatchObject({ kind: "error", event: "load" });
    expect(edge("busy/xstate.done.state.all.busy/1")).toMatchObject({ kind: "done", event: "done" });
    expect(edge("busy/always/1")).toMatchObject({ kind: "always", event: "always", guard: "guard" });
    expect(edge("idle/go/1")).toMatchObject({ kind: "event", event: "go", guard: "isReady", actions: ["count"] });
    expect(edge("idle/go/2")?.guard).toBe("isLast");
    expect(edge("idle/go/3")?.guard).toBe("not(isReady)");
    expect(edge("idle/go/4")?.guard).toBe("isWord: x");
    expect(edge("/log.*/1")).toEqual({ id: "/log.*/1", source: "", kind: "event", event: "log.*", actions: ["shout"] });
    expect(edge("idle/split/1")?.targets).toEqual(["both.left.b", "both.right.d"]);
  });

  it("says what a state is, and what it does", () => {
    const state = (id: string) => chart.states.find((one) => one.id === id);
    expect(chart.version).toBe("7");
    expect(state("")).toMatchObject({ kind: "compound", initial: "idle", description: "the root" });
    expect(state("idle")).toMatchObject({ kind: "atomic", entry: ["count"], exit: ["shout", "inline"] });
    expect(state("busy")).toMatchObject({ kind: "compound", initial: "busy.one", invokes: ["fetch"] });
    expect(state("busy.two")?.kind).toBe("final");
    expect(state("busy.back")?.kind).toBe("history");
    expect(state("both")).toMatchObject({ kind: "parallel", parent: "" });
  });

  it("names a machine that is written in place as well as it can", () => {
    const { states, edges } = chartOf(
      createMachine({
        initial: "a",
        states: { a: { entry: assign({}), invoke: { src: fromPromise(async () => 1), onDone: "b" } }, b: {} },
      }),
      "plain",
    );
    expect(states[1]).toMatchObject({ entry: ["assign"] });
    expect(edges).toMatchObject([{ kind: "done", event: "invoke", target: "b" }]);
  });
});

describe("an edge tracer", () => {
  it("tells the edges of a transition, eventless ones and those of every region", () => {
    const tracer = edgeTracer(everything);
    const { snapshot } = tracer.initial("x", undefined);
    const busy = tracer.apply("x", snapshot, { type: "go" });
    expect(busy.edges).toEqual(["idle/go/1"]);
    const both = tracer.apply("x", busy.snapshot, { type: "next" });
    expect(both.edges).toEqual(["busy.one/next/1", "busy/xstate.done.state.all.busy/1"]);
    expect(activeStates(both.snapshot)).toEqual(["both", "both.left", "both.left.a", "both.right", "both.right.c"]);
    expect(tracer.apply("x", both.snapshot, { type: "unheard" }).edges).toEqual([]);
  });

  it("performs nothing", () => {
    let done = 0;
    const machine = createMachine({ initial: "a", states: { a: { on: { go: "b" } }, b: { entry: () => done++ } } });
    const tracer = edgeTracer(machine);
    tracer.apply("x", tracer.initial("x", undefined).snapshot, { type: "go" });
    expect(done).toBe(0);
    createActor(machine).start().send({ type: "go" });
    expect(done).toBe(1);
  });
});
