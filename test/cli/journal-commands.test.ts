/** `runs`, `show`, `explain` and `verify`: what they say of a journal, and that they leave it alone. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import type { ExplainedEntry, JournalEntry, RunReport, RunSummary } from "../../index.ts";
import { bailiwick, disputed, workplace } from "./command.ts";

const storeIn = (cwd: string): string => join(cwd, ".bailiwick", "runs.db");

async function reviewed(): Promise<string> {
  const cwd = workplace(disputed);
  expect((await bailiwick(["review", "lib", "--yes"], { cwd })).code).toBe(0);
  return cwd;
}

/** The n-th entry of the only run there is. */
const entry = (seq: number): string => `place = (SELECT place FROM journal ORDER BY place LIMIT 1 OFFSET ${seq - 1})`;

/** Changes the journal behind the store's back. */
function tamper(cwd: string, sql: string): void {
  using db = new DatabaseSync(storeIn(cwd));
  expect(db.prepare(sql).run().changes).toBeGreaterThan(0);
  db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
}

describe("runs", () => {
  it("lists status, age, spend and objective", async () => {
    const cwd = await reviewed();
    const { code, out } = await bailiwick(["runs"], { cwd });
    expect(code).toBe(0);
    expect(out).toMatch(/^RUN .*STATUS .*STARTED .*SPENT .*OBJECTIVE/);
    expect(out).toMatch(/run_\S+ +completed +[\d.]+ s ago +11 steps, 8 tool calls +Say whether lib is fit/);
    const [summary] = JSON.parse((await bailiwick(["runs", "--json"], { cwd })).out) as RunSummary[];
    expect(summary).toMatchObject({ name: "review", status: "completed", spend: { toolCalls: 8 } });
  });
});

describe("show", () => {
  it("tells tasks, spend, conflicts and the result", async () => {
    const cwd = await reviewed();
    const { code, out } = await bailiwick(["show", "last"], { cwd });
    expect(code).toBe(0);
    for (const text of [
      "✓ report    editor      done",
      "11 steps, 8 tool calls",
      "verdict.more-careful",
      "verdict    unfit",
    ])
      expect(out).toContain(text);
    const report = JSON.parse((await bailiwick(["show", "last", "--json"], { cwd })).out) as RunReport;
    expect(report).toMatchObject({ status: "completed", name: "review" });
    const begin = report.run.slice(0, 9);
    expect((await bailiwick(["show", begin], { cwd })).out).toBe(out);
  });

  it("tells what a person is asked, and for how long", async () => {
    const cwd = workplace(disputed);
    await bailiwick(["review", "lib"], { cwd });
    const { out } = await bailiwick(["show", "last"], { cwd });
    expect(out).toContain("May editor call write-report?");
    expect(out).toMatch(/asked of +\S+@\S+\n.*\n.*\n +expires +\d{4}-/);
    expect(out).toMatch(/… \d+ bytes not shown/);
  });

  it("lists every entry, one a line", async () => {
    const cwd = await reviewed();
    const lines = (await bailiwick(["show", "last", "--entries"], { cwd })).out.trimEnd().split("\n");
    const entries = (await bailiwick(["show", "last", "--entries", "--json"], { cwd })).out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as JournalEntry);
    expect(entries.map(({ seq }) => seq)).toEqual(lines.map((_, at) => at + 1));
    expect(lines[0]).toMatch(/^ +1 .* start +Say whether lib/);
  });
});

describe("explain", () => {
  it("leads from the write back to the objective, and says who allowed it", async () => {
    const cwd = await reviewed();
    const { out: listed } = await bailiwick(["show", "last", "--entries"], { cwd });
    const [, seq = ""] = /^ *(\d+) .*: tool write-report/m.exec(listed) ?? [];
    const { code, out } = await bailiwick(["explain", "last", seq], { cwd });
    expect(code).toBe(0);
    expect(out).toContain("report#1 asked to call write-report");
    expect(out).toMatch(/allow, by \S+ \(policy: review: --yes, given by \S+@\S+\)/);
    expect(out).toContain("objective: Say whether lib is fit to depend on");
    const explained = JSON.parse((await bailiwick(["explain", "last", seq, "--json"], { cwd })).out) as ExplainedEntry;
    expect(explained.because.at(-1)).toMatchObject({ seq: 1 });
  });
});

describe("verify", () => {
  it("passes a whole journal, and changes nothing", async () => {
    const cwd = await reviewed();
    const before = readFileSync(storeIn(cwd));
    const { code, out } = await bailiwick(["verify", "last"], { cwd });
    expect(code).toBe(0);
    expect(out).toMatch(/^run_\S+ {2}whole, \d+ entries, [0-9a-f]{64}\n$/);
    expect((await bailiwick(["verify", "--all"], { cwd })).out).toBe(out);
    expect(readFileSync(storeIn(cwd)).equals(before)).toBe(true);
  });

  it.each([
    ["a changed byte of an entry", `UPDATE journal SET body = replace(body, 'survey', 'surveY') WHERE ${entry(2)}`, 2],
    ["a changed hash", `UPDATE journal SET hash = zeroblob(32) WHERE ${entry(7)}`, 7],
    ["an entry that was taken out", `DELETE FROM journal WHERE ${entry(5)}`, 6],
    [
      "entries cut off at the end",
      `DELETE FROM journal WHERE place > (SELECT place FROM journal WHERE ${entry(9)})`,
      10,
    ],
  ])("finds %s and names the entry", async (_, sql, seq) => {
    const cwd = await reviewed();
    tamper(cwd, sql);
    for (const args of [
      ["verify", "last"],
      ["verify", "--all"],
    ]) {
      const { code, out } = await bailiwick(args, { cwd });
      expect(code).toBe(1);
      expect(out).toContain(`broken at entry ${seq}`);
    }
  });

  it("finds one changed byte in the file", async () => {
    const cwd = await reviewed();
    const db = new DatabaseSync(storeIn(cwd));
    db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    db.close();
    const bytes = readFileSync(storeIn(cwd));
    const at = bytes.indexOf("packages#1/0/execute");
    expect(at).toBeGreaterThan(0);
    bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
    writeFileSync(storeIn(cwd), bytes);
    const { code, out } = await bailiwick(["verify", "--all"], { cwd });
    expect(code).toBe(1);
    expect(out).toMatch(/broken at entry \d+: the text does not match its hash/);
  });

  it("refuses to go on with a journal that is broken", async () => {
    const cwd = workplace(disputed);
    await bailiwick(["review", "lib"], { cwd });
    tamper(cwd, `UPDATE journal SET body = replace(body, 'survey', 'surveY') WHERE ${entry(2)}`);
    const { code, err } = await bailiwick(["review", "--resume", "last", "--yes"], { cwd });
    expect(code).toBe(1);
    expect(err).toContain("broken at entry 2");
  });
});
