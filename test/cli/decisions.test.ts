/** People at the command line, and runs that other processes have: real commands, real owners, one journal. */
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bailiwick, quietEnv, workplace } from "./command.ts";
import { ENTER, inTerminal } from "./terminal.ts";

const OWNER = join(import.meta.dirname, "owner.ts");
const store = ["--store", "runs.db"];

interface OwnerEnd {
  readonly status: string;
  readonly output?: unknown;
  readonly paid: readonly string[];
}

/** Starts an owner; resolves when it asks. */
async function owner(cwd: string, given: object) {
  const child = spawn(process.execPath, [OWNER], {
    cwd,
    env: quietEnv({ OWNER: JSON.stringify({ payments: [], ...given }) }),
    stdio: ["ignore", "pipe", "inherit"],
  });
  let out = "";
  const asked = Promise.withResolvers<string>();
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
    const [, run] = /asked (\S+)\n/.exec(out) ?? [];
    if (run !== undefined) asked.resolve(run);
  });
  const ended = new Promise<OwnerEnd>((resolve, reject) => {
    child.once("close", (code, signal) => {
      const last = out.trim().split("\n").at(-1) ?? "";
      asked.resolve("");
      if (code === 0) resolve(JSON.parse(last) as OwnerEnd);
      else reject(new Error(`the owner ended with ${code ?? signal}: ${out}`));
    });
  });
  ended.catch(() => undefined);
  return { child, ended, run: await asked.promise };
}

interface Question {
  readonly id: string;
  readonly digest: string;
  readonly subject: unknown;
}
const inbox = async (cwd: string): Promise<readonly Question[]> =>
  JSON.parse((await bailiwick(["inbox", ...store, "--json"], { cwd })).out);

const ann = { amount: 7, to: "ann" };

describe("a run that another process has", () => {
  it("is shown in the inbox whole and harmless, approved from here once, and goes on there", async () => {
    const cwd = workplace({});
    const hostile = { amount: 7, note: "pаypal\u202e\u200b", to: "ann" };
    const { ended } = await owner(cwd, { payments: [hostile] });
    const { code, out } = await bailiwick(["inbox", ...store], { cwd });
    expect(code).toBe(0);
    expect(out).toContain("May clerk call pay?");
    expect(out).toContain("p\\u{430}ypal\\u{202e}\\u{200b}");
    expect(out).toMatch(/what the agent says of it, which proves nothing:\n {4}│ it is \\u\{202e\}girob\n/);
    const [question] = await inbox(cwd);
    const digest = /digest +([0-9a-f]{16})\n/.exec(out)?.[1] ?? "";
    expect(question?.digest.startsWith(digest)).toBe(true);
    const approve = ["approve", question?.id ?? "", ...store, "--digest", digest, "--by", "olga"];
    const both = await Promise.all([bailiwick(approve, { cwd }), bailiwick(approve, { cwd })]);
    expect(both.map((one) => one.code).toSorted()).toEqual([0, 1]);
    expect(both.map((one) => `${one.out}${one.err}`).toSorted()).toMatchObject([
      "Accepted.\n",
      expect.stringMatching(/^Refused: .*\[approval\.closed\]\n$/),
    ]);
    expect(await ended).toMatchObject({ status: "completed", paid: [JSON.stringify(hostile)] });
    expect((await bailiwick(["verify", "--all", ...store], { cwd })).code).toBe(0);
  });

  it("A-HUM-02 is not approved by what was not seen whole", async () => {
    const cwd = workplace({});
    const note = `${"a line\n".repeat(400)}and all to mallory`;
    const { child, ended } = await owner(cwd, { payments: [{ ...ann, note }] });
    const { out } = await bailiwick(["inbox", ...store], { cwd });
    expect(out).toMatch(/… \d+ bytes not shown/);
    expect(out).toMatch(/digest +not given, for \d+ bytes are not shown/);
    const [question] = await inbox(cwd);
    expect(out).not.toContain(question?.digest.slice(0, 12));
    const unseen = await bailiwick(["approve", question?.id ?? "", ...store], { cwd });
    expect(unseen.code).toBe(2);
    expect(unseen.err).toContain("--digest");
    const whole = await bailiwick(["inbox", question?.id ?? "", ...store], { cwd });
    expect(whole.out).toContain("and all to mallory");
    expect(whole.out).toContain(question?.digest.slice(0, 16));
    child.kill();
    await ended.catch(() => undefined);
  });

  it("F-APP-03 F-APP-12 takes two different people of the role, and tells the others why not", async () => {
    const cwd = workplace({});
    const approvals = { role: "finance", roles: { finance: ["tom", "ida"] }, quorum: 2 };
    const { ended } = await owner(cwd, { payments: [ann], approvals });
    const [{ id = "", digest = "" } = {}] = await inbox(cwd);
    const by = (name: string, ...more: readonly string[]) =>
      bailiwick(["approve", id, ...store, "--digest", digest, "--by", name, ...more], { cwd });
    expect(await by("olga")).toMatchObject({ code: 1, err: expect.stringContaining("[approval.role]") });
    expect(await by("clerk")).toMatchObject({ code: 1, err: expect.stringContaining("[approval.requester]") });
    expect(await by("tom")).toMatchObject({ code: 0, out: "Accepted: one more person must approve.\n" });
    expect(await by("tom")).toMatchObject({ code: 1, err: expect.stringContaining("[approval.counted]") });
    const forged = await bailiwick(["approve", id, ...store, "--digest", "0".repeat(64), "--by", "ida"], { cwd });
    expect(forged).toMatchObject({ code: 1, err: expect.stringContaining("[approval.forged]") });
    const last = await by("ida", "--json");
    expect(JSON.parse(last.out)).toMatchObject({ request: id, by: "ida", receipt: { accepted: true } });
    expect(await ended).toMatchObject({ status: "completed", paid: [JSON.stringify(ann)] });
  });

  it("F-APP-11 edit and reject are taken as they are said", async () => {
    const cwd = workplace({});
    const { ended } = await owner(cwd, { payments: [ann, { to: "bob", amount: 9 }] });
    const [{ id = "", digest = "" } = {}] = await inbox(cwd);
    const less = JSON.stringify({ amount: 5, to: "ann" });
    const bad = await bailiwick(["edit", id, ...store, "--digest", digest, "--value", "{"], { cwd });
    expect(bad).toMatchObject({ code: 2, err: expect.stringContaining("not JSON") });
    writeFileSync(join(cwd, "less.json"), less);
    const edit = ["edit", id, ...store, "--digest", digest.slice(0, 12), "--value-file", "less.json"];
    expect(await bailiwick(edit, { cwd })).toMatchObject({ code: 0, out: "Accepted.\n" });
    let [next] = await inbox(cwd);
    while (next === undefined || next.id === id) [next] = await inbox(cwd);
    const no = await bailiwick(["reject", next.id, ...store, "--reason", "not on a Friday"], { cwd });
    expect(no).toMatchObject({ code: 0 });
    const { output, paid } = await ended;
    expect(output).toMatchObject({ pay: ["paid", expect.stringMatching(/@.* said no: not on a Friday$/)] });
    expect(paid).toEqual([less]);
  });

  it("an agent's question is answered", async () => {
    const cwd = workplace({});
    const { ended } = await owner(cwd, { asks: true });
    const [{ id = "" } = {}] = await inbox(cwd);
    expect(await bailiwick(["answer", id, ...store, "--value", "ann and bob"], { cwd })).toMatchObject({ code: 0 });
    expect(await ended).toMatchObject({ status: "completed", output: { pay: "ann and bob" } });
  });
});

describe("a run that nobody has", () => {
  it("F-APP-06 keeps a decision for its next owner, and the person is told so", async () => {
    const cwd = workplace({});
    const first = await owner(cwd, { payments: [ann] });
    const [{ id = "", digest = "" } = {}] = await inbox(cwd);
    first.child.kill("SIGKILL");
    await first.ended.catch(() => undefined);
    const args = ["approve", id, ...store, "--digest", digest, "--wait", "0.1"];
    const left = await bailiwick(args, { cwd });
    expect(left).toMatchObject({ code: 5, out: "" });
    expect(left.err).toContain("Left as signal_");
    expect(left.err).toContain(`process ${first.child.pid} on`);
    const second = await owner(cwd, { payments: [ann], run: first.run });
    expect(await second.ended).toMatchObject({ status: "completed", paid: [JSON.stringify(ann)] });
    const late = await bailiwick(args, { cwd });
    expect(late).toMatchObject({ code: 1, err: expect.stringContaining("[approval.closed]") });
  });
});

describe("at a terminal", () => {
  it("P1 what is approved is shown whole, and confirmed", async () => {
    const cwd = workplace({});
    const { ended } = await owner(cwd, { payments: [{ ...ann, note: `${"x\n".repeat(60)}the end` }] });
    const [{ id = "" } = {}] = await inbox(cwd);
    const quoted = `'${id}' --store runs.db`;
    const no = await inTerminal(`approve ${quoted}`, [{ awaits: "exactly this?", types: ENTER }], { cwd });
    expect(no.code).toBe(130);
    expect(no.text).toContain("│ the end");
    const yes = await inTerminal(`approve ${quoted}`, [{ awaits: "exactly this?", types: "y" }], { cwd });
    expect(yes.code).toBe(0);
    expect(yes.text).toContain("Accepted.");
    expect(await ended).toMatchObject({ status: "completed" });
  });
});

describe("what cannot be meant", () => {
  it("is told in one line", async () => {
    const cwd = workplace({});
    const missing = await bailiwick(["approve", "x", "--store", "none.db", "--digest", "0".repeat(12)], { cwd });
    expect(missing).toMatchObject({ code: 2, err: expect.stringContaining("there is no journal at none.db") });
    const { child, ended } = await owner(cwd, { payments: [ann] });
    const unknown = await bailiwick(["reject", "nothing", ...store], { cwd });
    expect(unknown).toMatchObject({ code: 2, err: expect.stringContaining('no open question is "nothing"') });
    const none = await bailiwick(["answer", "run_", ...store], { cwd });
    expect(none).toMatchObject({ code: 2, err: expect.stringContaining("--value") });
    child.kill();
    await ended.catch(() => undefined);
  });
});
