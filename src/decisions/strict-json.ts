/**
 * Strict JSON: is this text, written by a model, one JSON value and nothing else?
 *
 * J1  Nothing is mended: a text before or after it, a missing bracket or a trailing comma is a fault (F-MOD-05).
 * J2  An object that says one key twice is a fault: which of the two was meant, nobody can tell.
 * J3  What is read has passed the one ingest: well-formed, bounded, frozen.
 */
import { messageOf } from "../contracts/errors.ts";
import type { Json, ValueLimits } from "../contracts/json.ts";
import { ingest } from "./ingest.ts";

export type StrictJson =
  | { readonly kind: "ok"; readonly value: Json }
  | { readonly kind: "invalid"; readonly reason: string };

export function parseStrict(text: string, limits?: ValueLimits): StrictJson {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { kind: "invalid", reason: `it is no JSON: ${messageOf(error)}` };
  }
  const twice = duplicateKey(text);
  if (twice !== undefined) return { kind: "invalid", reason: `it says the key ${JSON.stringify(twice)} twice` };
  const taken = ingest(value, limits);
  return taken.kind === "ok" ? taken : { kind: "invalid", reason: taken.failure.message };
}

/** Of a text that is JSON: strings, and the marks that open, close and part things. */
const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

/** A key that one object of a well-formed JSON text says twice. Two spellings of one key are one key. */
function duplicateKey(text: string): string | undefined {
  const open: (Set<string> | undefined)[] = [];
  let last: string | undefined;
  for (const [token] of text.matchAll(TOKENS)) {
    if (token === "{") open.push(new Set());
    else if (token === "[") open.push(undefined);
    else if (token === "}" || token === "]") open.pop();
    else if (token === ":") {
      const key: string = JSON.parse(last ?? '""');
      const keys = open.at(-1);
      if (keys?.has(key)) return key;
      keys?.add(key);
    }
    last = token;
  }
  return undefined;
}
