/** What may cross a boundary or enter a journal: plain JSON, frozen. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/** Bounds on one value that comes from outside. Beyond them it is refused, not cut. */
export interface ValueLimits {
  /** UTF-16 units of its canonical JSON text. Default 8,388,608. */
  readonly maxLength: number;
  /** Nesting. Default 64. */
  readonly maxDepth: number;
}

export const DEFAULT_VALUE_LIMITS: ValueLimits = { maxLength: 8_388_608, maxDepth: 64 };
