import { accessSync, constants, existsSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { RuntimeError } from "../../contracts/errors.ts";
import { LONGEST_WAL } from "./sqlite-checkpoints.ts";

/** "blwk": tells a journal of ours from another program's database. */
const APPLICATION_ID = 0x626c776b;

/**
 * One text for each version of the schema, applied in order; `PRAGMA user_version` counts them. Never edited, only added to.
 *
 * Entries lie in the order of run and seq, so that a run is read in one sweep: `place` is the run's number in the upper 32
 * bits and the seq in the lower. As a key of two columns it would need a table without row ids, where an entry of more
 * than about 1,000 characters takes a page of its own (measured: 4.7 kB for 1.2 kB).
 * The partial indexes are what `due` and `nextDue` look at: runs without a timer are in neither, so a process that starts
 * touches no run that merely waits. `lease_until` is in none of them: a renewal rewrites no index.
 */
export const MIGRATIONS: readonly string[] = [
  `CREATE TABLE runs (
     number INTEGER PRIMARY KEY,
     id TEXT NOT NULL UNIQUE,
     epoch INTEGER NOT NULL,
     status TEXT NOT NULL,
     created INTEGER NOT NULL,
     updated INTEGER NOT NULL,
     next_due INTEGER,
     lease_until INTEGER NOT NULL,
     holder TEXT,
     summary TEXT NOT NULL
   );
   CREATE INDEX runs_created ON runs (created);
   CREATE INDEX runs_status ON runs (status, created);
   CREATE INDEX runs_due ON runs (next_due) WHERE holder IS NULL AND next_due IS NOT NULL;
   CREATE INDEX runs_due_owned ON runs (next_due) WHERE holder IS NOT NULL AND next_due IS NOT NULL;
   CREATE TABLE journal (
     place INTEGER PRIMARY KEY,
     body TEXT NOT NULL,
     hash BLOB NOT NULL CHECK (length(hash) = 32)
   ) STRICT;
   CREATE TABLE checkpoints (
     run INTEGER PRIMARY KEY,
     seq INTEGER NOT NULL,
     hash BLOB NOT NULL CHECK (length(hash) = 32),
     body TEXT NOT NULL
   ) STRICT;
   CREATE TABLE blobs (digest TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
   PRAGMA application_id = ${APPLICATION_ID};`,
  // `home`: who was the last to own a run that nobody owns. The index holds what waits, and nothing else.
  `ALTER TABLE runs ADD COLUMN home TEXT;
   CREATE TABLE signals (
     number INTEGER PRIMARY KEY,
     id TEXT NOT NULL UNIQUE,
     run INTEGER NOT NULL,
     posted INTEGER NOT NULL,
     body TEXT NOT NULL,
     receipt TEXT
   ) STRICT;
   CREATE INDEX signals_waiting ON signals (run, number) WHERE receipt IS NULL;`,
];

/**
 * Whether this SQLite is free of the fault that can lose a commit while another process resets the WAL (F-DUR-16).
 * Fixed in 3.51.3, and in the maintained branches from 3.50.7 and 3.44.6.
 */
export function isSafeSqlite(version: string): boolean {
  const parts = /^3\.(\d+)\.(\d+)(?:\.\d+)?$/.exec(version);
  if (!parts) return false;
  const [minor, patch] = [Number(parts[1]), Number(parts[2])];
  if (minor === 44) return patch >= 6;
  if (minor === 50) return patch >= 7;
  return minor > 51 || (minor === 51 && patch >= 3);
}

/** Opens the file, brings its schema up to date and returns the handle; throws what `node:sqlite` throws. */
export function openDatabase(file: string, readonly: boolean): DatabaseSync {
  refuseUnsafeSqlite();
  if (readonly && !existsSync(file)) {
    throw new RuntimeError("store.failed", `there is no journal at ${file}: check the path, or let a run create it`);
  }
  // No busy timeout: waiting inside SQLite would stop the event loop (F-CON-03).
  const db = new DatabaseSync(locationOf(file, readonly), { readOnly: readonly, timeout: 0 });
  try {
    const version = versionOf(db, file);
    if (readonly) refuseOutdated(version, file);
    else prepareForWriting(db, file);
    db.exec("PRAGMA trusted_schema = OFF");
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function refuseUnsafeSqlite(): void {
  using probe = new DatabaseSync(":memory:");
  const version = String(probe.prepare("SELECT sqlite_version() AS version").get()?.["version"]);
  if (isSafeSqlite(version)) return;
  throw new RuntimeError(
    "store.version",
    `SQLite ${version} can lose commits in WAL mode: use a Node.js with 3.51.3 or newer`,
  );
}

/**
 * A journal in WAL mode is read through two files beside it. Where they cannot be made, in a read-only archive, it can
 * still be read as the unchanging file it is, unless a writer left its own behind.
 */
function locationOf(file: string, readonly: boolean): string | URL {
  if (!readonly || existsSync(`${file}-wal`)) return file;
  try {
    accessSync(dirname(file), constants.W_OK);
    return file;
  } catch {
    const url = pathToFileURL(file);
    url.searchParams.set("immutable", "1");
    return url;
  }
}

/** Which migration the file is at; refuses files that are not ours before anything in them is changed. */
function versionOf(db: DatabaseSync, file: string): number {
  const version = pragma(db, "user_version");
  const isOurs = pragma(db, "application_id") === APPLICATION_ID;
  const isEmpty = version === 0 && db.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").get() === undefined;
  if (!isOurs && !isEmpty) throw new RuntimeError("store.version", `${file} is the database of another program`);
  if (version <= MIGRATIONS.length) return version;
  throw new RuntimeError(
    "store.version",
    `${file} has schema ${version}, newer than the ${MIGRATIONS.length} this version knows: update bailiwick`,
  );
}

function refuseOutdated(version: number, file: string): void {
  if (version === MIGRATIONS.length) return;
  throw new RuntimeError("store.version", `${file} has schema ${version}: open it once for writing to update it`);
}

function prepareForWriting(db: DatabaseSync, file: string): void {
  const mode = db.prepare("PRAGMA journal_mode = WAL").get()?.["journal_mode"];
  if (mode !== "wal") {
    throw new RuntimeError("store.failed", `${file} is on a file system without shared memory, which WAL mode needs`);
  }
  // A long reader makes the WAL grow (F-DUR-15); once it has gone, the file gives the space back.
  db.exec("PRAGMA journal_size_limit = 67108864; PRAGMA synchronous = NORMAL");
  db.exec(`PRAGMA wal_autocheckpoint = ${LONGEST_WAL}`);
  if (versionOf(db, file) === MIGRATIONS.length) return;
  db.exec("BEGIN IMMEDIATE");
  // Asked again under the lock: another process may have migrated meanwhile.
  for (let version = versionOf(db, file); version < MIGRATIONS.length; version += 1) {
    db.exec(`${MIGRATIONS[version]}; PRAGMA user_version = ${version + 1}`);
  }
  db.exec("COMMIT");
}

const pragma = (db: DatabaseSync, name: string): number => Number(db.prepare(`PRAGMA ${name}`).get()?.[name]);
