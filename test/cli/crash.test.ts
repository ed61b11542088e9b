/** The command killed at its writes, interrupted, or met by another of its kind. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bailiwick, start, workplace } from "./command.ts";
import { soundFiles } from "./review/sound-tree.ts";

const preload = join(import.meta.dirname, "kill-at-commit.ts");
const yes = ["review", "lib", "--yes", "-q"];
const reportIn = (cwd: string): string => readFileSync(join(cwd, "REVIEW.md"), "utf8");

/** Commits of an undisturbed review, and its report. */
async function undisturbed(): Promise<{ readonly commits: number; readonly report: string }> {
  const cwd = workplace(soundFiles);
  const tally = join(cwd, "commits");
  expect((await bailiwick(yes, { cwd, preload, env: { COMMITS_FILE: tally } })).code).toBe(0);
  return { commits: Number(readFileSync(tally, "utf8")), report: reportIn(cwd) };
}

describe("a review killed with SIGKILL", () => {
  it("F-DUR-01 at ten commits of its journal goes on at once, to the report of an undisturbed one", async () => {
    const { commits, report } = await undisturbed();
    expect(commits).toBeGreaterThan(10);
    let kills = 0;
    for (let sample = 0; sample < 10; sample++) {
      const at = 1 + Math.round((sample * (commits - 1)) / 9);
      const cwd = workplace(soundFiles);
      const env = { KILL_AT: String(at), KILL_WHEN: sample % 2 === 0 ? "after" : "before" };
      const killed = await bailiwick(yes, { cwd, preload, env });
      // Entries that come at the same time share a commit, so that one review may have a few less than another.
      if (killed.signal === "SIGKILL") kills += 1;
      else expect(killed, `at commit ${at}`).toMatchObject({ code: 0 });
      const { out } = await bailiwick(["runs", "--json"], { cwd });
      const isBegun = (JSON.parse(out) as readonly unknown[]).length > 0;
      const again = await bailiwick(isBegun ? ["review", "--resume", "last", "--yes", "-q"] : yes, { cwd });
      expect(again, `at commit ${at}`).toMatchObject({ code: 0, err: "" });
      expect(reportIn(cwd), `at commit ${at}`).toBe(report);
      expect((await bailiwick(["verify", "--all"], { cwd })).code, `at commit ${at}`).toBe(0);
    }
    expect(kills).toBeGreaterThanOrEqual(8);
  });
});

/** Files enough for a review to be still at work when it is met. */
function slowPlace(): string {
  const cwd = workplace(soundFiles);
  const line = "export const value = compute(alpha, beta, gamma); // a line like many others in this file\n";
  for (let folder = 0; folder < 20; folder++) {
    mkdirSync(join(cwd, "lib", "src", `m${folder}`), { recursive: true });
    for (let file = 0; file < 60; file++)
      writeFileSync(join(cwd, "lib", "src", `m${folder}`, `f${file}.ts`), line.repeat(1_500));
  }
  return cwd;
}

const atWork = (run: ReturnType<typeof start>): Promise<void> =>
  new Promise((resolve) => {
    const look = (): void => {
      if (run.told().includes("secrets (watchman) working")) resolve();
    };
    run.child.stderr.on("data", look);
    look();
  });

describe("a review that is at work", () => {
  it("is not taken over by a second process, which is told who has it", async () => {
    const cwd = slowPlace();
    const first = start(["review", "lib", "--yes"], { cwd });
    await atWork(first);
    const second = await bailiwick(["review", "--resume", "last", "--yes"], { cwd });
    expect(second.code).toBe(1);
    expect(second.err).toContain(`process ${first.child.pid} on`);
    expect(second.err).toContain("[run.owned]");
    expect((await first.ended).code).toBe(0);
  });

  it.each(["SIGINT", "SIGTERM"] as const)("stops in order at %s, and goes on from there", async (signal) => {
    const cwd = slowPlace();
    const first = start(["review", "lib", "--yes"], { cwd });
    await atWork(first);
    first.child.kill(signal);
    const { code, out, err } = await first.ended;
    expect({ code, out }).toEqual({ code: 130, out: "" });
    const [, command = ""] = /Interrupted\. Go on with: bailiwick (.+)\n/.exec(err) ?? [];
    expect(existsSync(join(cwd, "REVIEW.md"))).toBe(false);
    expect((await bailiwick([...command.split(" "), "--yes"], { cwd })).code).toBe(0);
    const other = workplace({});
    expect((await bailiwick(["review", join(cwd, "lib"), "--yes"], { cwd: other })).code).toBe(0);
    expect(reportIn(cwd)).toBe(reportIn(other));
  });
});
