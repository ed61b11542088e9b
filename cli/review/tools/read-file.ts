import { toStandardJsonSchema } from "@valibot/to-json-schema";
import * as v from "valibot";
import { defineTool } from "../../../index.ts";
import { redactText } from "../analysis/secrets/secrets.ts";
import type { Tree } from "../tree.ts";

const MOST_BYTES = 524_288;
const MOST_LINE = 2_000;

export interface FileExcerpt {
  readonly path: string;
  readonly kind: "text" | "latin1" | "binary";
  readonly size: number;
  /** Empty for a binary file. Credentials in it are redacted. */
  readonly text: string;
  /** Number of its first line. */
  readonly from: number;
  readonly lines: number;
  /** Lines after these, as far as the file was read. */
  readonly linesLeft: number;
  /** The file goes on beyond what is read of any file. */
  readonly truncated: boolean;
  readonly redactions: number;
}

export const readFileTool = (tree: Tree) =>
  defineTool({
    name: "read-file",
    description: "Reads lines of one text file of the tree. Credentials are redacted; binary files are only named.",
    input: toStandardJsonSchema(
      v.strictObject({
        path: v.pipe(v.string(), v.minLength(1), v.maxLength(4_096)),
        from: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 1),
        lines: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(400)), 200),
      }),
    ),
    effect: "read",
    run: async ({ path, from, lines }): Promise<FileExcerpt> => {
      const content = await tree.read(path, { maxBytes: MOST_BYTES });
      const nothing = { path, size: content.size, text: "", from, lines: 0, linesLeft: 0, redactions: 0 };
      if (content.kind === "binary") return { ...nothing, kind: "binary", truncated: false };
      // Before the cut: half a credential would no longer be known for one.
      const safe = redactText(path, content.text);
      const all = safe.text.split("\n");
      const shown = all.slice(from - 1, from - 1 + lines).map(bounded);
      return {
        ...nothing,
        kind: content.kind,
        text: shown.join("\n"),
        lines: shown.length,
        linesLeft: Math.max(0, all.length - (from - 1) - shown.length),
        truncated: content.truncated,
        redactions: safe.redactions,
      };
    },
  });

const bounded = (line: string): string =>
  line.length > MOST_LINE ? `${line.slice(0, MOST_LINE)}… (${line.length} characters)`.toWellFormed() : line;
