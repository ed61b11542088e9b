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
  const [, patches] = produceWithPatches({ state: before } as Node, (draft: Node) => {
    overwrite(draft, { state: after });
  });
  return patches.map(changeOf);
}

function changeOf({ op, path, value }: Patch): Change {
  const at = path.slice(1);
  return { op, path: at.map(String).join("."), at, ...(value === undefined ? {} : { value: value as Json }) };
}

/** Makes a draft equal to `after`, touching only what differs. */
function overwrite(draft: Node, after: Node): void {
  for (const key of Object.keys(draft)) if (!Object.hasOwn(after, key)) delete draft[key];
  for (const [key, value] of Object.entries(after)) {
    const standing = draft[key];
    if (isAlike(standing, value)) overwrite(standing as Node, value as Node);
    else if (!Object.is(standing, value)) draft[key] = value;
  }
}

/** Two objects, or two lists of which the second is no shorter: their fields are compared one by one. */
function isAlike(a: unknown, b: unknown): boolean {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  return !Array.isArray(a) || a.length <= (b as readonly unknown[]).length;
}
