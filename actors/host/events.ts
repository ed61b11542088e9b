/** Events: a run's journal as an endless list, read from the store page by page, so that a slow reader costs nothing. */
import type { RunId } from "../../src/contracts/ids.ts";
import type { JournalEntry } from "../../src/contracts/journal.ts";
import type { StorePort } from "../../src/contracts/ports.ts";
import type { Seq } from "../../src/contracts/units.ts";
import { readEntry } from "../kernel/entry.ts";
import { pagesOf } from "../kernel/pages.ts";
import type { Host } from "./host.ts";

export async function* events(
  host: Host,
  store: StorePort,
  run: RunId,
  after: Seq,
  isOver: () => Promise<boolean>,
): AsyncGenerator<JournalEntry, void, undefined> {
  let seq = after;
  let news = Promise.withResolvers<void>();
  let failure: Error | undefined;
  const unwatch = host.watch(run, (notice) => {
    failure = notice.failure;
    news.resolve();
  });
  try {
    for (;;) {
      const over = await isOver();
      for await (const page of pagesOf(store, run, seq)) {
        for (const stored of page) {
          seq = stored.seq;
          yield await readEntry(run, stored, store);
        }
      }
      if (failure !== undefined) throw failure;
      if (over) return;
      await news.promise;
      news = Promise.withResolvers<void>();
    }
  } finally {
    unwatch();
  }
}
