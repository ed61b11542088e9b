import { accessSync, constants, existsSync } from "node:fs";
import { dirname } from "node:path";
import { messageOf, RuntimeError } from "../../contracts/errors.ts";

/** Primary result codes of SQLite (sqlite.org/rescode.html). */
const [PERM, BUSY, LOCKED, READONLY, IOERR, CORRUPT] = [3, 5, 6, 8, 10, 11];
const [FULL, CANTOPEN, PROTOCOL, TOOBIG, NOTADB] = [13, 14, 15, 18, 26];

/** The primary result code of an error of `node:sqlite`; 0 for any other error. Extended codes hold it in their low byte. */
function resultOf(error: unknown): number {
  if (!(error instanceof Error) || !("errcode" in error)) return 0;
  return typeof error.errcode === "number" ? error.errcode & 0xff : 0;
}

/** Somebody else holds a lock: the same call may succeed in a moment. */
export const isBusy = (error: unknown): boolean => [BUSY, LOCKED, PROTOCOL].includes(resultOf(error));

/** The disk refused. After a failed fsync nobody knows what is on it, and a second one may lie (F-DUR-09). */
export const isPoison = (error: unknown): boolean => resultOf(error) === IOERR;

/** Names a failure for whoever has to act on it: what, which file, what to do. */
export function storeError(error: unknown, file: string): RuntimeError {
  if (error instanceof RuntimeError) return error;
  const because = messageOf(error);
  const say = (code: RuntimeError["code"], text: string): RuntimeError =>
    new RuntimeError(code, `${text} (${because})`, { cause: error });
  switch (resultOf(error)) {
    case BUSY:
    case LOCKED:
    case PROTOCOL:
      return say("store.busy", `${file} is locked by another process: try again, or find the process that holds it`);
    case PERM:
    case READONLY:
      return say("store.readonly", `${file} cannot be written: give this user write access to it and to its directory`);
    case CANTOPEN:
      return cannotOpen(file, say);
    case FULL:
      return say("store.failed", `the disk of ${file} is full: nothing was written; make room and try again`);
    case IOERR:
      return say("store.failed", `the disk of ${file} failed: check it, then open the store again`);
    case CORRUPT:
    case NOTADB:
      return say("journal.corrupt", `${file} is damaged or no SQLite database: restore it from a copy`);
    case TOOBIG:
      return say("value.too-large", `a text is larger than SQLite stores in ${file}`);
    default:
      return say("store.failed", `the store ${file} failed`);
  }
}

/** SQLite says no more than "unable to open"; the file system knows why. */
function cannotOpen(file: string, say: (code: RuntimeError["code"], text: string) => RuntimeError): RuntimeError {
  const directory = dirname(file);
  if (!existsSync(directory)) return say("store.failed", `there is no directory ${directory}: create it`);
  if (existsSync(file) && !may(file, constants.R_OK)) {
    return say("store.failed", `${file} cannot be read: give this user access to it`);
  }
  // WAL mode makes two files beside the database, so a directory that cannot be written is a store that cannot.
  if (!may(directory, constants.W_OK) || (existsSync(file) && !may(file, constants.W_OK))) {
    return say("store.readonly", `${file} cannot be written: give this user write access to it and to its directory`);
  }
  return say("store.failed", `${file} cannot be opened`);
}

function may(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}
