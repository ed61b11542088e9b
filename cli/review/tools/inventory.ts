import * as v from "valibot";
import { defineTool } from "../../../index.ts";
import { inOrder } from "../analysis/finding.ts";
import { type Counted, countInventory, type InventoryFacts, type Passed } from "../analysis/inventory.ts";
import { languageOf } from "../analysis/language.ts";
import { shortlist } from "../analysis/shortlist.ts";
import type { FileText } from "../file-text.ts";
import type { Tree } from "../tree.ts";
import type { TreeFile, WalkTally } from "../walk.ts";
import { sweep } from "./sweep.ts";

/** Larger files are looked at for what they are; their lines are not counted. */
const COUNTED_BYTES = 1_048_576;
const SNIFFED_BYTES = 8_192;

export const inventoryTool = (tree: Tree) =>
  defineTool({
    name: "inventory",
    description: "Counts the files of the tree by language, size and kind, and finds its README and other papers.",
    input: v.strictObject({}),
    effect: "read",
    run: async (_input, { signal }): Promise<InventoryFacts> => {
      const count = countInventory();
      const tally = await sweep(tree, {
        maxBytes: ({ size }) => (size > COUNTED_BYTES ? SNIFFED_BYTES : COUNTED_BYTES),
        signal,
        wants: () => true,
        see: (file, content) => count.add(countedOf(file, content)),
      });
      return count.facts({
        folders: tally.folders,
        depth: tally.depth,
        installed: tree.installed,
        passed: passedOf(tally),
      });
    },
  });

function countedOf({ path, size }: TreeFile, content: FileText | undefined): Counted {
  if (content === undefined || content.kind === "binary")
    return { path, size, kind: content === undefined ? "unread" : "binary" };
  if (content.truncated) return { path, size, kind: "unread" };
  const head = languageOf(path) === "other" ? "" : content.text.slice(0, 600);
  return { path, size, kind: content.kind, lines: linesIn(content.text), head };
}

function linesIn(text: string): number {
  let lines = text === "" || text.endsWith("\n") ? 0 : 1;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) lines += 1;
  return lines;
}

function passedOf(tally: WalkTally): Passed {
  const skipped = [...tally.skipped].map(([name, folders]) => ({ name, folders }));
  const { unreadable, unreadablePaths } = tally;
  return {
    skipped: shortlist(skipped.sort((a, b) => inOrder(a.name, b.name))),
    symlinks: tally.symlinks,
    special: tally.special,
    unreadable: {
      items: unreadablePaths.toSorted(inOrder),
      total: unreadable,
      leftOut: unreadable - unreadablePaths.length,
    },
    unnameable: tally.unnameable,
    stoppedAt: tally.stoppedAt ?? null,
  };
}
