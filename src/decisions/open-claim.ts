/**
 * Open claim: in what exactly do two answers differ? What both say is settled; the rest is listed, never averaged.
 *
 * C6  Objects and lists are compared part by part, long texts sentence by sentence, whatever their order and case.
 * C7  The list is bounded; what is left out of it is counted.
 */
import type { OpenClaim } from "../contracts/blackboard.ts";
import type { Json } from "../contracts/json.ts";
import { canonical } from "./ingest.ts";

const MOST = 50;
const MAX_DEPTH = 8;
/** Shorter texts are one statement. */
const LONG_TEXT = 120;

export interface OpenClaims {
  readonly claims: readonly OpenClaim[];
  readonly left: number;
}

export function openClaims(kept: Json, refused: Json): OpenClaims {
  const found = [...differences("", kept, refused, 0)];
  return { claims: found.slice(0, MOST), left: Math.max(0, found.length - MOST) };
}

const isObject = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function* differences(path: string, kept: Json, refused: Json, depth: number): Generator<OpenClaim> {
  if (canonical(kept) === canonical(refused)) return;
  if (depth < MAX_DEPTH && isObject(kept) && isObject(refused)) {
    for (const key of new Set([...Object.keys(kept), ...Object.keys(refused)])) {
      const at = path === "" ? key : `${path}.${key}`;
      yield* parts(
        at,
        Object.hasOwn(kept, key) ? kept[key] : undefined,
        Object.hasOwn(refused, key) ? refused[key] : undefined,
        depth,
      );
    }
    return;
  }
  if (isLong(kept) && isLong(refused)) yield* sentences(path, kept, refused);
  else yield { path, kept, refused };
}

function* parts(path: string, kept: Json | undefined, refused: Json | undefined, depth: number): Generator<OpenClaim> {
  if (kept !== undefined && refused !== undefined) yield* differences(path, kept, refused, depth + 1);
  else yield { path, ...(kept === undefined ? {} : { kept }), ...(refused === undefined ? {} : { refused }) };
}

const isLong = (value: Json): value is string => typeof value === "string" && value.length > LONG_TEXT;

const sentencesOf = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text
      .split(/(?<=[.!?])\s+|\n+/)
      .map((sentence) => sentence.trim())
      .filter((sentence) => sentence !== "")
      .map((sentence) => [sentence.normalize("NFKC").toLowerCase().replaceAll(/\s+/g, " "), sentence]),
  );

function* sentences(path: string, kept: string, refused: string): Generator<OpenClaim> {
  const [one, other] = [sentencesOf(kept), sentencesOf(refused)];
  for (const [key, text] of one) if (!other.has(key)) yield { path, kept: text };
  for (const [key, text] of other) if (!one.has(key)) yield { path, refused: text };
}
