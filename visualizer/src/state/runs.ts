/** Runs: the list as it was asked for, kept up to date by what arrives. */
import type { RunQuery, RunRow } from "../../../src/contracts/inspection.ts";

export interface RunsState {
  readonly query: RunQuery;
  /** Newest first. Undefined: not known yet. */
  readonly rows: readonly RunRow[] | undefined;
  /** There are no older ones. */
  readonly isWhole: boolean;
  readonly failure: string | undefined;
}

export type RunsChange =
  | { readonly kind: "ask"; readonly query: RunQuery }
  | { readonly kind: "page"; readonly query: RunQuery; readonly rows: readonly RunRow[] }
  | { readonly kind: "told"; readonly rows: readonly RunRow[] }
  | { readonly kind: "failed"; readonly reason: string };

export const RUNS_PAGE = 200;

export const NO_RUNS: RunsState = { query: {}, rows: undefined, isWhole: false, failure: undefined };

export function reduceRuns(state: RunsState, change: RunsChange): RunsState {
  switch (change.kind) {
    case "ask":
      return { ...state, query: change.query, isWhole: false, failure: undefined };
    case "page":
      return withPage(state, change.query, change.rows);
    case "told":
      return withTold(state, change.rows);
    case "failed":
      return { ...state, failure: change.reason };
  }
}

const sameQuery = (a: RunQuery, b: RunQuery): boolean => a.status === b.status && a.search === b.search;

/** An answer to a question that is no longer asked is dropped. */
function withPage(state: RunsState, query: RunQuery, rows: readonly RunRow[]): RunsState {
  if (!sameQuery(state.query, query)) return state;
  const all = query.before === undefined ? rows : [...(state.rows ?? []), ...rows];
  return { ...state, rows: newestFirst(all), isWhole: rows.length < RUNS_PAGE, failure: undefined };
}

function withTold(state: RunsState, rows: readonly RunRow[]): RunsState {
  if (state.rows === undefined) return state;
  const fit = rows.filter((row) => fits(state.query, row));
  const told = new Set(rows.map(({ run }) => run));
  return { ...state, rows: newestFirst([...fit, ...state.rows.filter(({ run }) => !told.has(run))]) };
}

export function fits({ status, search }: RunQuery, row: RunRow): boolean {
  if (status !== undefined && row.status !== status) return false;
  const text = search?.trim().toLowerCase() ?? "";
  return text === "" || [row.name, row.objective, row.run].some((one) => one.toLowerCase().includes(text));
}

const newestFirst = (rows: readonly RunRow[]): readonly RunRow[] => {
  const once = new Map(rows.map((row) => [row.run, row]));
  return [...once.values()].sort((a, b) => b.createdAt - a.createdAt || (a.run < b.run ? 1 : -1));
};
