import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "../../../src/contracts/json.ts";
import { bounded } from "../../../src/decisions/inspection/bounded.ts";

const wide = { depth: 50, items: 1_000, text: 1_000 };

describe("a bounded value", () => {
  it("is the value itself where it is small", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const json = JSON.parse(JSON.stringify(value)) as Json;
        expect(JSON.stringify(bounded(json, wide))).toBe(JSON.stringify(json));
      }),
    );
  });

  it("B2 says what is left out, where it is missing", () => {
    const small = { depth: 1, items: 2, text: 3 };
    expect(bounded([1, 2, 3, 4], small)).toEqual([1, 2, "… 2 more"]);
    expect(bounded({ a: 1, b: 2, c: 3 }, small)).toEqual({ a: 1, b: 2, "…": "1 more" });
    expect(bounded("abcdef", small)).toBe("abc… (6 characters)");
    expect(bounded({ a: { b: 1, c: 2 }, d: [1] }, small)).toEqual({ a: "[2 fields]", d: "[1 items]" });
    expect(bounded({ a: {}, b: [] }, small)).toEqual({ a: {}, b: [] });
    const many = bounded(
      Array.from({ length: 1_000 }, () => [1, 2, 3]),
      { ...wide, total: 100 },
    );
    expect(JSON.stringify(many).length).toBeLessThan(1_000);
  });

  it("B1 never throws", () => {
    const circle: { self?: unknown; twice: readonly unknown[] } = { twice: [] };
    const shared = { a: 1 };
    circle.self = circle;
    circle.twice = [shared, shared];
    const hostile = {
      get trap() {
        throw new Error("no");
      },
    };
    const values = [
      undefined,
      () => 1,
      Symbol("x"),
      1n,
      Number.NaN,
      new Map(),
      new Date(0),
      Object.create(null),
      hostile,
      new Proxy(
        {},
        {
          ownKeys: () => {
            throw new Error("no");
          },
        },
      ),
    ];
    expect(values.map((value) => bounded(value, wide))).toEqual([
      null,
      "[function]",
      "[symbol]",
      "[bigint]",
      "NaN",
      "[Map]",
      "[Date]",
      {},
      "[unreadable]",
      "[unreadable]",
    ]);
    expect(bounded(circle, wide)).toEqual({ self: "[circular]", twice: [{ a: 1 }, { a: 1 }] });
  });

  it("B1 keeps a key such as __proto__ as a key", () => {
    const value = bounded(JSON.parse('{"__proto__":{"admin":true}}'), wide);
    expect(JSON.stringify(value)).toBe('{"__proto__":{"admin":true}}');
    expect((value as { admin?: unknown }).admin).toBeUndefined();
  });
});
