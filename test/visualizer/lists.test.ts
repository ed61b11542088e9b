/** Lists of the page: runs as they change, rows that fit a search, messages at the edge. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EntryRow, RunRow } from "../../src/contracts/inspection.ts";
import { NO_RUNS, RUNS_PAGE, type RunsChange, type RunsState, reduceRuns } from "../../visualizer/src/state/runs.ts";
import { isFiltering, NO_FILTER, nothingFound, queryOf, withFound } from "../../visualizer/src/state/search.ts";
import { NO_TOASTS, reduceToasts } from "../../visualizer/src/state/toasts.ts";

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
