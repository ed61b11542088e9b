import { toStandardJsonSchema } from "@valibot/to-json-schema";
import * as v from "valibot";
import { defineTool } from "../../../index.ts";
import { inOrder } from "../analysis/finding.ts";
import { best, type Shortlist } from "../analysis/shortlist.ts";
import type { Tree } from "../tree.ts";

export interface FileList {
  readonly files: Shortlist<{ readonly path: string; readonly size: number }>;
  /** The walk ended here although there were more files. */
  readonly stoppedAt: number | null;
}

export const listFilesTool = (tree: Tree) =>
  defineTool({
    name: "list-files",
    description: "Lists files of the tree by path: below a folder, or whose path ends in a given text.",
    input: toStandardJsonSchema(
      v.strictObject({
        /** A folder of the tree, without a slash at its end. */
        under: v.optional(v.pipe(v.string(), v.maxLength(4_096))),
        endsWith: v.optional(v.pipe(v.string(), v.maxLength(200))),
        limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(500)), 100),
      }),
    ),
    effect: "read",
    run: async ({ under = "", endsWith = "", limit }, { signal }): Promise<FileList> => {
      const found = best<{ path: string; size: number }>(limit, (a, b) => inOrder(a.path, b.path));
      const folder = under === "" || under === "." ? "" : `${under.replace(/\/$/, "")}/`;
      const walk = tree.walk({ signal });
      for await (const { path, size } of walk)
        if (path.startsWith(folder) && path.endsWith(endsWith)) found.add({ path, size });
      return { files: found.list(), stoppedAt: walk.tally.stoppedAt ?? null };
    },
  });
