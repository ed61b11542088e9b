import { describe, expect, it } from "vitest";
import { ciSystemOf, readCiFile, runsTests } from "../../../cli/review/analysis/ci.ts";
import { shortlist } from "../../../cli/review/analysis/shortlist.ts";
import { holdsRustTests, roleOf } from "../../../cli/review/analysis/test-files.ts";
import { assessTests, type TestSources } from "../../../cli/review/analysis/testing.ts";

it.each([
  ["src/a.ts", "source"],
  ["src/a.test.ts", "test"],
  ["src/a.spec.jsx", "test"],
  ["test/a.js", "test"],
  ["src/__tests__/a.tsx", "test"],
  ["test/fixtures/a.js", "neither"],
  ["src/a.d.ts", "neither"],
  ["latest.ts", "source"],
  ["contest/a.ts", "source"],
  ["pkg/test_a.py", "test"],
  ["pkg/a_test.py", "test"],
  ["pkg/testing.py", "source"],
  ["a_test.go", "test"],
  ["a.go", "source"],
  ["tests/a.rs", "test"],
  ["src/lib.rs", "source"],
  ["src/test/java/A.java", "test"],
  ["src/main/java/ATest.java", "test"],
  ["src/main/java/Latest.java", "source"],
  ["vendor/a_test.go", "neither"],
  ["a.min.js", "neither"],
  ["README.md", "neither"],
])("takes %s for: %s", (path, role) => expect(roleOf(path)).toBe(role));

it("knows that Rust keeps tests beside the code", () => {
  expect(holdsRustTests("src/lib.rs", "#[cfg(test)]\nmod tests {}")).toBe(true);
  expect(holdsRustTests("src/lib.ts", "#[cfg(test)]")).toBe(false);
});

describe("CI", () => {
  it.each([
    [".github/workflows/ci.yml", "GitHub Actions"],
    [".gitlab-ci.yml", "GitLab CI"],
    [".circleci/config.yml", "CircleCI"],
    ["azure-pipelines.yml", "Azure Pipelines"],
    ["Jenkinsfile", "Jenkins"],
    [".ci/run", "CI script"],
    ["sub/.github/workflows/ci.yml", undefined],
    [".github/dependabot.yml", undefined],
  ])("takes %s for %s", (path, system) => expect(ciSystemOf(path)).toBe(system));

  it("sees a line that runs tests, also one script further", () => {
    const scripts = new Map([
      ["check", "tsc && vitest run"],
      ["lint", "biome ci ."],
    ]);
    for (const line of [
      "- run: npm test",
      "npm t",
      "pnpm run test:unit",
      "npx vitest",
      "python -m pytest -q",
      "go test ./...",
      "cargo test",
      "./gradlew --info check",
      "make check",
      "node --test",
      "npm run check",
    ])
      expect(runsTests(line, scripts), line).toBe(true);
    for (const line of [
      "npm ci",
      "npm run lint",
      "# npm test",
      "echo latest",
      "npm run missing",
      "npm run constructor",
    ])
      expect(runsTests(line, scripts), line).toBe(false);
  });

  it("counts actions, pinned by commit or not", () => {
    const sha = "0123456789abcdef0123456789abcdef01234567";
    const text = `jobs:\n  a:\n    steps:\n      - uses: actions/checkout@v4\n      - uses: "actions/setup-node@${sha}" # v4\n      - uses: ./local\n      - name: x\n        uses: docker://a@sha256:abc\n      - run: npm test\n`;
    const file = readCiFile(".github/workflows/ci.yml", text, new Map());
    expect(file.actions).toEqual([
      { action: "actions/checkout@v4", line: 4, pinned: false },
      { action: `actions/setup-node@${sha}`, line: 5, pinned: true },
      { action: "docker://a@sha256:abc", line: 8, pinned: true },
    ]);
    expect(file.testLine).toBe(9);
  });

  it("F-RES-04 takes linear time on hostile lines of 1 MB", () => {
    const started = performance.now();
    for (const piece of ["npm run ", "mvn ", "node ", "gradle x ", "uses: ", " ", "a", "-"])
      readCiFile("a.yml", piece.repeat(1_048_576 / piece.length), new Map());
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe("tests of a tree", () => {
  const sources: TestSources = {
    testFiles: 10,
    sourceFiles: 20,
    examples: shortlist([]),
    manifestPath: "package.json",
    scripts: new Map([["test", "vitest"]]),
    ci: [{ path: ".ci/run", system: "CI script", testLine: 3, actions: [] }],
    installed: false,
  };
  const rules = (changes: Partial<TestSources>) =>
    assessTests({ ...sources, ...changes }).findings.map(({ rule }) => rule);

  it("finds nothing wrong when there are tests and CI runs them", () => {
    expect(assessTests(sources)).toMatchObject({ ratio: 0.5, ciRunsTests: ".ci/run:3", findings: [] });
  });

  it("finds npm's placeholder to be no test script", () => {
    const scripts = new Map([["test", 'echo "Error: no test specified" && exit 1']]);
    expect(assessTests({ ...sources, scripts })).toMatchObject({
      testScript: null,
      findings: [{ rule: "tests.script" }],
    });
  });

  it("finds what is missing, and holds none of it against a published package", () => {
    const nothing = { testFiles: 0, scripts: new Map(), ci: [] };
    expect(rules(nothing)).toEqual(["tests.absent", "ci.absent", "tests.script"]);
    expect(rules({ ...nothing, installed: true })).toEqual([]);
    expect(
      rules({ testFiles: 1, ci: [{ path: ".ci/run", system: "CI script", testLine: null, actions: [] }] }),
    ).toEqual(["ci.no-tests", "tests.few"]);
  });
});
