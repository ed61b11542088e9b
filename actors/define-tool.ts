import type { StandardSchemaV1 } from "@standard-schema/spec";
import { RuntimeError } from "../src/contracts/errors.ts";
import { NAME_PATTERN } from "../src/contracts/ids.ts";
import type { Tool } from "../src/contracts/tools.ts";
import { faultOfFlow } from "./extraction.ts";

/** Types of a tool whose arguments are checked by a schema follow from the schema. */
type Checked<Name extends string, Schema extends StandardSchemaV1, Output> = Omit<
  Tool<Name, StandardSchemaV1.InferInput<Schema>, StandardSchemaV1.InferOutput<Schema>, Output>,
  "input"
> & { readonly input: Schema };

/**
 * Defines a tool. The runtime calls it; agents only name it.
 *
 * @example
 * ```ts
 * const search = defineTool({
 *   name: "search",
 *   input: z.object({ query: z.string() }),
 *   effect: "read",
 *   run: async ({ query }) => index.find(query),
 * });
 * ```
 * @throws RuntimeError `config.invalid` for a bad name, or `reconcilable` without `reconcile`, or labels that are none.
 */
export function defineTool<const Name extends string, Schema extends StandardSchemaV1, Output>(
  tool: Checked<Name, Schema, Output>,
): Tool<Name, StandardSchemaV1.InferInput<Schema>, StandardSchemaV1.InferOutput<Schema>, Output>;
export function defineTool<const Name extends string, Input, Output>(
  tool: Tool<Name, Input, Input, Output> & { readonly input?: never },
): Tool<Name, Input, Input, Output>;
export function defineTool(tool: Tool): Tool {
  if (!NAME_PATTERN.test(tool.name)) {
    throw new RuntimeError(
      "config.invalid",
      `tool name ${JSON.stringify(tool.name)}: use letters, digits, ".", "_", "-"`,
    );
  }
  if (tool.effect === "reconcilable" && tool.reconcile === undefined) {
    throw new RuntimeError("config.invalid", `tool "${tool.name}" is reconcilable but has no reconcile(key)`);
  }
  const fault = faultOfFlow(tool);
  if (fault !== undefined) throw new RuntimeError("config.invalid", `tool "${tool.name}": ${fault}`);
  return Object.freeze({ ...tool });
}
