/**
 * Search: rows of the journal that fit, found stretch by stretch as one scrolls.
 *
 * F1  Rows of another search than the one that is asked are dropped.
 */
import type { EntryRow, Mark, Rows, RowsQuery } from "../../../src/contracts/inspection.ts";

export interface Filter {
  readonly marks: readonly Mark[];
  readonly actor: string;
  readonly text: string;
}

export const NO_FILTER: Filter = { marks: [], actor: "", text: "" };

export const isFiltering = ({ marks, actor, text }: Filter): boolean =>
  marks.length > 0 || actor.trim() !== "" || text.trim() !== "";

export const sameFilter = (a: Filter, b: Filter): boolean =>
  a.actor === b.actor && a.text === b.text && a.marks.join() === b.marks.join();

export function queryOf({ marks, actor, text }: Filter, from: number, limit: number): RowsQuery {
  return {
    from,
    limit,
    ...(marks.length === 0 ? {} : { marks }),
    ...(actor.trim() === "" ? {} : { actor: actor.trim() }),
    ...(text.trim() === "" ? {} : { search: text.trim() }),
  };
}

export interface Found {
  readonly filter: Filter;
  readonly rows: readonly EntryRow[];
  readonly isWhole: boolean;
}

export const nothingFound = (filter: Filter): Found => ({ filter, rows: [], isWhole: false });

export function withFound(found: Found, filter: Filter, { rows }: Rows, limit: number): Found {
  if (!sameFilter(found.filter, filter)) return found;
  const last = found.rows.at(-1)?.seq ?? 0;
  const fresh = rows.filter(({ seq }) => seq > last);
  return { filter, rows: [...found.rows, ...fresh], isWhole: rows.length < limit };
}
