/** The question before the write, answered at a terminal; and the picture of a run that goes on. */
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bailiwick, disputed, workplace } from "./command.ts";
import { CTRL_C, DOWN, ENTER, inTerminal } from "./terminal.ts";

const ASKED = "What do you say?";
/** What is long is looked at first; then it can be approved. */
const APPROVE = [
  { awaits: ASKED, types: ENTER },
  { awaits: "with exactly these arguments", types: ENTER },
];
const reportIn = (cwd: string): string => readFileSync(join(cwd, "REVIEW.md"), "utf8");

describe("at the question before the write", () => {
  it("a person sees the tool, the file, how much is not shown, and the expiry; approves; and it is written", async () => {
    const cwd = workplace(disputed);
    const { code, text } = await inTerminal("review lib", APPROVE, { cwd });
    expect(code).toBe(0);
    expect(text).toContain("May editor call write-report?");
    expect(text).toContain(`file       ${join(cwd, "REVIEW.md")}`);
    expect(text).toMatch(/content +\d+ lines, \d+ bytes:/);
    expect(text).toMatch(/… \d+ bytes not shown/);
    expect(text).toMatch(/expires +\d{4}-\d\d-\d\d/);
    expect(text).toContain("disputed is not fit to depend on.");
    expect(reportIn(cwd)).toContain("# Review of disputed");
  });

  it("A-HUM-02 the whole content is shown before it can be approved", async () => {
    const cwd = workplace(disputed);
    const { code, text } = await inTerminal("review lib", APPROVE, { cwd });
    expect(code).toBe(0);
    expect(text).toContain("About this review");
    const longest = reportIn(cwd)
      .split("\n")
      .filter((line) => line.length > 20 && line.length < 100);
    for (const line of longest) expect(text).toContain(line.trimEnd());
  });

  it("a rejection ends the review without a file, with the reason on record", async () => {
    const cwd = workplace(disputed);
    const steps = [
      { awaits: ASKED, types: `${DOWN}${ENTER}` },
      { awaits: "Why not?", types: `not on a Friday${ENTER}` },
    ];
    const { code, text } = await inTerminal("review lib", steps, { cwd });
    expect(code).toBe(1);
    expect(text).toContain("said no: not on a Friday");
    expect(existsSync(join(cwd, "REVIEW.md"))).toBe(false);
    const { out } = await bailiwick(["show", "last"], { cwd });
    expect(out).toContain("not on a Friday [approval.rejected]");
  });

  it("an edit is what is written", async () => {
    const cwd = workplace(disputed);
    const editor = join(cwd, "editor.sh");
    writeFileSync(editor, '#!/bin/sh\nprintf "\\nSigned off by a person.\\n" >> "$1"\n');
    chmodSync(editor, 0o755);
    const steps = [{ awaits: ASKED, types: `${DOWN}${ENTER}` }];
    const { code } = await inTerminal("review lib", steps, { cwd, env: { EDITOR: editor, VISUAL: "" } });
    expect(code).toBe(0);
    expect(reportIn(cwd)).toMatch(/^# Review of disputed\n/);
    expect(reportIn(cwd)).toMatch(/\nSigned off by a person\.\n$/);
  });

  it("deciding later leaves it open", async () => {
    const cwd = workplace(disputed);
    const steps = [{ awaits: ASKED, types: `${DOWN}${DOWN}${ENTER}` }];
    const { code, text } = await inTerminal("review lib", steps, { cwd });
    expect(code).toBe(3);
    expect(text).toContain("bailiwick review --resume");
    expect((await bailiwick(["review", "--resume", "last", "--yes"], { cwd })).code).toBe(0);
  });

  it("Ctrl-C interrupts, and a later call asks again", async () => {
    const cwd = workplace(disputed);
    const first = await inTerminal("review lib", [{ awaits: ASKED, types: CTRL_C }], { cwd });
    expect(first.code).toBe(130);
    expect(first.text).toContain("Interrupted. Go on with: bailiwick review --resume");
    const second = await inTerminal("review --resume last", APPROVE, { cwd });
    expect(second.code).toBe(0);
  });

  it("hostile names do not reach the terminal as they are", async () => {
    const name = "evil\u001b]0;owned\u0007\u202Etxt";
    const cwd = workplace({ ...disputed, "package.json": JSON.stringify({ name }) });
    const { raw } = await inTerminal("review lib", APPROVE, { cwd });
    expect(raw).toContain("evil\\u{1b}]0;owned\\u{7}\\u{202e}txt");
    expect(raw).not.toContain("\u202e");
    expect(raw).not.toContain("\u001b]0;");
  });
});

describe("on a terminal", () => {
  it("a run is drawn in place, and its last picture stays", async () => {
    const { code, raw, text } = await inTerminal("review lib --yes", [], { cwd: workplace(disputed) });
    expect(code).toBe(0);
    expect(raw).toContain("\u001b[?2026h");
    expect(text).toMatch(/completed · 8 of 8 tasks · 11 steps, 8 tool calls/);
    expect(text).not.toContain("(watchman) working");
  });

  it("there are no colours when NO_COLOR says so, and none of the drawing on a dumb one", async () => {
    const env = { NO_COLOR: "1" };
    const plain = await inTerminal("review lib --yes", [], { cwd: workplace(disputed), env });
    expect(plain.raw).not.toMatch(/\p{Cc}\[\d+m/u);
    const dumb = await inTerminal("review lib --yes", [], { cwd: workplace(disputed), env: { TERM: "dumb" } });
    expect(dumb.raw).not.toMatch(/\p{Cc}\[/u);
    expect(dumb.text).toContain("secrets (watchman) working");
  });
});
