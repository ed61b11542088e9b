import { describe, expect, it } from "vitest";
import { openQuestions, runRows } from "../../actors/inspection/run-list.ts";
import { memoryStore } from "../../src/adapters/stores/memory.ts";
import type { RunSummary } from "../../src/contracts/report.ts";

const summary = (n: number, more: Partial<RunSummary> = {}): RunSummary => ({
  run: `run_${n}`,
  name: "shop",
  objective: `order ${n}`,
  status: "running",
  state: "executing",
  // Four runs begin in each millisecond.
  createdAt: Math.floor(n / 4),
  updatedAt: n,
  head: 1,
  pendingApprovals: [],
  ...more,
});

async function stored(...summaries: readonly RunSummary[]) {
  const store = memoryStore();
  const holder = { id: "p", host: "h", pid: 1, boot: "b" };
  for (const one of summaries) await store.create(one.run, one, holder, 1);
  return store;
}

describe("the list of runs", () => {
  it("finds a run by its name, its objective or its id, among thousands, each once", async () => {
    const store = await stored(
      ...Array.from({ length: 1_202 }, (_, n) => summary(n, n % 2 === 0 ? { name: "Needle" } : {})),
    );
    const found = await runRows(store, { search: " needle ", limit: 1_000 });
    expect(found).toHaveLength(601);
    expect(new Set(found.map(({ run }) => run)).size).toBe(601);
    expect(found.map(({ createdAt }) => createdAt)).toEqual(
      found.map(({ createdAt }) => createdAt).toSorted((a, b) => b - a),
    );
    expect((await runRows(store, { search: "run_7" })).every(({ run }) => run.includes("run_7"))).toBe(true);
    expect((await runRows(store, { search: "ORDER 1201" })).map(({ run }) => run)).toEqual(["run_1201"]);
    expect(await runRows(store, { search: "needle", limit: 3 })).toHaveLength(3);
    expect(await runRows(store, { search: "nowhere" })).toEqual([]);
  });

  it("is of a status, before a time, and no longer than it is asked for", async () => {
    const store = await stored(summary(1), summary(9, { status: "failed" }), summary(5), summary(13));
    expect((await runRows(store, {})).map(({ run }) => run)).toEqual(["run_13", "run_9", "run_5", "run_1"]);
    expect((await runRows(store, { status: "failed" })).map(({ run }) => run)).toEqual(["run_9"]);
    expect((await runRows(store, { before: 2 })).map(({ run }) => run)).toEqual(["run_5", "run_1"]);
    expect(await runRows(store, { limit: 2 })).toHaveLength(2);
    for (const limit of [Number.NaN, 0, -5]) expect((await runRows(store, { limit })).length).toBeGreaterThan(0);
  });

  it("gives open questions of runs that go on, the oldest first", async () => {
    const asked = (id: string, askedAt: number) => [{ id, askedAt }] as unknown as RunSummary["pendingApprovals"];
    const store = await stored(
      summary(1, { pendingApprovals: asked("second", 2) }),
      summary(2, { status: "suspended", pendingApprovals: asked("first", 1) }),
      summary(3, { status: "completed", pendingApprovals: asked("over", 0) }),
    );
    expect((await openQuestions(store)).map(({ id }) => id)).toEqual(["first", "second"]);
  });
});
