/**
 * Budget: may the run spend that much? Two phases: hold the worst case before, settle what it really was afterwards.
 *
 * B1  For every cap that binds: spent + reserved <= cap after each hold.
 * B2  Amounts are non-negative integers; a hold resolves exactly once.
 * B3  A lost, aborted or crashed hold settles at the full hold, never at zero: nobody proved that nothing was sent.
 */
import type { Amount, HoldDecision, Ledger, Limits, Pot } from "../contracts/budget.ts";
import type { Timestamp } from "../contracts/units.ts";
import { withoutRow, withRow } from "./record.ts";

export const NOTHING: Amount = { costMicroUsd: 0, tokens: 0, steps: 0, toolCalls: 0 };

const COUNTED = ["costMicroUsd", "tokens", "steps", "toolCalls"] as const;

export const openLedger = (limits: Limits, startedAt: Timestamp): Ledger => ({
  limits,
  startedAt,
  spent: NOTHING,
  reserved: NOTHING,
  holds: {},
});

const combine = (a: Amount, b: Amount, sign: 1 | -1): Amount => ({
  costMicroUsd: a.costMicroUsd + sign * b.costMicroUsd,
  tokens: a.tokens + sign * b.tokens,
  steps: a.steps + sign * b.steps,
  toolCalls: a.toolCalls + sign * b.toolCalls,
});

const isAmount = (amount: Amount): boolean =>
  COUNTED.every((pot) => Number.isSafeInteger(amount[pot]) && amount[pot] >= 0);

/** Decides whether `holder` may spend up to `amount`. */
export function hold(ledger: Ledger, holder: string, amount: Amount, at: Timestamp): HoldDecision {
  if (!isAmount(amount))
    return { kind: "refused", pot: "costMicroUsd", reason: "the worst case of this call is not a known amount" };
  if (Object.hasOwn(ledger.holds, holder))
    return { kind: "refused", pot: "steps", reason: `${holder} already has a hold` };
  const late = wallExceeded(ledger, at);
  if (late !== undefined) return { kind: "refused", pot: "wallMs", reason: late };
  for (const pot of COUNTED) {
    const cap = ledger.limits[pot];
    const after = ledger.spent[pot] + ledger.reserved[pot] + amount[pot];
    if (cap !== undefined && after > cap) {
      return { kind: "refused", pot, reason: `${pot}: ${after} would pass the cap of ${cap}` };
    }
  }
  return {
    kind: "granted",
    ledger: { ...ledger, reserved: combine(ledger.reserved, amount, 1), holds: withRow(ledger.holds, holder, amount) },
  };
}

/** Closes a hold. Without `actual`, at the hold itself (B3). Unknown holders change nothing: a hold closes once (B2). */
export function settle(ledger: Ledger, holder: string, actual?: Amount): Ledger {
  const held = ledger.holds[holder];
  if (held === undefined || !Object.hasOwn(ledger.holds, holder)) return ledger;
  const holds = withoutRow(ledger.holds, holder);
  const cost = actual !== undefined && isAmount(actual) ? actual : held;
  return { ...ledger, spent: combine(ledger.spent, cost, 1), reserved: combine(ledger.reserved, held, -1), holds };
}

/** Closes a hold at zero. Only for calls that provably were never made. */
export function release(ledger: Ledger, holder: string): Ledger {
  const held = ledger.holds[holder];
  if (held === undefined || !Object.hasOwn(ledger.holds, holder)) return ledger;
  const holds = withoutRow(ledger.holds, holder);
  return { ...ledger, reserved: combine(ledger.reserved, held, -1), holds };
}

function wallExceeded(ledger: Ledger, at: Timestamp): string | undefined {
  const cap = ledger.limits.wallMs;
  const elapsed = at - ledger.startedAt;
  return cap !== undefined && elapsed >= cap ? `wallMs: ${elapsed} ms have passed of ${cap} ms` : undefined;
}

/** Raises the cap of one pot by `by` (default: by its size), by one at least. A cap that does not bind stays so. */
export function raise(ledger: Ledger, pot: Pot, by?: number): Ledger {
  const cap = ledger.limits[pot];
  return cap === undefined ? ledger : { ...ledger, limits: { ...ledger.limits, [pot]: cap + Math.max(by ?? cap, 1) } };
}
