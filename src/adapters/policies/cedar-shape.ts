/**
 * Cedar shape: values of a JSON Schema as Cedar knows them, and the way from the one to the other.
 *
 * D1  What goes over is exact, or does not go over: no number is rounded, no list shortened, no type guessed.
 */
import type { CedarValueJson, TypeOfAttribute } from "@cedar-policy/cedar-wasm/nodejs";
import type { Json, JsonObject } from "../../contracts/json.ts";

export type Shape =
  | { readonly kind: "string" | "long" | "decimal" | "boolean" }
  | { readonly kind: "set"; readonly of: Shape }
  | RecordShape;

export interface RecordShape {
  readonly kind: "record";
  readonly fields: ReadonlyMap<string, Field>;
}

interface Field {
  readonly shape: Shape;
  readonly required: boolean;
}

export const NOTHING: RecordShape = { kind: "record", fields: new Map() };

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The shape a schema describes; undefined for what Cedar has no type for: unions, tuples, references. */
export function shapeOf(schema: Json | undefined): Shape | undefined {
  if (!isObject(schema)) return undefined;
  const { type, enum: values, const: only, items, prefixItems } = schema;
  if (typeof only === "string" || (Array.isArray(values) && values.every((one) => typeof one === "string")))
    return { kind: "string" };
  if (type === "string" || type === "boolean") return { kind: type };
  if (type === "integer") return { kind: "long" };
  if (type === "number") return { kind: "decimal" };
  if (type === "object") return recordOf(schema);
  const of = type === "array" && prefixItems === undefined ? shapeOf(items) : undefined;
  return of === undefined ? undefined : { kind: "set", of };
}

export function recordOf({ properties, required }: JsonObject): RecordShape {
  const must = Array.isArray(required) ? required : [];
  const fields = new Map<string, Field>();
  for (const [name, schema] of Object.entries(isObject(properties) ? properties : {})) {
    const { schema: bare, isNullable } = withoutNull(schema);
    const shape = shapeOf(bare);
    // `__entity` and `__extn` are how Cedar's JSON says what is no record.
    if (shape !== undefined && !name.startsWith("__"))
      fields.set(name, { shape, required: must.includes(name) && !isNullable });
  }
  return { kind: "record", fields };
}

/** Cedar has no null: a value that may be null is one that may be absent. */
function withoutNull(schema: Json | undefined): { readonly schema: Json | undefined; readonly isNullable: boolean } {
  if (!isObject(schema)) return { schema, isNullable: false };
  const isNull = (one: Json | undefined): boolean => isObject(one) && one["type"] === "null";
  const { anyOf = schema["oneOf"], type } = schema;
  if (Array.isArray(anyOf) && anyOf.length === 2 && anyOf.some(isNull))
    return { schema: anyOf.find((one) => !isNull(one)), isNullable: true };
  if (Array.isArray(type) && type.length === 2 && type.includes("null"))
    return { schema: { ...schema, type: type.find((one) => one !== "null") }, isNullable: true };
  return { schema, isNullable: false };
}

/** The shape as a type of a Cedar schema. */
export function typeOf(shape: Shape): TypeOfAttribute<string> {
  switch (shape.kind) {
    case "string":
      return { type: "String" };
    case "long":
      return { type: "Long" };
    case "boolean":
      return { type: "Boolean" };
    case "decimal":
      return { type: "Extension", name: "decimal" };
    case "set":
      return { type: "Set", element: typeOf(shape.of) };
    case "record":
      return {
        type: "Record",
        attributes: Object.fromEntries(
          [...shape.fields].map(([name, field]) => [name, { ...typeOf(field.shape), required: field.required }]),
        ),
      };
  }
}

/** A value that cannot go over exactly. */
export class Unsayable extends Error {}

/** The value in Cedar's JSON. @throws Unsayable */
export function toCedar(shape: Shape, value: Json | undefined, path: string): CedarValueJson {
  switch (shape.kind) {
    case "string":
    case "boolean":
      if (typeof value !== shape.kind) throw unlike(path, shape.kind);
      return value as string | boolean;
    case "long":
      if (!Number.isSafeInteger(value)) throw unlike(path, "whole number that is exact");
      return value as number;
    case "decimal":
      return decimal(value, path);
    case "set":
      if (!Array.isArray(value)) throw unlike(path, "list");
      return value.map((one, place) => toCedar(shape.of, one, `${path}[${place}]`));
    case "record":
      return record(shape, value, path);
  }
}

function record({ fields }: RecordShape, value: Json | undefined, path: string): CedarValueJson {
  if (!isObject(value)) throw unlike(path, "record");
  const said: Record<string, CedarValueJson> = {};
  for (const [name, { shape, required }] of fields) {
    const field = Object.hasOwn(value, name) ? value[name] : undefined;
    const place = path === "" ? name : `${path}.${name}`;
    if (field !== undefined && field !== null) said[name] = toCedar(shape, field, place);
    else if (required) throw unlike(place, "value");
  }
  return said;
}

/** Cedar's decimals have four digits after the point. */
function decimal(value: Json | undefined, path: string): CedarValueJson {
  if (typeof value !== "number" || !(Math.abs(value) < 9e14)) throw unlike(path, "number that Cedar can hold");
  const arg = value.toFixed(4);
  if (Number(arg) !== value) throw new Unsayable(`"${path}" has more than four digits after the point`);
  return { __extn: { fn: "decimal", arg } };
}

const unlike = (path: string, kind: string): Unsayable => new Unsayable(`"${path}" is no ${kind}`);
