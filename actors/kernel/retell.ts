/**
 * Retell: the journal of one run, told as that of another. The same inputs are worked off anew, so that all ids that
 * come from the run's are the new run's; each entry must move the same actors the same way.
 */
import { RuntimeError } from "../../src/contracts/errors.ts";
import type { RunId } from "../../src/contracts/ids.ts";
import { FIRST_EPOCH, type JournalEntry, type Message, type StoredEntry } from "../../src/contracts/journal.ts";
import type { Blob, HashPort, StorePort } from "../../src/contracts/ports.ts";
import type { Milliseconds, Seq } from "../../src/contracts/units.ts";
import { GENESIS, link } from "../../src/decisions/integrity.ts";
import { Core, type Logics } from "./core.ts";
import { readEntry, writeEntry } from "./entry.ts";
import { pagesOf } from "./pages.ts";
import { assertFormat, type Position } from "./replay.ts";
import type { Step } from "./step.ts";

export interface RetellPorts {
  readonly store: StorePort;
  readonly sha256: HashPort;
  readonly logics: Logics;
}

export interface Telling {
  readonly origin: RunId;
  readonly until: Seq;
  /** All times are later by so much. */
  readonly shiftMs: Milliseconds;
  /** The start, as the new run has it. */
  readonly begin: (start: Message) => Message;
}

export interface Retold extends Position {
  readonly entries: readonly StoredEntry[];
  readonly blobs: readonly Blob[];
}

/** @throws RuntimeError `machine.version`, `run.diverged`, `journal.corrupt`. */
export async function retell({ store, sha256, logics }: RetellPorts, telling: Telling): Promise<Retold> {
  const { origin, until, shiftMs, begin } = telling;
  const core = new Core(logics, sha256);
  const entries: StoredEntry[] = [];
  const blobs = new Map<string, Blob>();
  let [head, at] = [GENESIS, 0];
  for await (const entry of entriesOf(store, origin, until)) {
    if (entry.seq === 1) assertFormat(entry, logics);
    const input = entry.seq === 1 ? { ...entry, event: begin(entry.event) } : entry;
    const moment = { seq: entry.seq, at: entry.at + shiftMs };
    const answers = new Map<string, Message>(entry.answered.map(({ key, event }) => [key, event]));
    const step = core.step(input, moment, ({ key }) => answers.get(key));
    assertSame(entry, step);
    const written = writeEntry(input, step, moment, FIRST_EPOCH, sha256);
    head = { seq: entry.seq, hash: link(head.hash, written.body, sha256), epoch: FIRST_EPOCH };
    at = moment.at;
    entries.push({ seq: entry.seq, body: written.body, hash: head.hash });
    for (const blob of written.blobs) blobs.set(blob.digest, blob);
  }
  return { core, head, at, entries, blobs: [...blobs.values()] };
}

async function* entriesOf(store: StorePort, run: RunId, until: Seq): AsyncGenerator<JournalEntry> {
  for await (const page of pagesOf(store, run, 0, until))
    for (const stored of page) yield readEntry(run, stored, store);
}

/** Moves and effects name actors and not runs: they are the same. */
function assertSame(entry: JournalEntry, { moved, intents }: Step): void {
  const now = JSON.stringify([moved, intents]);
  if (now === JSON.stringify([entry.moved, entry.intents])) return;
  throw new RuntimeError(
    "run.diverged",
    `run ${entry.run} cannot be forked: entry ${entry.seq} leads elsewhere with this code; fork it with the version that wrote it`,
  );
}
