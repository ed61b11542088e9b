/** Asked: a request as routes see it, its parts read and bounded. */
import type { PersonId, RunId } from "../../contracts/ids.ts";
import type { Json, JsonObject } from "../../contracts/json.ts";
import type { Scope } from "./door/credentials.ts";
import { Refusal, unknownRun } from "./refusal.ts";

export interface Asked {
  readonly param: (name: string) => string;
  readonly query: (name: string) => string | undefined;
  /** Of a request that changes something. */
  readonly body: JsonObject;
  /** Who says so; empty where no approver's credential is wanted. */
  readonly person: PersonId;
  readonly may: Scope;
}

const invalid = (message: string): Refusal => new Refusal(400, "value.invalid", message);

/** The run of the path, if it may be seen: else there is none. */
export function runOf({ param, may }: Asked): RunId {
  const run = param("run");
  if (!may(run)) throw unknownRun();
  return run;
}

export interface Bounds {
  readonly min?: number;
  readonly max?: number;
  readonly otherwise?: number;
}

/** A whole number of the query. */
export function wholeOf(asked: Asked, name: string, { min = 1, max = MAX, otherwise }: Bounds = {}): number {
  const text = asked.query(name);
  if (text === undefined && otherwise !== undefined) return otherwise;
  return whole(text !== undefined && /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN, name, { min, max });
}

export function whole(value: Json | undefined, name: string, { min = 1, max = MAX }: Bounds = {}): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= min && value <= max) return value;
  throw invalid(`${name} must be a whole number from ${min} to ${max}`);
}

const MAX = Number.MAX_SAFE_INTEGER;

export function oneOf<Value extends string>(value: Json | undefined, name: string, values: readonly Value[]): Value {
  const found = values.find((one) => one === value);
  if (found !== undefined) return found;
  throw invalid(`${name} must be one of ${values.join(", ")}`);
}

export function text(value: Json | undefined, name: string, longest: number): string {
  if (typeof value === "string" && value.length > 0 && value.length <= longest) return value;
  throw invalid(`${name} must be a text of 1 to ${longest} characters`);
}

/** Texts a query may carry: as they are, bounded. */
export function textOf(asked: Asked, name: string, longest = 256): string | undefined {
  const value = asked.query(name);
  return value === undefined || value === "" ? undefined : text(value, name, longest);
}

/** Nothing a route does not know is passed over in silence, least of all who a decision is by. */
export function onlyFields(body: JsonObject, names: readonly string[]): void {
  for (const name of Object.keys(body)) {
    if (names.includes(name)) continue;
    const hint = name === "by" ? ": whose word it is, the credential says" : "";
    throw invalid(`"${name.slice(0, 64)}" is no field of this request${hint}; known are ${names.join(", ")}`);
  }
}
