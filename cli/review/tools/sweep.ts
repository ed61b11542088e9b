import type { FileText } from "../file-text.ts";
import type { Tree } from "../tree.ts";
import { TreeError } from "../tree-error.ts";
import type { TreeFile, WalkTally } from "../walk.ts";

/** Files read at once: enough to keep the disk busy, few enough that memory stays small. */
const WIDTH = 8;

export interface SweepOptions {
  /** Of each file that is wanted. */
  readonly maxBytes: number | ((file: TreeFile) => number);
  readonly signal: AbortSignal;
  /** Files to be read; the others are seen with `content` undefined. */
  readonly wants: (file: TreeFile) => boolean;
  /** `content` undefined: not wanted, or refused. Called in no order. */
  readonly see: (file: TreeFile, content: FileText | undefined) => void;
}

/** Walks the tree and reads the files that are wanted, a few at a time. Stops when the call is aborted. */
export async function sweep(tree: Tree, { maxBytes, signal, wants, see }: SweepOptions): Promise<WalkTally> {
  const walk = tree.walk({ signal });
  const files = walk[Symbol.asyncIterator]();
  const lane = async (): Promise<void> => {
    for (let next = await files.next(); next.done !== true; next = await files.next()) {
      const file = next.value;
      see(
        file,
        wants(file)
          ? await contentOf(tree, file.path, typeof maxBytes === "number" ? maxBytes : maxBytes(file))
          : undefined,
      );
      signal.throwIfAborted();
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: WIDTH }, lane));
  const failed = lanes.find((one) => one.status === "rejected");
  if (failed !== undefined) throw failed.reason;
  return walk.tally;
}

async function contentOf(tree: Tree, path: string, maxBytes: number): Promise<FileText | undefined> {
  try {
    return await tree.read(path, { maxBytes });
  } catch (error) {
    // Gone since it was listed, or not readable for this user: the count says so.
    if (error instanceof TreeError) return undefined;
    throw error;
  }
}

/** The text of a file that may not be there; undefined also for one that is no text. */
export async function textOf(tree: Tree, path: string, maxBytes: number): Promise<string | undefined> {
  const content = await contentOf(tree, path, maxBytes);
  return content === undefined || content.kind === "binary" ? undefined : content.text;
}
