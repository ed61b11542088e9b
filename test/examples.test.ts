/** The examples do what they say, and the README shows them as they are. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { printed, quotedFiles } from "./support/examples.ts";
import { ROOT, sourcesOf } from "./support/source.ts";

const quoted = quotedFiles(readFileSync(`${ROOT}README.md`, "utf8"));

describe("the README", () => {
  it("shows the first example, word for word", () => {
    expect(quoted.get("examples/01-embedded.ts")).toBe(readFileSync(`${ROOT}examples/01-embedded.ts`, "utf8"));
  });

  it("shows what the first example prints", async () => {
    expect(await printed("examples/01-embedded.ts")).toBe(quoted.get("output of examples/01-embedded.ts"));
  });
});

describe("docs/information-flow.md", () => {
  const page = quotedFiles(readFileSync(`${ROOT}docs/information-flow.md`, "utf8"));
  const example = "examples/05-information-flow.ts";

  it("shows its example word for word, and what it prints", async () => {
    expect(page.get(example)).toBe(readFileSync(`${ROOT}${example}`, "utf8"));
    expect(await printed(example)).toBe(page.get(`output of ${example}`));
  });
});

describe("docs/language-models.md", () => {
  it("shows what the example of a language model prints", async () => {
    const shown = quotedFiles(readFileSync(`${ROOT}docs/language-models.md`, "utf8"));
    const printedNow = await printed("examples/13-language-model.ts");
    expect(printedNow).toBe(shown.get("output of examples/13-language-model.ts"));
  });
});

describe("docs/policy.md", () => {
  it("shows what the policy example prints", async () => {
    const shown = quotedFiles(readFileSync(`${ROOT}docs/policy.md`, "utf8")).get("output of examples/11-policy.ts");
    expect(await printed("examples/11-policy.ts")).toBe(shown);
  });
});

describe("examples", () => {
  it.each(sourcesOf("examples/*.ts"))("$path runs, and says something", async ({ path }) => {
    expect(await printed(path)).not.toBe("");
  });

  it("04-delegation.ts shows what may be done for another, and what may not", async () => {
    const text = await printed("examples/04-delegation.ts");
    expect(text).toContain("the north gate is quiet, captain");
    expect(text).toContain('RuntimeError: agent "captain" cannot give what it does not have: tool "ring"');
    expect(text.trimEnd().split("\n").slice(-3)).toEqual([
      "round captain completed for maria",
      "round/0 guard completed for maria",
      "round/1 guard failed for maria",
    ]);
  });

  it("14-mcp.ts calls what was approved, asks before it writes, and does not call what has changed", async () => {
    const lines = (await printed("examples/14-mcp.ts")).trimEnd().split("\n");
    expect(lines).toEqual([
      "the server has 14 tools; one of them is read_text_file",
      expect.stringMatching(/^clerk hears: grant clerk call files\.read_text_file: "path" does not meet within/),
      "May clerk call files.write_file?",
      "completed and the copy says: OTTERS HOLD HANDS WHEN THEY SLEEP.",
      'RuntimeError: MCP server "files", tool "read_text_file": it is not what was approved (it is … now); have a person look at it, and change the pins',
    ]);
  });

  it("02-inspect.ts shows every actor and the states it went through", async () => {
    expect((await printed("examples/02-inspect.ts")).trimEnd().split("\n")).toEqual([
      "Hello, Ada!",
      'orchestrator "planning" → "executing" → "validating" → "completed"',
      'welcome#1 {"working":"thinking"} → {"working":"acting"} → "reporting" → "done"',
      'welcome#1/0 "judging" → "holding" → "executing" → "settled"',
    ]);
  });

  it("12-any-xstate-app.ts shows an application that is not ours: its chart, and what its actors said to each other", async () => {
    const text = await printed("examples/12-any-xstate-app.ts");
    expect(text).toContain("crossing: an XState application, watched from outside");
    expect(text).toContain("  crossing → cars: light.turn; red → green");
    expect(text).toContain("the chart of crossing: 9 states, 8 transitions");
  });

  it.each([
    ["06-duplicated-work.ts", "searches made: 3", "searches made: 1"],
    ["07-conflicting-outputs.ts", "contradictions noticed: 0", "settled by conflict.check"],
    ["08-endless-loop.ts", "after 1000 reads", "gave up: loop.detected"],
    ["09-unauthorised-action.ts", "files left: none", "files left: notes.md, draft.md"],
    ["10-unexplained-decision.ts", "nobody can say", "approval.decided: approve, by maria"],
  ])("%s shows the same agents without the orchestrator and with it", async (path, without, within) => {
    const [alone = "", governed = ""] = (await printed(`examples/${path}`)).split("with the orchestrator\n").slice(-2);
    expect(alone).toContain(without);
    expect(governed).toContain(within);
    expect(alone).not.toContain(within);
  });
});
