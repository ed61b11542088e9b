/** Lists of the page: runs as they change, rows that fit a search, messages at the edge. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EntryRow, RunRow } from "../../src/contracts/inspection.ts";
import { NO_RUNS, RUNS_PAGE, type RunsChange, type RunsState, reduceRuns } from "../../visualizer/src/state/runs.ts";
import { isFiltering, NO_FILTER, nothingFound, queryOf, withFound } from "../../visualizer/src/state/search.ts";
import { NO_TOASTS, reduceToasts } from "../../visualizer/src/state/toasts.ts";
import { rowsIn, tallness, topFor } from "../../visualizer/src/state/window.ts";

const run = (id: string, createdAt: number, more: Partial<RunRow> = {}): RunRow => ({
  run: id,
  name: "nightly",
  objective: `Review ${id}`,
  status: "running",
  state: "executing",
  createdAt,
  updatedAt: createdAt,
  head: 1,
  pendingApprovals: [],
  ...more,
});
const reached = (...changes: readonly RunsChange[]): RunsState => changes.reduce(reduceRuns, NO_RUNS);
const idsIn = ({ rows }: RunsState) => rows?.map((row) => row.run);

describe("the list of runs", () => {
  const page: RunsChange = { kind: "page", query: {}, rows: [run("b", 2), run("a", 1)] };

  it("has each run once, newest first, with what was told of it last", () => {
    const state = reached(page, { kind: "told", rows: [run("a", 1, { status: "failed" }), run("c", 3)] });
    expect(idsIn(state)).toEqual(["c", "b", "a"]);
    expect(state.rows?.at(-1)?.status).toBe("failed");
  });

  it("drops what no longer fits its filter, and takes in nothing that does not", () => {
    const query = { status: "running" } as const;
    const state = reached({ kind: "ask", query }, { ...page, query });
    const told = reduceRuns(state, {
      kind: "told",
      rows: [run("a", 1, { status: "completed" }), run("d", 9, { status: "failed" })],
    });
    expect(idsIn(told)).toEqual(["b"]);
  });

  it("drops an answer to what is no longer asked", () => {
    expect(reached({ kind: "ask", query: { search: "x" } }, page).rows).toBeUndefined();
  });

  it("finds in name, objective and id, whatever the case", () => {
    const query = { search: " REVIEW B" };
    const state = reached({ kind: "ask", query }, { kind: "page", query, rows: [] });
    expect(idsIn(reduceRuns(state, { kind: "told", rows: [run("a", 1), run("b", 2)] }))).toEqual(["b"]);
  });

  it("knows that there are older ones from a page that is full", () => {
    const full = Array.from({ length: RUNS_PAGE }, (_, at) => run(`r${at}`, at + 10));
    const state = reached({ kind: "page", query: {}, rows: full });
    expect(state.isWhole).toBe(false);
    const rest = reduceRuns(state, { kind: "page", query: { before: 10 }, rows: [run("old", 1)] });
    expect(rest).toMatchObject({ isWhole: true });
    expect(rest.rows).toHaveLength(RUNS_PAGE + 1);
  });
});

describe("a search of the journal", () => {
  const row = (seq: number) => ({ seq }) as EntryRow;
  const filter = { ...NO_FILTER, text: "x" };

  it("F1 drops rows of another search", () => {
    const found = nothingFound(filter);
    expect(withFound(found, { ...filter, text: "y" }, { run: "r", rows: [row(1)], head: 9 }, 5)).toBe(found);
  });

  it("has no row twice, however the stretches overlap", () => {
    const stretches = fc.array(fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 8 }));
    fc.assert(
      fc.property(stretches, (all) => {
        let found = nothingFound(filter);
        for (const one of all) {
          const rows = [...new Set(one)].sort((a, b) => a - b).map(row);
          found = withFound(found, filter, { run: "r", rows, head: 40 }, 99);
        }
        const seqs = found.rows.map(({ seq }) => seq);
        expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
      }),
    );
  });

  it("asks for nothing that was not entered", () => {
    expect(queryOf(NO_FILTER, 1, 9)).toEqual({ from: 1, limit: 9 });
    expect(queryOf({ marks: ["loop"], actor: " a ", text: " b " }, 3, 9)).toEqual({
      from: 3,
      limit: 9,
      marks: ["loop"],
      actor: "a",
      search: "b",
    });
    expect([isFiltering(NO_FILTER), isFiltering({ ...NO_FILTER, actor: " " }), isFiltering(filter)]).toEqual([
      false,
      false,
      true,
    ]);
  });
});

describe("toasts", () => {
  it("are the last four, and the same words once", () => {
    const say = (text: string) => ({ kind: "say", tone: "good", text }) as const;
    const texts = ["a", "b", "a", "c", "d", "e"]
      .map(say)
      .reduce(reduceToasts, NO_TOASTS)
      .toasts.map(({ text }) => text);
    expect(texts).toEqual(["a", "c", "d", "e"]);
  });
});

describe("a window on a list", () => {
  const extents = fc.record({ count: fc.integer({ min: 1, max: 5_000_000 }), height: fc.constantFrom(20, 26, 48) });
  const sizes = fc.integer({ min: 100, max: 900 });

  it("W1 has every row in sight that one scrolls to, however many there are", () => {
    fc.assert(
      fc.property(extents, sizes, fc.double({ min: 0, max: 1, noNaN: true }), (extent, size, part) => {
        const place = Math.min(extent.count - 1, Math.floor(part * extent.count));
        const lowest = Math.max(0, tallness(extent) - size);
        const top = Math.min(lowest, topFor(place, { top: 0, size }, extent));
        const { first, end, offset } = rowsIn({ top, size }, extent);
        expect(first).toBeLessThanOrEqual(place);
        expect(end).toBeGreaterThan(place);
        const drawnAt = offset + (place - first) * extent.height - top;
        expect(drawnAt).toBeGreaterThanOrEqual(-1);
        expect(drawnAt + extent.height).toBeLessThanOrEqual(Math.max(size, extent.height) + 1);
      }),
    );
  });

  it("W1 is never taller than a browser can make it, and ends with the last row", () => {
    const extent = { count: 4_000_000, height: 26 };
    expect(tallness(extent)).toBe(15_000_000);
    const { end } = rowsIn({ top: 15_000_000 - 600, size: 600 }, extent);
    expect(end).toBe(4_000_000);
  });

  it("moves as little as it must to what is near, and not at all to what is in sight", () => {
    const extent = { count: 1_000, height: 20 };
    expect(topFor(5, { top: 0, size: 400 }, extent)).toBe(0);
    expect(topFor(20, { top: 0, size: 400 }, extent)).toBe(20);
    expect(topFor(9, { top: 200, size: 400 }, extent)).toBe(180);
    expect(topFor(500, { top: 0, size: 400 }, extent)).toBe(9_810);
  });
});
