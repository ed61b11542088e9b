import fc from "fast-check";
import { expect, it } from "vitest";
import type { Json } from "../../src/contracts/json.ts";
import { canonical, ingest } from "../../src/decisions/ingest.ts";

/** Few keys, some of them numeric: those are where the order of an object's keys is not that of their writing. */
const keys = fc.constantFrom("a", "b", "10", "9", "", "constructor", "\u00e9");
const json = fc.letrec<{ any: Json }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom<Json>(null, true, false, 0, 1, -1.5, "", "a", "\u2028"),
    fc.array(tie("any"), { maxLength: 3 }),
    fc.dictionary(keys, tie("any"), { maxKeys: 4, noNullPrototype: true }),
  ),
})).any;

const shuffled = (value: Json, seed: number): Json => {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((one: Json) => shuffled(one, seed));
  const entries = Object.entries(value as Readonly<Record<string, Json>>);
  const turned = [...entries.slice(seed % (entries.length || 1)), ...entries.slice(0, seed % (entries.length || 1))];
  return Object.fromEntries(turned.reverse().map(([key, field]) => [key, shuffled(field, seed)]));
};

/** Sameness without any text: what JSON.stringify and ingest could both get wrong is not asked of them. */
const same = (a: Json, b: Json): boolean => {
  if (typeof a !== "object" || a === null || typeof b !== "object" || b === null) return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const left = a as Readonly<Record<string, Json>>;
  const right = b as Readonly<Record<string, Json>>;
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && same(left[name] as Json, right[name] as Json))
  );
};

const isFrozen = (value: unknown): boolean =>
  typeof value !== "object" || value === null || (Object.isFrozen(value) && Object.values(value).every(isFrozen));

it("G1 G2 takes any JSON in as it is, frozen, and its text reads back the same", () => {
  fc.assert(
    fc.property(json, (value) => {
      const result = ingest(value);
      if (result.kind === "refused") throw new Error(result.failure.message);
      expect(same(result.value, value) && isFrozen(result.value) && same(JSON.parse(result.text), value)).toBe(true);
    }),
    { numRuns: 3_000 },
  );
});

it("G2 gives one text for one value, whatever the order of its keys", () => {
  fc.assert(
    fc.property(json, fc.nat(6), (value, seed) => {
      expect(canonical(shuffled(value, seed))).toBe(canonical(value));
    }),
    { numRuns: 3_000 },
  );
});

it("G2 gives two values one text only if they are the same", () => {
  fc.assert(
    fc.property(json, json, (a, b) => {
      expect(canonical(a) === canonical(b)).toBe(same(a, b));
    }),
    { numRuns: 3_000 },
  );
});

it("F-TOOL-07 answers for anything at all, and refuses in bounded Unicode text", () => {
  const anything = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withSparseArray: true,
    withTypedArray: true,
    withNullPrototype: true,
    withObjectString: true,
    withUnicodeString: true,
  });
  fc.assert(
    fc.property(anything, (value) => {
      const result = ingest(value);
      if (result.kind === "ok") return isFrozen(result.value) && JSON.stringify(result.value) === result.text;
      return result.failure.message.isWellFormed() && result.failure.message.length < 2_100;
    }),
    { numRuns: 3_000 },
  );
});
