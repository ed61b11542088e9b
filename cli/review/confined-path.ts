/**
 * Where in the tree does a path lead, and may it be followed?
 *
 * P1  A path is relative, with `/`, and names no `..`: it is refused by its text before the disk is asked.
 * P2  What it leads to, all links resolved, lies under the root.
 * P3  What was opened is what was checked: the open file is asked for its own place again.
 */
import { constants } from "node:fs";
import { type FileHandle, lstat, open, readlink, realpath } from "node:fs/promises";
import { join, sep } from "node:path";
import { refusalOf, systemCode, TreeError } from "./tree-error.ts";

const MAX_PATH = 4_096;
const WINDOWS_ABSOLUTE = /^(?:[A-Za-z]:|\\)/;

/** P1. Returns the components; the empty path and `.` are the root itself. */
export function componentsOf(path: string): readonly string[] {
  if (path.length > MAX_PATH || path.includes("\0") || !path.isWellFormed()) {
    throw new TreeError("malformed", path, "it is too long, or holds characters no file name has");
  }
  if (path.startsWith("/") || WINDOWS_ABSOLUTE.test(path)) {
    throw new TreeError("absolute", path, "it is absolute; name it relative to the tree");
  }
  const parts = path.split(sep === "\\" ? /[\\/]/ : "/").filter((part) => part !== "" && part !== ".");
  if (parts.includes("..")) throw new TreeError("outside", path, 'it contains ".."; name it from the root of the tree');
  return parts;
}

const isUnder = (root: string, place: string): boolean =>
  place === root || place.startsWith(root.endsWith(sep) ? root : root + sep);

/** P1 and P2: the real place of a path. */
export async function placeOf(root: string, path: string): Promise<string> {
  const asked = join(root, ...componentsOf(path));
  const place = await realpath(asked).catch((error: unknown) => {
    throw refusalOf(path, error);
  });
  if (!isUnder(root, place)) throw new TreeError("outside", path, "a symbolic link leads out of the tree");
  return place;
}

/** P1 to P3: opens a regular file for reading. The caller closes it. */
export async function openConfined(root: string, path: string): Promise<FileHandle> {
  const place = await placeOf(root, path);
  try {
    // Asked before opening: to open a device is to act on it, and a pipe would wait for its writer.
    if (!(await lstat(place)).isFile()) throw notAFile(path);
    const handle = await open(place, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
    try {
      await verifyOpened(handle, place, path);
      return handle;
    } catch (error) {
      await handle.close();
      throw error;
    }
  } catch (error) {
    throw refusalOf(path, error);
  }
}

const notAFile = (path: string): TreeError =>
  new TreeError("special", path, "it is not a regular file (a folder, pipe, socket or device)");

async function verifyOpened(handle: FileHandle, place: string, path: string): Promise<void> {
  const opened = await handle.stat();
  if (!opened.isFile()) throw notAFile(path);
  const now = await openedPlace(handle, place);
  if (now !== place) throw new TreeError("changed", path, "it was moved or replaced while it was being opened");
}

/** A folder on the way may have become a link since P2. Linux tells where an open file is; elsewhere the path is asked again. */
async function openedPlace(handle: FileHandle, place: string): Promise<string> {
  if (process.platform !== "linux") return realpath(place);
  return readlink(`/proc/self/fd/${handle.fd}`).catch((error: unknown) => {
    if (systemCode(error) === "ENOENT") return realpath(place);
    throw error;
  });
}
