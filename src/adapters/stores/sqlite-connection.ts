import { type Stats, statSync } from "node:fs";
import { resolve } from "node:path";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";
import { RuntimeError } from "../../contracts/errors.ts";
import type { Milliseconds } from "../../contracts/units.ts";
import { storeClosed } from "./admission.ts";
import { checkpoints } from "./sqlite-checkpoints.ts";
import { isBusy, isPoison, storeError } from "./sqlite-errors.ts";
import { openDatabase } from "./sqlite-schema.ts";

export interface SqliteOptions {
  /** `normal`: an append is flushed to the disk when it asks for it. `full`: always. Default `normal`. */
  readonly durability?: "normal" | "full";
  /** For tools that only look: creates nothing, changes nothing. Default false. */
  readonly readonly?: boolean;
  /** How long to wait for other processes' locks before `store.busy`. Default 5,000. */
  readonly busyMs?: Milliseconds;
}

/** One handle on one file: who waits for whom, and what a failure means for the calls after it. */
export interface SqliteConnection<Statements> {
  read<T>(act: (sql: Statements) => T): Promise<T>;
  /** In one transaction, in the order of the calls. `durable`: on the platter before the promise resolves. */
  write<T>(act: (sql: Statements) => T, durable?: boolean): Promise<T>;
  /** The same, of one statement: a transaction of its own, which need not be begun and ended. */
  writeOnce<T>(act: (sql: Statements) => T, durable?: boolean): Promise<T>;
  close(): Promise<void>;
}

interface Handle<Statements> {
  readonly db: DatabaseSync;
  readonly sql: Statements;
  readonly begin: StatementSync;
  readonly commit: StatementSync;
  readonly file: Stats;
  isFull: boolean;
  /** When the file was last seen in its place, on the process's own clock. */
  seenAt: Milliseconds;
}

/** How long a file that was in its place is taken to be there still, for appends that need not outlive a power failure. */
const SEEN_FOR: Milliseconds = 20;

const LONGEST_PAUSE: Milliseconds = 32;

/** Handles of disks that failed. Closing one, or its collection, would flush to that disk again (F-DUR-09). */
const abandoned = new Set<DatabaseSync>();

/**
 * Opens at once, so that a wrong path is told where it was written; only a lock leaves it to the first call.
 * @param prepare Called once per handle, with the up-to-date database.
 */
export function sqliteConnection<Statements>(
  name: string,
  options: SqliteOptions,
  prepare: (db: DatabaseSync) => Statements,
): SqliteConnection<Statements> {
  const file = fileOf(name);
  const { readonly = false, durability = "normal", busyMs = 5_000 } = options;
  let handle: Handle<Statements> | undefined;
  let poison: unknown;
  let closing: Promise<void> | undefined;
  let closed = false;
  let queue: Promise<unknown> = Promise.resolve();
  let queued = 0;
  let busy: unknown;
  const wal = checkpoints(file);

  const opened = (): Handle<Statements> => {
    if (closed) throw storeClosed();
    if (poison) {
      throw new RuntimeError("store.failed", `${file} has failed: open the store again`, { cause: poison });
    }
    handle ??= openHandle(file, readonly, prepare);
    return handle;
  };

  /** One try, over at once; undefined when another process has the lock. */
  const attempt = <T>(act: (handle: Handle<Statements>) => T): { readonly value: T } | undefined => {
    try {
      return { value: act(opened()) };
    } catch (error) {
      if (isPoison(error)) poison ??= error;
      if (!isBusy(error)) throw storeError(error, file);
      busy = error;
      return undefined;
    }
  };

  /** Retries off the event loop: between two tries everything else may run (F-CON-03). */
  const persist = async <T>(act: (handle: Handle<Statements>) => T): Promise<T> => {
    for (let round = 0, waited = 0; ; round += 1) {
      const done = attempt(act);
      if (done !== undefined) return done.value;
      if (waited >= busyMs) throw storeError(busy, file);
      const next = Math.min(2 ** round, LONGEST_PAUSE) * (0.5 + Math.random());
      waited += next;
      await pause(next);
    }
  };

  const transact = <T>(on: Handle<Statements>, act: (sql: Statements) => T, isOne: boolean): T => {
    // IMMEDIATE: a transaction that reads first and writes later could find its snapshot outdated (F-CON-04).
    if (!isOne) on.begin.run();
    try {
      const result = act(on.sql);
      if (!isOne) on.commit.run();
      wal.count();
      return result;
    } catch (error) {
      poison ??= failureOfRollback(on.db);
      throw error;
    }
  };

  const write = async <T>(act: (sql: Statements) => T, durable: boolean, isOne: boolean): Promise<T> => {
    if (closing) throw storeClosed();
    if (readonly) throw new RuntimeError("store.readonly", `${file} was opened only to be read`);
    const isFull = durable || durability === "full";
    const transaction = (on: Handle<Statements>): T => {
      refuseReplacedFile(on, file, isFull);
      setFull(on, isFull);
      return transact(on, act, isOne);
    };
    const done = queued === 0 ? attempt(transaction) : undefined;
    if (done !== undefined) return done.value;
    // A write that waits for a lock holds back those after it: they may be the next entries of its run.
    queued += 1;
    const turn = queue.then(() => persist(transaction)).finally(() => (queued -= 1));
    queue = turn.catch(() => undefined);
    return turn;
  };

  try {
    opened();
  } catch (error) {
    if (!isBusy(error)) throw storeError(error, file);
  }

  return {
    read: async (act) => {
      if (closing) throw storeClosed();
      return persist((on) => act(on.sql));
    },
    write: (act, durable = false) => write(act, durable, false),
    writeOnce: (act, durable = false) => write(act, durable, true),
    close: () => {
      closing ??= queue.then(async () => {
        closed = true;
        await wal.end();
        if (!handle) return;
        if (poison) abandoned.add(handle.db);
        else closeHandle(handle, readonly, file);
      });
      return closing;
    },
  };
}

function fileOf(name: string): string {
  if (name !== "" && !name.startsWith(":memory:") && !name.startsWith("file:")) return resolve(name);
  throw new RuntimeError(
    "config.invalid",
    `sqliteStore wants the path of a file, not "${name}": for memory use memoryStore()`,
  );
}

function openHandle<Statements>(
  file: string,
  readonly: boolean,
  prepare: (db: DatabaseSync) => Statements,
): Handle<Statements> {
  const db = openDatabase(file, readonly);
  try {
    const [begin, commit] = [db.prepare("BEGIN IMMEDIATE"), db.prepare("COMMIT")];
    return { db, begin, commit, sql: prepare(db), file: statSync(file), isFull: false, seenAt: performance.now() };
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Outside a transaction, where alone it has an effect; only on a change, because it is parsed each time. */
function setFull<Statements>(on: Handle<Statements>, isFull: boolean): void {
  if (on.isFull === isFull) return;
  on.db.exec(`PRAGMA synchronous = ${isFull ? "FULL" : "NORMAL"}`);
  on.isFull = isFull;
}

/** In WAL mode SQLite writes on into a file that was unlinked, and nobody would ever read it (F-DUR-10). */
function refuseReplacedFile<Statements>(on: Handle<Statements>, file: string, isFull: boolean): void {
  const at = performance.now();
  if (!isFull && at - on.seenAt < SEEN_FOR) return;
  on.seenAt = at;
  const now = statSync(file, { throwIfNoEntry: false });
  if (now && now.ino === on.file.ino && now.dev === on.file.dev) return;
  throw new RuntimeError("store.failed", `${file} was removed or replaced while open: put it back or open it again`);
}

/** Undefined when all is as it was before the transaction; otherwise nobody knows what the handle will do next. */
function failureOfRollback(db: DatabaseSync): unknown {
  // A full or failing disk ends some transactions by itself.
  if (!db.isTransaction) return undefined;
  try {
    db.exec("ROLLBACK");
    return undefined;
  } catch (error) {
    return error;
  }
}

function closeHandle<Statements>(on: Handle<Statements>, readonly: boolean, file: string): void {
  try {
    // Best effort: another process may be using the WAL, which then stays, and is read from there.
    if (!readonly) on.db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  } catch (error) {
    if (!isBusy(error)) throw storeError(error, file);
  } finally {
    on.db.close();
  }
}
