import { describe, expect, it } from "vitest";
import { idsOfTests, mismatches } from "../../scripts/coverage-of-ids.ts";

// Put together here, so that this file carries none of them itself.
const [first, second, third] = [1, 2, 3].map((n) => `F-${"DUR"}-0${n}`) as [string, string, string];

const table = (...rows: readonly string[]): string => ["| id | text |", "|---|---|", ...rows].join("\n");
const check = (rows: readonly string[], excuses: readonly string[], text: string): readonly string[] =>
  mismatches({ catalogue: table(...rows), notCovered: table(...excuses), tests: [{ path: "a.test.ts", text }] });

describe("the catalogue", () => {
  it("is content with a test or a reason for each line", () => {
    expect(
      check([`| ${first} | a |`, `| ${second} | b |`], [`| ${second} | no way yet |`], `it("${first} holds")`),
    ).toEqual([]);
  });

  it.each([
    ["neither a test nor a reason", [`| ${first} | a |`], [], ""],
    ["an unknown id in a title", [], [], `it("${first} holds")`],
    ["an unknown id among the reasons", [], [`| ${first} | why |`], ""],
    ["a reason that is empty", [`| ${first} | a |`], [`| ${first} | |`], ""],
    ["a reason for what is tested", [`| ${first} | a |`], [`| ${first} | why |`], `it("${first} holds")`],
  ])("finds %s", (_, rows, excuses, text) => {
    expect(check(rows, excuses, text)).toHaveLength(1);
  });

  it("counts no comment, and no test that does not run", () => {
    const text = `// ${first}\nit.todo("${second}");\nit.skip("${second}", f);\nit("${third} holds", f);`;
    expect(idsOfTests(text)).toEqual([third]);
  });
});
