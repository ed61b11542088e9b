/** Values: the doors' way in and out. Plain JSON goes as it is; a Date, a Map and the like go through the codec. */
import { RuntimeError } from "../src/contracts/errors.ts";
import { DEFAULT_VALUE_LIMITS, type Json, type JsonObject, type ValueLimits } from "../src/contracts/json.ts";
import type { Labels } from "../src/contracts/labels.ts";
import type { CodecPort } from "../src/contracts/ports.ts";
import { ingest } from "../src/decisions/ingest.ts";
import { asLabels } from "../src/decisions/labels.ts";

/** The key under which an encoded value stands. */
const RICH = "$rich";

export interface Taken {
  readonly value: Json;
  readonly text: string;
}

/** Takes a value in. @throws RuntimeError `value.invalid`, `value.too-large`, `value.too-deep`, naming `what`. */
export function takeIn(
  value: unknown,
  what: string,
  codec: CodecPort,
  limits: ValueLimits = DEFAULT_VALUE_LIMITS,
): Taken {
  const plain = ingest(value, limits);
  if (plain.kind === "ok") return plain;
  if (plain.failure.code === "value.invalid" && typeof value === "object") {
    const encoded = codec.encode(value);
    const rich = encoded === undefined ? plain : ingest({ [RICH]: encoded }, limits);
    if (rich.kind === "ok") return rich;
  }
  throw new RuntimeError(plain.failure.code, `${what}: ${plain.failure.message}`);
}

/** Labels the application gives a value. @throws RuntimeError `config.invalid`, naming `what`. */
export function labelsGiven(labels: Labels | undefined, what: string): { readonly labels?: JsonObject } {
  if (labels === undefined) return {};
  const taken = asLabels(labels);
  if (taken === undefined)
    throw new RuntimeError("config.invalid", `the labels of ${what} are not { integrity, readers }`);
  return { labels: { ...taken } };
}

/** Gives a value out, as what it was when it was taken in. */
export function giveOut(value: Json, codec: CodecPort): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const encoded = (value as JsonObject)[RICH];
  return encoded === undefined ? value : codec.decode(encoded as JsonObject);
}
