import { describe, expect, it } from "vitest";
import type { Author, Conflict } from "../../src/contracts/blackboard.ts";
import type { Blackboard } from "../../src/decisions/blackboard.ts";
import { FIRST_WRITER, isOpen, type Resolution, resolve } from "../../src/decisions/conflict.ts";

const author = (name: string): Author => ({ agent: name, task: name, actor: `${name}#1` });
const ann = author("ann");
const bob = author("bob");

const conflict = (id: string, key = "a"): Conflict => ({
  id,
  key,
  kept: { author: ann, value: 1, version: 1 },
  refused: { author: bob, value: 2 },
  opened: 7,
});
const board: Blackboard = { a: { key: "a", version: 3, value: 3, author: ann, at: 1 } };
const REFUSED: Resolution = { winner: "refused", rule: "newest", reason: "it is newer" };

describe("resolve", () => {
  it("C1 leaves the first writer's value where it stands, with the rule and the reason", () => {
    const after = resolve([conflict("x")], board, "x", FIRST_WRITER, 9);
    expect(after.board).toBe(board);
    expect(after.conflicts).toEqual([{ ...conflict("x"), resolution: FIRST_WRITER }]);
    expect(FIRST_WRITER.winner).toBe("kept");
  });

  it("C2 writes the refused value as the next version, and keeps both sides on record", () => {
    const after = resolve([conflict("x")], board, "x", REFUSED, 9);
    expect(after.board).toEqual({ a: { key: "a", version: 4, value: 2, author: bob, at: 9 } });
    expect(after.conflicts).toEqual([{ ...conflict("x"), resolution: REFUSED }]);
    expect(board["a"]?.version).toBe(3);
  });

  it("C2 follows the version it was about when the key is no longer there", () => {
    expect(resolve([conflict("x")], {}, "x", REFUSED, 9).board["a"]?.version).toBe(2);
  });

  it("I-F1 gives the value that won the labels of both sides: who chose has seen both", () => {
    const outside = { integrity: "untrusted", readers: "public" } as const;
    const secret = { integrity: "trusted", readers: ["ann"] } as const;
    const standing = { ...(board["a"] as Blackboard[string]), labels: secret };
    const refused = { ...conflict("x").refused, labels: outside };
    const { board: after } = resolve([{ ...conflict("x"), refused }], { a: standing }, "x", REFUSED, 9);
    expect(after["a"]?.labels).toMatchObject({ integrity: "untrusted", readers: ["ann"] });
    expect(resolve([{ ...conflict("x"), refused }], {}, "x", REFUSED, 9).board["a"]?.labels).toEqual(outside);
  });

  it("C3 resolves a conflict once", () => {
    const once = resolve([conflict("x")], board, "x", FIRST_WRITER, 9);
    const twice = resolve(once.conflicts, once.board, "x", REFUSED, 10);
    expect(twice).toEqual(once);
  });

  it("C3 resolves no other conflict, and none that is not there", () => {
    const both = [conflict("x"), conflict("y", "b")];
    const after = resolve(both, board, "y", REFUSED, 9);
    expect(after.conflicts.map(isOpen)).toEqual([true, false]);
    expect(Object.keys(after.board)).toEqual(["a", "b"]);
    expect(resolve(both, board, "z", REFUSED, 9)).toEqual({ conflicts: both, board });
  });
});
