/** Row search: which entries of a journal somebody asks for. */
import type { RowsQuery } from "../../src/contracts/inspection.ts";
import type { Seq } from "../../src/contracts/units.ts";
import type { JournalReader } from "./journal-reader.ts";
import type { RunIndex } from "./run-index.ts";

const MOST_ROWS = 500;

/** Places of the entries, in order. Without marks, actor or search: an exact stretch. */
export async function placesOf(query: RowsQuery, index: RunIndex, reader: JournalReader): Promise<readonly Seq[]> {
  const limit = Math.max(1, Math.min(MOST_ROWS, Math.floor(query.limit) || MOST_ROWS));
  const { from, marks, actor, search } = query;
  if (marks === undefined && actor === undefined && search === undefined) {
    const first = Math.max(1, from);
    return Array.from({ length: Math.max(0, Math.min(limit, index.head - first + 1)) }, (_, n) => first + n);
  }
  const found: Seq[] = [];
  const text = search?.toLowerCase();
  const step = query.backwards === true ? -1 : 1;
  for (
    let seq = step > 0 ? Math.max(1, from) : Math.min(from, index.head);
    seq >= 1 && seq <= index.head;
    seq += step
  ) {
    if (found.length === limit) break;
    if (marks !== undefined && !index.isMarked(seq, marks)) continue;
    if (actor !== undefined && !index.isOf(seq, actor)) continue;
    if (text !== undefined && !(await reader.holds(seq, text))) continue;
    found.push(seq);
  }
  return found.sort((a, b) => a - b);
}
