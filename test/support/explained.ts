/** Explained: why an entry is in a journal, found by looking through all of it. */
import type { JournalEntry } from "../../src/contracts/journal.ts";
import { type Cause, type Explanation, explanationOf, STARTED, searchesOf } from "../../src/decisions/explain.ts";

export function explain(entries: readonly JournalEntry[], seq: number): Explanation | undefined {
  const entry = entries[seq - 1];
  const [start] = entries;
  if (entry === undefined || entry.seq !== seq || start === undefined) return undefined;
  const because: Cause[] = [];
  for (let cause = causeOf(entries, entry); cause !== undefined; cause = causeOf(entries, cause.entry))
    because.push({ seq: cause.entry.seq, kind: cause.entry.kind, why: cause.why });
  return explanationOf(entry, because, start);
}

interface Found {
  readonly entry: JournalEntry;
  readonly why: string;
}

/** The entry that made this one happen. */
function causeOf(entries: readonly JournalEntry[], entry: JournalEntry): Found | undefined {
  const before = entries.slice(0, entry.seq - 1);
  for (const { why, fits } of searchesOf(entry)) {
    const found = before.findLast(fits);
    if (found !== undefined) return { entry: found, why };
  }
  return before[0] === undefined ? undefined : { entry: before[0], why: STARTED };
}
