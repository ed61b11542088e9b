/** What the runtime needs from the outside. One adapter per product; every promise may reject with a RuntimeError. */
import type { Digest, RunId, SignalId } from "./ids.ts";
import type { StoredEntry } from "./journal.ts";
import type { JsonObject } from "./json.ts";
import type { RunSummary } from "./report.ts";
import type { PolicyRequest, Verdict } from "./tools.ts";
import type { Epoch, Seq, Timestamp } from "./units.ts";

/** Time. The only clock in the house. */
export interface ClockPort {
  now(): Timestamp;
  /**
   * Calls back once, at or after `due`, however far away that is. Returns a function that cancels. A `background` call
   * is no reason for the process to stay.
   */
  at(due: Timestamp, callback: () => void, options?: { readonly background?: boolean }): () => void;
}

/** SHA-256 of a text's UTF-8 bytes, lower-case hex. */
export type HashPort = (text: string) => Digest;

/** A process that may own runs. */
export interface Holder {
  /** Unique for every host ever started. */
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  /** Changes when the machine restarts, and when a process id is used again. */
  readonly boot: string;
}

/** Knows this process, and whether another one still lives. */
export interface HolderPort {
  readonly self: Holder;
  /** False only when it certainly does not: same machine, and gone. */
  mayLive(holder: Holder): boolean;
}

/** The right to append to a run, until `until`. */
export interface Lease {
  readonly run: RunId;
  readonly epoch: Epoch;
  readonly holder: Holder;
  readonly until: Timestamp;
}

/** A signal left in the store for whoever owns its run, now or next; by any process. */
export interface PostedSignal {
  /** Unique for ever, made by the sender. */
  readonly id: SignalId;
  readonly run: RunId;
  readonly postedAt: Timestamp;
  /** JSON; what it says is between sender and owner. */
  readonly body: string;
}

/** A posted signal that an append takes into the journal, and what its sender is told. */
export interface TakenSignal {
  readonly id: SignalId;
  readonly receipt: string;
}

/** Who has a run: `until` is when their lease ends; 0 once they have let go of it. */
export interface Owner {
  readonly holder: Holder;
  readonly until: Timestamp;
}

/** What one commit adds to one run. */
export interface Append {
  readonly run: RunId;
  readonly epoch: Epoch;
  readonly entries: readonly StoredEntry[];
  /** Payloads the entries refer to, by digest. Putting one twice is no fault. */
  readonly blobs: readonly Blob[];
  /** Posted signals that these entries are made of: in the same transaction they stop waiting, and have their receipts. */
  readonly taken?: readonly TakenSignal[];
  /** Replaces the run's summary in the same transaction. */
  readonly summary?: RunSummary;
  /** True: on the disk's platter before the promise resolves. False: safe from a process crash. */
  readonly durable: boolean;
}

export interface Blob {
  readonly digest: Digest;
  readonly body: string;
}

/** `fenced`: another owner has taken the run, or one of its signals; nothing of this append was written. */
export type AppendResult = "written" | "fenced";

export interface Checkpoint {
  readonly seq: Seq;
  /** Of the entry at `seq`. */
  readonly hash: string;
  readonly body: string;
}

export interface RunFilter {
  readonly status?: RunSummary["status"];
  /** Newest first; default 50. */
  readonly limit?: number;
  readonly before?: Timestamp;
}

/**
 * The record of all runs. What every store must keep (the suite in `bailiwick/testing` checks it):
 * S1  `append` is one transaction over its whole batch: all of it, or none.
 * S2  An append of an epoch that is not the run's current one is `fenced`, checked inside that transaction.
 * S3  Entries of a run are gapless; an entry that does not follow the last one is refused with `store.failed`.
 * S4  What was acknowledged is read back, exactly, by this and any later process.
 * S5  `acquire` gives each owner a higher epoch; while a lease is unexpired only its own holder, or one for whom
 *     `mayLive` is false, can be displaced.
 * S6  A posted signal waits, in the order of posting, until one append takes it. An append that takes a signal which
 *     does not wait for its run is `fenced`.
 */
export interface JournalPort {
  /**
   * Registers a run with its first entries, in one transaction, and gives its creator the first lease, of epoch 1.
   * `run.owned` if the id exists.
   */
  create(
    run: RunId,
    summary: RunSummary,
    holder: Holder,
    until: Timestamp,
    first?: Pick<Append, "entries" | "blobs">,
  ): Promise<Lease>;
  acquire(
    run: RunId,
    holder: Holder,
    now: Timestamp,
    until: Timestamp,
    mayLive: (holder: Holder) => boolean,
  ): Promise<Lease>;
  /** Extends leases; returns the runs whose lease was lost meanwhile. */
  renew(leases: readonly Lease[], until: Timestamp): Promise<readonly RunId[]>;
  release(lease: Lease): Promise<void>;
  /** One result per element of the batch. */
  append(batch: readonly Append[]): Promise<readonly AppendResult[]>;
  /** Entries after `after`, in order, at most `limit`. */
  read(run: RunId, after: Seq, limit: number): Promise<readonly StoredEntry[]>;
  /** The last entry, or undefined for an empty journal. `run.unknown` if there is no such run. */
  head(run: RunId): Promise<StoredEntry | undefined>;
  /** Keeps the newest checkpoint of a run; fenced like an append. */
  saveCheckpoint(run: RunId, epoch: Epoch, checkpoint: Checkpoint): Promise<AppendResult>;
  loadCheckpoint(run: RunId): Promise<Checkpoint | undefined>;
  summary(run: RunId): Promise<RunSummary | undefined>;
  runs(filter: RunFilter): Promise<readonly RunSummary[]>;
  /** Unowned runs whose next timer is due at or before `now`. */
  due(now: Timestamp, limit: number): Promise<readonly RunId[]>;
  /** When the next timer of an unowned run is due. */
  nextDue(): Promise<Timestamp | undefined>;
  /**
   * Leaves a signal; when resolved it is on the platter. With a receipt it is only put on record: it waits for nobody.
   * Posting an id again changes nothing. `run.unknown` if there is no such run.
   */
  post(signal: PostedSignal, receipt?: string): Promise<void>;
  /** Signals that wait for a run's owner, oldest first. */
  posted(run: RunId, limit: number): Promise<readonly PostedSignal[]>;
  /** What the sender of a signal is told; undefined while it waits, or was never posted. */
  receipt(id: SignalId): Promise<string | undefined>;
  /** Runs with waiting signals: those that a holder owns, or was the last to own; without a holder, all. */
  mailed(limit: number, holder?: Holder["id"]): Promise<readonly RunId[]>;
  /** Who owns a run, or was the last to. */
  owner(run: RunId): Promise<Owner | undefined>;
  /** Calls back after each post through this handle. Returns a function that ends it. */
  onPost(told: () => void): () => void;
  /**
   * A number that changes whenever another handle or process may have posted; cheap enough to be asked for twice a second.
   * Absent: there are no others.
   */
  readonly version?: () => Promise<number>;
  close(): Promise<void>;
}

/** Payloads too large for an entry, by content. Written through {@link Append.blobs}. */
export interface BlobPort {
  blob(digest: Digest): Promise<string | undefined>;
}

export type StorePort = JournalPort & BlobPort;

/** May this call be made? A throw, a rejection, a timeout or anything unknown is a refusal. */
export interface PolicyPort {
  /** Names the policy and its version; stands beside each verdict. */
  readonly id: string;
  decide(request: PolicyRequest): Verdict | Promise<Verdict>;
}

/** Turns values that are not plain JSON (Date, Map, Set, bigint …) into JSON and back. At the doors only. */
export interface CodecPort {
  encode(value: unknown): JsonObject | undefined;
  decode(value: JsonObject): unknown;
}
