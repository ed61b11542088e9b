/**
 * Redaction: a value without the secrets that are known. Asked where values come in, before anything is recorded, so that
 * a key that a tool, a model, an error or a person says by mistake is in no journal.
 *
 * R1  No text of what comes out, names of fields included, holds a known secret.
 * R2  What holds none comes out as it is, the very same value.
 *
 * R3  A secret that comes in pieces is found at whatever place it was cut: of a text in pieces, what may be the beginning
 *     of one is kept back until it is seen what follows.
 *
 * Literal texts are looked for. A secret that was encoded, cut or split is not found.
 */
import type { Json } from "../contracts/json.ts";

export interface Redact {
  <Value extends Json>(value: Value): Value;
  /** Takes a text in pieces, and gives what may be shown of it by now. Without a piece: the text has ended. */
  stream(): (piece?: string) => string;
}

/** The value without what is known. */
export const redacted = <Value extends Json>(value: Value, redact: Redact | undefined): Value =>
  redact === undefined ? value : redact(value);

/** What stands in its place. */
export const REDACTED = "[redacted]";

/** Shorter texts stand in ordinary words. */
export const SHORTEST_SECRET = 8;

/** Undefined where there is nothing to look for. */
export function redaction(secrets: readonly string[]): Redact | undefined {
  // The longest first: one secret may hold another.
  const known = [...new Set(secrets)]
    .filter((one) => one.length >= SHORTEST_SECRET)
    .toSorted((a, b) => b.length - a.length);
  if (known.length === 0) return undefined;
  const text = (value: string): string =>
    known.reduce((left, secret) => (left.includes(secret) ? left.replaceAll(secret, REDACTED) : left), value);
  const redact = <Value extends Json>(value: Value): Value => without(value, text) as Value;
  return Object.assign(redact, { stream: () => inPieces(known, text) });
}

function inPieces(known: readonly string[], text: (value: string) => string): (piece?: string) => string {
  let left = "";
  return (piece) => {
    left = text(left + (piece ?? ""));
    const shown = piece === undefined ? left : left.slice(0, left.length - beginningAt(left, known));
    left = left.slice(shown.length);
    return shown;
  };
}

/** How long an end of the text is, that may be the beginning of a secret. */
function beginningAt(text: string, known: readonly string[]): number {
  let longest = 0;
  for (const secret of known)
    for (let length = Math.min(secret.length - 1, text.length); length > longest; length--)
      if (text.endsWith(secret.slice(0, length))) longest = length;
  return longest;
}

function without(value: Json, text: (value: string) => string): Json {
  if (typeof value === "string") return text(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    const list = value.map((one: Json) => without(one, text));
    return list.every((one, place) => one === value[place]) ? value : Object.freeze(list);
  }
  let isChanged = false;
  const entries = Object.entries(value).map(([name, one]): [string, Json | undefined] => {
    const [left, right] = [text(name), one === undefined ? undefined : without(one, text)];
    isChanged ||= left !== name || right !== one;
    return [left, right];
  });
  return isChanged ? Object.freeze(Object.fromEntries(entries)) : value;
}
