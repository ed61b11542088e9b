/** `bailiwick inspect`, and `review --open`: a page beside a journal, and beside a run that goes on. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openerOf } from "../../cli/page/browser.ts";
import type { ApprovalRequest, RunSummary } from "../../index.ts";
import { auditFile } from "../support/audit-runs.ts";
import { bailiwick, disputed, workplace } from "./command.ts";
import { withPage } from "./page-command.ts";
import { soundFiles } from "./review/sound-tree.ts";

const journal = join(".bailiwick", "runs.db");
const json = async <Value>(answer: Promise<Response>): Promise<Value> => (await (await answer).json()) as Value;

/** A journal with one review in it, which is over. */
const reviewed = realpathSync(mkdtempSync(join(tmpdir(), "bailiwick-inspect-")));
afterAll(() => rmSync(reviewed, { recursive: true, force: true }));
beforeAll(async () => {
  for (const [path, content] of Object.entries(soundFiles)) {
    mkdirSync(dirname(join(reviewed, "lib", path)), { recursive: true });
    writeFileSync(join(reviewed, "lib", path), content);
  }
  expect((await bailiwick(["review", "lib", "--yes"], { cwd: reviewed })).code).toBe(0);
});

describe("inspect", () => {
  it("shows the runs of a journal, and leaves it as it was", async () => {
    const cwd = reviewed;
    const before = entriesIn(join(cwd, journal));
    const { page, child, ended } = await withPage(["inspect", journal, "--no-browser", "--read-only"], { cwd });
    const runs = await json<readonly RunSummary[]>(page.get("/v1/runs"));
    expect(runs).toMatchObject([{ status: "completed" }]);
    const moment = await json<{ readonly state: string }>(page.get(`/v1/runs/${runs[0]?.run}/moment`));
    expect(moment.state).toBe("completed");
    expect(await json(page.get("/v1/version"))).toMatchObject({ can: { decide: false, control: false, fork: false } });
    child.kill("SIGINT");
    expect((await ended).code).toBe(0);
    expect(entriesIn(join(cwd, journal))).toEqual(before);
  });

  it("leaves a decision in the journal, in the name of whoever started it, and says when nobody takes it", async () => {
    const cwd = workplace(soundFiles);
    await bailiwick(["review", "lib"], { cwd });
    const { page, child, ended } = await withPage(["inspect", "--no-browser", "--approver", "maria"], { cwd });
    const [question] = await json<readonly ApprovalRequest[]>(page.get("/v1/inbox"));
    const word = { requestId: question?.id, digest: question?.digest, decision: "approve" };
    const deciding = page.post("/v1/decisions", word);
    // The run is taken up by another process, which finds the word there.
    const resumed = await bailiwick(["review", "--resume", "last", "--json"], { cwd });
    expect(await json(deciding)).toEqual({ accepted: true });
    expect(JSON.parse(resumed.out)).toMatchObject({ status: "completed", report: { decided: [{ by: "maria" }] } });
    const again = await json<{ readonly accepted: boolean }>(page.post("/v1/decisions", word));
    expect(again).toMatchObject({ accepted: false, code: "approval.closed" });
    child.kill("SIGTERM");
    expect((await ended).code).toBe(0);
    await auditFile(join(cwd, journal));
  });

  it.each([
    ["a journal that is not there", ["inspect", "nowhere.db"], "there is no journal at nowhere.db"],
    ["a port that is none", ["inspect", "--port", "70000"], "Give a port from 0 to 65535."],
    ["a name that is none", ["inspect", "--approver", " "], "Give a name of 1 to 128 characters."],
    ["a page flag without a page", ["review", "lib", "--yes", "--port", "7777"], "add --open"],
  ])("says in one line what is wrong: %s", async (_, args, words) => {
    const { code, out, err } = await bailiwick(args, { cwd: workplace(disputed) });
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(words);
    expect(err.trimEnd().split("\n")).toHaveLength(1);
  });

  it("of a port that is taken says so, and takes in what other applications tell where it is asked to", async () => {
    const cwd = reviewed;
    const { page, child, ended, said } = await withPage(["inspect", "--no-browser", "--feed"], { cwd });
    await expect.poll(said).toMatch(/ws:\/\/127\.0\.0\.1:\d+\/inspect\/[\w-]{43}\n/);
    const taken = await bailiwick(["inspect", "--no-browser", "--port", new URL(page.url).port], { cwd });
    expect([taken.code, taken.err]).toEqual([2, expect.stringContaining("EADDRINUSE")]);
    child.kill("SIGINT");
    await ended;
  });
});

describe("a review with --open", () => {
  it("is decided in the page, prints what it came to, and stays until it is told to end", async () => {
    const cwd = workplace(soundFiles);
    const { page, child, ended, said } = await withPage(["review", "lib", "--open", "--no-browser"], { cwd });
    await expect.poll(said).toContain("Say so in the page.");
    const [question] = await json<readonly ApprovalRequest[]>(page.get("/v1/inbox"));
    const bound = { requestId: question?.id, digest: question?.digest };
    expect(await json(page.post("/v1/decisions", { ...bound, decision: "approve" }))).toEqual({ accepted: true });
    await expect.poll(said).toContain("The page stays until Ctrl-C.");
    const [run] = await json<readonly RunSummary[]>(page.get("/v1/runs"));
    expect(run?.status).toBe("completed");
    expect(existsSync(join(cwd, "REVIEW.md"))).toBe(true);
    child.kill("SIGINT");
    const { code, out } = await ended;
    expect([code, out]).toEqual([0, expect.stringContaining("sound is fit to depend on.")]);
    await auditFile(join(cwd, journal));
  });

  it("can be paused, gone on with and cancelled in the page", async () => {
    const cwd = workplace(soundFiles);
    const { page, child, ended, said } = await withPage(["review", "lib", "--open", "--no-browser"], { cwd });
    await expect.poll(said).toContain("Say so in the page.");
    const [run] = await json<readonly RunSummary[]>(page.get("/v1/runs"));
    const steer = (action: string) => page.post(`/v1/runs/${run?.run}/control`, { action });
    expect((await steer("pause")).status).toBe(200);
    await expect.poll(said).toContain("The run is paused");
    expect((await steer("resume")).status).toBe(200);
    expect((await steer("cancel")).status).toBe(200);
    await expect.poll(said).toContain("The page stays until Ctrl-C.");
    child.kill("SIGINT");
    expect((await ended).code).toBe(1);
    await auditFile(join(cwd, journal));
  });

  it("that is over is shown as it stands", async () => {
    const cwd = reviewed;
    const { page, child, ended } = await withPage(["review", "--resume", "last", "--open", "--no-browser"], { cwd });
    expect(await json<readonly RunSummary[]>(page.get("/v1/runs"))).toMatchObject([{ status: "completed" }]);
    child.kill("SIGINT");
    expect((await ended).code).toBe(0);
  });
});

describe("the key of the page", () => {
  it("A-HTTP-06 is in no command line and no output: a browser is given a file, which is gone afterwards", async () => {
    const cwd = reviewed;
    const browser = join(cwd, "browser.sh");
    // What a browser does: it reads the file. What anybody can see: its arguments.
    writeFileSync(
      browser,
      `#!/bin/sh\ncat "$1" > "${cwd}/seen.html"\necho "$@" > "${cwd}/argv.tmp"\nmv "${cwd}/argv.tmp" "${cwd}/argv"\nstat -c %a "$1" "$(dirname "$1")" > "${cwd}/modes"\n`,
    );
    chmodSync(browser, 0o700);
    const { child, ended, said, address } = await withPage(["inspect"], { cwd, env: { BROWSER: browser } });
    await expect.poll(() => existsSync(join(cwd, "modes")) && statSync(join(cwd, "modes")).size > 0).toBe(true);
    const [file = ""] = readFileSync(join(cwd, "argv"), "utf8").trim().split("\n");
    const seen = readFileSync(join(cwd, "seen.html"), "utf8");
    const [, token = "", approver = ""] = /token=([\w-]{43})&amp;approver=([\w-]{43})/.exec(seen) ?? [];
    expect(readFileSync(join(cwd, "modes"), "utf8")).toBe("600\n700\n");
    const line =
      readFileSync(`/proc/${child.pid}/cmdline`, "utf8") + readFileSync(`/proc/${child.pid}/environ`, "utf8");
    child.kill("SIGINT");
    await ended;
    expect(existsSync(file)).toBe(false);
    for (const secret of [token, approver]) {
      expect(secret).toHaveLength(43);
      for (const shown of [said(), address, file, line]) expect(shown).not.toContain(secret);
    }
  });

  it("A-HTTP-06 is printed where there is no browser, with a word of what it is", async () => {
    const cwd = reviewed;
    for (const env of [{ BROWSER: "none" }, { BROWSER: join(cwd, "nowhere") }]) {
      const { child, ended, said } = await withPage(["inspect"], { cwd, env });
      await expect.poll(said).toContain("Keep it to yourself.");
      expect(said()).toMatch(/#token=[\w-]{43}&approver=[\w-]{43}\n/);
      child.kill("SIGINT");
      await ended;
    }
  });

  it("is brought to whatever opens files there, if somebody can see it", () => {
    const at = (platform: NodeJS.Platform, env: NodeJS.ProcessEnv = {}) => openerOf(platform, env)?.[0];
    expect([at("darwin"), at("win32"), at("linux", { DISPLAY: ":0" }), at("linux", { WAYLAND_DISPLAY: "w" })]).toEqual([
      "open",
      "rundll32",
      "xdg-open",
      "xdg-open",
    ]);
    expect([
      at("linux"),
      at("darwin", { SSH_CONNECTION: "x" }),
      at("darwin", { BROWSER: "none" }),
      at("linux", { BROWSER: "firefox" }),
    ]).toEqual([undefined, undefined, undefined, "firefox"]);
  });
});

/** All that is written, without looking through our own eyes. */
function entriesIn(file: string): readonly unknown[] {
  using database = new DatabaseSync(file, { readOnly: true });
  const tables = database.prepare("select name from sqlite_master where type = 'table' order by name").all();
  return tables.map(({ name }) => database.prepare(`select * from "${name}"`).all());
}
