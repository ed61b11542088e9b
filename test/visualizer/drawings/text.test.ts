import fc from "fast-check";
import { expect, it } from "vitest";
import { clip, columnsOf, said } from "../../../visualizer/src/drawings/text.ts";

it.each([
  ["short", 10, "short"],
  ["planning and validating", 10, "planning…"],
  ["漢字漢字漢字", 7, "漢字漢…"],
  ["\u202Etxt.exe", 20, "\\u{202e}txt.exe"],
  ["two\n\tlines", 20, "two lines"],
  ["Z\u0300\u0301\u0302\u0303algo", 20, "Z\u0300algo"],
])("A-XSS-05 %j in %i columns is %j", (text, columns, shown) => {
  expect(clip(text, columns)).toBe(shown);
});

it("A-XSS-05 no text is wider than its room, or hides a character", () => {
  const texts = fc.oneof(fc.string({ unit: "binary", maxLength: 60 }), fc.string({ unit: "grapheme", maxLength: 60 }));
  fc.assert(
    fc.property(texts, fc.integer({ min: 1, max: 40 }), (text, columns) => {
      const shown = clip(text, columns);
      expect(columnsOf(shown)).toBeLessThanOrEqual(columns);
      expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    }),
    { numRuns: 50 },
  );
});

it("a tooltip of a name of 10,000 characters is bounded", () => {
  expect(said("x".repeat(10_000))).toHaveLength(400);
});
