/** Row search: which entries of a journal somebody asks for. */
import type { ActorId } from "../../src/contracts/ids.ts";
import type { RowsQuery } from "../../src/contracts/inspection.ts";
import type { Seq } from "../../src/contracts/units.ts";
import type { JournalReader } from "./journal-reader.ts";
import { headOf, type RunIndex } from "./run-index.ts";

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
    if (actor !== undefined && !(await isOf(seq, actor, { index, reader }))) continue;
    if (text !== undefined && !(await reader.holds(seq, text))) continue;
    found.push(seq);
  }
  return found.sort((a, b) => a - b);
}

interface Read {
  readonly index: RunIndex;
  readonly reader: JournalReader;
}

/** What went to the actor, or to one below it. The index knows attempts; of a gate or a question the text is asked. */
async function isOf(seq: Seq, actor: ActorId, { index, reader }: Read): Promise<boolean> {
  const head = headOf(actor);
  if (!index.isOf(seq, head)) return false;
  return (
    head === actor ||
    (await reader.holds(seq, `"${actor}"`.toLowerCase())) ||
    (await reader.holds(seq, `"${actor}/`.toLowerCase()))
  );
}
