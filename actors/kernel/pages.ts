/**
 * Pages: a journal from one entry on, page by page. Between two pages others have their turn: a store that answers at once
 * gives them none, and a long journal would hold up every run of the process.
 */
import type { RunId } from "../../src/contracts/ids.ts";
import type { StoredEntry } from "../../src/contracts/journal.ts";
import type { JournalPort } from "../../src/contracts/ports.ts";
import type { Seq } from "../../src/contracts/units.ts";

const PAGE = 500;

/** Entries after `after`, up to `until`; ends where the journal does. @throws what the store throws. */
export async function* pagesOf(
  store: Pick<JournalPort, "read">,
  run: RunId,
  after: Seq,
  until: Seq = Number.POSITIVE_INFINITY,
): AsyncGenerator<readonly StoredEntry[]> {
  for (let last = after; last < until; ) {
    const wanted = Math.min(PAGE, until - last);
    const page = await store.read(run, last, wanted);
    if (page.length > 0) yield page;
    if (page.length < wanted) return;
    last += page.length;
    await breath();
  }
}

/** A turn of the event loop. */
export const breath = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
