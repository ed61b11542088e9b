/** `bailiwick review`, as scripts and people without a terminal use it. */
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { RunReport } from "../../index.ts";
import { bailiwick, disputed, workplace } from "./command.ts";
import { soundFiles } from "./review/sound-tree.ts";

interface Outcome {
  readonly run: string;
  readonly status: string;
  readonly verdict: string | null;
  readonly path: string | null;
  readonly report: RunReport;
}

const reportIn = (cwd: string): string => readFileSync(join(cwd, "REVIEW.md"), "utf8");

describe("a review with --yes", () => {
  it("writes the report beside the tree, says what it came to, and tells of each task once", async () => {
    const cwd = workplace(soundFiles);
    const { code, out, err } = await bailiwick(["review", "lib", "--yes"], { cwd });
    expect(code).toBe(0);
    expect(out).toContain("sound is fit to depend on.");
    expect(out).toContain(join(cwd, "REVIEW.md"));
    expect(reportIn(cwd)).toContain("# Review of sound");
    expect(err.match(/survey \(surveyor\) done/g)).toHaveLength(1);
    expect(existsSync(join(cwd, "lib", "REVIEW.md"))).toBe(false);
    expect(readFileSync(join(cwd, ".bailiwick", ".gitignore"), "utf8")).toBe("*\n");
  });

  it("writes the same report again, though the first one and its journal lie in the tree by then", async () => {
    const cwd = workplace(soundFiles);
    const inside = { cwd: join(cwd, "lib") };
    expect((await bailiwick(["review", "--yes"], inside)).code).toBe(0);
    const first = reportIn(inside.cwd);
    expect((await bailiwick(["review", "--yes"], inside)).code).toBe(0);
    expect(reportIn(inside.cwd)).toBe(first);
    expect(first).toContain("Left out, since this review writes it: .bailiwick/runs.db, REVIEW.md.");
  });

  it("prints one JSON object and nothing else with --json", async () => {
    const cwd = workplace(disputed);
    const { code, out } = await bailiwick(["review", "lib", "--yes", "--json"], { cwd });
    expect(code).toBe(0);
    const outcome = JSON.parse(out) as Outcome;
    expect(outcome).toMatchObject({ status: "completed", path: join(cwd, "REVIEW.md"), verdict: "unfit" });
    expect(outcome.report.output).toMatchObject({ verdict: "unfit" });
  });

  it("says nothing but the result with --quiet", async () => {
    const { code, err } = await bailiwick(["review", "lib", "--yes", "-q"], { cwd: workplace(soundFiles) });
    expect({ code, err }).toEqual({ code: 0, err: "" });
  });

  it("records the disagreement of the assessors as a conflict, and lets the more careful verdict stand", async () => {
    const cwd = workplace(disputed);
    const { out } = await bailiwick(["review", "lib", "--yes", "--json"], { cwd });
    const { conflicts, output } = (JSON.parse(out) as Outcome).report;
    expect(conflicts).toMatchObject([{ key: "verdict", resolution: { rule: "verdict.more-careful" } }]);
    expect(output).toMatchObject({ verdict: "unfit", rule: "verdict.more-careful" });
    expect(reportIn(cwd)).toContain("The assessors disagree");
  });

  it("exits with 4 only for a verdict that --fail-on names", async () => {
    const [bad, good] = [workplace(disputed), workplace(soundFiles)];
    expect((await bailiwick(["review", "lib", "--yes", "--fail-on", "unfit"], { cwd: bad })).code).toBe(4);
    expect((await bailiwick(["review", "lib", "--yes", "--fail-on", "care"], { cwd: good })).code).toBe(0);
  });
});

describe("a review of", () => {
  it("an empty folder is only counted, and unfit", async () => {
    const cwd = workplace({});
    mkdirSync(join(cwd, "lib"));
    const { code, out } = await bailiwick(["review", "lib", "--yes", "--json"], { cwd });
    const { verdict, report } = JSON.parse(out) as Outcome;
    expect({ code, verdict }).toEqual({ code: 0, verdict: "unfit" });
    expect(report.tasks.map(({ id }) => id)).toEqual(["survey", "risk", "upkeep", "report"]);
    expect(reportIn(cwd)).toContain("The tree holds no files.");
  });

  it("binary files counts them and shows none of their bytes", async () => {
    const bytes = Uint8Array.from({ length: 4_096 }, (_, at) => (at * 37) % 256);
    const cwd = workplace({ "a.bin": bytes, "b.png": bytes });
    expect((await bailiwick(["review", "lib", "--yes"], { cwd })).code).toBe(0);
    expect(reportIn(cwd)).toContain("100 % binary");
    expect(reportIn(cwd)).not.toContain("\u0000");
  });

  it("hostile names sends no control characters to the terminal", async () => {
    const name = "evil\u001b]0;owned\u0007\u202Etxt";
    const cwd = workplace({
      ...disputed,
      "package.json": JSON.stringify({ name, dependencies: { "\u001b[2J": "*" } }),
    });
    const { out, err } = await bailiwick(["review", "lib", "--yes"], { cwd });
    const shown = await bailiwick(["show", "last", "--entries"], { cwd });
    for (const text of [out, err, shown.out, reportIn(cwd)]) expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
    expect(out).toContain("evil\\u{1b}");
  });
});

describe("without a terminal and without --yes", () => {
  it("the review is suspended, says how it goes on, and goes on", async () => {
    const cwd = workplace(disputed);
    const { code, err, out } = await bailiwick(["review", "lib"], { cwd });
    expect(code).toBe(3);
    expect(out).toContain("waiting for a person");
    expect(existsSync(join(cwd, "REVIEW.md"))).toBe(false);
    const [, command = ""] = /bailiwick (review --resume run_\S+ --yes)/.exec(err) ?? [];
    expect((await bailiwick(command.split(" "), { cwd })).code).toBe(0);
    expect(reportIn(cwd)).toContain("# Review of disputed");
  });

  it("what was read before is not read again", async () => {
    const [cwd, other] = [workplace(disputed), workplace(disputed)];
    await bailiwick(["review", "lib"], { cwd });
    writeFileSync(join(cwd, "lib", "package.json"), JSON.stringify({ name: "changed" }));
    await bailiwick(["review", "--resume", "last", "--yes"], { cwd });
    await bailiwick(["review", "lib", "--yes"], { cwd: other });
    expect(reportIn(cwd)).toBe(reportIn(other));
  });

  it("one that is over is shown again, and not run again", async () => {
    const cwd = workplace(disputed);
    const first = await bailiwick(["review", "lib", "--yes"], { cwd });
    const written = statSync(join(cwd, "REVIEW.md")).mtimeMs;
    const again = await bailiwick(["review", "--resume", "last"], { cwd });
    expect(again).toEqual({ ...first, err: "" });
    expect(statSync(join(cwd, "REVIEW.md")).mtimeMs).toBe(written);
  });
});

describe("over its budget", () => {
  it("a review of three steps fails with what there is, and writes nothing", async () => {
    const cwd = workplace(soundFiles);
    const { code, out } = await bailiwick(["review", "lib", "--yes", "--budget-steps", "3", "--json"], { cwd });
    const { status, verdict, path, report } = JSON.parse(out) as Outcome;
    expect({ code, status, verdict, path }).toEqual({ code: 1, status: "failed", verdict: null, path: null });
    expect(report.failure?.code).toBe("budget.exceeded");
    expect(report.partial).toBeDefined();
    expect(report.spend.steps).toBeLessThanOrEqual(3);
    expect(existsSync(join(cwd, "REVIEW.md"))).toBe(false);
    const entries = await bailiwick(["show", "last", "--entries"], { cwd });
    expect(entries.out).toContain("over-budget");
  });
});
