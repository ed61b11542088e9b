/** Cedar mentions: what the policies look at, so that only that has to be told to them, and exactly. */
import type { PolicyJson } from "@cedar-policy/cedar-wasm/nodejs";
import type { RecordShape, Shape } from "./cedar-shape.ts";

/** Names of attributes that stand in the policies, and the entities they name. */
export interface Mentions {
  readonly names: ReadonlySet<string>;
  /** The context, or the arguments, are compared as a whole somewhere, so that each part of them matters. */
  readonly whole: { readonly context: boolean; readonly args: boolean };
  readonly entities: readonly { readonly type: string; readonly id: string }[];
}

type Node = { readonly [field: string]: unknown };

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && !Array.isArray(value);

export function mentionsOf(policies: readonly PolicyJson[]): Mentions {
  const found = {
    names: new Set<string>(),
    whole: { context: false, args: false },
    entities: [] as { type: string; id: string }[],
  };
  const visit = (value: unknown, isLookedInto: boolean): void => {
    if (Array.isArray(value)) {
      for (const one of value) visit(one, false);
      return;
    }
    if (!isNode(value)) return;
    if (typeof value["type"] === "string" && typeof value["id"] === "string")
      found.entities.push({ type: value["type"], id: value["id"] });
    const [operator, operand] = Object.entries(value)[0] ?? [];
    if (operator === "." || operator === "has") {
      const { left, attr } = operand as { readonly left: unknown; readonly attr: string | readonly string[] };
      for (const name of [attr].flat()) found.names.add(name);
      if (attr === "args" && operator === "." && !isLookedInto) found.whole.args = true;
      return visit(left, true);
    }
    if (operator === "Var" && operand === "context" && !isLookedInto) found.whole = { context: true, args: true };
    if (operator === "Record") for (const name of Object.keys(operand as object)) found.names.add(name);
    for (const part of Object.values(value)) visit(part, false);
  };
  for (const { principal, action, resource, conditions } of policies)
    visit([principal, action, resource, conditions.map(({ body }) => body)], false);
  return found;
}

/** Whether the policies look at a part of the context. */
export const looksAt = ({ names, whole }: Mentions, part: string): boolean => whole.context || names.has(part);

/** The part of a shape that the policies look at. */
export function lookedAt(shape: RecordShape, { names, whole }: Mentions): RecordShape {
  if (whole.args) return shape;
  const fields = [...shape.fields].flatMap(([name, field]) => {
    const kept = names.has(name) ? field.shape : partOf(field.shape, names);
    return kept === undefined ? [] : [[name, { ...field, shape: kept }] as const];
  });
  return { kind: "record", fields: new Map(fields) };
}

/** Of what is not looked at itself, the fields of it that are. */
function partOf(shape: Shape, names: ReadonlySet<string>): Shape | undefined {
  if (shape.kind !== "record") return undefined;
  const part = lookedAt(shape, { names, whole: { context: false, args: false }, entities: [] });
  return part.fields.size === 0 ? undefined : part;
}
