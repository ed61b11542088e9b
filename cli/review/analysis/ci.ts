/** Does anything run the tests, and on what does it rest? Read line by line: no YAML is parsed, none is run. */
import { extensionOf, nameOf } from "./language.ts";

const CI_FILES: readonly (readonly [RegExp, string])[] = [
  [/^\.github\/workflows\/[^/]+\.ya?ml$/, "GitHub Actions"],
  [/^\.gitlab-ci\.ya?ml$/, "GitLab CI"],
  [/^\.circleci\/config\.ya?ml$/, "CircleCI"],
  [/^\.?azure-pipelines(?:\.[a-z0-9-]+)?\.ya?ml$/, "Azure Pipelines"],
  [/^Jenkinsfile$/, "Jenkins"],
  [/^\.travis\.ya?ml$/, "Travis CI"],
  [/^\.?appveyor\.ya?ml$/, "AppVeyor"],
  [/^bitbucket-pipelines\.ya?ml$/, "Bitbucket Pipelines"],
  [/^\.buildkite\/[^/]+$/, "Buildkite"],
  [/^\.woodpecker(?:\.ya?ml|\/[^/]+)$/, "Woodpecker"],
  [/^\.drone\.ya?ml$/, "Drone"],
  [/^\.ci\/[^/]+$/, "CI script"],
];

const RUNS_TESTS =
  /\b(?:(?:npm|pnpm|yarn|bun)(?: run)? (?:t|test|tests|test:[\w:-]+)|vitest|jest|mocha|ava|playwright test|node (?:\S+ )?--test|deno test|pytest|python3? -m (?:pytest|unittest)|tox|nox|go test|cargo (?:nextest|test)|(?:mvnw?|mvn) [^\n]{0,60}(?:test|verify)|gradlew? [^\n]{0,60}(?:test|check)|make (?:test|check)|ctest|rspec|phpunit|dotnet test)\b/;
const RUNS_SCRIPT = /\b(?:npm|pnpm|yarn|bun) run ([\w:.-]{1,80})/g;
const USES = /^\s*-?\s*["']?uses["']?:\s*["']?([^\s"'#]{1,300})/;
const COMMIT = /^[0-9a-f]{40}$/;

export interface CiFile {
  readonly path: string;
  readonly system: string;
  /** Line that runs tests; null: none does. */
  readonly testLine: number | null;
  readonly actions: readonly ActionUse[];
}

export interface ActionUse {
  readonly action: string;
  readonly line: number;
  readonly pinned: boolean;
}

export const ciSystemOf = (path: string): string | undefined => CI_FILES.find(([pattern]) => pattern.test(path))?.[1];

export function readCiFile(path: string, text: string, scripts: ReadonlyMap<string, string>): CiFile {
  const lines = text.split("\n");
  const runs = lines.findIndex((line) => runsTests(line, scripts));
  return {
    path,
    system: ciSystemOf(path) ?? nameOf(path),
    testLine: runs === -1 ? null : runs + 1,
    actions: ["yml", "yaml"].includes(extensionOf(path)) ? lines.flatMap(actionIn) : [],
  };
}

/** A line of a script that runs another script of the manifest runs what that one runs, one step down. */
export function runsTests(line: string, scripts: ReadonlyMap<string, string>): boolean {
  const short = line.slice(0, 2_000);
  if (/^\s*(?:#|\/\/)/.test(short)) return false;
  if (RUNS_TESTS.test(short)) return true;
  return [...short.matchAll(RUNS_SCRIPT)].some(([, name]) => RUNS_TESTS.test(scripts.get(name ?? "") ?? ""));
}

/** A tag can be moved to other code at any time; a commit cannot. What lies in the tree needs no pin. */
function actionIn(line: string, index: number): readonly ActionUse[] {
  const action = USES.exec(line.slice(0, 2_000))?.[1];
  if (action === undefined || action.startsWith("./")) return [];
  const at = action.lastIndexOf("@");
  const ref = at === -1 ? "" : action.slice(at + 1);
  const pinned = COMMIT.test(ref) || action.includes("@sha256:");
  return [{ action, line: index + 1, pinned }];
}
