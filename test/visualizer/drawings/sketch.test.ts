import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { foldedAtFirst } from "../../../visualizer/src/drawings/chart/folding.ts";
import { type Detail, type Sketch, sketchOf } from "../../../visualizer/src/drawings/chart/sketch.ts";
import { anyChart, charts } from "../../support/drawings/charts.ts";

const look = (detail: Detail, ...folded: readonly string[]) => ({ detail, folded: new Set(folded) });
const overview = sketchOf(charts.orchestrator, look("overview"));
const between = ({ ways }: Sketch, from: string, to: string) =>
  ways.filter((way) => way.from === from && way.to === to);
const linesOf = ({ boxes }: Sketch, id: string) => boxes.find((box) => box.id === id)?.lines.map(({ text }) => text);

/** All transitions that a sketch stands for, by a way or by a line in a box. */
const toldOf = ({ ways, boxes }: Sketch): ReadonlySet<string> =>
  new Set([
    ...ways.flatMap(({ edges }) => edges),
    ...boxes.flatMap(({ lines }) => lines.flatMap(({ edges }) => edges)),
  ]);

describe("the overview of the orchestrator", () => {
  it("has one arrow at most between two states", () => {
    const pairs = overview.ways.map(({ from, to }) => `${from} → ${to}`);
    expect(pairs).toEqual([...new Set(pairs)]);
  });

  it("draws what may be done anywhere once, from a box of its own", () => {
    expect(overview.ways.filter(({ to }) => to === "paused" || to === "cancelled")).toMatchObject([
      { from: "any state", to: "cancelled", lines: [{ text: "run.cancel" }] },
      { from: "any state", to: "paused", lines: [{ text: "run.pause" }] },
    ]);
  });

  it("says that a pause leads back where it was, and draws no way of it", () => {
    expect(linesOf(overview, "paused")).toEqual(["run.resume → where it was"]);
    expect(overview.ways.filter(({ from }) => from === "paused")).toEqual([]);
  });

  it("says so of nothing that only leads to many", () => {
    const gate = sketchOf(charts["tool-gate"], look("overview"));
    expect(linesOf(gate, "reconciling")?.join()).not.toContain("where it was");
    expect(gate.ways.filter(({ from }) => from === "reconciling").length).toBeGreaterThan(3);
  });

  it("writes the many ways to an end into the states they leave", () => {
    expect(linesOf(overview, "executing")).toContain("[hasFailed] → failed");
    expect(overview.ways.filter(({ to }) => to === "failed")).toEqual([]);
  });

  it("calls a guard that compares with a word by that word", () => {
    const [way] = between(overview, "looping-detected", "executing");
    expect(way?.lines.map(({ text }) => text)).toEqual(["[nudge]", "[reassign]"]);
  });

  it("has every state, and every transition that leads to another", () => {
    expect(overview.boxes.map(({ id }) => id)).toEqual(
      expect.arrayContaining(charts.orchestrator.states.map(({ id }) => id).filter((id) => id !== "")),
    );
    const leading = charts.orchestrator.edges.filter(({ target }) => target !== undefined).map(({ id }) => id);
    expect([...toldOf(overview)]).toEqual(expect.arrayContaining(leading));
  });
});

describe("all transitions", () => {
  it("are drawn one by one, with their actions", () => {
    const all = sketchOf(charts.orchestrator, look("all"));
    const leading = charts.orchestrator.edges.filter(({ target }) => target !== undefined);
    expect(all.ways.filter(({ edges }) => edges.length > 0)).toHaveLength(leading.length);
    const [nudge] = between(all, "looping-detected", "executing");
    expect(nudge?.lines.map(({ text }) => text)).toEqual(["intervene [isRung: nudge]", "/ nudge"]);
  });

  it("that stay where they are stand in their state", () => {
    const all = sketchOf(charts["tool-gate"], look("all"));
    expect(linesOf(all, "executing")).toContain("policy.changed / markStale");
  });
});

describe("any chart", () => {
  it("is sketched with each transition told exactly once, in whatever detail", () => {
    fc.assert(
      fc.property(anyChart, fc.constantFrom<Detail>("overview", "all"), (chart, detail) => {
        const sketch = sketchOf(chart, look(detail));
        const leading = chart.edges.filter(({ target }) => target !== undefined).map(({ id }) => id);
        const told = [
          ...sketch.ways.flatMap(({ edges }) => edges),
          ...sketch.boxes.flatMap(({ lines }) => lines.flatMap(({ edges }) => edges)),
        ];
        expect(told.filter((id) => leading.includes(id)).toSorted()).toEqual(leading.toSorted());
      }),
      { numRuns: 300 },
    );
  });

  it("that is folded shows nothing of what is inside, and no way to it", () => {
    fc.assert(
      fc.property(anyChart, fc.nat(11), (chart, n) => {
        const state = chart.states[1 + (n % (chart.states.length - 1))];
        const id = state?.id ?? "";
        const { boxes, ways } = sketchOf(chart, look("all", id));
        const ids = new Set(boxes.map((box) => box.id));
        expect(boxes.filter((box) => box.id.startsWith(`${id}.`))).toEqual([]);
        for (const { from, to } of ways) expect([ids.has(from), ids.has(to)]).toEqual([true, true]);
        const round = ways.filter(({ from, to }) => from === id && to === id).flatMap(({ edges }) => edges);
        const own = chart.edges.filter(({ source, target }) => source === id && target === id);
        expect(round.toSorted()).toEqual(own.map((edge) => edge.id).toSorted());
        expect(boxes.find((box) => box.id === id)?.folded).toBe(
          chart.states.filter((one) => one.id.startsWith(`${id}.`)).length,
        );
      }),
      { numRuns: 300 },
    );
  });
});

describe("a nested chart", () => {
  const nested = sketchOf(charts.nested, look("overview"));

  it("has regions, beginnings and what it enters in several regions at once", () => {
    expect(nested.boxes.filter(({ isRegion }) => isRegion).map(({ name }) => name)).toEqual([
      "reasoning",
      "budget",
      "memory",
    ]);
    expect(between(nested, "begin idle", "idle")).toHaveLength(1);
    expect(between(nested, "failed", "running.budget.warned")).toHaveLength(1);
    expect(between(nested, "failed", "running.reasoning.acting")).toHaveLength(1);
  });

  it("leads from the folded state instead of from what is in it", () => {
    const folded = sketchOf(charts.nested, look("overview", "running.reasoning.acting"));
    const [back] = between(folded, "running.reasoning.acting", "running.reasoning.prompting");
    expect(back?.lines.map(({ text }) => text)).toEqual(["done", "deny"]);
  });

  it("of more states than can be read is folded at first", () => {
    const many = Array.from({ length: 80 }, (_, n) => ({
      id: `a.s${n}`,
      key: `s${n}`,
      parent: "a",
      kind: "atomic" as const,
      entry: [],
      exit: [],
      invokes: [],
    }));
    const a = { id: "a", key: "a", parent: "", kind: "compound" as const, entry: [], exit: [], invokes: [] };
    const top = { ...a, id: "", key: "chart" };
    const { parent: _, ...all } = top;
    expect([...foldedAtFirst({ name: "large", states: [all, a, ...many], edges: [] })]).toEqual(["a"]);
    expect([...foldedAtFirst(charts.nested)]).toEqual([]);
  });
});
