import { describe, expect, it } from "vitest";
import { createMachine } from "xstate";
import { agentMachine, approvalMachine, orchestratorMachine, toolGateMachine } from "../../index.ts";
import { chartOf } from "../../src/charts/chart.ts";
import { pathsOf } from "../../src/charts/chart-paths.ts";

describe("ways through a chart", () => {
  it.each([
    ["orchestrator", orchestratorMachine],
    ["agent", agentMachine],
    ["tool-gate", toolGateMachine],
    ["approval", approvalMachine],
  ])("H1 take every edge of %s that leads somewhere, each from where it starts", (name, machine) => {
    const chart = chartOf(machine, name);
    const { paths, left } = pathsOf(chart);
    expect(left).toBe(0);
    const taken = new Set(paths.flatMap(({ steps }) => steps.flatMap(({ edges }) => edges)));
    const leading = chart.edges.filter(({ target }) => target !== undefined);
    expect(leading.filter(({ id }) => !taken.has(id)).map(({ id }) => id)).toEqual([]);
    for (const { steps } of paths) {
      expect(steps[0]?.event).toBe("start");
      steps.slice(1).forEach(({ edges, states }, n) => {
        const edge = chart.edges.find(({ id }) => id === edges[0]);
        const stood = steps[n]?.states ?? [];
        expect(edge?.source === "" || stood.includes(edge?.source ?? ""), edge?.id).toBe(true);
        expect(states).toContain(edge?.target);
      });
    }
  });

  it("H1 lead through compound, parallel and history states, and through the ends of inner ones", () => {
    const machine = createMachine({
      id: "m",
      initial: "a",
      states: {
        a: { on: { go: "b", both: "p" } },
        b: {
          initial: "x",
          on: { out: "a" },
          states: { x: { on: { in: "y" } }, y: { type: "final" }, h: { type: "history" } },
          onDone: "a",
        },
        p: {
          type: "parallel",
          on: { back: "b.h" },
          states: { l: { initial: "m", states: { m: { on: { n: "n" } }, n: {} } }, r: {} },
        },
      },
    });
    const { paths } = pathsOf(chartOf(machine, "m"));
    const taken = new Set(paths.flatMap(({ steps }) => steps.flatMap(({ edges }) => edges)));
    expect(taken).toEqual(
      new Set(["a/go/1", "a/both/1", "b/out/1", "b.x/in/1", "b/xstate.done.state.m.b/1", "p/back/1", "p.l.m/n/1"]),
    );
  });

  it("are bounded, and say so: a chart with too many has none", () => {
    const region = {
      initial: "a",
      states: Object.fromEntries(
        ["a", "b", "c", "d"].map((key, n, all) => [key, { on: { [`go${n}`]: all[(n + 1) % 4] } }]),
      ),
    };
    const states = Object.fromEntries(Array.from({ length: 8 }, (_, n) => [`r${n}`, region]));
    const found = pathsOf(chartOf(createMachine({ type: "parallel", states } as never), "wide"));
    expect(found).toMatchObject({ chart: "wide", paths: [], left: 0 });
    expect(found.limited).toMatch(/\S/);
  });

  it("of a chart that came as data and is none are none, with the reason", () => {
    expect(pathsOf({ name: "empty", states: [], edges: [] }).limited).toMatch(/no states/);
  });
});
