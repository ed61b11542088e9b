import { describe, expect, it } from "vitest";
import { pathsOf } from "../../../src/charts/chart-paths.ts";
import type { ChartEdge, GuardReading } from "../../../src/contracts/inspection.ts";
import { guardWords, standingOfAll } from "../../../visualizer/src/drawings/chart/guard-words.ts";
import { countOf, visitsOf, WARMEST, warmth } from "../../../visualizer/src/drawings/chart/heat.ts";
import { pathWords, stepWords, takenWords } from "../../../visualizer/src/drawings/chart/path-words.ts";
import { CLOSED, played } from "../../../visualizer/src/drawings/chart/place-in-path.ts";
import { shower } from "../../../visualizer/src/drawings/chart/show.ts";
import { sketchOf } from "../../../visualizer/src/drawings/chart/sketch.ts";
import { stopsOf, walked } from "../../../visualizer/src/drawings/chart/walk.ts";
import { sentence } from "../../../visualizer/src/drawings/chart/wording.ts";
import { charts, drawn } from "../../support/drawings/charts.ts";

const reading = (more: Partial<GuardReading> = {}): GuardReading => ({
  edge: "e",
  guard: "isWithinBudget",
  holds: false,
  read: [
    { path: "spent.costMicroUsd", value: 5 },
    { path: "limits.costMicroUsd", value: 5 },
  ],
  ...more,
});

describe("why a transition is closed", () => {
  it("is said with the values that the guard looked at", () => {
    expect(guardWords(reading())).toBe(
      "guard isWithinBudget is false because spent.costMicroUsd = 5, limits.costMicroUsd = 5",
    );
    expect(guardWords(reading({ holds: true, read: [] }))).toBe("guard isWithinBudget holds");
    expect(guardWords(reading({ holds: "unknown", read: [] }))).toBe("guard isWithinBudget depends on the event");
  });

  it("is bounded, whatever was read", () => {
    const read = Array.from({ length: 50 }, (_, n) => ({ path: `p${n}`, value: "x".repeat(10_000) }));
    const words = guardWords(reading({ read }));
    expect(words).toContain("and 44 more");
    expect(words.length).toBeLessThan(700);
  });

  it("of several to one state is so only if no guard of them holds", () => {
    const [yes, no, maybe] = [reading({ holds: true }), reading(), reading({ holds: "unknown" })];
    expect(standingOfAll([])).toBeUndefined();
    expect(standingOfAll([no, no])).toBe("closed");
    expect(standingOfAll([no, yes])).toBe("open");
    expect(standingOfAll([no, maybe])).toBe("depends");
  });
});

describe("what is shown of a moment", () => {
  const sketch = sketchOf(charts.nested, { detail: "overview", folded: new Set(["running.reasoning.acting"]) });
  const now = { active: [] as readonly string[], taken: [], guards: [], visits: {} };

  it("lights the active states, and the folded one that an active state is in", () => {
    const show = shower(charts.nested, sketch, {
      ...now,
      active: ["running", "running.reasoning", "running.reasoning.acting.checking", "running.budget.ok"],
    });
    const lit = sketch.boxes.filter(({ id }) => show(id).isLit).map(({ id }) => id);
    expect(lit).toEqual([
      "running",
      "running.reasoning",
      "running.reasoning.acting",
      "running.budget",
      "running.budget.ok",
    ]);
    expect(show("running.reasoning.acting").words).toBe("acting, state with states in it, active, 4 states folded");
  });

  it("explains only what leads away from where the chart is", () => {
    const edge = charts.orchestrator.edges.find(({ guard }) => guard === "isOverBudget") as ChartEdge;
    const overview = sketchOf(charts.orchestrator, { detail: "overview", folded: new Set() });
    const way = overview.ways.find(({ edges }) => edges.includes(edge.id))?.id ?? "";
    const guards = [reading({ edge: edge.id })];
    expect(shower(charts.orchestrator, overview, { ...now, active: ["executing"], guards })(way).standing).toBe(
      "closed",
    );
    expect(
      shower(charts.orchestrator, overview, { ...now, active: ["planning"], guards })(way).standing,
    ).toBeUndefined();
  });

  it("marks the way of the last step, one that may be taken anywhere too", () => {
    const pause = charts.orchestrator.edges.find(
      ({ source, event }) => source === "executing" && event === "run.pause",
    );
    const overview = sketchOf(charts.orchestrator, { detail: "overview", folded: new Set() });
    const show = shower(charts.orchestrator, overview, { ...now, taken: [pause?.id ?? ""] });
    expect(overview.ways.filter(({ id }) => show(id).isTaken)).toMatchObject([{ from: "any state", to: "paused" }]);
  });

  it("shows where a step acted and stayed: in its state, or in those that are active", () => {
    const overview = sketchOf(charts.orchestrator, { detail: "overview", folded: new Set() });
    const stays = (source: string, event: string) =>
      charts.orchestrator.edges.filter((edge) => edge.source === source && edge.event === event).map(({ id }) => id);
    const shown = (taken: readonly string[]) => {
      const show = shower(charts.orchestrator, overview, { ...now, active: ["executing"], taken });
      return [...overview.boxes, ...overview.ways].filter(({ id }) => show(id).isTaken).map(({ id }) => id);
    };
    expect(shown(stays("executing", "call.settled"))).toEqual(["executing"]);
    expect(shown(stays("", "policy.changed"))).toEqual(["executing"]);
    expect(takenWords(charts.orchestrator, stays("", "policy.changed"))).toBe(
      "any state: policy.changed / adoptPolicy",
    );
  });

  it("is warm from the first visit, warmest where most were, and cold where none was", () => {
    expect([warmth(0, 40), warmth(1, 1_000_000), warmth(40, 40), warmth(3, 0)]).toEqual([0, 1, WARMEST, 0]);
    expect(visitsOf(["a", "b", "constructor"], { a: 2, b: 3 })).toBe(5);
    expect([999, 1_200, 45_000, 3_400_000].map(countOf)).toEqual(["999", "1.2k", "45k", "3.4M"]);
  });
});

describe("the keyboard in a chart", () => {
  it("reaches every state and every way, and Enter leads where a way leads", async () => {
    const drawing = await drawn(sketchOf(charts.orchestrator, { detail: "overview", folded: new Set() }));
    const seen = new Set<string>();
    for (let at = walked(drawing, undefined, "ArrowDown"), before = ""; at !== undefined && at !== before; ) {
      seen.add(at);
      for (let way = walked(drawing, at, "ArrowRight"), last = at; way !== undefined && way !== last; ) {
        seen.add(way);
        expect(walked(drawing, way, "ArrowUp")).toBe(at);
        expect(walked(drawing, way, "Enter")).toBe(drawing.ways.find((one) => one.way.id === way)?.way.to);
        last = way;
        way = walked(drawing, way, "ArrowRight");
      }
      before = at;
      at = walked(drawing, at, "ArrowDown");
    }
    expect(seen.size).toBe(stopsOf(drawing).flatMap(({ state, ways }) => [state, ...ways]).length);
    expect(walked(drawing, "executing", "Home")).toBe(stopsOf(drawing)[0]?.state);
  });
});

describe("a path that is played", () => {
  const { paths } = pathsOf(charts.orchestrator);
  const path = paths.find(({ steps }) => steps.at(-1)?.states.includes("completed"));
  const length = (path?.steps.length ?? 0) - 1;

  it("is called by where it leads and how", () => {
    expect(path && pathWords(path)).toMatch(/^completed, by .*\(\d+ steps\)$/);
    expect(path && stepWords(charts.orchestrator, path, 0)).toBe(`0 of ${length}: begins in planning`);
    expect(path && stepWords(charts.orchestrator, path, 1)).toMatch(new RegExp(`^1 of ${length}: `));
  });

  it("runs to its end and stays there, and begins anew when it is played again", () => {
    let place = played(played(CLOSED, { kind: "open" }), { kind: "play", length });
    for (let n = 0; n < length; n += 1) place = played(place, { kind: "tick", length });
    expect(place).toEqual({ isOpen: true, path: 0, at: length, isPlaying: false });
    expect(played(place, { kind: "play", length })).toEqual({ isOpen: true, path: 0, at: 0, isPlaying: true });
    expect(played(place, { kind: "go", at: 99, length }).at).toBe(length);
    expect(played(place, { kind: "go", at: -1, length }).at).toBe(0);
    expect(played(place, { kind: "choose", path: 2 })).toEqual({ isOpen: true, path: 2, at: 0, isPlaying: false });
    expect(played(place, { kind: "close" })).toEqual(CLOSED);
  });
});

it("a transition is a sentence: event, guard, actions", () => {
  const edge: ChartEdge = {
    id: "e",
    source: "a",
    kind: "event",
    event: "go",
    guard: "isReady",
    actions: ["one", "two"],
  };
  expect(sentence(edge)).toBe("go [isReady] / one, two");
  expect(sentence({ ...edge, kind: "always", event: "always", actions: [] })).toBe("[isReady]");
  const { guard: _, ...bare } = edge;
  expect(sentence({ ...bare, kind: "always", event: "always", actions: [] })).toBe("always");
});
