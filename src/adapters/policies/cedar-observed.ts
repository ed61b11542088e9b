/** Cedar observed: what calls on record leave open about a scope, settled by the policies that are asked about them. */
import type { PolicyJson } from "@cedar-policy/cedar-wasm/nodejs";
import type { JsonObject } from "../../contracts/json.ts";
import type { PolicyScope } from "../../contracts/policy.ts";
import type { CedarSource } from "./cedar-source.ts";

/** Whole numbers on record may be of either kind; those that policies compare as decimals are decimals. */
export function fittedTo(sources: readonly CedarSource[], scope: PolicyScope): PolicyScope {
  if (scope.isObserved !== true) return scope;
  const decimals = decimalsIn(sources.map(({ json }) => json));
  const tools = scope.tools.map((tool) =>
    tool.args === undefined ? tool : { ...tool, args: retyped(tool.args, decimals) },
  );
  return { ...scope, tools };
}

const COMPARING: ReadonlySet<string> = new Set([
  "greaterThan",
  "greaterThanOrEqual",
  "lessThan",
  "lessThanOrEqual",
  "==",
  "!=",
]);

type Node = { readonly [field: string]: unknown };

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null;

/** Names of attributes that are compared with, or as, a decimal. */
function decimalsIn(policies: readonly PolicyJson[]): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (value: unknown): void => {
    if (!isNode(value)) return;
    const [operator = "", operands] = Object.entries(value)[0] ?? [];
    if (COMPARING.has(operator) && isNode(operands)) {
      const sides = Object.values(operands).filter(isNode);
      const isDecimal = !operator.endsWith("=") || sides.some((side) => Object.hasOwn(side, "decimal"));
      if (isDecimal) for (const side of sides) note(side["."]);
    }
    for (const part of Object.values(value)) visit(part);
  };
  const note = (access: unknown): void => {
    if (isNode(access) && typeof access["attr"] === "string") found.add(access["attr"]);
  };
  for (const { conditions } of policies) visit(conditions.map(({ body }) => body));
  return found;
}

function retyped(schema: JsonObject, decimals: ReadonlySet<string>): JsonObject {
  const { properties, items } = schema as { readonly properties?: JsonObject; readonly items?: JsonObject };
  const fields = Object.entries(properties ?? {}).map(([name, field]) => {
    const of = field as JsonObject;
    return [name, of["type"] === "integer" && decimals.has(name) ? { type: "number" } : retyped(of, decimals)] as const;
  });
  return {
    ...schema,
    ...(properties === undefined ? {} : { properties: Object.fromEntries(fields) }),
    ...(items === undefined ? {} : { items: retyped(items, decimals) }),
  };
}
