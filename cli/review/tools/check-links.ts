import * as v from "valibot";
import { defineTool } from "../../../index.ts";
import { inOrder } from "../analysis/finding.ts";
import { isVendored } from "../analysis/language.ts";
import { assessLinks, type Document, isMarkdown, type LinkFacts, resolveLink } from "../analysis/links.ts";
import { outlineOf } from "../analysis/markdown.ts";
import type { Tree } from "../tree.ts";
import { sweep } from "./sweep.ts";

const DOCUMENT_BYTES = 1_048_576;
const MOST_DOCUMENTS = 5_000;
const MOST_LINKS = 50_000;

export const checkLinksTool = (tree: Tree) =>
  defineTool({
    name: "check-links",
    description: "Checks the relative links and anchors of all Markdown files. External addresses are counted only.",
    input: v.strictObject({}),
    effect: "read",
    run: async (_input, { signal }): Promise<LinkFacts> => {
      const { documents, unread } = await readDocuments(tree, signal);
      const exists = new Map<string, boolean>();
      for (const { path, links } of documents) {
        for (const { target } of links) {
          signal.throwIfAborted();
          const resolved = resolveLink(path, target);
          if (resolved.kind !== "inside" || exists.has(resolved.path)) continue;
          const kind = await tree.kindOf(resolved.path);
          exists.set(resolved.path, kind !== "absent");
        }
      }
      return assessLinks({ documents, exists, unread });
    },
  });

/** Memory is bounded by the caps; documents beyond them are counted. */
async function readDocuments(tree: Tree, signal: AbortSignal) {
  const documents: Document[] = [];
  let unread = 0;
  let links = 0;
  await sweep(tree, {
    maxBytes: DOCUMENT_BYTES,
    signal,
    wants: ({ path }) =>
      isMarkdown(path) && !isVendored(path) && documents.length < MOST_DOCUMENTS && links < MOST_LINKS,
    see: ({ path }, content) => {
      if (content !== undefined && content.kind !== "binary") {
        const outline = outlineOf(content.text);
        links += outline.links.length;
        documents.push({ path, ...outline });
      } else if (isMarkdown(path) && !isVendored(path)) unread += 1;
    },
  });
  return { documents: documents.sort((a, b) => inOrder(a.path, b.path)), unread };
}
