/**
 * Pages: the rows of a journal of any length, of which only those that were looked at are here.
 *
 * P1  A row stands at its own number, whatever order pages arrive in.
 * P2  A page that is not whole is asked for again once the journal has grown past it.
 */
import type { EntryRow } from "../../../src/contracts/inspection.ts";
import type { Seq } from "../../../src/contracts/units.ts";

export const PAGE = 200;
/** Pages that are kept: 20,000 rows. */
const KEPT = 100;

export interface Pages {
  readonly rows: { readonly [page: number]: readonly EntryRow[] };
  /** Pages by when they were last given rows; the first is forgotten first. */
  readonly order: readonly number[];
}

export const NO_PAGES: Pages = { rows: {}, order: [] };

const pageOf = (seq: Seq): number => Math.floor((seq - 1) / PAGE);

export const rowAt = (pages: Pages, seq: Seq): EntryRow | undefined =>
  pages.rows[pageOf(seq)]?.find((row) => row.seq === seq);

export function withRows(pages: Pages, rows: readonly EntryRow[]): Pages {
  const all: Record<number, readonly EntryRow[]> = { ...pages.rows };
  const touched = new Set<number>();
  for (const [page, given] of Map.groupBy(rows, ({ seq }) => pageOf(seq))) {
    touched.add(page);
    const merged = new Map([...(all[page] ?? []), ...given].map((row) => [row.seq, row]));
    all[page] = [...merged.values()].sort((a, b) => a.seq - b.seq);
  }
  const order = [...pages.order.filter((page) => !touched.has(page)), ...touched];
  for (const page of order.slice(0, -KEPT)) delete all[page];
  return { rows: all, order: order.slice(-KEPT) };
}

/** Where pages that are wanted begin, for the rows `from` to `to` of a journal that ends at `head`. */
export function missing(
  pages: Pages,
  range: { readonly from: Seq; readonly to: Seq; readonly head: Seq },
): readonly Seq[] {
  const wanted: Seq[] = [];
  const last = pageOf(Math.min(range.to, range.head));
  for (let page = pageOf(Math.max(1, range.from)); page <= last; page += 1) {
    const whole = Math.min(PAGE, range.head - page * PAGE);
    if ((pages.rows[page]?.length ?? 0) < whole) wanted.push(page * PAGE + 1);
  }
  return wanted;
}
