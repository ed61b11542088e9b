/** MCP schema: the JSON Schema of a server's tool, as a Standard Schema. */
import { AjvJsonSchemaValidator } from "@modelcontextprotocol/sdk/validation/ajv";
import type { StandardJSONSchemaV1, StandardSchemaV1 } from "@standard-schema/spec";
import { messageOf, RuntimeError } from "../../contracts/errors.ts";

type Schema = Record<string, unknown>;

export type ArgumentsSchema = StandardSchemaV1<Schema, Schema> & StandardJSONSchemaV1<Schema, Schema>;

const MAX_ISSUE = 1_000;

/**
 * Checks arguments by `schema`. Unless `isOpen`, what it does not name is refused (A-TOOL-04): JSON Schema itself lets
 * every further property through. Keywords that are newer than draft 7 are for the server to check.
 *
 * @throws RuntimeError `config.invalid` when it is no schema.
 */
export function argumentsSchema(schema: Schema, isOpen = false): ArgumentsSchema {
  const json = (isOpen ? schema : closed(schema)) as Schema;
  const check = validatorOf(json);
  const said = (): Record<string, unknown> => json;
  return {
    "~standard": {
      version: 1,
      vendor: "mcp",
      validate: (value) => {
        const fault = check(value);
        return fault === undefined ? { value: value as Schema } : { issues: [{ message: fault }] };
      },
      jsonSchema: { input: said, output: said },
    },
  };
}

/** What is wrong with a value, or undefined. One validator for each schema: by their `$id`s, they would share. */
export function validatorOf(schema: Schema): (value: unknown) => string | undefined {
  try {
    const validate = new AjvJsonSchemaValidator().getValidator(schema);
    return (value) => {
      const { valid, errorMessage } = validate(value);
      return valid ? undefined : (errorMessage ?? "is not as its schema says").slice(0, MAX_ISSUE);
    };
  } catch (error) {
    throw new RuntimeError("config.invalid", `its schema cannot be used: ${messageOf(error)}`, { cause: error });
  }
}

/** Where a schema is put together of several, what one does not name another may. */
const COMPOSING = ["$ref", "allOf", "anyOf", "oneOf", "not", "if", "dependentSchemas", "patternProperties"];

/** The schema with no room for what it does not name, where it does not say otherwise. */
function closed(schema: unknown): unknown {
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) return schema;
  const { properties, items, ...more } = schema as Schema;
  const parts: Schema = {
    ...more,
    ...(isTable(properties)
      ? { properties: Object.fromEntries(Object.entries(properties).map(([key, part]) => [key, closed(part)])) }
      : {}),
    ...(items === undefined ? {} : { items: closed(items) }),
  };
  const isSaid = "additionalProperties" in more || "unevaluatedProperties" in more;
  const isOne = more["type"] === "object" && !COMPOSING.some((keyword) => keyword in more);
  return isOne && !isSaid ? { ...parts, additionalProperties: false } : parts;
}

const isTable = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value);
