/** Arguments schema: what a tool's own schema says of its arguments, as JSON Schema. */
import type { StandardJSONSchemaV1 } from "@standard-schema/spec";
import type { JsonObject } from "../src/contracts/json.ts";
import type { AnyTool } from "../src/contracts/tools.ts";
import { ingest } from "../src/decisions/ingest.ts";

/** A library that can say it does so by the Standard JSON Schema interface, or by a method of its own. */
interface Saying {
  readonly "~standard": { readonly jsonSchema?: StandardJSONSchemaV1.Converter };
  readonly toJSONSchema?: () => unknown;
}

/**
 * JSON Schema of the arguments as the tool gets them: what its schema puts out, not what it takes in. Undefined where the
 * library cannot say, or the schema is of values that JSON Schema cannot describe.
 */
export function argumentsSchemaOf({ input }: AnyTool): JsonObject | undefined {
  if (input === undefined) return undefined;
  const schema = input as unknown as Saying;
  try {
    const { jsonSchema } = schema["~standard"];
    const said = jsonSchema === undefined ? schema.toJSONSchema?.() : jsonSchema.output({ target: "draft-2020-12" });
    const taken = ingest(said);
    return taken.kind === "ok" && isObject(taken.value) ? taken.value : undefined;
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);
