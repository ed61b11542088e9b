import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AnyStateNode, createMachine, fromPromise } from "xstate";
import type { ChartEdge } from "../../src/contracts/inspection.ts";
import { chartOfDefinition } from "../../src/decisions/definition-chart.ts";
import { treeOf } from "../../src/decisions/definition-tree.ts";
import { machineConfigs } from "../support/machine-configs.ts";

/** As XState itself has resolved it. */
const pathOf = (node: AnyStateNode): string => node.path.join(".");
const nodesOf = (node: AnyStateNode): readonly AnyStateNode[] => [
  node,
  ...Object.values(node.states as Record<string, AnyStateNode>).flatMap(nodesOf),
];
const guardOf = (guard: unknown): string | undefined =>
  guard === undefined ? undefined : typeof guard === "string" ? guard : (guard as { readonly type: string }).type;

const resolved = (root: AnyStateNode): readonly string[] =>
  nodesOf(root)
    .flatMap((node) => [...[...node.transitions.values()].flat(), ...(node.always ?? [])])
    .map(({ source, eventType, target, guard, actions }) =>
      JSON.stringify([pathOf(source), eventType, target?.map(pathOf)[0], guardOf(guard), actions.length]),
    );

const drawn = (config: object): readonly string[] => {
  const { chart, triggers } = chartOfDefinition("m", JSON.parse(JSON.stringify(config)));
  return chart.edges.map(({ id, source, target, guard, actions }) =>
    JSON.stringify([source, triggers.get(id), target, guard, actions.length]),
  );
};

describe("a chart that came as data", () => {
  it("H2 H3 has the states and the transitions that XState makes of the same configuration", () => {
    fc.assert(
      fc.property(machineConfigs(), (config) => {
        const { root } = createMachine(config as never);
        expect(drawn(config).toSorted()).toEqual(resolved(root).toSorted());
        const states = chartOfDefinition("m", JSON.parse(JSON.stringify(config))).chart.states;
        expect(states.map(({ id }) => id).toSorted()).toEqual(nodesOf(root).map(pathOf).toSorted());
        for (const { id, kind } of states) expect(nodesOf(root).find((node) => pathOf(node) === id)?.type).toBe(kind);
      }),
      { numRuns: 300 },
    );
  });

  it("T2 follows a target by a state's own id, and into it", () => {
    const config = {
      id: "m",
      initial: "a",
      states: {
        a: { on: { go: "#home", in: "#home.deep", odd: "#m.a\\.b" } },
        b: { id: "home", initial: "deep", states: { deep: {} } },
        "a.b": {},
      },
    };
    expect(chartOfDefinition("m", config).chart.edges.map(({ target }) => target)).toEqual(["b", "b.deep", "a.b"]);
  });

  it("H2 takes the id of an invoked actor from where XState takes it", () => {
    const act = fromPromise(async () => 1);
    const machine = createMachine({
      id: "m",
      initial: "a",
      states: {
        a: {
          invoke: [
            { src: act, onDone: "b" },
            { id: "own", src: act, onError: "b" },
          ],
        },
        b: {},
      },
    } as never);
    const config = { ...machine.config, states: machine.config.states };
    expect(drawn(config).map((edge) => JSON.parse(edge)[1])).toEqual([
      "xstate.done.actor.0.m.a",
      "xstate.error.actor.own",
    ]);
  });

  it("says delays as people say them", () => {
    const after = { 20: "b", 1500: "b", 90000: "b", "slow lane": "b" };
    const { edges } = chartOfDefinition("m", { initial: "a", states: { a: { after }, b: {} } }).chart;
    expect(edges.map(({ event }) => event)).toEqual(["after 20 ms", "after 1.5 s", "after 1.5 min", "after slow lane"]);
  });

  it("H1 is a chart whatever the JSON, and every edge begins and ends in one of its states", () => {
    const names = fc.constantFrom(
      "states",
      "on",
      "always",
      "after",
      "invoke",
      "initial",
      "target",
      "id",
      "type",
      "a",
      "guard",
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(fc.constantFrom<unknown>("a", "#a", ".a", "", "#", null, 7, true), tie("list"), tie("object")),
      list: fc.array(tie("tree"), { maxLength: 3 }),
      object: fc.dictionary(names, tie("tree"), { maxKeys: 5 }),
    }));
    fc.assert(
      fc.property(tree, (definition) => {
        const { chart, triggers } = chartOfDefinition("m", JSON.parse(JSON.stringify(definition)));
        const states = new Set(chart.states.map(({ id }) => id));
        expect(states.size).toBe(chart.states.length);
        for (const { id, source, target } of chart.edges) {
          expect(states).toContain(source);
          if (target !== undefined) expect(states).toContain(target);
          expect(triggers.has(id)).toBe(true);
        }
        expect(new Set(chart.edges.map((edge: ChartEdge) => edge.id)).size).toBe(chart.edges.length);
      }),
      { numRuns: 500 },
    );
  });

  it("T1 H1 is bounded", () => {
    const wide = Object.fromEntries(
      Array.from({ length: 3_000 }, (_, n) => [`s${n}`, { on: { go: "s1", stop: "s2" } }]),
    );
    expect(treeOf({ states: wide }).nodes).toHaveLength(500);
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`e${n}`, ".a"]));
    expect(chartOfDefinition("m", { on: many, states: { a: {} } }).chart.edges).toHaveLength(2_000);
  });

  it("A-XSS-04 shows what hides in the names of states, events and guards", () => {
    const config = { states: { "a\u202e": { on: { "go\u001b[2J": { guard: "is\u200bOpen" } } } } };
    const { states, edges } = chartOfDefinition("m", config).chart;
    expect([states[1]?.key, edges[0]?.event, edges[0]?.guard]).toEqual([
      "a\\u{202e}",
      "go\\u{1b}[2J",
      "is\\u{200b}Open",
    ]);
  });
});
