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
    const copy = new Copy(limits).of(value);
    const text = JSON.stringify(copy);
    if (text.length > limits.maxLength) throw tooLarge(THE_VALUE, limits);
    return { kind: "ok", value: copy, text };
  } catch (error) {
    if (error instanceof Refusal)
      return { kind: "refused", failure: { code: error.code, message: messageOf(error.message) } };
    return { kind: "refused", failure: { code: "value.invalid", message: `cannot be read: ${messageOf(error)}` } };
  }
}

/** Copies within limits. Size is counted on the way, so a huge value is refused before it is written out. */
class Copy {
  readonly #limits: ValueLimits;
  /** Keys and places on the way to what is being copied; said only of what is refused. */
  readonly #path: (string | number)[] = [];
  #size = 0;

  constructor(limits: ValueLimits) {
    this.#limits = limits;
  }

  of(value: unknown): Json {
    switch (typeof value) {
      case "string":
        return this.#string(value);
      case "boolean":
        return value;
      case "number":
        if (!Number.isFinite(value)) throw this.#invalid(`is ${value}, which JSON cannot say`);
        this.#grow(8);
        return value === 0 ? 0 : value;
      case "undefined":
        return null;
      case "object":
        return value === null ? null : this.#object(value);
      case "bigint":
      case "function":
      case "symbol":
        throw this.#notJson(value);
    }
  }

  #string(value: string): string {
    this.#grow(value.length);
    if (!value.isWellFormed()) throw this.#invalid("holds half a surrogate pair; it is not Unicode text");
    return value;
  }

  #object(value: object): Json {
    if (Array.isArray(value)) return this.#list(value);
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) throw this.#notJson(value);
    const copy: Record<string, Json> = {};
    for (const key of sorted(Object.keys(value))) {
      if (key === "__proto__") throw this.#invalid('has a key "__proto__"');
      const field: unknown = (value as Record<string, unknown>)[key];
      if (field === undefined) continue;
      this.#admitKey(key);
      copy[key] = this.#within(key, field);
    }
    return Object.freeze(copy);
  }

  #list(value: readonly unknown[]): Json {
    // Read once: a proxy may name another length each time.
    const { length } = value;
    this.#grow(length);
    const list: Json[] = [];
    for (let i = 0; i < length; i++) list.push(this.#within(i, value[i]));
    return Object.freeze(list);
  }

  #within(step: string | number, value: unknown): Json {
    this.#path.push(step);
    if (this.#path.length > this.#limits.maxDepth)
      throw new Refusal(
        "value.too-deep",
        `${this.#place()} is nested deeper than ${this.#limits.maxDepth} levels, or refers to itself`,
      );
    const copy = this.of(value);
    this.#path.pop();
    return copy;
  }

  #admitKey(key: string): void {
    if (key.isWellFormed() && this.#size + key.length <= this.#limits.maxLength) {
      this.#size += key.length;
      return;
    }
    this.#path.push("<key>");
    this.#string(key);
  }

  #grow(by: number): void {
    this.#size += by;
    if (this.#size > this.#limits.maxLength) throw tooLarge(this.#place(), this.#limits);
  }

  #invalid(fault: string): Refusal {
    return new Refusal("value.invalid", `${this.#place()} ${fault}`);
  }

  #notJson(value: unknown): Refusal {
    return this.#invalid(`is a ${kindOf(value)}, which is not JSON`);
  }

  #place(): string {
    const path = this.#path.map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`)).join("");
    return path === "" ? THE_VALUE : path === ".<key>" ? path : path.replace(/^\./, "");
  }
}

const THE_VALUE = "the value";

const tooLarge = (place: string, { maxLength }: ValueLimits): Refusal =>
  new Refusal("value.too-large", `${place} is larger than ${maxLength} characters; return a reference or a part`);

/** In canonical order (G2): most objects have their keys in it already. */
function sorted(keys: string[]): readonly string[] {
  for (let i = 1; i < keys.length; i++) if ((keys[i - 1] as string) > (keys[i] as string)) return keys.sort();
  return keys;
}

function kindOf(value: unknown): string {
  if (typeof value !== "object" || value === null) return typeof value;
  return (value.constructor as { readonly name?: string } | undefined)?.name ?? "object of a class";
}

/** Canonical text of a value that is already plain JSON. */
export function canonical(value: Json): string {
  const result = ingest(value, { maxLength: Number.MAX_SAFE_INTEGER, maxDepth: 1_000 });
  return result.kind === "ok" ? result.text : JSON.stringify(result.failure);
}
