/** Review paths: where a review may read and write, found out before anything is started. */
import { accessSync, constants, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { UsageError } from "../../complaint.ts";
import { openTree } from "../tree.ts";
import { systemCode } from "../tree-error.ts";
import type { ReviewRequest } from "./review-request.ts";

export interface GivenPaths {
  readonly dir: string;
  readonly out: string;
  readonly store: string;
}

/** @throws UsageError or TreeError naming the path and what to do. */
export async function reviewPaths(given: GivenPaths): Promise<ReviewRequest> {
  await openTree(given.dir);
  const out = resolve(given.out);
  assertWritable(out);
  return { dir: resolve(given.dir), out, store: resolve(given.store) };
}

function assertWritable(out: string): void {
  const folder = dirname(out);
  try {
    accessSync(folder, constants.W_OK);
  } catch (error) {
    const why = systemCode(error) === "ENOENT" ? "is not there" : "may not be written by you";
    throw new UsageError(`the report cannot go to ${out}: its folder ${why}; give --out another file`, {
      cause: error,
    });
  }
  if (statSync(out, { throwIfNoEntry: false })?.isDirectory() === true)
    throw new UsageError(`the report cannot go to ${out}: that is a folder; give --out a file in it`);
}
