import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Author } from "../../src/contracts/blackboard.ts";
import { type Blackboard, entryOf, inScope, write } from "../../src/decisions/blackboard.ts";

const author = (name: string): Author => ({ agent: name, task: name, actor: `${name}#1` });
const ann = author("ann");
const bob = author("bob");

const written = (board: Blackboard, key: string, value: unknown, by: Author, expect?: number): Blackboard => {
  const wish = { key, value: value as never, ...(expect === undefined ? {} : { expect }) };
  const decision = write(board, wish, by, 5, 9);
  if (decision.kind === "refused") throw new Error(decision.reason);
  return decision.board;
};

describe("write", () => {
  it("K1 counts versions from one, each with its author and time", () => {
    const board = written(written({}, "a", 1, ann), "a", 2, bob);
    expect(entryOf(board, "a")).toEqual({ key: "a", version: 2, value: 2, author: bob, at: 5 });
    expect(entryOf(written({}, "a", 1, ann, 0), "a")?.version).toBe(1);
  });

  it("K1 leaves other keys and the board before as they were", () => {
    const before = written({}, "a", 1, ann);
    const after = written(before, "b", 2, ann);
    expect(Object.keys(before)).toEqual(["a"]);
    expect(entryOf(after, "a")).toBe(entryOf(before, "a"));
  });

  it.each(["__proto__", "constructor", "toString"])("F-DAT-01 keeps %s like any other key", (key) => {
    expect(entryOf({}, key)).toBeUndefined();
    const board = written(written({}, key, 1, ann, 0), key, 2, ann, 1);
    expect(entryOf(board, key)?.version).toBe(2);
    expect(Object.getPrototypeOf(board)).toBe(Object.prototype);
    expect(Object.keys(board)).toEqual([key]);
  });

  it("K2 stands only over the version it expects", () => {
    const board = written({}, "a", 1, ann);
    for (const expect_ of [0, 2])
      expect(write(board, { key: "a", value: 2, expect: expect_ }, bob, 5, 9)).toMatchObject({
        kind: "refused",
        standing: { version: 1 },
        reason: `"a" is at version 1, not ${expect_}`,
      });
    expect(entryOf(written(board, "a", 2, bob, 1), "a")?.value).toBe(2);
  });

  it("K2 refuses a write over what is not there, without a conflict", () => {
    const decision = write({}, { key: "a", value: 1, expect: 1 }, ann, 5, 9);
    expect(decision).toEqual({ kind: "refused", standing: undefined, reason: '"a" is at version 0, not 1' });
  });

  it("K4 calls a refused write of another value by another author a conflict, with both sides", () => {
    const board = written({}, "a", { x: 1 }, ann);
    const decision = write(board, { key: "a", value: { x: 2 }, expect: 0 }, bob, 5, 9);
    expect(decision.kind === "refused" && decision.conflict).toEqual({
      key: "a",
      kept: { author: ann, value: { x: 1 }, version: 1 },
      refused: { author: bob, value: { x: 2 } },
      opened: 9,
    });
  });

  it("K4 sees no conflict in the same value, whatever the order of its keys, nor with oneself", () => {
    const board = written({}, "a", { x: 1, y: 2 }, ann);
    for (const [value, by] of [
      [{ y: 2, x: 1 }, bob],
      [{ x: 3 }, ann],
    ] as const) {
      const decision = write(board, { key: "a", value, expect: 0 }, by, 5, 9);
      expect(decision.kind).toBe("refused");
      expect("conflict" in decision).toBe(false);
    }
  });

  it("K4 tells attempts of one agent apart", () => {
    const board = written({}, "a", 1, ann);
    const again = { ...ann, actor: "ann#2" };
    expect(write(board, { key: "a", value: 2, expect: 0 }, again, 5, 9)).toMatchObject({ conflict: { key: "a" } });
  });

  it("K1 K2 ends where a list of accepted writes ends", () => {
    const wish = fc.record({
      key: fc.constantFrom("a", "b"),
      value: fc.nat(2),
      expect: fc.option(fc.nat(3), { nil: undefined }),
      by: fc.constantFrom(ann, bob),
    });
    fc.assert(
      fc.property(fc.array(wish, { maxLength: 12, size: "max" }), (wishes) => {
        let board: Blackboard = {};
        const accepted = new Map<string, { readonly value: number; readonly by: Author }[]>();
        for (const { key, value, expect: seen, by } of wishes) {
          const log = accepted.get(key) ?? [];
          const decision = write(board, { key, value, ...(seen === undefined ? {} : { expect: seen }) }, by, 5, 9);
          expect(decision.kind).toBe(seen === undefined || seen === log.length ? "written" : "refused");
          if (decision.kind === "refused") {
            const last = log.at(-1);
            expect(decision.conflict !== undefined).toBe(last !== undefined && last.by !== by && last.value !== value);
            continue;
          }
          board = decision.board;
          accepted.set(key, [...log, { value, by }]);
        }
        for (const [key, log] of accepted)
          expect(entryOf(board, key)).toMatchObject({ version: log.length, value: log.at(-1)?.value });
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("inScope", () => {
  it.each([
    [["a"], "a", true],
    [["a"], "ab", false],
    [["a/*"], "a/b/c", true],
    [["a/*"], "a", false],
    [["a/*"], "ab", false],
    [["a*"], "ab", false],
    [["b", "a/*"], "a/x", true],
    [["*"], "anything/at/all", true],
    [[], "a", false],
  ])("K3 %j covers %s: %s", (scope, key, covered) => {
    expect(inScope(scope, key)).toBe(covered);
  });
});
