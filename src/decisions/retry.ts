/**
 * Retry: again or not, and when?
 *
 * R1  Never more attempts than one plus the retries.
 * R2  Waits double from `backoffMs`, up to an hour.
 * R3  Each wait is longer by up to a quarter, so that what failed together does not come again together. By how much
 *     follows from the names of the run and the task or call: no randomness, and the same on every replay.
 * R4  All second tries of a run together stay within a share of its traffic, however many fail.
 */
import { type ErrorCode, errorCodes } from "../contracts/errors.ts";
import type { FailureSettings } from "../contracts/settings.ts";
import type { Milliseconds } from "../contracts/units.ts";

/** No wait is longer. */
export const LONGEST: Milliseconds = 3_600_000;

/** Doublings that take even one millisecond past the longest wait. More would end at infinity, and 0 × ∞ is no time. */
const MOST_DOUBLINGS = 22;

export const DEFAULT_BACKOFF: Milliseconds = 1_000;

const DEFAULT_SHARE = 0.1;
const DEFAULT_LEAST = 20;

export type RetryDecision = { readonly kind: "again"; readonly afterMs: Milliseconds } | { readonly kind: "give-up" };

export function retry(failure: ErrorCode, attempt: number, retries: number, backoffMs: Milliseconds): RetryDecision {
  if (attempt > retries || !errorCodes[failure].retry) return { kind: "give-up" };
  return { kind: "again", afterMs: Math.min(backoffMs * 2 ** Math.min(attempt - 1, MOST_DOUBLINGS), LONGEST) };
}

/** The wait with its jitter (R3). `seed` names what waits, and for which time. */
export const stretched = (ms: Milliseconds, seed: string): Milliseconds =>
  ms + Math.floor((ms / 4) * (fnv1a(seed) / 2 ** 32));

/** FNV-1a, 32 bits: spreads names evenly enough, and needs nothing. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

/** Whether one more second try fits, after `again` of them among `traffic` calls and tasks (R4). */
export const fitsTraffic = (
  again: number,
  traffic: number,
  { retryShare = DEFAULT_SHARE, leastRetries = DEFAULT_LEAST }: FailureSettings = {},
): boolean => again + 1 <= Math.max(leastRetries, Math.floor(retryShare * traffic));
