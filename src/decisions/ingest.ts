/**
 * Ingest: may this value come in? The one way by which values of models, tools, files and people enter a run.
 *
 * G1  What comes out is a new, deeply frozen, plain JSON value: no getters, no prototypes, no shared references.
 * G2  Its text is canonical: the same value gives the same text, whatever the order of its keys.
 * G3  `__proto__`, lone surrogates, NaN, functions, cycles, too much or too deep are refused with the path to them.
 *
 * Total: it answers for any value, hostile getters and proxies included.
 */
import type { ErrorCode, Failure } from "../contracts/errors.ts";
import { messageOf } from "../contracts/errors.ts";
import { DEFAULT_VALUE_LIMITS, type Json, type ValueLimits } from "../contracts/json.ts";

export type Ingested =
  | { readonly kind: "ok"; readonly value: Json; readonly text: string }
  | { readonly kind: "refused"; readonly failure: Failure };

class Refusal {
  readonly code: ErrorCode;
  readonly message: string;
  constructor(code: ErrorCode, message: string) {
    this.code = code;
    this.message = message;
  }
}

export function ingest(value: unknown, limits: ValueLimits = DEFAULT_VALUE_LIMITS): Ingested {
  try {
    const copy = new Copy(limits).of(value, "", 0);
    const text = JSON.stringify(copy);
    if (text.length > limits.maxLength) throw tooLarge("", limits);
    return { kind: "ok", value: copy, text };
  } catch (error) {
    if (error instanceof Refusal)
      return { kind: "refused", failure: { code: error.code, message: messageOf(error.message) } };
    return { kind: "refused", failure: { code: "value.invalid", message: `cannot be read: ${messageOf(error)}` } };
  }
}

const tooLarge = (path: string, limits: ValueLimits): Refusal =>
  new Refusal(
    "value.too-large",
    `${place(path)} is larger than ${limits.maxLength} characters; return a reference or a part`,
  );

const place = (path: string): string => (path === "" ? "the value" : path);

/** Copies within limits. Size is counted on the way, so a huge value is refused before it is written out. */
class Copy {
  readonly #limits: ValueLimits;
  #size = 0;

  constructor(limits: ValueLimits) {
    this.#limits = limits;
  }

  of(value: unknown, path: string, depth: number): Json {
    if (depth > this.#limits.maxDepth) {
      throw new Refusal(
        "value.too-deep",
        `${place(path)} is nested deeper than ${this.#limits.maxDepth} levels, or refers to itself`,
      );
    }
    switch (typeof value) {
      case "string":
        return this.#string(value, path);
      case "boolean":
        return value;
      case "number":
        if (!Number.isFinite(value))
          throw new Refusal("value.invalid", `${place(path)} is ${value}, which JSON cannot say`);
        this.#grow(8, path);
        return value === 0 ? 0 : value;
      case "undefined":
        return null;
      case "object":
        return value === null ? null : this.#object(value, path, depth);
      case "bigint":
      case "function":
      case "symbol":
        throw notJson(value, path);
    }
  }

  #string(value: string, path: string): string {
    this.#grow(value.length, path);
    if (!value.isWellFormed())
      throw new Refusal("value.invalid", `${place(path)} holds half a surrogate pair; it is not Unicode text`);
    return value;
  }

  #object(value: object, path: string, depth: number): Json {
    if (Array.isArray(value)) {
      // Read once: a proxy may name another length each time.
      const { length } = value;
      this.#grow(length, path);
      const list: Json[] = [];
      for (let i = 0; i < length; i++) list.push(this.of(value[i], `${path}[${i}]`, depth + 1));
      return Object.freeze(list);
    }
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) throw notJson(value, path);
    const copy: Record<string, Json> = {};
    for (const key of Object.keys(value).sort()) {
      if (key === "__proto__") throw new Refusal("value.invalid", `${place(path)} has a key "__proto__"`);
      const field: unknown = (value as Record<string, unknown>)[key];
      if (field === undefined) continue;
      copy[this.#string(key, `${path}.<key>`)] = this.of(field, path === "" ? key : `${path}.${key}`, depth + 1);
    }
    return Object.freeze(copy);
  }

  #grow(by: number, path: string): void {
    this.#size += by;
    if (this.#size > this.#limits.maxLength) throw tooLarge(path, this.#limits);
  }
}

const notJson = (value: unknown, path: string): Refusal =>
  new Refusal("value.invalid", `${place(path)} is a ${kindOf(value)}, which is not JSON`);

function kindOf(value: unknown): string {
  if (typeof value !== "object" || value === null) return typeof value;
  return (value.constructor as { readonly name?: string } | undefined)?.name ?? "object of a class";
}

/** Canonical text of a value that is already plain JSON. */
export function canonical(value: Json): string {
  const result = ingest(value, { maxLength: Number.MAX_SAFE_INTEGER, maxDepth: 1_000 });
  return result.kind === "ok" ? result.text : JSON.stringify(result.failure);
}
