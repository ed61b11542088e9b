/** What is in the tree, in numbers? A running count: its memory does not grow with the files. */
import { finding, inOrder, type ReviewFinding } from "./finding.ts";
import { isGenerated, isVendored, languageOf } from "./language.ts";
import { best, type Shortlist, share, shortlist } from "./shortlist.ts";

export interface Counted {
  readonly path: string;
  readonly size: number;
  /** `unread`: larger than is read, or refused. */
  readonly kind: "text" | "latin1" | "binary" | "unread";
  /** Of the text that was read. */
  readonly lines?: number;
  readonly head?: string;
}

export interface LanguageCount {
  readonly language: string;
  readonly files: number;
  readonly bytes: number;
  readonly lines: number;
}

/** The papers a tree is expected to come with: where each is, or null. */
export interface Papers {
  readonly readme: string | null;
  readonly changelog: string | null;
  readonly contributing: string | null;
  readonly security: string | null;
  readonly codeowners: string | null;
  readonly licence: string | null;
}

/** What the walk passed by, as plain JSON. */
export interface Passed {
  readonly skipped: Shortlist<{ readonly name: string; readonly folders: number }>;
  readonly symlinks: number;
  readonly special: number;
  readonly unreadable: Shortlist<string>;
  readonly unnameable: number;
  readonly stoppedAt: number | null;
}

export interface InventoryFacts {
  readonly files: number;
  readonly folders: number;
  readonly bytes: number;
  readonly lines: number;
  readonly depth: number;
  readonly languages: Shortlist<LanguageCount>;
  readonly largest: Shortlist<{ readonly path: string; readonly size: number }>;
  readonly binaryFiles: number;
  readonly notUtf8Files: number;
  readonly unreadFiles: number;
  readonly generatedFiles: number;
  readonly vendoredFiles: number;
  /** Of the bytes, 0 to 1. */
  readonly binaryShare: number;
  readonly generatedShare: number;
  readonly vendoredShare: number;
  readonly papers: Papers;
  /** A published package: what its makers test and build it with is not in it, and not held against it. */
  readonly installed: boolean;
  readonly passed: Passed;
  readonly findings: readonly ReviewFinding[];
}

const PAPERS: readonly (readonly [keyof Papers, RegExp])[] = [
  ["readme", /^(?:docs\/|\.github\/)?readme(?:\.[a-z]+)?$/i],
  ["changelog", /^(?:docs\/)?(?:changelog|changes|history|news|releases)(?:\.[a-z]+)?$/i],
  ["contributing", /^(?:docs\/|\.github\/)?contributing(?:\.[a-z]+)?$/i],
  ["security", /^(?:docs\/|\.github\/)?security(?:\.[a-z]+)?$/i],
  ["codeowners", /^(?:docs\/|\.github\/)?codeowners$/i],
  ["licence", /^(?:licen[cs]e|copying|unlicense)(?:[-.][a-z0-9.-]+)?$/i],
];

/** What only the walk can tell. */
export type Walked = Pick<InventoryFacts, "folders" | "depth" | "installed" | "passed">;

export interface InventoryCount {
  add(file: Counted): void;
  facts(walked: Walked): InventoryFacts;
}

export function countInventory(): InventoryCount {
  const sums = { files: 0, bytes: 0, lines: 0 };
  const kinds = { text: 0, latin1: 0, binary: 0, unread: 0, generated: 0, vendored: 0 };
  const weights = { binary: 0, generated: 0, vendored: 0 };
  const languages = new Map<string, { files: number; bytes: number; lines: number }>();
  const papers = new Map<keyof Papers, string>();
  const largest = best<{ path: string; size: number }>(10, (a, b) => b.size - a.size || inOrder(a.path, b.path));

  const add = (file: Counted): void => {
    const lines = file.lines ?? 0;
    sums.files += 1;
    sums.bytes += file.size;
    sums.lines += lines;
    kinds[file.kind] += 1;
    if (file.kind === "binary") weights.binary += file.size;
    for (const mark of marksOf(file)) {
      kinds[mark] += 1;
      weights[mark] += file.size;
    }
    const language = file.kind === "binary" ? "binary" : languageOf(file.path);
    const count = languages.get(language) ?? { files: 0, bytes: 0, lines: 0 };
    languages.set(language, { files: count.files + 1, bytes: count.bytes + file.size, lines: count.lines + lines });
    largest.add({ path: file.path, size: file.size });
    notePaper(papers, file.path);
  };

  return {
    add,
    facts: (walked) => {
      const found = papersOf(papers);
      return {
        ...sums,
        ...walked,
        languages: shortlist(byBytes(languages), 15),
        largest: largest.list(),
        binaryFiles: kinds.binary,
        notUtf8Files: kinds.latin1,
        unreadFiles: kinds.unread,
        generatedFiles: kinds.generated,
        vendoredFiles: kinds.vendored,
        binaryShare: share(weights.binary, sums.bytes),
        generatedShare: share(weights.generated, sums.bytes),
        vendoredShare: share(weights.vendored, sums.bytes),
        papers: found,
        findings: inventoryFindings(sums.files, found, walked.passed),
      };
    },
  };
}

function marksOf({ path, head }: Counted): readonly ("generated" | "vendored")[] {
  if (isVendored(path)) return ["vendored"];
  return isGenerated(path, head) ? ["generated"] : [];
}

/** The first by name, so that the order of the walk does not show. */
function notePaper(papers: Map<keyof Papers, string>, path: string): void {
  if (path.split("/").length > 2) return;
  for (const [paper, pattern] of PAPERS) {
    const before = papers.get(paper);
    if (pattern.test(path) && (before === undefined || path < before)) papers.set(paper, path);
  }
}

const papersOf = (papers: ReadonlyMap<keyof Papers, string>): Papers => ({
  readme: papers.get("readme") ?? null,
  changelog: papers.get("changelog") ?? null,
  contributing: papers.get("contributing") ?? null,
  security: papers.get("security") ?? null,
  codeowners: papers.get("codeowners") ?? null,
  licence: papers.get("licence") ?? null,
});

const byBytes = (languages: ReadonlyMap<string, Omit<LanguageCount, "language">>): readonly LanguageCount[] =>
  [...languages]
    .map(([language, count]) => ({ language, ...count }))
    .sort((a, b) => b.bytes - a.bytes || inOrder(a.language, b.language));

function inventoryFindings(files: number, papers: Papers, passed: Passed): readonly ReviewFinding[] {
  const found: ReviewFinding[] = [];
  const root = "looked for at the root, in docs and in .github";
  if (files === 0) found.push(finding("high", "tree.empty", "The tree holds no files.", "0 files"));
  if (files > 0 && papers.readme === null) found.push(finding("medium", "paper.readme", "There is no README.", root));
  if (files > 0 && papers.security === null)
    found.push(finding("info", "paper.security", "Nothing says how to report a vulnerability (SECURITY).", root));
  if (passed.stoppedAt !== null) {
    const text = `The tree has more files than were looked at: the walk stopped at ${passed.stoppedAt}.`;
    found.push(finding("medium", "tree.stopped", text, `stopped at ${passed.stoppedAt} files`));
  }
  if (passed.unreadable.total > 0) {
    const text = `Files or folders that could not be read: ${passed.unreadable.total}.`;
    found.push(finding("low", "tree.unreadable", text, ...passed.unreadable.items));
  }
  if (passed.unnameable > 0) {
    const text = `Names that are not valid UTF-8, so that what bears them was not looked at: ${passed.unnameable}.`;
    found.push(finding("low", "tree.unnameable", text, `${passed.unnameable} names`));
  }
  return found;
}
