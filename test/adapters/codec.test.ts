import { describe, expect, it } from "vitest";
import { superjsonCodec } from "../../src/adapters/codec.ts";

const codec = superjsonCodec();
const throughText = (value: unknown): unknown => codec.decode(JSON.parse(JSON.stringify(codec.encode(value))));

const shared = { at: new Date(1) };
const circle: { self?: unknown } = {};
circle.self = circle;
class Point {
  x = 1;
}
let deep: unknown[] = [];
for (let level = 0; level < 100_000; level += 1) deep = [deep];

describe("superjsonCodec", () => {
  it.each<[string, unknown]>([
    ["plain JSON", { a: [1, "two", null, true, { b: 1.5 }], "c.d": "e\\f", "": 0 }],
    ["undefined", undefined],
    ["undefined inside", { a: undefined, b: [undefined] }],
    ["NaN, infinities and -0", [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0]],
    ["bigint", 10n ** 50n],
    ["Date", new Date(1_700_000_000_000)],
    ["Map and Set", new Map<unknown, unknown>([[{ key: 1n }, new Set([new Date(5), new Map()])]])],
    ["RegExp and URL", { re: /a\/b/gi, url: new URL("https://example.com/?q=1") }],
    ["typed arrays", [new Uint8Array([0, 255]), new Float64Array([1.5, -2])]],
    ["one object in two places", [shared, shared]],
    ["NUL, emoji and U+2028", "a\0🦊\u2028"],
  ])("F-DAT gives %s back", (_, value) => {
    expect(throughText(value)).toStrictEqual(value);
  });

  it("F-DAT keeps name, message and cause of an error", () => {
    const back = throughText(new TypeError("outer", { cause: new Error("inner") }));
    expect(back).toMatchObject({ name: "TypeError", message: "outer", cause: { message: "inner" } });
  });

  it.each<[string, unknown]>([
    ["a function", () => 1],
    ["a function inside a Map", new Map([["a", () => 1]])],
    ["a symbol", Symbol("s")],
    ["a symbol as key", { [Symbol("s")]: 1 }],
    ["a circle", circle],
    ["an instance of a class", { point: new Point() }],
    ["a promise", Promise.resolve(1)],
    ["an invalid date", new Date(Number.NaN)],
    ["an array with a hole", new Array(2)],
    ["an array with a name on it", Object.assign([1], { name: "x" })],
    ["a Buffer", Buffer.from("ab")],
    ["a typed array with NaN", new Float32Array([Number.NaN])],
    ["an ArrayBuffer", new ArrayBuffer(2)],
    ["a boxed number", Object(4)],
    ["a key that reaches the prototype", JSON.parse('{"__proto__":{"polluted":true}}')],
    [
      "a getter that throws",
      {
        get trap() {
          throw new Error("trap");
        },
      },
    ],
    ["a nesting deeper than the stack", deep],
  ])("F-DAT refuses %s", (_, value) => {
    expect(codec.encode(value)).toBeUndefined();
  });

  it("F-DAT decodes frozen values and leaves them alone", () => {
    const encoded = codec.encode({ at: new Date(1) }) as { json: { at: string } };
    Object.freeze(encoded.json);
    expect(codec.decode(Object.freeze(encoded))).toStrictEqual({ at: new Date(1) });
    expect(encoded.json.at).toBe("1970-01-01T00:00:00.001Z");
  });

  it.each([
    { json: 1, meta: { values: ["no-such-type"], v: 1 } },
    { json: {}, meta: { values: { "__proto__.polluted": ["Date"] }, v: 1 } },
  ])("F-DAT says that %j is nothing of its own", (value) => {
    expect(() => codec.decode(value)).toThrow(expect.objectContaining({ code: "value.invalid" }));
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });
});
