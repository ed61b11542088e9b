/** Arguments schema: what a Standard Schema says of values, as JSON Schema. */
import type { StandardJSONSchemaV1, StandardSchemaV1 } from "@standard-schema/spec";
import type { JsonObject } from "../src/contracts/json.ts";
import type { AnyTool } from "../src/contracts/tools.ts";
import { ingest } from "../src/decisions/ingest.ts";

/** A library that can say it does so by the Standard JSON Schema interface, or by a method of its own. */
interface Saying {
  readonly "~standard": { readonly jsonSchema?: StandardJSONSchemaV1.Converter };
  readonly toJSONSchema?: (options?: { readonly io: "input" | "output" }) => unknown;
}

/**
 * JSON Schema of the arguments as the tool gets them: what its schema puts out, not what it takes in. Undefined where the
 * library cannot say, or the schema is of values that JSON Schema cannot describe.
 */
export const argumentsSchemaOf = ({ input }: AnyTool): JsonObject | undefined =>
  input === undefined ? undefined : jsonSchemaOf(input, "output");

/** JSON Schema of what a schema takes in, or of what it puts out. */
export function jsonSchemaOf(given: StandardSchemaV1, side: "input" | "output"): JsonObject | undefined {
  const schema = given as unknown as Saying;
  try {
    const { jsonSchema } = schema["~standard"];
    const said =
      jsonSchema === undefined ? schema.toJSONSchema?.({ io: side }) : jsonSchema[side]({ target: "draft-2020-12" });
    const taken = ingest(said);
    return taken.kind === "ok" && isObject(taken.value) ? taken.value : undefined;
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);
