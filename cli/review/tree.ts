/**
 * The source tree under review: one folder, and nothing outside it. All tools of the review read through this.
 *
 * A hard link to a file outside cannot be told from a file; whoever can make one could already read it.
 */
import { realpath, stat } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { openConfined, placeOf } from "./confined-path.ts";
import { type FileText, readText } from "./file-text.ts";
import { systemCode, TreeError } from "./tree-error.ts";
import { newTally, type TreeFile, type WalkTally, walkFiles } from "./walk.ts";

/** Folders of tools, not of people: the history, what was installed. */
const NEVER_SOURCE = [
  ".bailiwick",
  ".git",
  ".hg",
  ".svn",
  "node_modules",
  ".pnpm-store",
  "__pycache__",
  ".venv",
  "venv",
  ".tox",
];
/** What is built from the source. In an installed package it is all there is, and there it is not skipped. */
const BUILT = ["dist", "build", "out", "target", "coverage", ".next", ".nuxt", ".turbo", ".cache", ".gradle"];

export interface TreeOptions {
  /** Names of folders that are not entered. Default: version control, installed packages, build output. */
  readonly skip?: readonly string[];
  /** A walk ends here and says so. Default 200,000. */
  readonly maxFiles?: number;
  /** Files a walk passes by, wherever they lie: what the review itself writes while it reads. */
  readonly omit?: readonly string[];
}

/** A walk over the files, and what it passed by. */
export interface Walk extends AsyncIterable<TreeFile> {
  /** Complete once the walk has ended. */
  readonly tally: WalkTally;
}

export type PathKind = "file" | "folder" | "special" | "absent" | "outside";

export interface Tree {
  /** The last component of the real path. The path itself is nobody's business but this file's. */
  readonly name: string;
  readonly skip: ReadonlySet<string>;
  /** It lies under a node_modules folder: published, hence without its tests and the tools of its makers. */
  readonly installed: boolean;
  /** Of the files to omit, those that lie in the tree, there or not; relative, in order. */
  readonly omitted: readonly string[];
  /** Regular files, in no order; links are not followed. */
  walk(options?: { readonly signal?: AbortSignal }): Walk;
  /** @throws TreeError naming the path and why it is refused. */
  read(path: string, options: { readonly maxBytes: number }): Promise<FileText>;
  /** What a path leads to. Never throws for a path; what cannot be looked at is `absent`. */
  kindOf(path: string): Promise<PathKind>;
}

/**
 * @example
 * ```ts
 * const tree = await openTree(".");
 * const manifest = await tree.read("package.json", { maxBytes: 1_000_000 });
 * ```
 * @throws TreeError when it is not a folder that can be read.
 */
export async function openTree(dir: string, options: TreeOptions = {}): Promise<Tree> {
  const root = await rootOf(dir);
  const skip = new Set(options.skip ?? defaultSkip(root));
  const maxFiles = options.maxFiles ?? 200_000;
  const omitted = await underRoot(root, options.omit ?? []);
  const omit = new Set(omitted);
  return {
    name: basename(root) || "root",
    skip,
    installed: isInstalled(root),
    omitted,
    walk({ signal } = {}) {
      const tally = newTally();
      const limits = { skip, omit, maxFiles, ...(signal === undefined ? {} : { signal }) };
      return { tally, [Symbol.asyncIterator]: () => walkFiles(root, limits, tally) };
    },
    async read(path, { maxBytes }) {
      const handle = await openConfined(root, path);
      try {
        return await readText(handle, maxBytes);
      } finally {
        await handle.close();
      }
    },
    kindOf: (path) => kindOf(root, path),
  };
}

async function rootOf(dir: string): Promise<string> {
  const root = await realpath(dir).catch((error: unknown) => {
    throw new TreeError("missing", dir, `there is no such folder (${systemCode(error)})`, { cause: error });
  });
  if (!(await stat(root)).isDirectory()) throw new TreeError("special", dir, "it is not a folder; name a folder");
  return root;
}

async function underRoot(root: string, files: readonly string[]): Promise<readonly string[]> {
  const placed = await Promise.all(files.map(async (file) => join(await realFolder(file), basename(file))));
  const inside = placed
    .map((place) => relative(root, place))
    .filter((path) => !path.startsWith("..") && !isAbsolute(path));
  return inside.map((path) => path.split(sep).join("/")).sort();
}

const realFolder = (file: string): Promise<string> =>
  realpath(dirname(resolve(file))).catch(() => dirname(resolve(file)));

const defaultSkip = (root: string): readonly string[] =>
  isInstalled(root) ? NEVER_SOURCE : [...NEVER_SOURCE, ...BUILT];

const isInstalled = (root: string): boolean => root.split(sep).includes("node_modules");

async function kindOf(root: string, path: string): Promise<PathKind> {
  try {
    const found = await stat(await placeOf(root, path));
    if (found.isFile()) return "file";
    return found.isDirectory() ? "folder" : "special";
  } catch (error) {
    return error instanceof TreeError && error.refusal !== "missing" ? "outside" : "absent";
  }
}
