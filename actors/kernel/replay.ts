/**
 * Replay: from the journal back to the state it describes, performing nothing.
 *
 * J2  What each input causes is compared with what the entry says it caused; a difference is `run.diverged`.
 * J3  Each entry is checked against the hash chain on the way.
 * F-SNP-05, F-SNP-08  A checkpoint that cannot be used is passed over; the journal is enough.
 */
import { RuntimeError } from "../../src/contracts/errors.ts";
import type { RunId } from "../../src/contracts/ids.ts";
import { JOURNAL_FORMAT, type JournalEntry, type Message } from "../../src/contracts/journal.ts";
import type { HashPort, StorePort } from "../../src/contracts/ports.ts";
import type { Seq, Timestamp } from "../../src/contracts/units.ts";
import { type ChainHead, follow, GENESIS } from "../../src/decisions/integrity.ts";
import { type CheckpointState, restore } from "./checkpoint.ts";
import { Core, type Logics, type Witness } from "./core.ts";
import { consequencesOf, readEntry } from "./entry.ts";
import { breath, pagesOf } from "./pages.ts";

/** Entries worked off before others have their turn: about two milliseconds. */
const BREATHE = 100;

/** A place in a journal, and the actors as they stood there. */
export interface Position {
  readonly core: Core;
  readonly head: ChainHead;
  readonly at: Timestamp;
}

export interface Replayed extends Position {
  /** Entries worked off after the checkpoint. */
  readonly entries: number;
}

export interface ReplayOptions {
  readonly run: RunId;
  readonly store: StorePort;
  readonly logics: Logics;
  readonly sha256: HashPort;
  /** Stop after this entry. Default: the last. */
  readonly until?: Seq;
  /** Start from a checkpoint where there is one. Default true. */
  readonly checkpoints?: boolean;
  /** Start from here, with a core that nobody else works on, instead of the beginning or a checkpoint. */
  readonly from?: Position;
  /** Told of each entry before it is worked off, in the same turn as `visit`. */
  readonly before?: (entry: JournalEntry) => void;
  /** Sees the state after each entry. */
  readonly visit?: (entry: JournalEntry, core: Core, head: ChainHead) => void;
  /** Sees every event of every actor on the way. */
  readonly witness?: Witness;
}

export async function replay(options: ReplayOptions): Promise<Replayed> {
  const { run, store, logics, sha256, until = Number.POSITIVE_INFINITY } = options;
  let { core, head, at } = await begin(options);
  core.witness = options.witness;
  let entries = 0;
  for await (const page of pagesOf(store, run, head.seq, until)) {
    for (const stored of page) {
      const check = follow(head, stored, sha256);
      if (check.kind === "broken") throw broken(run, stored.seq, check.reason);
      const entry = await readEntry(run, stored, store);
      if (entry.seq === 1) assertFormat(entry, logics);
      options.before?.(entry);
      stepAgain(core, entry);
      head = check.head;
      at = entry.at;
      entries++;
      options.visit?.(entry, core, head);
      if (entries % BREATHE === 0) await breath();
    }
  }
  return { core, head, at, entries };
}

async function begin({
  run,
  store,
  logics,
  sha256,
  until = Number.POSITIVE_INFINITY,
  from,
  checkpoints = true,
}: ReplayOptions): Promise<Position> {
  if (from !== undefined) return from;
  const fresh = { core: new Core(logics, sha256), head: GENESIS, at: 0 };
  const checkpoint = checkpoints ? await store.loadCheckpoint(run) : undefined;
  if (checkpoint === undefined || checkpoint.seq > until) return fresh;
  const [start] = await store.read(run, 0, 1);
  const [stored] = await store.read(run, checkpoint.seq - 1, 1);
  if (start === undefined || stored === undefined || stored.hash !== checkpoint.hash) return fresh;
  try {
    // A chart of another version may have no actor in the checkpoint, and one a moment later.
    assertFormat(await readEntry(run, start, store), logics);
    const core = new Core(logics, sha256);
    restore(core, JSON.parse(checkpoint.body) as CheckpointState, logics);
    const entry = await readEntry(run, stored, store);
    return { core, head: { seq: checkpoint.seq, hash: checkpoint.hash, epoch: entry.epoch }, at: entry.at };
  } catch {
    return fresh;
  }
}

/** Works an entry off again and compares what it causes with what it caused. */
function stepAgain(core: Core, entry: JournalEntry): void {
  const answers = new Map<string, Message>(entry.answered.map(({ key, event }) => [key, event]));
  const step = core.step(entry, { at: entry.at, seq: entry.seq }, ({ key }) => answers.get(key));
  const now = JSON.stringify(consequencesOf(step));
  const then = JSON.stringify(consequencesOf({ ...entry, stopped: [] }));
  if (now !== then) throw diverged(entry, then, now);
}

const SHOWN = 400;
const short = (text: string): string => (text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text);

function diverged(entry: JournalEntry, then: string, now: string): RuntimeError {
  let same = 0;
  while (same < then.length && then[same] === now[same]) same++;
  const from = Math.max(0, same - 60);
  return new RuntimeError(
    "run.diverged",
    `run ${entry.run} diverges at entry ${entry.seq}: the journal says …${short(then.slice(from))}, this code says …${short(now.slice(from))}; run it with the version that wrote it`,
  );
}

const broken = (run: RunId, seq: Seq, reason: string): RuntimeError =>
  new RuntimeError(
    "journal.corrupt",
    `run ${run}: the journal is broken at entry ${seq}: ${reason}; it is not resumed`,
  );

/** A journal can be replayed only by the charts that wrote it. */
export function assertFormat(entry: JournalEntry, logics: Logics): void {
  const { format, charts } = entry.event as unknown as {
    readonly format: number;
    readonly charts: { readonly [kind: string]: string };
  };
  if (format > JOURNAL_FORMAT) {
    throw new RuntimeError(
      "machine.version",
      `run ${entry.run} was written in journal format ${format}; this version reads up to ${JOURNAL_FORMAT}; update`,
    );
  }
  for (const [kind, version] of Object.entries(charts)) {
    const known = logics(kind)?.version;
    if (known !== version) {
      throw new RuntimeError(
        "machine.version",
        `run ${entry.run} was written by version ${version} of chart "${kind}", this is ${known ?? "without it"}; resume it with that version`,
      );
    }
  }
}
