/**
 * Watched rows: which entries of a list are asked for?
 *
 * L1  At most `MOST` of them, in order; those that are not kept any more are passed over.
 * L2  Backwards: those nearest before `from`, in order.
 */
import type { RunId } from "../contracts/ids.ts";
import type { EntryRow, Rows, RowsQuery } from "../contracts/inspection.ts";

const MOST = 500;

export function rowsOf(run: RunId, rows: readonly EntryRow[], query: RowsQuery): Rows {
  const { from, marks, actor, search, backwards = false } = query;
  const wanted = search?.toLowerCase();
  const limit = Math.max(0, Math.min(query.limit, MOST));
  const found = rows.filter(
    (row) =>
      (backwards ? row.seq <= from : row.seq >= from) &&
      (actor === undefined || row.to === actor) &&
      (marks === undefined || row.marks.some((mark) => marks.includes(mark))) &&
      (wanted === undefined || row.summary.toLowerCase().includes(wanted)),
  );
  return {
    run,
    rows: backwards ? found.slice(Math.max(0, found.length - limit)) : found.slice(0, limit),
    head: rows.at(-1)?.seq ?? 0,
  };
}
