import { deserialize, type SuperJSONResult, serialize } from "superjson";
import { messageOf, RuntimeError } from "../contracts/errors.ts";
import type { JsonObject } from "../contracts/json.ts";
import type { CodecPort } from "../contracts/ports.ts";

/**
 * Date, Map, Set, bigint, RegExp, URL, Error (name, message, cause), typed arrays, `undefined`, NaN and -0 beside plain
 * JSON, by superjson. `encode` answers undefined for what would come back as something else.
 */
export function superjsonCodec(): CodecPort {
  return {
    encode(value) {
      try {
        return isKept(value, new Set()) ? ({ ...serialize(value) } as unknown as JsonObject) : undefined;
      } catch {
        // A getter that throws, a key superjson refuses (`__proto__`), a nesting deeper than the stack.
        return undefined;
      }
    },
    decode(value) {
      try {
        return deserialize(value as unknown as SuperJSONResult);
      } catch (error) {
        throw new RuntimeError("value.invalid", `not a value encoded by superjson: ${messageOf(error)}`, {
          cause: error,
        });
      }
    },
  };
}

/** Those superjson knows, except Buffer, which it writes but cannot read. */
const TYPED_ARRAYS: readonly unknown[] = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
].map((type) => type.prototype);

/**
 * Whether superjson gives it back as it is. Asked first, because superjson itself drops what it does not know: a class
 * becomes a plain object, a promise `{}`, a hole and an invalid date null, a function nothing.
 */
function isKept(value: unknown, above: Set<object>): boolean {
  if (typeof value === "symbol" || typeof value === "function") return false;
  if (typeof value !== "object" || value === null) return true;
  // Superjson could tie a circle again, but nothing behind the doors may hold one.
  if (above.has(value)) return false;
  above.add(value);
  const kept = isObjectKept(value, (part) => isKept(part, above));
  above.delete(value);
  return kept;
}

function isObjectKept(value: object, isPartKept: (part: unknown) => boolean): boolean {
  if (Array.isArray(value)) return Object.keys(value).length === value.length && value.every(isPartKept);
  if (value instanceof Date) return !Number.isNaN(value.getTime());
  if (value instanceof RegExp || value instanceof URL) return true;
  if (value instanceof Error) return isPartKept(value.cause);
  if (value instanceof Map) return [...value.keys(), ...value.values()].every(isPartKept);
  if (value instanceof Set) return [...value].every(isPartKept);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (TYPED_ARRAYS.includes(prototype)) return (value as Float64Array).every(isJsonNumber);
  if (prototype !== Object.prototype && prototype !== null) return false;
  return Object.getOwnPropertySymbols(value).length === 0 && Object.values(value).every(isPartKept);
}

/** Elements of typed arrays are written as plain numbers. */
const isJsonNumber = (value: number): boolean => Number.isFinite(value) && !Object.is(value, -0);
