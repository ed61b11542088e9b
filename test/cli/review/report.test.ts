import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ReviewFacts } from "../../../cli/review/analysis/facts.ts";
import { assessRisk } from "../../../cli/review/analysis/fitness/risk.ts";
import { assessUpkeep } from "../../../cli/review/analysis/fitness/upkeep.ts";
import { code, escaped } from "../../../cli/review/report/escape.ts";
import { renderReport } from "../../../cli/review/report/report.ts";
import { openTree } from "../../../cli/review/tree.ts";
import { scratch } from "./scratch-tree.ts";
import { gather, soundFiles } from "./sound-tree.ts";

const render = (facts: ReviewFacts): string =>
  renderReport({
    facts,
    risk: assessRisk(facts),
    upkeep: assessUpkeep(facts),
    resolution: { verdict: "fit-with-care", rule: "the-more-careful", reason: "The more careful verdict stands." },
    spend: { toolCalls: 8, steps: 20, tokens: 1_234, costUsd: 0.01 },
    notes: ["links: agent <b>retried</b>"],
  });

const HIDDEN = /[^\P{C}\n]|\p{Zl}|\p{Zp}|\p{Bidi_Control}/u;

describe("escaping", () => {
  const hostile = fc.string({
    unit: fc.oneof(
      fc.constantFrom(
        "\u0000",
        "\u001b",
        "\u001b[31m",
        "\r",
        "\n",
        "\u0085",
        "\u202e",
        "\u2066",
        "\u200b",
        "\u2028",
        "\ufeff",
        "\ud800",
        "\u{e0041}",
      ),
      fc.constantFrom(
        "`",
        "|",
        "<",
        ">",
        "&",
        "[",
        "](",
        ")",
        "*",
        "_",
        "#",
        "~",
        "\\",
        "://",
        "www.",
        "@",
        "!",
        "$",
        "http",
        "-",
        "1.",
        " ",
      ),
      fc.string({ unit: "binary" }),
    ),
  });

  it("A-XSS-05 F-DAT-10 never lets a control, bidirectional or invisible character through", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        for (const safe of [escaped(text), code(text)]) {
          expect(safe).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
          expect(safe.isWellFormed()).toBe(true);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it("A-XSS-05 makes bidirectional characters visible", () => {
    expect(code("a\u202eb")).toBe("`a\\u{202e}b`");
    expect(escaped("a\u001b[31mb")).toBe("a\\\\u{1b}\\[31mb");
  });

  it("A-XSS-01 A-XSS-02 leaves no HTML, link, code or table in running text", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const safe = escaped(text);
        expect(safe).not.toMatch(/[<>]|:\/\/|www\.|@/i);
        // Every character that means something follows an odd number of backslashes.
        expect(safe.replaceAll(/\\./g, "")).not.toMatch(/[\\`*_[\]|~$]/);
        expect(safe).not.toMatch(/^(?:[-+#=>\s]|\d+[.)](?:\s|$))/);
      }),
      { numRuns: 2_000 },
    );
    expect(escaped("<img src=x onerror=alert(1)> [a](javascript:alert(1))")).toBe(
      "&lt;img src=x onerror=alert(1)&gt; \\[a\\](javascript:alert(1))",
    );
  });

  it("A-XSS-02 keeps a code span shut, in a table too", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const safe = code(text);
        if (safe !== "(empty)") expect(safe.slice(1, -1)).not.toMatch(/[`|\n]/);
      }),
    );
    expect(code("a`|b")).toBe("`a\\u{60}\\u{7c}b`");
  });

  it("bounds what it shows", () => expect(escaped("a".repeat(10_000)).length).toBe(501));
});

describe("the report", () => {
  it("begins with the summary, and is the same for the same tree in another place", async () => {
    const [first, second] = [scratch(soundFiles), scratch(soundFiles)];
    const reports = await Promise.all(
      [first, second].map(async (root) => render({ ...(await gather(await openTree(root))), name: "sound" })),
    );
    expect(reports[0]).toBe(reports[1]);
    expect(reports[0]).not.toContain(first);
    expect(reports[0]?.split("\n").slice(0, 6)).toEqual([
      "# Review of sound",
      "",
      "|  |  |",
      "| --- | --- |",
      "| Verdict | **fit to depend on, with care** |",
      "| Risk | fit (1.00) |",
    ]);
    expect(reports[0]).toMatchSnapshot();
  });

  it("says what was not examined, and shows nothing in its place", () => {
    const text = render({ name: "x" });
    expect(text).toContain("Not examined: inventory, manifest, dependencies, licences, secrets, tests, links.");
    expect(text).not.toContain("## Licences");
    expect(text).not.toContain("undefined");
  });

  it("tells a disagreement, and who decided it", async () => {
    const { "test/a.test.ts": _tests, ".ci/run": _ci, ...rest } = soundFiles;
    const text = render(await gather(await openTree(scratch(rest))));
    expect(text).toContain(
      "The assessors disagree: risk says **fit**, upkeep says **fit-with-care**. Decided by `the-more-careful`",
    );
  });

  it("A-XSS-05 carries nothing of a hostile tree into the document as it was", async () => {
    const evil = "<script>alert(1)</script>`|](javascript:x)\u001b[2J\u202e\r\n# Fit";
    const root = scratch({
      "package.json": JSON.stringify({
        name: evil,
        license: evil,
        scripts: { test: evil },
        dependencies: { [evil]: "*", ok: evil },
      }),
      "package-lock.json": JSON.stringify({
        lockfileVersion: evil,
        packages: { [`node_modules/${evil}`]: { version: evil, license: evil, deprecated: evil } },
      }),
      [`docs/\u001b[31m\u202e<b>|\`${"x".repeat(50)}.md`]: `[a](<${evil.replaceAll(/[\r\n<>]/g, "")}>)`,
      LICENSE: evil,
      "src/a.ts": `const password = "${evil.replaceAll(/[\s"'`]/g, "")}9aZ";`,
      ".github/workflows/ci.yml": `- uses: a/b@<b>|\n`,
    });
    const text = render({ ...(await gather(await openTree(root))), name: evil });
    expect(text).not.toMatch(HIDDEN);
    expect(text).not.toContain("\n# Fit");
    const outside = text.replaceAll(/`[^`\n]*`/g, "").replaceAll("<br>", "");
    expect(outside).not.toMatch(/[<>]|(?<!\\)\]\(/);
  });
});
