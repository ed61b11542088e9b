import fc from "fast-check";
import { applyPatches, enablePatches } from "immer";
import { expect, it } from "vitest";
import type { Json } from "../../src/contracts/json.ts";
import { changesBetween } from "../../src/decisions/change.ts";

enablePatches();

const json = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<Json>(null, true, 0, 1, "a", "b"),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("x", "y", "z"), tie("value"), { maxKeys: 3 }),
  ),
})).value;

it("N1 the changes, applied to the first state, give the second", () => {
  fc.assert(
    fc.property(json, json, (before, after) => {
      const patches = changesBetween(before, after).map(({ op, at, value }) => ({ op, path: ["state", ...at], value }));
      expect(applyPatches({ state: structuredClone(before) }, patches)).toEqual({ state: after });
    }),
    { numRuns: 2_000 },
  );
});

it("N2 names what differs and nothing around it", () => {
  const before = { ledger: { spent: { steps: 1, tokens: 5 }, limits: {} }, list: [1, 2], gone: 1 };
  const after = { ledger: { spent: { steps: 2, tokens: 5 }, limits: {} }, list: [1, 2, 3] };
  const named = changesBetween(before, after).map(({ op, path, value }) => [op, path, value]);
  expect(named).toHaveLength(3);
  expect(named).toEqual(
    expect.arrayContaining([
      ["remove", "gone", undefined],
      ["replace", "ledger.spent.steps", 2],
      ["add", "list.2", 3],
    ]),
  );
});

it("N2 says nothing of equal states", () => {
  expect(changesBetween({ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] })).toEqual([]);
});
