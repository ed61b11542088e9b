/** What the command says to those who get it wrong, or ask how it is used. */
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bailiwick, disputed, workplace } from "./command.ts";

const oneLine = (text: string): void => {
  expect(text.trimEnd().split("\n")).toHaveLength(1);
  expect(text).toMatch(/^bailiwick: /);
};

describe("--help", () => {
  it.each(["review", "runs", "show", "explain", "verify", "what-if"])(
    "of %s explains it, and ends with examples",
    async (name) => {
      const { code, out, err } = await bailiwick([name, "--help"], { cwd: workplace(disputed) });
      expect({ code, err }).toEqual({ code: 0, err: "" });
      expect(out).toMatch(new RegExp(`^Usage: bailiwick ${name}`));
      expect(out).toMatch(new RegExp(`Examples:\\n  bailiwick (show last|${name})`));
    },
  );

  it("of the whole lists the commands and the exit codes", async () => {
    const { code, out } = await bailiwick(["--help"], { cwd: workplace(disputed) });
    expect(code).toBe(0);
    for (const word of ["review", "runs", "show", "explain", "verify", "what-if", "130  interrupted"])
      expect(out).toContain(word);
  });
});

describe("exit code 2 and one line, for", () => {
  it.each([
    ["a folder that is not there", ["review", "nowhere", "--yes"], "no such folder"],
    ["a file in place of a folder", ["review", "lib/README.md", "--yes"], "it is not a folder"],
    ["a report in a folder that is not there", ["review", "lib", "--out", "no/where.md"], "its folder is not there"],
    ["a report where a folder is", ["review", "lib", "--out", "lib"], "that is a folder"],
    ["a journal that is not there", ["runs"], "there is no journal at"],
    ["a resume with a folder", ["review", "lib", "--resume", "last"], "leave those out"],
    ["an unknown flag", ["review", "--colour"], "unknown option '--colour'"],
    ["a budget that is no number", ["review", "lib", "--budget-steps", "many"], "Give a number from 0"],
    ["half a step", ["review", "lib", "--budget-steps", "1.5"], "Give a whole number from 0"],
    ["a verdict that is none", ["review", "lib", "--fail-on", "monday"], "Allowed choices are"],
    ["a what-if without conditions", ["what-if", "last"], "give another policy"],
    ["a policy that is not there", ["what-if", "last", "--policy", "nowhere.json"], "cannot be read (ENOENT)"],
    ["a policy that is none", ["what-if", "last", "--policy", "lib/package.json"], "this is no allow-list"],
    ["money that is none", ["what-if", "last", "--budget-usd", "much"], "Give dollars from 0"],
    ["verify without a run", ["verify"], "give a run, or --all"],
  ])("%s", async (_, args, words) => {
    const { code, out, err } = await bailiwick(args, { cwd: workplace(disputed) });
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(words);
    oneLine(err);
  });

  it("a run that is not in the journal", async () => {
    const cwd = workplace(disputed);
    await bailiwick(["review", "lib", "--yes"], { cwd });
    for (const args of [
      ["show", "run_nope"],
      ["explain", "run_nope", "1"],
      ["verify", "run_nope"],
      ["review", "--resume", "run_nope"],
    ]) {
      const { code, err } = await bailiwick(args, { cwd });
      expect(code).toBe(2);
      expect(err).toContain('there is no run "run_nope" in this journal; list its runs with "bailiwick runs"');
      oneLine(err);
    }
    const { code, err } = await bailiwick(["explain", "last", "999"], { cwd });
    expect(code).toBe(2);
    expect(err).toContain("has no entry 999");
  });
});

describe("a journal that cannot be used", () => {
  it("is named when its folder cannot be made", async () => {
    const cwd = workplace(disputed);
    writeFileSync(join(cwd, "taken"), "");
    const { code, err } = await bailiwick(["review", "lib", "--yes", "--store", "taken/runs.db"], { cwd });
    expect(code).toBe(2);
    expect(err).toContain("cannot be made");
    oneLine(err);
  });

  it("is named when it is no journal", async () => {
    const cwd = workplace(disputed);
    writeFileSync(join(cwd, "other.db"), "not a database at all, but long enough to be taken for one".repeat(20));
    const { code, err } = await bailiwick(["review", "lib", "--yes", "--store", "other.db"], { cwd });
    expect(code).toBe(1);
    expect(err).toContain("[journal.corrupt]");
    oneLine(err);
  });

  // Root may write anything.
  it.skipIf(process.getuid?.() === 0)("is named when it may not be written, and can still be read", async () => {
    const cwd = workplace(disputed);
    mkdirSync(join(cwd, "kept"));
    await bailiwick(["review", "lib", "--yes", "--store", "kept/runs.db"], { cwd });
    chmodSync(join(cwd, "kept", "runs.db"), 0o444);
    chmodSync(join(cwd, "kept"), 0o555);
    const { code, err } = await bailiwick(["review", "lib", "--yes", "--store", "kept/runs.db"], { cwd });
    expect(code).toBe(1);
    expect(err).toContain("[store.readonly]");
    expect((await bailiwick(["runs", "--store", "kept/runs.db"], { cwd })).code).toBe(0);
    chmodSync(join(cwd, "kept"), 0o755);
  });
});

describe("BAILIWICK_DEBUG", () => {
  it("adds stacks, which nobody else sees", async () => {
    const cwd = workplace(disputed);
    const args = ["review", "nowhere"];
    expect((await bailiwick(args, { cwd })).err).not.toMatch(/\n\s+at /);
    expect((await bailiwick(args, { cwd, env: { BAILIWICK_DEBUG: "1" } })).err).toMatch(/\n\s+at /);
  });
});
