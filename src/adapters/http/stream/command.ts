/** Command: what a page says on its stream, taken only if it is exactly one of those there are. */

import type { StreamCommand } from "../../../contracts/inspection.ts";
import type { Json, JsonObject } from "../../../contracts/json.ts";

/** Longest name of a run. */
const LONGEST = 256;

export function commandIn(text: string): StreamCommand | undefined {
  const value = parsed(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const { kind, token, version, run, after } = value as JsonObject;
  if (kind === "hello")
    return typeof token === "string" && typeof version === "number" ? { kind, token, version } : undefined;
  if (typeof run !== "string" || run === "" || run.length > LONGEST) return undefined;
  if (kind === "unwatch") return { kind, run };
  return kind === "watch" && isSeq(after) ? { kind, run, after } : undefined;
}

const isSeq = (value: Json | undefined): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
