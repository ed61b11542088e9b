/**
 * Usage: what did a call come to, by its own word?
 *
 * U1  What is not said has cost its hold.
 * U2  What is no amount has cost its hold, and is flagged: negative, not a number, or out of all proportion.
 * U3  More than was held counts as it was said; the difference is on record.
 */
import type { Amount, CountedPot } from "../contracts/budget.ts";
import type { Reported } from "../contracts/tools.ts";
import { NOTHING } from "./budget.ts";

/** A bill of so many times its hold is taken for a mistake of the one who reads the bill, such as dollars for cents. */
const ABSURD = 1_000;

export interface Usage {
  readonly actual: Amount;
  /** Pots in which what was said cannot be trusted. */
  readonly untrusted: readonly CountedPot[];
  /** What was said above the hold. */
  readonly over: Amount;
}

export function usageOf(held: Amount, reported: Reported): Usage {
  const actual: { -readonly [pot in CountedPot]: number } = {
    ...NOTHING,
    steps: held.steps,
    toolCalls: held.toolCalls,
  };
  const over: { -readonly [pot in CountedPot]: number } = { ...NOTHING };
  const untrusted: CountedPot[] = [];
  for (const pot of ["costMicroUsd", "tokens"] as const) {
    const said = reported[pot];
    const isTrusted = said === undefined || (isAmount(said) && (held[pot] === 0 || said <= held[pot] * ABSURD));
    if (!isTrusted) untrusted.push(pot);
    actual[pot] = isTrusted && typeof said === "number" ? said : held[pot];
    over[pot] = Math.max(0, actual[pot] - held[pot]);
  }
  return { actual, untrusted, over };
}

const isAmount = (said: unknown): said is number => Number.isSafeInteger(said) && (said as number) >= 0;
