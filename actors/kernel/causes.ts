/** Causes: the chain from an entry back to the objective, looked up in the store; nothing is replayed, and little is kept. */
import { RuntimeError } from "../../src/contracts/errors.ts";
import { agentActorIn, type RunId } from "../../src/contracts/ids.ts";
import type { JournalEntry } from "../../src/contracts/journal.ts";
import type { StorePort } from "../../src/contracts/ports.ts";
import type { Seq } from "../../src/contracts/units.ts";
import {
  birthsOf,
  type Cause,
  type Explanation,
  explanationOf,
  type Search,
  STARTED,
  searchesOf,
} from "../../src/decisions/explain.ts";
import { readEntry, skimEntry } from "./entry.ts";
import { breath } from "./pages.ts";

const PAGE = 500;

/** Links of one chain. An agent of a thousand acts has as many behind it; then comes where it began. */
const MOST = 100;

export interface Journal {
  readonly store: StorePort;
  readonly run: RunId;
}

/** @throws RuntimeError `run.unknown` for an entry that is not there. */
export async function causesOf(journal: Journal, seq: Seq): Promise<Explanation> {
  const entry = await entryAt(journal, seq);
  const because: Cause[] = [];
  for (let found = await causeOf(journal, entry); found !== undefined; ) {
    const { why, entry: cause } = found;
    because.push({ seq: cause.seq, kind: cause.kind, why });
    const far = because.length >= MOST ? birthsOf(agentActorIn(cause.to) ?? cause.to) : searchesOf(cause);
    found = await causeOf(journal, cause, far);
  }
  return explanationOf(entry, because, await entryAt(journal, 1));
}

async function entryAt({ store, run }: Journal, seq: Seq): Promise<JournalEntry> {
  const [stored] = await store.read(run, seq - 1, 1);
  if (stored?.seq === seq) return readEntry(run, stored, store);
  throw new RuntimeError("run.unknown", `run ${run} has no entry ${seq}`);
}

interface Found {
  readonly entry: JournalEntry;
  readonly why: string;
}

async function causeOf(
  journal: Journal,
  entry: JournalEntry,
  searches: readonly Search[] = searchesOf(entry),
): Promise<Found | undefined> {
  for (const search of searches) {
    const found = await lastBefore(journal, entry.seq, search);
    if (found !== undefined) return { entry: found, why: search.why };
  }
  return entry.seq === 1 ? undefined : { entry: await entryAt(journal, 1), why: STARTED };
}

/** Backwards, page by page; only texts that mention it are read. */
async function lastBefore({ store, run }: Journal, seq: Seq, search: Search): Promise<JournalEntry | undefined> {
  for (let before = seq; before > 1; before -= PAGE) {
    const after = Math.max(0, before - 1 - PAGE);
    const page = await store.read(run, after, before - 1 - after);
    for (const stored of page.toReversed()) {
      if (!stored.body.includes(search.mentions)) continue;
      const entry = skimEntry(run, stored);
      if (search.fits(entry)) return entry;
    }
    await breath();
  }
  return undefined;
}
