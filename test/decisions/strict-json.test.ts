import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "../../src/contracts/json.ts";
import { parseStrict } from "../../src/decisions/strict-json.ts";

const invalid = (text: string): string => {
  const read = parseStrict(text);
  return read.kind === "invalid" ? read.reason : `it was read: ${JSON.stringify(read.value)}`;
};

/** Keys and texts that look like structure. */
const word = fc.constantFrom("a", "b", '"', "{", "}", ":", ",", "\\", "[", '{"a":1,"a":2}', "\u{1f600}");
/** Without the backslash alone: where one shape had that key, JSON.parse of Node 24.21 reads the key "\\"" as it. */
const key = word.filter((text) => text !== "\\");
const json = fc.letrec<{ readonly value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<Json>(null, true, 0, -1.5),
    word,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(key, tie("value"), { maxKeys: 4 }),
  ),
})).value;

describe("strict JSON", () => {
  it("J1 reads what JSON.stringify writes, as it is", () => {
    fc.assert(
      fc.property(json, fc.constantFrom(undefined, 2), (value, indent) => {
        expect(parseStrict(JSON.stringify(value, null, indent))).toMatchObject({ kind: "ok", value });
      }),
    );
  });

  it("F-MOD-05 J1 takes no text before or after it, and none that is cut off anywhere", () => {
    fc.assert(
      fc.property(fc.dictionary(word, json, { minKeys: 1, maxKeys: 3 }), fc.nat(), (value, at) => {
        const text = JSON.stringify(value);
        expect(parseStrict(text.slice(0, at % text.length)).kind).toBe("invalid");
        expect(parseStrict(`${text} and so on`).kind).toBe("invalid");
        expect(parseStrict(`Sure: ${text}`).kind).toBe("invalid");
      }),
    );
  });

  it("F-MOD-05 J2 a key said twice in one object is a fault, wherever it is and however it is spelt", () => {
    fc.assert(
      fc.property(json, json, word, fc.boolean(), (one, other, key, isEscaped) => {
        const spelt = isEscaped
          ? `"${[...key]
              .flatMap((char) => char.split(""))
              .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
              .join("")}"`
          : JSON.stringify(key);
        const text = `[{"x": {${JSON.stringify(key)}: ${JSON.stringify(one)}, ${spelt} : ${JSON.stringify(other)}}}]`;
        expect(invalid(text)).toBe(`it says the key ${JSON.stringify(key)} twice`);
      }),
    );
  });

  it("J2 the same key in two objects is none", () => {
    expect(parseStrict('[{"a":{"a":1}},{"a":[{"a":2}]}]').kind).toBe("ok");
  });

  it("J3 what the ingest refuses is refused", () => {
    expect(invalid('{"__proto__": 1}')).toContain("__proto__");
    expect(invalid('"\\ud800"')).toContain("surrogate");
    expect(invalid(`${"[".repeat(100)}${"]".repeat(100)}`)).toContain("nested deeper");
  });
});
