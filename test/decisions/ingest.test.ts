import { describe, expect, it } from "vitest";
import type { Failure } from "../../src/contracts/errors.ts";
import type { JsonObject } from "../../src/contracts/json.ts";
import { canonical, ingest } from "../../src/decisions/ingest.ts";

const taken = (value: unknown): { readonly value: unknown; readonly text: string } => {
  const result = ingest(value);
  if (result.kind === "refused") throw new Error(result.failure.message);
  return result;
};

const refusal = (value: unknown, limits?: { readonly maxLength: number; readonly maxDepth: number }): Failure => {
  const result = ingest(value, limits);
  if (result.kind === "ok") throw new Error(`taken in: ${result.text.slice(0, 100)}`);
  return result.failure;
};

const nested = (levels: number): unknown => {
  let value: unknown = 1;
  for (let i = 0; i < levels; i++) value = i % 2 === 0 ? [value] : { a: value };
  return value;
};

describe("F-DAT-01 F-DAT-02 prototypes", () => {
  it("F-DAT-01 refuses an own key __proto__, with the path to it", () => {
    expect(refusal(JSON.parse('{"a":[{"__proto__":{"admin":true}}]}'))).toEqual({
      code: "value.invalid",
      message: 'a[0] has a key "__proto__"',
    });
    expect(refusal(JSON.parse('{"__proto__":1}')).message).toBe('the value has a key "__proto__"');
  });

  it("F-DAT-02 takes constructor.prototype for data, and leaves every prototype as it was", () => {
    const { value } = taken(JSON.parse('{"constructor":{"prototype":{"polluted":true}},"toString":"x"}'));
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect((value as { readonly constructor: unknown }).constructor).toEqual({ prototype: { polluted: true } });
    expect("polluted" in {}).toBe(false);
  });

  it("takes an object without a prototype", () => {
    expect(taken(Object.assign(Object.create(null), { a: 1 })).value).toEqual({ a: 1 });
  });
});

describe("F-DAT-04 surrogates", () => {
  it.each([
    ["value", "\ud800", "the value holds half a surrogate pair; it is not Unicode text"],
    ["value", { a: ["\udc00"] }, "a[0] holds half a surrogate pair; it is not Unicode text"],
    ["key", { a: { "\ud800": 1 } }, "a.<key> holds half a surrogate pair; it is not Unicode text"],
  ])("F-DAT-04 refuses half a pair as %s", (_, value, message) => {
    expect(refusal(value)).toEqual({ code: "value.invalid", message });
  });

  it("takes whole pairs and NUL", () => {
    expect(taken({ "\u{1f600}": "a\0b" }).value).toEqual({ "\u{1f600}": "a\0b" });
  });
});

describe("F-DAT-07 numbers", () => {
  it.each([Number.NaN, Number.POSITIVE_INFINITY, JSON.parse("-1e400")])("F-DAT-07 refuses %s", (value: number) => {
    expect(refusal({ a: [0, value] })).toEqual({
      code: "value.invalid",
      message: `a[1] is ${value}, which JSON cannot say`,
    });
  });

  it("F-DAT-07 takes -0 for 0", () => {
    const { value, text } = taken([-0]);
    expect(Object.is((value as readonly number[])[0], 0)).toBe(true);
    expect(text).toBe("[0]");
  });
});

describe("F-TOOL-07 what is not JSON", () => {
  it.each([
    [10n, "bigint"],
    [() => 1, "function"],
    [Symbol("s"), "symbol"],
    [new Map([[1, 2]]), "Map"],
    [new Set([1]), "Set"],
    [new Date(0), "Date"],
    [/x/, "RegExp"],
    [new (class Person {})(), "Person"],
    [Object.create(Object.create(null)), "object of a class"],
    [Object.create({ constructor: undefined }), "object of a class"],
  ])("F-TOOL-07 refuses %s by name", (value, name) => {
    expect(refusal({ a: { b: value } })).toEqual({
      code: "value.invalid",
      message: `a.b is a ${name}, which is not JSON`,
    });
  });

  it("F-TOOL-07 refuses a value that refers to itself", () => {
    const cyclic: { self?: unknown } = {};
    cyclic.self = cyclic;
    expect(refusal(cyclic).code).toBe("value.too-deep");
    expect(refusal(cyclic).message).toMatch(/^self\.self\..* is nested deeper than 64 levels, or refers to itself$/);
  });

  it("leaves out undefined fields and symbol keys, and puts null for other gaps", () => {
    expect(
      taken({ a: undefined, [Symbol("s")]: 1, b: Object.assign(new Array(3), { 0: undefined, 2: null }) }).text,
    ).toBe('{"b":[null,null,null]}');
    expect(taken(undefined).text).toBe("null");
  });
});

describe("F-RES-05 F-TOOL-08 limits", () => {
  it("F-RES-05 takes 64 levels and refuses 65", () => {
    expect(ingest(nested(64)).kind).toBe("ok");
    expect(refusal(nested(65)).code).toBe("value.too-deep");
  });

  it("F-TOOL-08 refuses a string of 100 MB without writing it out", () => {
    expect(refusal({ body: "x".repeat(100_000_000) })).toEqual({
      code: "value.too-large",
      message: "body is larger than 8388608 characters; return a reference or a part",
    });
  });

  it("F-TOOL-08 counts strings, keys, numbers and elements on the way", () => {
    const limits = { maxLength: 40, maxDepth: 9 };
    expect(refusal(["x".repeat(20), "x".repeat(20)], limits).message).toMatch(/^\[1\] is larger/);
    expect(refusal({ ["k".repeat(41)]: 1 }, limits).message).toMatch(/\.<key> is larger/);
    expect(refusal([1, 2, 3, 4, 5, 6], limits).message).toMatch(/^\[4\] is larger/);
    expect(ingest(["x".repeat(18), 1, 2], { maxLength: 37, maxDepth: 9 }).kind).toBe("ok");
    expect(refusal(new Array(41), limits).message).toMatch(/^the value is larger/);
  });

  it("F-TOOL-08 refuses text that is too long only as written", () => {
    expect(refusal("\n".repeat(40), { maxLength: 40, maxDepth: 9 }).message).toMatch(/^the value is larger than 40/);
    expect(ingest("x".repeat(38), { maxLength: 40, maxDepth: 9 }).kind).toBe("ok");
    expect(ingest("x".repeat(39), { maxLength: 40, maxDepth: 9 }).kind).toBe("refused");
  });

  it("F-TOOL-08 refuses a small value that unfolds into a huge one", () => {
    let value: unknown = "laugh";
    for (let i = 0; i < 40; i++) value = [value, value];
    expect(refusal(value, { maxLength: 10_000, maxDepth: 64 }).code).toBe("value.too-large");
  });
});

describe("F-DAT-06 values that change while they are looked at", () => {
  it("F-DAT-06 reads a getter once, and keeps what it read", () => {
    let reads = 0;
    const flipping = {
      get amount() {
        return reads++ === 0 ? 1 : 1_000_000;
      },
    };
    const { value, text } = taken(flipping);
    expect([value, text, reads]).toEqual([{ amount: 1 }, '{"amount":1}', 1]);
  });

  it("F-DAT-06 measures a list once, whatever length its proxy names next", () => {
    let reads = 0;
    const growing = new Proxy([], {
      get: (_, key) => (key !== "length" ? null : reads++ === 0 ? 1 : reads > 1_000 ? 0 : Number.POSITIVE_INFINITY),
    });
    expect(taken(growing).value).toEqual([null]);
  });

  it("F-DAT-06 calls no toJSON", () => {
    const value = { a: 1, toJSON: () => ({ a: 2 }) };
    expect(refusal(value).message).toBe("toJSON is a function, which is not JSON");
    expect(taken({ toJSON: "x" }).text).toBe('{"toJSON":"x"}');
  });

  it.each(["get", "ownKeys", "getPrototypeOf", "getOwnPropertyDescriptor"] as const)(
    "F-DAT-06 refuses a proxy whose %s throws",
    (trap) => {
      const hostile = new Proxy(
        { a: 1 },
        {
          [trap]() {
            throw new Error("boo");
          },
        },
      );
      expect(refusal([hostile])).toEqual({ code: "value.invalid", message: "cannot be read: boo" });
    },
  );

  it("answers for a getter that throws nothing readable", () => {
    for (const thrown of [undefined, null, Object.create(null)]) {
      const hostile = {
        get a(): unknown {
          throw thrown;
        },
      };
      expect(refusal(hostile).message).toMatch(/^cannot be read: /);
    }
  });

  it("G1 freezes all the way down, and shares nothing with what came in", () => {
    const inner = { list: [{ deep: 1 }] };
    const source = { inner, again: inner };
    const { value } = taken(source);
    const copy = value as { readonly inner: { readonly list: readonly unknown[] }; readonly again: unknown };
    expect([copy, copy.inner, copy.inner.list, copy.inner.list[0], copy.again].every(Object.isFrozen)).toBe(true);
    expect(copy.again).not.toBe(copy.inner);
    inner.list.push({ deep: 2 });
    expect(copy.inner.list).toHaveLength(1);
  });
});

describe("refusals", () => {
  it("G3 bounds the text of a refusal, however long the key it names", () => {
    expect(refusal({ ["k".repeat(100_000)]: Number.NaN }).message.length).toBeLessThan(2_100);
  });

  it("G3 keeps the text of a refusal Unicode, whatever a class calls itself", () => {
    class Named {}
    Named.prototype.constructor = { name: "\ud800" } as never;
    expect(refusal(new Named()).message.isWellFormed()).toBe(true);
  });
});

describe("canonical", () => {
  it("G2 tells apart what differs and sorts keys at every level", () => {
    expect(canonical({ b: { d: 1, c: 2 }, a: [3] })).toBe('{"a":[3],"b":{"c":2,"d":1}}');
    expect(canonical({ a: "1" })).not.toBe(canonical({ a: 1 }));
  });

  it("has a text for values beyond the limits of ingest", () => {
    expect(canonical("x".repeat(8_388_608))).toHaveLength(8_388_610);
    expect(canonical(nested(65) as JsonObject)).toBe(JSON.stringify(nested(65)));
    expect(canonical(nested(1_001) as JsonObject)).toContain("value.too-deep");
  });
});
