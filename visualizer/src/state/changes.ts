/** Changes: in what two values differ, by path; bounded, and what is left is counted. */
import type { Json, JsonObject } from "../../../src/contracts/json.ts";

export interface Change {
  readonly path: string;
  readonly before?: Json;
  readonly after?: Json;
}

export interface Changes {
  readonly changes: readonly Change[];
  readonly left: number;
}

const isBranch = (value: Json | undefined): value is JsonObject | readonly Json[] =>
  typeof value === "object" && value !== null;

export function changesOf(before: Json, after: Json, most = 200): Changes {
  const changes: Change[] = [];
  let left = 0;
  const compare = (path: string, a: Json | undefined, b: Json | undefined): void => {
    if (Object.is(a, b)) return;
    if (isBranch(a) && isBranch(b) && Array.isArray(a) === Array.isArray(b)) {
      const [from, to] = [a as JsonObject, b as JsonObject];
      for (const name of new Set([...Object.keys(from), ...Object.keys(to)])) {
        compare(path === "" ? name : `${path}.${name}`, from[name], to[name]);
      }
    } else if (changes.length >= most) left += 1;
    else changes.push({ path, ...(a === undefined ? {} : { before: a }), ...(b === undefined ? {} : { after: b }) });
  };
  compare("", before, after);
  return { changes, left };
}

/** A value in one line, cut. */
export function oneLine(value: Json | undefined, most = 160): string {
  if (value === undefined) return "";
  const text = JSON.stringify(value);
  return text.length > most ? `${text.slice(0, most)}… (${text.length - most} more)` : text;
}
