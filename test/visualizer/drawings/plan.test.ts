import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TaskNode } from "../../../src/contracts/inspection.ts";
import {
  CARD,
  criticalLinks,
  elkOfPlan,
  linksOf,
  type PlanDrawing,
  planDrawingOf,
  shapeOf,
} from "../../../visualizer/src/drawings/plan/graph.ts";
import { cardLines, nextTask, taskWords, tookOf } from "../../../visualizer/src/drawings/plan/words.ts";
import { layout, meet } from "../../support/drawings/charts.ts";

const task = (id: string, more: Partial<TaskNode> = {}): TaskNode => ({
  id,
  agent: "writer",
  accountable: "maria",
  status: "waiting",
  attempts: 0,
  needs: [],
  optional: false,
  critical: false,
  ...more,
});

const ids = ["a", "b", "c", "d", "e", "nowhere"] as const;
const anyPlan = fc
  .tuple(
    ...ids
      .slice(0, 5)
      .map((id) =>
        fc.record({ id: fc.constant(id), needs: fc.subarray([...ids]), by: fc.option(fc.constantFrom(...ids)) }),
      ),
  )
  .map((made) => made.map(({ id, needs, by }) => task(id, { needs, ...(by === null ? {} : { delegatedBy: by }) })));

const drawn = async (tasks: readonly TaskNode[]): Promise<PlanDrawing> =>
  planDrawingOf(tasks, await layout(elkOfPlan(tasks, "DOWN")));

describe("a plan", () => {
  it("has each task of it, whatever they need and whoever delegated them, and none over another", async () => {
    await fc.assert(
      fc.asyncProperty(anyPlan, async (tasks) => {
        const { tasks: placed } = await drawn(tasks);
        expect(placed).toHaveLength(tasks.length);
        const cards = placed.map((one) => ({ ...one, height: CARD.height }));
        for (const [n, one] of cards.entries())
          expect(
            cards
              .slice(n + 1)
              .filter((other) => meet(one, other))
              .map(({ task: { id } }) => id),
          ).toEqual([]);
      }),
      { numRuns: 80 },
    );
  });

  it("has delegated tasks inside the one that delegated them", async () => {
    const { tasks } = await drawn([task("a"), task("b", { delegatedBy: "a" }), task("c", { delegatedBy: "b" })]);
    const [a, b, c] = tasks;
    expect(a && b && c && [a.height > b.height, b.height > c.height, c.y > b.y, b.y > a.y]).toEqual([
      true,
      true,
      true,
      true,
    ]);
  });

  it("has no link to what is not in it, or to what it is inside of", () => {
    const tasks = [
      task("a", { needs: ["a", "nowhere"] }),
      task("b", { needs: ["a"], delegatedBy: "a" }),
      task("c", { needs: ["a", "a"] }),
    ];
    expect(linksOf(tasks)).toEqual([{ from: "a", to: "c" }]);
  });

  it("is laid out anew only when a task or a link comes or goes", () => {
    const [one, other] = [[task("a")], [task("a", { status: "running", attempts: 3, critical: true })]];
    expect(shapeOf(one)).toBe(shapeOf(other));
    expect(shapeOf(one)).not.toBe(shapeOf([task("a", { needs: ["b"] })]));
  });
});

describe("the critical path", () => {
  it("is one chain: to each task from the one it waited for longest", () => {
    const tasks = [
      task("a", { critical: true, endedAt: 10 }),
      task("b", { critical: true, endedAt: 20, needs: ["a"] }),
      task("c", { critical: true, needs: ["a", "b", "x"] }),
      task("x", { endedAt: 15 }),
      task("d", { needs: ["c"] }),
    ];
    expect([...criticalLinks(tasks)]).toEqual([JSON.stringify(["a", "b"]), JSON.stringify(["b", "c"])]);
  });
});

describe("a task", () => {
  const running = task("research", {
    status: "running",
    attempts: 2,
    startedAt: 1_000,
    goal: "find out",
    critical: true,
  });

  it("says its state, how long it has taken and its tries on its card", () => {
    expect(cardLines(running, 76_000)).toEqual(["research", "writer for maria", "running · 1 min 15 s · try 2"]);
    expect(tookOf(task("a"), 5)).toBeUndefined();
    expect(tookOf({ ...running, endedAt: 1_500 }, 76_000)).toBe("500 ms");
  });

  it("is told whole to those who listen, its names bounded", () => {
    expect(taskWords(running, 76_000)).toEqual([
      "research: running, on the critical path",
      "find out",
      "agent writer, accountable maria",
      "2 attempts, 1 min 15 s",
      "needs nothing",
    ]);
    const long = "x".repeat(10_000);
    for (const line of cardLines(task(long, { agent: long, accountable: long }), 0))
      expect(line.length).toBeLessThan(32);
    for (const line of taskWords(task(long, { goal: long, needs: [long], failure: long }), 0))
      expect(line.length).toBeLessThanOrEqual(400);
  });

  it("is reached along what it needs and what needs it", () => {
    const tasks = [task("a"), task("b", { needs: ["a"] }), task("c", { needs: ["b"] })];
    const to = (key: string) => nextTask(tasks, "b", key);
    expect(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"].map(to)).toEqual([
      "a",
      "c",
      "a",
      "c",
      "a",
      "c",
    ]);
    expect([
      nextTask(tasks, "a", "ArrowLeft"),
      nextTask(tasks, undefined, "ArrowDown"),
      nextTask([], undefined, "End"),
    ]).toEqual(["a", "a", undefined]);
  });
});
