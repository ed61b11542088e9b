import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isPlain, unhidden, visible } from "../../src/decisions/visible.ts";

describe("visible, unhidden, isPlain", () => {
  it.each([
    ["bidi override", "a\u202etxt.exe", "a\\u{202e}txt.exe"],
    ["zero width space", "pay\u200bpal", "pay\\u{200b}pal"],
    ["escape sequence", "\u001b]0;owned\u0007", "\\u{1b}]0;owned\\u{7}"],
    ["a tag character", "a\u{e0041}", "a\\u{e0041}"],
    ["a lone surrogate", "a\ud800", "a\\u{d800}"],
    ["a Hangul filler", "a\u3164b", "a\\u{3164}b"],
  ])("A-HUM-02 shows %s as its number", (_, text, shown) => {
    expect(unhidden(text)).toBe(shown);
    expect(isPlain(text)).toBe(false);
  });

  it("A-XSS-05 leaves nothing hidden in any text, and plain text as it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 50 }), (text) => {
        expect(isPlain(unhidden(text))).toBe(true);
        if (isPlain(text)) expect(unhidden(text)).toBe(text);
      }),
    );
  });

  it("makes one line of many, and cuts what is long", () => {
    expect(visible("a\r\n\tb")).toBe("a b");
    expect(visible("x".repeat(501))).toBe(`${"x".repeat(500)}…`);
  });
});
