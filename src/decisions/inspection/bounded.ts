/**
 * Bounded: any value as JSON that is small enough to be shown.
 *
 * B1  It never throws, whatever the value: cycles, getters that throw, what is no JSON.
 * B2  What is left out is said where it is missing.
 */
import type { Json } from "../../contracts/json.ts";

export interface Bounds {
  /** Objects within objects. */
  readonly depth: number;
  /** Of one list, fields of one object. */
  readonly items: number;
  /** Characters of one text. */
  readonly text: number;
  /** Values in all. Default 5,000. */
  readonly total?: number;
}

const TOTAL = 5_000;

export const bounded = (value: unknown, bounds: Bounds): Json => new Bounded(bounds).of(value, 0);

class Bounded {
  readonly #bounds: Bounds;
  readonly #above: unknown[] = [];
  #left: number;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
    this.#left = bounds.total ?? TOTAL;
  }

  of(value: unknown, depth: number): Json {
    this.#left--;
    if (value === null || typeof value === "boolean") return value;
    if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
    if (typeof value === "string") return cut(value, this.#bounds.text);
    if (typeof value !== "object") return value === undefined ? null : `[${typeof value}]`;
    if (this.#above.includes(value)) return "[circular]";
    this.#above.push(value);
    try {
      return this.#inside(value, depth);
    } catch {
      return "[unreadable]";
    } finally {
      this.#above.pop();
    }
  }

  #inside(value: object, depth: number): Json {
    if (Array.isArray(value)) return this.#list(value, depth);
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) return `[${nameOf(prototype)}]`;
    const keys = Object.keys(value);
    if (keys.length > 0 && depth >= this.#bounds.depth) return `[${keys.length} fields]`;
    const shown: Record<string, Json> = {};
    let count = 0;
    for (const key of keys) {
      if (count >= this.#bounds.items || this.#left <= 0) {
        shown["…"] = `${keys.length - count} more`;
        break;
      }
      put(shown, cut(key, this.#bounds.text), this.of((value as Record<string, unknown>)[key], depth + 1));
      count++;
    }
    return shown;
  }

  #list(list: readonly unknown[], depth: number): Json {
    if (list.length > 0 && depth >= this.#bounds.depth) return `[${list.length} items]`;
    const shown: Json[] = [];
    for (const item of list) {
      if (shown.length >= this.#bounds.items || this.#left <= 0) {
        shown.push(`… ${list.length - shown.length} more`);
        break;
      }
      shown.push(this.of(item, depth + 1));
    }
    return shown;
  }
}

/** Also for a key such as `__proto__`, which would be no field when it is assigned. */
const put = (to: Record<string, Json>, key: string, value: Json): void => {
  Object.defineProperty(to, key, { value, enumerable: true, configurable: true, writable: true });
};

const nameOf = (prototype: unknown): string => {
  const { name } = (prototype as { readonly constructor?: { readonly name?: unknown } }).constructor ?? {};
  return typeof name === "string" ? name : "object";
};

export const cut = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most).toWellFormed()}… (${text.length} characters)` : text;
