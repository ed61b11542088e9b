/** Is the tree tested, and does a machine run the tests? */
import type { CiFile } from "./ci.ts";
import { finding, inOrder, type ReviewFinding, ranked } from "./finding.ts";
import { type Shortlist, share, shortlist } from "./shortlist.ts";

export interface TestFacts {
  readonly testFiles: number;
  readonly sourceFiles: number;
  /** Test files for each source file. */
  readonly ratio: number;
  readonly examples: Shortlist<string>;
  /** The manifest's `test` script; null when there is none, or only npm's placeholder. */
  readonly testScript: string | null;
  readonly ci: Shortlist<{ readonly path: string; readonly system: string; readonly testLine: number | null }>;
  /** `file:line` where CI runs tests; null: nowhere that could be seen. */
  readonly ciRunsTests: string | null;
  readonly actions: number;
  readonly unpinnedActions: Shortlist<string>;
  readonly findings: readonly ReviewFinding[];
}

export interface TestSources {
  readonly testFiles: number;
  readonly sourceFiles: number;
  readonly examples: Shortlist<string>;
  readonly manifestPath: string | null;
  readonly scripts: ReadonlyMap<string, string>;
  readonly ci: readonly CiFile[];
  /** A published package comes without tests and CI; that is no finding. */
  readonly installed: boolean;
}

/** npm writes this into every new manifest. */
const PLACEHOLDER = /no test specified/i;

export function assessTests(sources: TestSources): TestFacts {
  const script = sources.scripts.get("test");
  const testScript =
    script === undefined || script.trim() === "" || PLACEHOLDER.test(script) ? null : script.slice(0, 300);
  const ci = sources.ci.toSorted((a, b) => inOrder(a.path, b.path));
  const running = ci.find(({ testLine }) => testLine !== null);
  const actions = ci.flatMap(({ path, actions: used }) => used.map((one) => ({ ...one, path })));
  const unpinned = actions
    .filter(({ pinned }) => !pinned)
    .map(({ path, line, action }) => `${path}:${line}: ${action}`);
  const facts = {
    testFiles: sources.testFiles,
    sourceFiles: sources.sourceFiles,
    ratio: share(sources.testFiles, sources.sourceFiles),
    examples: sources.examples,
    testScript,
    ci: shortlist(ci.map(({ path, system, testLine }) => ({ path, system, testLine }))),
    ciRunsTests: running === undefined ? null : `${running.path}:${running.testLine}`,
    actions: actions.length,
    unpinnedActions: shortlist(unpinned),
  };
  return { ...facts, findings: sources.installed ? [] : ranked(findingsOf(facts, sources)) };
}

function findingsOf(
  facts: Omit<TestFacts, "findings">,
  { manifestPath, scripts }: TestSources,
): readonly ReviewFinding[] {
  const found: ReviewFinding[] = [];
  const counted = `test files: ${facts.testFiles}, source files: ${facts.sourceFiles}`;
  if (facts.sourceFiles > 0 && facts.testFiles === 0)
    found.push(finding("high", "tests.absent", "No file is a test by the conventions of its language.", counted));
  else if (facts.sourceFiles >= 20 && facts.ratio < 0.1)
    found.push(finding("medium", "tests.few", "There is less than one test file for ten source files.", counted));
  if (manifestPath !== null && facts.testScript === null) {
    const text = scripts.has("test") ? "The test script is npm's placeholder." : "The manifest has no test script.";
    found.push(finding("medium", "tests.script", text, manifestPath));
  }
  if (facts.ci.total === 0)
    found.push(finding("medium", "ci.absent", "No CI configuration was found.", "no file of a known CI system"));
  else if (facts.ciRunsTests === null) {
    const places = facts.ci.items.slice(0, 10).map(({ path }) => path);
    found.push(
      finding("medium", "ci.no-tests", "CI is configured, but no line of it is seen to run tests.", ...places),
    );
  }
  if (facts.unpinnedActions.total > 0) {
    const text = `Actions in CI that are not pinned to a commit: ${facts.unpinnedActions.total} of ${facts.actions}.`;
    found.push(finding("low", "ci.unpinned", text, ...facts.unpinnedActions.items.slice(0, 10)));
  }
  return found;
}
