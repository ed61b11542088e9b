import { expect, it } from "vitest";
import { withoutRow, withRow } from "../../src/decisions/record.ts";

it("adds and replaces a row in a copy", () => {
  const one = withRow<number>({ a: 1 }, "b", 2);
  expect({ ...withRow(one, "a", 3) }).toEqual({ a: 3, b: 2 });
  expect({ ...one }).toEqual({ a: 1, b: 2 });
});

it("takes a row out of a copy, and leaves out nothing else", () => {
  const both = { a: 1, b: 2 };
  expect({ ...withoutRow(both, "a") }).toEqual({ b: 2 });
  expect({ ...withoutRow(both, "z") }).toEqual(both);
  expect(both).toEqual({ a: 1, b: 2 });
});

it("F-DAT-01 takes any name for a name", () => {
  for (const name of ["__proto__", "constructor"]) {
    const rows = withRow<number>({}, name, 1);
    expect([Object.keys(rows), rows[name], Object.hasOwn(rows, name)]).toEqual([[name], 1, true]);
    expect(Object.keys(withoutRow(withRow(rows, "a", 2), name))).toEqual(["a"]);
  }
});
