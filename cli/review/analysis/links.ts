/** Do the links between the documents hold? */
import { finding, inOrder, type ReviewFinding } from "./finding.ts";
import type { MarkdownOutline } from "./markdown.ts";
import { type Shortlist, shortlist } from "./shortlist.ts";

export interface Document extends MarkdownOutline {
  readonly path: string;
}

/** Where a relative link points: a path of the tree, and the anchor in it. */
export type Resolved =
  | { readonly kind: "inside"; readonly path: string; readonly anchor: string }
  | { readonly kind: "outside" }
  | { readonly kind: "malformed" };

export interface BrokenLink {
  readonly path: string;
  readonly line: number;
  readonly target: string;
  readonly why: "missing" | "no such anchor" | "malformed";
}

export interface LinkFacts {
  readonly documents: number;
  readonly relative: number;
  /** Counted, not fetched. */
  readonly external: number;
  /** They lead out of the tree, so they were not followed. */
  readonly outside: number;
  readonly broken: Shortlist<BrokenLink>;
  /** Documents beyond the cap. */
  readonly unread: number;
  readonly findings: readonly ReviewFinding[];
}

/** As seen from the document; a leading `/` is the root of the tree, as on GitHub. */
export function resolveLink(from: string, target: string): Resolved {
  const hash = target.indexOf("#");
  const address = (hash === -1 ? target : target.slice(0, hash)).replace(/\?.*$/, "");
  const path = decoded(address);
  const anchor = decoded(hash === -1 ? "" : target.slice(hash + 1));
  if (path === undefined || anchor === undefined || path.includes("\0")) return { kind: "malformed" };
  if (path === "") return { kind: "inside", path: from, anchor };
  const parts = path.startsWith("/") ? [] : from.split("/").slice(0, -1);
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) return { kind: "outside" };
  }
  return { kind: "inside", path: parts.join("/"), anchor };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

export const isMarkdown = (path: string): boolean => /\.(?:md|markdown|mdx)$/i.test(path);

export interface LinkSources {
  readonly documents: readonly Document[];
  /** Whether a path of the tree leads to anything, for every path a link resolves to. */
  readonly exists: ReadonlyMap<string, boolean>;
  readonly unread: number;
}

export function assessLinks({ documents, exists, unread }: LinkSources): LinkFacts {
  const anchors = new Map(documents.map((document) => [document.path, document.anchors]));
  const broken: BrokenLink[] = [];
  const counts = { relative: 0, external: 0, outside: 0 };
  for (const document of documents) {
    counts.external += document.external;
    for (const { target, line } of document.links) {
      const resolved = resolveLink(document.path, target);
      counts.relative += 1;
      if (resolved.kind === "outside") counts.outside += 1;
      const why = faultOf(resolved, exists, anchors);
      if (why !== undefined) broken.push({ path: document.path, line, target: target.slice(0, 300), why });
    }
  }
  broken.sort((a, b) => inOrder(a.path, b.path) || a.line - b.line || inOrder(a.target, b.target));
  const list = shortlist(broken, 30);
  return { documents: documents.length, ...counts, broken: list, unread, findings: findingsOf(list, counts.relative) };
}

function faultOf(
  resolved: Resolved,
  exists: ReadonlyMap<string, boolean>,
  anchors: ReadonlyMap<string, ReadonlySet<string>>,
): BrokenLink["why"] | undefined {
  if (resolved.kind === "malformed") return "malformed";
  if (resolved.kind === "outside") return undefined;
  const { path, anchor } = resolved;
  if (exists.get(path) === false) return "missing";
  const offered = anchors.get(path);
  // `#top` is every page's own; anchors of other files, such as `#L10` of a source file, are the viewer's business.
  if (anchor === "" || anchor === "top" || offered === undefined) return undefined;
  return offered.has(anchor) || offered.has(anchor.toLowerCase()) ? undefined : "no such anchor";
}

function findingsOf(broken: Shortlist<BrokenLink>, relative: number): readonly ReviewFinding[] {
  if (broken.total === 0) return [];
  const shown = broken.items.slice(0, 10).map(({ path, line, target, why }) => `${path}:${line}: ${target} (${why})`);
  const severity = broken.total > 10 || broken.total > relative / 10 ? "medium" : "low";
  return [
    finding(
      severity,
      "links.broken",
      `Links between files that lead nowhere: ${broken.total} of ${relative}.`,
      ...shown,
    ),
  ];
}
