import type { Dir, Dirent } from "node:fs";
import { lstat, opendir } from "node:fs/promises";
import { join } from "node:path";
import { systemCode } from "./tree-error.ts";

/** A regular file of the tree. `path` is relative, with `/`. */
export interface TreeFile {
  readonly path: string;
  readonly size: number;
  readonly mode: number;
}

/** What a walk passed by, and whether it got to the end. Complete once the walk has ended. */
export interface WalkTally {
  files: number;
  folders: number;
  /** Most folders one file lies in. */
  depth: number;
  /** Folders not entered, by name. */
  readonly skipped: Map<string, number>;
  symlinks: number;
  /** Pipes, sockets, devices. */
  special: number;
  unreadable: number;
  /** Some of them, with the system's word. */
  readonly unreadablePaths: string[];
  /** Names that are not UTF-8: nothing by such a name can be opened. */
  unnameable: number;
  /** The walk ended at this many files although there were more. */
  stoppedAt?: number;
}

export interface WalkLimits {
  readonly skip: ReadonlySet<string>;
  /** Paths of files that are not there as far as the walk is concerned. */
  readonly omit?: ReadonlySet<string>;
  readonly maxFiles: number;
  readonly signal?: AbortSignal;
}

/** One open folder for each level, so this bounds open files too. */
const MAX_DEPTH = 128;
const BATCH = 64;
const SHOWN = 10;

export const newTally = (): WalkTally => ({
  files: 0,
  folders: 0,
  depth: 0,
  skipped: new Map(),
  symlinks: 0,
  special: 0,
  unreadable: 0,
  unreadablePaths: [],
  unnameable: 0,
});

/**
 * Every regular file under `root`, in the order the disk gives them; links are counted and not followed. Memory is
 * bounded by depth: folders are read as streams, and nothing is collected.
 */
export async function* walkFiles(root: string, limits: WalkLimits, tally: WalkTally): AsyncGenerator<TreeFile> {
  const open: Level[] = [];
  try {
    await enter(root, "", open, tally);
    for (let level = open.at(-1); level !== undefined; level = open.at(-1)) {
      limits.signal?.throwIfAborted();
      const batch = await nextBatch(level, tally);
      for (const file of await regularFiles(
        root,
        level,
        batch.filter((entry) => !limits.omit?.has(pathIn(level, entry.name))),
        tally,
      )) {
        if (tally.files >= limits.maxFiles) {
          tally.stoppedAt = limits.maxFiles;
          return;
        }
        tally.files += 1;
        tally.depth = Math.max(tally.depth, open.length - 1);
        yield file;
      }
      await settle(root, level, batch, { open, tally, skip: limits.skip });
    }
  } finally {
    for (const { folder } of open) await folder.close().catch(() => undefined);
  }
}

/** One folder being read, and its subfolders found so far and not yet entered. */
interface Level {
  readonly path: string;
  readonly folder: Dir;
  readonly waiting: string[];
  ended: boolean;
}

async function nextBatch(level: Level, tally: WalkTally): Promise<readonly Dirent[]> {
  const batch: Dirent[] = [];
  // Subfolders of a batch are entered before the next batch is read; so at most one batch of names waits at each level.
  if (level.waiting.length > 0 || level.ended) return batch;
  while (batch.length < BATCH) {
    const entry = await level.folder.read().catch((error: unknown) => note(tally, level.path, error));
    if (entry === null || entry === undefined) {
      level.ended = true;
      break;
    }
    batch.push(entry);
  }
  return batch;
}

async function regularFiles(root: string, level: Level, batch: readonly Dirent[], tally: WalkTally) {
  const files = batch.filter((entry) => entry.isFile());
  const sized = await Promise.all(files.map((entry) => sizeOf(root, pathIn(level, entry.name), tally)));
  return sized.filter((file) => file !== undefined);
}

async function sizeOf(root: string, path: string, tally: WalkTally): Promise<TreeFile | undefined> {
  try {
    const { size, mode } = await lstat(join(root, path));
    return { path, size, mode };
  } catch (error) {
    if (path.includes("\uFFFD")) tally.unnameable += 1;
    else note(tally, path, error);
    return undefined;
  }
}

interface Walking {
  readonly open: Level[];
  readonly tally: WalkTally;
  readonly skip: ReadonlySet<string>;
}

/** Sorts the rest of a batch, then goes down one folder, or up when there is none. */
async function settle(root: string, level: Level, batch: readonly Dirent[], { open, tally, skip }: Walking) {
  for (const entry of batch) {
    if (entry.isFile()) continue;
    if (entry.isSymbolicLink()) tally.symlinks += 1;
    else if (!entry.isDirectory()) tally.special += 1;
    else if (skip.has(entry.name)) tally.skipped.set(entry.name, (tally.skipped.get(entry.name) ?? 0) + 1);
    else level.waiting.push(entry.name);
  }
  const next = level.waiting.pop();
  if (next !== undefined) return enter(root, pathIn(level, next), open, tally);
  if (level.ended) await open.pop()?.folder.close();
}

async function enter(root: string, path: string, open: Level[], tally: WalkTally): Promise<void> {
  if (open.length > MAX_DEPTH) {
    note(tally, path, new Error("deeper than 128 folders"));
    return;
  }
  try {
    const folder = await opendir(join(root, path));
    open.push({ path, folder, waiting: [], ended: false });
    if (path !== "") tally.folders += 1;
  } catch (error) {
    if (path.includes("\uFFFD")) tally.unnameable += 1;
    else note(tally, path, error);
  }
}

const pathIn = (level: Level, name: string): string => (level.path === "" ? name : `${level.path}/${name}`);

function note(tally: WalkTally, path: string, error: unknown): undefined {
  tally.unreadable += 1;
  const code = systemCode(error);
  const why = code === "unknown error" && error instanceof Error ? error.message : code;
  if (tally.unreadablePaths.length < SHOWN) tally.unreadablePaths.push(`${path === "" ? "." : path} (${why})`);
}
