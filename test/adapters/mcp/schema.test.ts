/** JSON Schema as a Standard Schema: what it lets through. */
import { expect, it } from "vitest";
import { argumentsSchema } from "../../../src/adapters/tools/mcp-schema.ts";

const passes = (schema: Record<string, unknown>, value: unknown, isOpen = false): boolean => {
  const result = argumentsSchema(schema, isOpen)["~standard"].validate(value);
  if (result instanceof Promise) throw new Error("it answers at once");
  return result.issues === undefined;
};

const name = { type: "object", properties: { name: { type: "string" } }, required: ["name"] };

it.each<readonly [string, Record<string, unknown>, unknown, boolean]>([
  ["what it names", name, { name: "a" }, true],
  ["what it does not name", name, { name: "a", ghost: 1 }, false],
  ["what is missing", name, {}, false],
  ["what is of another type", name, { name: 1 }, false],
  ["no object", name, "a", false],
  ["a ghost in an object inside", { type: "object", properties: { in: name } }, { in: { name: "a", ghost: 1 } }, false],
  [
    "a ghost in a list inside",
    { type: "object", properties: { in: { type: "array", items: name } } },
    { in: [{ name: "a", ghost: 1 }] },
    false,
  ],
  ["what it says it lets through", { ...name, additionalProperties: true }, { name: "a", more: 1 }, true],
  [
    "what a part of it names",
    { type: "object", allOf: [name, { properties: { more: {} } }] },
    { name: "a", more: 1 },
    true,
  ],
])("A-TOOL-04 %s", (_, schema, value, isPassed) => {
  expect(passes(schema, value)).toBe(isPassed);
});

it("A-TOOL-04 lets ghosts through only where the application says so", () => {
  expect(passes(name, { name: "a", ghost: 1 }, true)).toBe(true);
});

it("A-SUP-02 two schemas of one $id are two schemas", () => {
  const one = { $id: "https://example.com/a", type: "object", properties: { a: { type: "string" } } };
  const other = { $id: "https://example.com/a", type: "object", properties: { a: { type: "number" } } };
  expect(passes(one, { a: "x" })).toBe(true);
  expect(passes(other, { a: "x" })).toBe(false);
});

it("refuses what is no schema, and what refers to what is not there", () => {
  expect(() => argumentsSchema({ type: "strange" })).toThrow(/its schema cannot be used/);
  expect(() => argumentsSchema({ type: "object", properties: { a: { $ref: "https://example.com/x" } } })).toThrow(
    /cannot be used/,
  );
});

it("tells policies the schema by which it checks", () => {
  const said = argumentsSchema(name)["~standard"].jsonSchema.output({ target: "draft-2020-12" });
  expect(said).toEqual({ ...name, additionalProperties: false });
});
