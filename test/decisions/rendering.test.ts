/** What a person sees of a question: a corpus of what was tried to make them see something else. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { questionLines } from "../../cli/terminal/question-lines.ts";
import type { ApprovalRequest } from "../../src/contracts/approvals.ts";
import type { Json } from "../../src/contracts/json.ts";
import { type Bounds, legible, render } from "../../src/decisions/rendering.ts";
import { isPlain } from "../../src/decisions/visible.ts";

const DIGEST = "3fa97c1b2d4e5f60".repeat(4);
const request = (subject: Json, more: Partial<ApprovalRequest> = {}): ApprovalRequest => ({
  id: "run_1:a#1/0/approve/0",
  actor: "a#1/0/approve/0",
  kind: "approve",
  title: "May clerk call pay?",
  tool: "pay",
  subject,
  digest: DIGEST,
  reason: "it is dear",
  requester: { agent: "clerk", task: "a", accountable: "maria" },
  effect: "once",
  role: "finance",
  askedAt: 1_800_000_000_000,
  expiresAt: 1_800_000_060_000,
  ...more,
});
const linesOf = (subject: Json, bounds?: Bounds, more?: Partial<ApprovalRequest>): readonly string[] =>
  questionLines(request(subject, more), bounds);
const BOUNDS: Bounds = { lines: 24, columns: 200, values: 10 };

describe("a question as it is shown", () => {
  it("A-HUM-01 is made of the frozen values, whole, what is short first", () => {
    const subject = { note: "one\ntwo", to: { name: "ann", ids: [1, "1"] }, none: {}, blank: "" };
    expect(linesOf(subject, BOUNDS, { rationale: "please", quorum: 2, approvals: ["tom"] })).toMatchInlineSnapshot(`
      [
        "May clerk call pay?",
        "  tool       pay",
        "  effect     once: cannot be taken back by us, nor safely done again",
        "  asked by   clerk, for task a",
        "  answers    maria",
        "  asked of   finance: 2 people",
        "  approved   by tom",
        "  reason     it is dear",
        "  asked      2027-01-15 08:00:00Z",
        "  expires    2027-01-15 08:01:00Z, and is refused then",
        "  it is called with:",
        "    to.name    ann",
        "    to.ids[0]  1",
        "    to.ids[1]  "1"",
        "    none       {}",
        "    blank      """,
        "    note       2 lines, 7 bytes:",
        "    │ one",
        "    │ two",
        "  what the agent says of it, which proves nothing:",
        "    │ please",
        "  digest     3fa97c1b2d4e5f60",
      ]
    `);
  });

  it.each([
    [
      "line breaks that build a frame of their own",
      "fine\n  digest     0000\n\nMay clerk call nothing?\n  tool       nothing",
    ],
    ["an escape sequence that clears the screen", "\u001b[2J\u001b[HApproved by maria"],
    ["a text that runs backwards", "\u202egnihton sllac"],
    ["ten thousand characters", "x".repeat(10_000)],
  ])("A-HUM-01 keeps what the agent says apart, marked, on one line, cut: %s", (_, rationale) => {
    const lines = linesOf({ to: "ann" }, BOUNDS, { rationale });
    const at = lines.indexOf("  what the agent says of it, which proves nothing:");
    expect(at).toBeGreaterThan(lines.indexOf("    to         ann"));
    expect(lines[at + 1]).toMatch(/^ {4}│ /);
    expect(lines[at + 1]?.length).toBeLessThan(1_100);
    expect(lines.slice(at + 2)).toEqual([`  digest     ${DIGEST.slice(0, 16)}`]);
    expect(lines.every(isPlain)).toBe(true);
    expect(lines.filter((line) => line.startsWith("May "))).toEqual(["May clerk call pay?"]);
  });

  it("A-HUM-01 says in whose words a question of an agent is", () => {
    const lines = linesOf({ question: "May I?" }, BOUNDS, { kind: "answer", title: "clerk asks" });
    expect(lines).toContain("  the agent asks, in its own words:");
  });
});

describe("what is not shown", () => {
  it.each<readonly [string, Json]>([
    ["a tail behind 300 newlines", { note: `fine${"\n".repeat(300)}and all to mallory` }],
    ["a tail behind a long line", { note: `fine${" ".repeat(500)}and all to mallory` }],
    ["a tail among many values", Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`v${n}`, n]))],
    ["a megabyte", { note: "x".repeat(1_000_000) }],
    ["a tail deep in lists", [[[["a", `fine${"\nx".repeat(60)}`]]]]],
  ])("A-HUM-02 is counted, and then the digest is not given: %s", (_, subject) => {
    const rendering = render(request(subject), BOUNDS);
    expect(rendering.hidden).toBeGreaterThan(0);
    expect(rendering.digest).toBeUndefined();
    const lines = questionLines(request(subject), BOUNDS);
    expect(lines.join("\n")).not.toContain(DIGEST.slice(0, 8));
    expect(lines.at(-1)).toBe(`  digest     not given, for ${rendering.hidden} bytes are not shown`);
    const whole = render(request(subject));
    expect([whole.hidden, whole.digest]).toEqual([0, DIGEST]);
  });

  it("A-HUM-02 a tail behind blank lines stays in sight, and is warned of", () => {
    const lines = linesOf({ note: `fine${"\n".repeat(300)}and all to mallory` });
    const at = lines.indexOf("    │ fine");
    expect(lines.slice(at, at + 3)).toEqual(["    │ fine", "    … 299 blank lines", "    │ and all to mallory"]);
    expect(lines.join("\n")).toContain("long stretches of blank lines");
  });

  it("V1 A-HUM-02 is nothing or counted, for any value and any bounds", () => {
    const bounds = fc.record({
      lines: fc.integer({ min: 1, max: 4 }),
      columns: fc.integer({ min: 1, max: 9 }),
      values: fc.integer({ min: 1, max: 3 }),
    });
    const leaf = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 20 }),
      fc.integer(),
      fc.constantFrom("a\n\n\n\nb", "", "5", "null"),
    );
    const value = fc.oneof(
      leaf,
      fc.array(leaf, { maxLength: 4 }),
      fc.dictionary(fc.string({ maxLength: 4 }), leaf, { maxKeys: 4 }),
    );
    fc.assert(
      fc.property(value, bounds, (subject, bound) => {
        const [part, whole] = [render(request(subject as Json), bound), render(request(subject as Json))];
        expect([whole.hidden, whole.digest]).toEqual([0, DIGEST]);
        // The oracle: what is shown in part is all that is shown in whole, or something was not shown.
        const isSame = JSON.stringify(part.values) === JSON.stringify(whole.values);
        expect(part.hidden === 0).toBe(isSame);
        expect(part.digest).toBe(isSame ? DIGEST : undefined);
        for (const line of questionLines(request(subject as Json))) expect(isPlain(line)).toBe(true);
      }),
    );
  });
});

describe("what deceives the eye", () => {
  it.each([
    ["a Cyrillic letter in a Latin word", "pаypal", "p\\u{430}ypal"],
    ["a word of look-alikes alone", "раура", "\\u{440}\\u{430}\\u{443}\\u{440}\\u{430}"],
    ["an address with a foreign letter", "maria@exаmple.org", "maria@ex\\u{430}mple.org"],
    [
      "a domain in a script of its own",
      "https://пример.example",
      "https://\\u{43f}\\u{440}\\u{438}\\u{43c}\\u{435}\\u{440}.example",
    ],
    ["fullwidth letters", "ｐａｙ", "\\u{ff50}\\u{ff41}\\u{ff59}"],
    ["mathematical letters", "𝐩ay", "\\u{1d429}ay"],
    ["a Bengali four that looks like an eight", "10৪", "10\\u{9ea}"],
    ["a text that runs backwards", "a\u202etxt.exe", "a\\u{202e}txt.exe"],
    ["a space of no width", "pay\u200bpal", "pay\\u{200b}pal"],
    ["a space that does not break", "a\u00a0b", "a\\u{a0}b"],
    ["a braille blank", "a\u2800b", "a\\u{2800}b"],
    ["a carriage return that overwrites", "good\rbad", "good\\u{d}bad"],
    ["a long run of blanks", `ok${" ".repeat(60)}rm`, "ok\\u{20}×60rm"],
    ["blanks at the end", "ok  ", "ok\\u{20}×2"],
    ["marks in a heap", "e\u0301\u0301\u0301\u0301", "e\u0301\u0301\u0301\\u{301}"],
    ["a text that looks like our numbers", "\\u{430}", "\\u{5c}u{430}"],
  ])("A-HUM-02 is shown as its number: %s", (_, text, shown) => {
    expect(legible(text)).toBe(shown);
    expect(linesOf({ to: `${text}\nmore` }).join("\n")).toContain("some characters are shown as their numbers");
  });

  it.each(["Привет, мир", "κόσμε", "日本語 text", "naïve café", "C:\\Users\\ann", "100 €", "🦊 fox", "Straße 5"])(
    "H3 a text in a script of its own is left as it is: %s",
    (text) => expect(legible(text)).toBe(text),
  );

  it("A-HUM-02 what hides in a name is shown as what hides in a value", () => {
    const lines = linesOf({ "to\u200b": "mallory", to: "ann" });
    expect(lines).toContain('    "to\\u{200b}" mallory');
    expect(lines).toContain("    to         ann");
  });

  it("V2 a name that looks like a path is not taken for one", () => {
    const lines = linesOf({ "to.name": "mallory", to: { name: "ann" } });
    expect(lines).toContain('    "to.name"  mallory');
    expect(lines).toContain("    to.name    ann");
  });

  it("V2 a text that reads as something else than a text is in quotes", () => {
    const lines = linesOf({ a: "5", b: 5, c: "", d: "null", e: null, f: " x", g: '"x"' }).filter((line) =>
      /^ {4}\w /.test(line),
    );
    expect(lines.map((line) => line.trim().replaceAll(/ +/g, " "))).toEqual([
      'a "5"',
      "b 5",
      'c ""',
      'd "null"',
      "e null",
      'f " x"',
      'g "\\"x\\""',
    ]);
  });
});
