/**
 * Retry: again or not, and when?
 *
 * R1  Never more attempts than one plus the retries.
 * R2  Waits double from `backoffMs`, up to an hour. No randomness: the wait is part of the record.
 */
import { type ErrorCode, errorCodes } from "../contracts/errors.ts";
import type { Milliseconds } from "../contracts/units.ts";

const LONGEST: Milliseconds = 3_600_000;

/** Doublings that take even one millisecond past the longest wait. More would end at infinity, and 0 × ∞ is no time. */
const MOST_DOUBLINGS = 22;

export const DEFAULT_BACKOFF: Milliseconds = 1_000;

export type RetryDecision = { readonly kind: "again"; readonly afterMs: Milliseconds } | { readonly kind: "give-up" };

export function retry(failure: ErrorCode, attempt: number, retries: number, backoffMs: Milliseconds): RetryDecision {
  if (attempt > retries || !errorCodes[failure].retry) return { kind: "give-up" };
  return { kind: "again", afterMs: Math.min(backoffMs * 2 ** Math.min(attempt - 1, MOST_DOUBLINGS), LONGEST) };
}
