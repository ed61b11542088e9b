/**
 * Symbol: when are two results the same result, and what is a call about?
 *
 * S1  What changes by itself is no part of a result: times, durations, random ids, addresses in memory, temporary paths.
 * S2  A call is about the places its arguments name: paths, files, URLs.
 */
import type { Json } from "../contracts/json.ts";

/** What begins a word, with a digit or a letter of a hexadecimal number. */
const WORDS = [
  // 2026-01-31T23:59:59.123Z, with a space or without a zone
  String.raw`\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?`,
  String.raw`\d{1,2}:\d\d:\d\d(?:[.,]\d+)?\b`,
  String.raw`[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}\b`,
  String.raw`0x[\da-f]+\b`,
  // hashes: both letters and digits, twelve or more
  String.raw`(?=[a-f]*\d)(?=\d*[a-f])[\da-f]{12,}\b`,
  // seconds or milliseconds since 1970
  String.raw`1\d{9}(?:\d{3})?\b`,
  String.raw`\d+(?:[.,]\d+)?\s?(?:ns|µs|us|ms|s|secs?|seconds?|mins?|minutes?|hours?|days?)\b`,
];

const OTHERS = [
  String.raw`(?:\/tmp|\/var\/tmp|\/var\/folders)\/[^\s"'\\:,;)]+`,
  // fields that say when or how long
  String.raw`"(?:\w{0,40}(?:duration|elapsed|timestamp|latency)\w{0,40}|\w{1,40}(?:At|_at|Ms|_ms))":(?:"[^"\\]*"|-?[\d.]+)`,
];

/** One pass over the text: what cannot begin a match is passed by at its first character, and no repetition is nested. */
const VOLATILE = new RegExp(String.raw`\b(?=[\da-f])(?:${WORDS.join("|")})|(?=["/])(?:${OTHERS.join("|")})`, "gi");

/** Characters of a digest that tell two calls, or two results, of one run apart. */
export const SYMBOL = 16;

/** The text without what changes by itself (S1). */
export const settledText = (text: string): string => (/\d|\/tmp\//.test(text) ? text.replace(VOLATILE, "#") : text);

/** A short name of a text: 53 bits, for telling apart what stands in one window. Not for proof. */
export function fingerprint(text: string): string {
  let low = 0xdeadbeef;
  let high = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    low = Math.imul(low ^ code, 2_654_435_761);
    high = Math.imul(high ^ code, 1_597_334_677);
  }
  low = Math.imul(low ^ (low >>> 16), 2_246_822_507) ^ Math.imul(high ^ (high >>> 13), 3_266_489_909);
  high = Math.imul(high ^ (high >>> 16), 2_246_822_507) ^ Math.imul(low ^ (low >>> 13), 3_266_489_909);
  return (4_294_967_296 * (2_097_151 & high) + (low >>> 0)).toString(36);
}

/** A path, a file name or a URL: no spaces, letters in it, and a slash or an ending. */
const PLACE = /^(?=\S+$)(?=.*\p{L})(?:[^\s]*[\\/][^\s]*|[^\s]*[^\s.]\.\p{L}\w{0,7})$/u;
/** Without one of these there is no place in a text: most texts are told by it. */
const MARK = /[\\/.]/;
const MAX_PLACE = 400;
const MAX_PLACES = 8;
const MAX_DEPTH = 8;

/** What a call is about (S2): at most eight places, in the order of the arguments. */
export function placesOf(args: Json): readonly string[] {
  const places: string[] = [];
  collect(args, places, 0);
  return [...new Set(places)];
}

function collect(value: Json, places: string[], depth: number): void {
  if (places.length >= MAX_PLACES || depth > MAX_DEPTH) return;
  if (typeof value === "string") {
    if (value.length <= MAX_PLACE && MARK.test(value) && PLACE.test(value)) places.push(value);
  } else if (typeof value === "object" && value !== null) {
    for (const part of Array.isArray(value) ? value : Object.values(value)) collect(part as Json, places, depth + 1);
  }
}

/** Shorter results say that something is done, not what was found. */
const INFORMATIVE = 64;

/** How much a result says: nothing, that something is done, or something. */
export function sayingOf(value: Json): "nothing" | "done" | "something" {
  if (typeof value === "string")
    return value.trim() === "" ? "nothing" : value.length < INFORMATIVE ? "done" : "something";
  if (value === null) return "nothing";
  if (typeof value !== "object") return "done";
  const left = readIn(value, INFORMATIVE);
  return left === INFORMATIVE ? "nothing" : left > 0 ? "done" : "something";
}

/** How much of `budget` is left when the value has been read, in characters about. A large value is not read to its end. */
function readIn(value: Json, budget: number): number {
  if (typeof value === "string") return budget - value.length - 2;
  if (typeof value !== "object" || value === null) return budget - 4;
  let left = budget;
  for (const key in value) {
    left = readIn(
      (value as { readonly [key: string]: Json })[key] as Json,
      left - (Array.isArray(value) ? 1 : key.length + 4),
    );
    if (left <= 0) break;
  }
  return left;
}
