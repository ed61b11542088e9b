import { createHash } from "node:crypto";
import { open, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import * as v from "valibot";
import { defineTool } from "../../../index.ts";
import { systemCode, TreeError } from "../tree-error.ts";

export interface WrittenReport {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface WriteReportOptions {
  /** Default: no. The command decides; writing is the one thing the review does to the world. */
  readonly needsApproval?: boolean;
}

/**
 * Writes the report to `outFile` and nowhere else. The file is whole or not there: it is written beside its place and
 * renamed into it, which also replaces a symbolic link instead of following it. Writing the same twice changes nothing.
 */
export const writeReportTool = (outFile: string, { needsApproval = false }: WriteReportOptions = {}) =>
  defineTool({
    name: "write-report",
    description: `Writes the report to ${basename(outFile)}.`,
    input: v.strictObject({
      /** Shown to whoever approves. Only the out file is accepted. */
      file: v.pipe(v.string(), v.minLength(1), v.maxLength(4_096)),
      content: v.pipe(v.string(), v.maxLength(2_097_152)),
    }),
    effect: "idempotent",
    needsApproval,
    run: async ({ file, content }, { idempotencyKey, signal }): Promise<WrittenReport> => {
      const target = await targetOf(outFile, file);
      signal.throwIfAborted();
      const bytes = Buffer.from(content, "utf8");
      // Named for the call: two attempts at one call use one file, two calls never share one.
      const key = createHash("sha256").update(idempotencyKey).digest("hex").slice(0, 16);
      await replace(target, join(dirname(target), `.${basename(target)}.${key}.tmp`), bytes);
      return { file, bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
    },
  });

async function targetOf(outFile: string, file: string): Promise<string> {
  if (resolve(file) !== resolve(outFile))
    throw new TreeError("outside", file, `the report goes to ${JSON.stringify(outFile)} only`);
  const folder = await realpath(dirname(resolve(outFile))).catch((error: unknown) => {
    throw new TreeError("missing", file, `its folder cannot be used (${systemCode(error)}); create it first`, {
      cause: error,
    });
  });
  const target = join(folder, basename(resolve(outFile)));
  const found = await stat(target).catch(() => undefined);
  if (found !== undefined && !found.isFile())
    throw new TreeError("special", file, "something that is no file is there");
  return target;
}

async function replace(target: string, temporary: string, bytes: Uint8Array): Promise<void> {
  // Left by an attempt that a crash ended. `wx` then makes sure that what is written to is ours.
  await rm(temporary, { force: true });
  try {
    const handle = await open(temporary, "wx", 0o644);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
