/** The tables of a chart against XState itself, on every path there is; and what the tables leave to XState. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AnyStateMachine, and, assign, createMachine, raise, setup } from "xstate";
import { type Action, logicOf, type Snapshot, tabulated } from "../../actors/kernel/logic.ts";
import { programOf } from "../../actors/kernel/program.ts";
import { agentMachine } from "../../machines/agent.ts";
import { approvalMachine } from "../../machines/approval.ts";
import { orchestratorMachine } from "../../machines/orchestrator.ts";
import { toolGateMachine } from "../../machines/tool-gate.ts";
import { unbound } from "../../machines/unbound.ts";
import { ORCHESTRATOR } from "../../src/contracts/ids.ts";
import type { EffectClass } from "../../src/contracts/tools.ts";
import type { StatePath } from "../../src/testing/state-paths.ts";
import { agentInput, agentPaths } from "../support/agent-paths.ts";
import { approvalInput, approvalPaths, questionKinds } from "../support/approval-paths.ts";
import { gateInput, hostileGatePaths } from "../support/gate-paths.ts";
import { runPaths } from "../support/orchestrator-paths.ts";
import { runVariants, START } from "../support/run-variants.ts";

type Transition = readonly [Snapshot, readonly Action[]];

/** What a transition comes to, as far as anybody can see: an invoked actor is its name and input. */
const sightOf = (machine: AnyStateMachine, [snapshot, actions]: Transition) => ({
  value: snapshot.value,
  status: snapshot.status,
  context: snapshot.context,
  output: snapshot.output,
  nodes: snapshot._nodes.map(({ id }) => id).sort(),
  tags: [...snapshot.tags],
  persisted: JSON.parse(JSON.stringify(machine.getPersistedSnapshot(snapshot))),
  actions: actions.map(({ type, params }) => ({ type, params: plainParams(type, params) })),
});

function plainParams(type: string, params: unknown): unknown {
  if (type === "xstate.stopChild") return (params as { readonly id?: string } | undefined)?.id;
  if (type !== "xstate.spawnChild") return params;
  const { id, src, input } = params as { readonly id: string; readonly src: string; readonly input: unknown };
  return { id, src, input };
}

/** Goes both ways at once, and once more from a snapshot that was stored and read back. */
function compare(machine: AnyStateMachine, input: unknown, events: readonly { readonly type: string }[]): number {
  const [slow, fast] = [logicOf(machine), tabulated(machine)];
  let theirs = slow.initial("a", input);
  let ours = fast.initial("a", input);
  expect(sightOf(machine, ours)).toEqual(sightOf(machine, theirs));
  let steps = 1;
  for (const event of events) {
    // Nobody is told anything after the end.
    if (ours[0].status !== "active") return steps;
    const stored = fast.restore("a", JSON.parse(JSON.stringify(fast.persist(ours[0]))));
    const [they, we, again] = [slow, fast, fast].map((logic, way) =>
      attempt(() => logic.apply("a", way === 0 ? theirs[0] : way === 1 ? ours[0] : stored, event)),
    );
    if (they === undefined || "thrown" in they) {
      expect(we).toEqual(they);
      return steps;
    }
    theirs = they;
    ours = we as Transition;
    expect(sightOf(machine, ours)).toEqual(sightOf(machine, theirs));
    expect(sightOf(machine, again as Transition)).toEqual(sightOf(machine, theirs));
    steps++;
  }
  return steps;
}

function attempt(act: () => Transition): Transition | { readonly thrown: string } {
  try {
    return act();
  } catch (error) {
    return { thrown: error instanceof Error ? (error.message.split(". ")[0] ?? "") : JSON.stringify(error) };
  }
}

const eventsOf = ({ steps }: StatePath) => steps.slice(1).map(({ event }) => event);
const all = (machine: AnyStateMachine, input: unknown, paths: readonly StatePath[]): number =>
  paths.reduce((steps, path) => steps + compare(machine, input, eventsOf(path)), 0);

describe("the tables of a chart", () => {
  it("R1 exist for every chart of a run", () => {
    for (const machine of [orchestratorMachine, agentMachine, toolGateMachine, approvalMachine]) {
      expect(programOf(machine as AnyStateMachine)).toBeDefined();
    }
  });

  it("R1 take a call everywhere XState takes it, told everything at every wrong time", () => {
    expect(all(toolGateMachine, gateInput, hostileGatePaths())).toBeGreaterThan(1_000);
  });

  it("R1 take an attempt everywhere XState takes it", () => {
    expect(all(agentMachine, agentInput, agentPaths())).toBeGreaterThan(100);
  });

  it.each(questionKinds)("R1 take a question to %s everywhere XState takes it", (kind) => {
    expect(all(approvalMachine, approvalInput(kind), approvalPaths(kind))).toBeGreaterThan(10);
  });

  it.each(runVariants)("R1 take a run of $name everywhere XState takes it", (variant) => {
    const { settings } = variant;
    const input = { run: "run_1", objective: "finish", input: null, settings, at: START, actor: ORCHESTRATOR };
    expect(all(orchestratorMachine, input, runPaths(variant))).toBeGreaterThan(20);
  });

  it("F-ORC-03 stay where they are for an event nobody knows", () => {
    expect(compare(toolGateMachine, gateInput, [{ type: "no.such.event" }, { type: "constructor" }])).toBe(3);
  });
});

/** Nested states, re-entry, targets on every level, eventless steps, delays and invokes; small, so that paths collide. */
const nested = setup({
  types: { context: {} as { n: number; seen: string }, events: {} as { type: string; by?: number } },
  actors: { job: unbound<number, { readonly key: string; readonly effect: EffectClass }>("job") },
  guards: {
    isOdd: ({ context }) => context.n % 2 === 1,
    isLarge: ({ context }, than: number) => context.n > than,
    throws: ({ context }) => {
      if (context.n > 6) throw new Error("the guard broke");
      return false;
    },
  },
  actions: {
    add: assign({ n: ({ context, event }) => context.n + (event.by ?? 1) }),
    note: assign(({ context }, what: string) => ({ seen: `${context.seen}${what}`.slice(-12) })),
    tell: () => {},
  },
  delays: { later: ({ context }) => context.n * 10 },
}).createMachine({
  id: "nested",
  options: { maxIterations: 20 },
  context: { n: 0, seen: "" },
  initial: "a",
  entry: "tell",
  exit: "tell",
  on: {
    "to.b": { target: ".b", actions: { type: "note", params: "!" } },
    stay: { actions: "add" },
    ignore: {},
    "xstate.error.actor.job": { target: ".b" },
    guarded: [{ guard: "throws", target: ".a" }, { target: ".end" }],
  },
  states: {
    a: {
      entry: { type: "note", params: "a" },
      exit: { type: "note", params: "A" },
      initial: "one",
      after: { later: { target: "b" } },
      invoke: {
        id: "job",
        src: "job",
        input: ({ context }) => ({ key: `job/${context.n}`, effect: "read" as const }),
        onDone: { target: "b" },
      },
      on: { self: { target: "a" }, again: { target: "a", reenter: true }, in: { target: ".two" } },
      states: {
        one: {
          entry: { type: "note", params: "1" },
          exit: { type: "note", params: "-" },
          on: {
            next: { target: "two", actions: "add" },
            self: { target: "one" },
            again: { target: "one", reenter: true },
          },
        },
        two: {
          initial: "x",
          always: { guard: { type: "isLarge", params: 8 }, target: "#nested.end" },
          states: {
            x: {
              on: {
                next: [
                  { guard: "isOdd", target: "y" },
                  { target: "#nested.b", actions: "add" },
                ],
              },
            },
            y: { entry: "add", always: { guard: "isOdd", target: "x" }, on: { next: { target: "#nested.a.one" } } },
          },
        },
      },
    },
    b: { on: { next: { target: "a.two", actions: ["add", "tell"] }, spin: { target: "spin" } } },
    spin: { always: { target: "spin", actions: "add", reenter: true } },
    end: { type: "final", entry: { type: "note", params: "." } },
  },
  output: ({ context }) => context.n,
});

describe("tables of any chart", () => {
  const types = [
    "next",
    "self",
    "again",
    "in",
    "to.b",
    "stay",
    "ignore",
    "guarded",
    "spin",
    "xstate.after.later.nested.a",
    "xstate.error.actor.unknown",
  ];
  const event = fc.oneof(
    fc.constantFrom(...types).map((type) => ({ type })),
    fc.record({ type: fc.constant("stay"), by: fc.integer({ min: -2, max: 4 }) }),
    fc
      .constantFrom("done", "error")
      .map((way) => ({ type: `xstate.${way}.actor.job`, output: 1, error: { code: "x" } })),
  );

  it("R1 do what XState does, whatever it is told", () => {
    expect(programOf(nested as unknown as AnyStateMachine)).toBeDefined();
    fc.assert(
      fc.property(fc.array(event, { maxLength: 12 }), (events) => {
        compare(nested as unknown as AnyStateMachine, undefined, events);
      }),
      { numRuns: 2_000 },
    );
  });

  it("F-AGT-05 give up after as many eventless steps as XState", () => {
    const count = setup({
      types: { context: {} as { n: number }, input: {} as number },
      guards: { isPositive: ({ context }) => context.n > 0 },
      actions: { subtract: assign({ n: ({ context }) => context.n - 1 }) },
    }).createMachine({
      context: ({ input }) => ({ n: input }),
      options: { maxIterations: 5 },
      initial: "idle",
      states: {
        idle: { on: { go: { target: "counting" } } },
        counting: { always: { guard: "isPositive", actions: "subtract", target: "counting", reenter: true } },
      },
    }) as unknown as AnyStateMachine;
    expect(programOf(count)).toBeDefined();
    expect([3, 4, 5, 6].map((n) => compare(count, n, [{ type: "go" }]))).toEqual([2, 2, 1, 1]);
  });

  const left: Readonly<Record<string, AnyStateMachine>> = {
    "parallel states": createMachine({ type: "parallel", states: { a: {}, b: {} } }),
    history: createMachine({ initial: "a", states: { a: {}, h: { type: "history" } } }),
    "a final state inside another": createMachine({
      initial: "a",
      states: { a: { initial: "b", states: { b: { type: "final" } } } },
    }),
    "a wildcard": createMachine({ on: { "*": { actions: [] } } }),
    "an action without a name": createMachine({ entry: () => {} }),
    "a guard without a name": createMachine({ on: { go: { guard: () => true } } }),
    "a guard made of guards": setup({ guards: { both: and([]) } }).createMachine({ on: { go: { guard: "both" } } }),
    "an event raised at once": setup({ actions: { go: raise({ type: "on" }) } }).createMachine({ entry: "go" }),
    "a transition into two states": createMachine({
      initial: "a",
      states: { a: { on: { go: [{ target: ["a", "b"] }] } }, b: {} },
    } as never),
  };

  it.each(Object.keys(left))("R1 there are none for %s, and XState runs it", (what) => {
    const machine = left[what] as AnyStateMachine;
    expect(programOf(machine)).toBeUndefined();
    expect(tabulated(machine).initial("a", undefined)[0].status).toBe("active");
  });
});
