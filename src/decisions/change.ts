/**
 * Change: what is different between two states of a run?
 *
 * N1  Applied to the first state, the changes give the second.
 * N2  Only what differs is named: a changed field, not the object around it.
 */
import { enablePatches, type Patch, produceWithPatches } from "immer";
import type { Json } from "../contracts/json.ts";

/** One difference: at a path, as a person writes it (`ledger.spent.steps`), and as the parts of it. */
export interface Change {
  readonly op: "add" | "remove" | "replace";
  readonly path: string;
  readonly at: readonly (string | number)[];
  readonly value?: Json;
}

enablePatches();

type Node = { [key: string]: unknown };

export function changesBetween(before: Json, after: Json): readonly Change[] {
  const base: Node = { state: before };
  const [, patches] = produceWithPatches(base, (draft: Node) => {
    overwrite(draft, base, { state: after });
  });
  return patches.map(changeOf);
}

function changeOf({ op, path, value }: Patch): Change {
  const at = path.slice(1);
  return { op, path: at.map(String).join("."), at, ...(value === undefined ? {} : { value: value as Json }) };
}

/**
 * Makes the draft of `before` equal to `after`, touching only what differs. States share most of their parts, and what
 * is shared is not looked into.
 */
function overwrite(draft: Node, before: Node, after: Node): void {
  for (const key of Object.keys(before)) if (!Object.hasOwn(after, key)) delete draft[key];
  for (const [key, value] of Object.entries(after)) {
    const standing = Object.hasOwn(before, key) ? before[key] : undefined;
    if (Object.is(standing, value)) continue;
    if (isAlike(standing, value)) overwrite(draft[key] as Node, standing as Node, value as Node);
    else draft[key] = value;
  }
}

/** Two objects, or two lists of which the second is no shorter: their fields are compared one by one. */
function isAlike(a: unknown, b: unknown): boolean {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  return !Array.isArray(a) || a.length <= (b as readonly unknown[]).length;
}
