/** Difference: what changed between two states of a run, with what stood there before; bounded. */
import type { Difference } from "../../contracts/inspection.ts";
import type { Json } from "../../contracts/json.ts";
import { type Change, changesBetween } from "../change.ts";
import { bounded } from "./bounded.ts";

const MOST = 500;
const SHOWN = { depth: 4, items: 50, text: 2_000 };

export const differenceOf = (before: Json, after: Json): Difference["changes"] =>
  changesBetween(before, after)
    .slice(0, MOST)
    .map((change) => shown(change, before));

function shown({ op, path, at, value }: Change, before: Json): Difference["changes"][number] {
  return {
    path,
    ...(op === "add" ? {} : { before: bounded(valueAt(before, at), SHOWN) }),
    ...(op === "remove" ? {} : { after: bounded(value, SHOWN) }),
  };
}

function valueAt(state: Json, at: Change["at"]): unknown {
  let value: unknown = state;
  for (const key of at) value = (value as Record<string | number, unknown> | null | undefined)?.[key];
  return value;
}
