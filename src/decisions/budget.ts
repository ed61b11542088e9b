/**
 * Budget: may the run spend that much? Two phases: hold the worst case before, settle what it really was afterwards.
 *
 * B1  For every cap that binds: spent + reserved <= cap after each hold.
 * B2  Amounts are non-negative integers; a hold resolves exactly once.
 * B3  A lost, aborted or crashed hold settles at the full hold, never at zero: nobody proved that nothing was sent.
 * B4  A hold is checked in every part on its path and in the run, and held in all of them or in none.
 */
import type {
  Amount,
  CountedPot,
  Hold,
  HoldDecision,
  Ledger,
  Limits,
  Part,
  PartLimits,
  PartNumber,
  Pot,
  Refused,
  TimedPot,
} from "../contracts/budget.ts";
import type { Milliseconds, Timestamp } from "../contracts/units.ts";
import { withoutRow, withRow } from "./record.ts";

export const NOTHING: Amount = { costMicroUsd: 0, tokens: 0, steps: 0, toolCalls: 0 };

export const COUNTED: readonly CountedPot[] = ["costMicroUsd", "tokens", "steps", "toolCalls"];
export const TIMED: readonly TimedPot[] = ["wallMs", "activeMs"];

export const openLedger = (limits: Limits, startedAt: Timestamp, parts: readonly Part[] = []): Ledger => ({
  limits,
  startedAt,
  spent: NOTHING,
  reserved: NOTHING,
  holds: {},
  parts,
  idleMs: 0,
  idleSince: null,
});

export const openPart = (name: string, limits: PartLimits): Part => ({
  name,
  limits,
  spent: NOTHING,
  reserved: NOTHING,
});

export const combine = (a: Amount, b: Amount, sign: 1 | -1 = 1): Amount => ({
  costMicroUsd: a.costMicroUsd + sign * b.costMicroUsd,
  tokens: a.tokens + sign * b.tokens,
  steps: a.steps + sign * b.steps,
  toolCalls: a.toolCalls + sign * b.toolCalls,
});

const isAmount = (amount: Amount): boolean =>
  COUNTED.every((pot) => Number.isSafeInteger(amount[pot]) && amount[pot] >= 0);

type Balance = Pick<Part, "spent" | "reserved"> & { readonly limits: PartLimits };

/** Decides whether `holder` may spend up to `amount`, in the run and in `parts` of it (B4). */
export function hold(
  ledger: Ledger,
  holder: string,
  amount: Amount,
  at: Timestamp,
  parts: readonly PartNumber[] = [],
): HoldDecision {
  let refused = senseless(ledger, holder, amount) ?? late(ledger, at) ?? short(ledger, amount);
  for (const one of parts) refused ??= shortIn(ledger, one, amount);
  if (refused !== undefined) return refused;
  const reserved = combine(ledger.reserved, amount);
  if (parts.length === 0)
    return { kind: "granted", ledger: { ...ledger, reserved, holds: withRow(ledger.holds, holder, amount) } };
  const holds = withRow(ledger.holds, holder, { ...amount, parts });
  const own = inParts(ledger, parts, (part) => ({ ...part, reserved: combine(part.reserved, amount) }));
  return { kind: "granted", ledger: { ...ledger, reserved, holds, parts: own } };
}

function senseless(ledger: Ledger, holder: string, amount: Amount): Refused | undefined {
  const refused = (pot: Pot, reason: string): Refused => ({ kind: "refused", pot, reason, short: 0 });
  if (!isAmount(amount)) return refused("costMicroUsd", "the worst case of this call is not a known amount");
  if (Object.hasOwn(ledger.holds, holder)) return refused("steps", `${holder} already has a hold`);
  return undefined;
}

function late(ledger: Ledger, at: Timestamp): Refused | undefined {
  for (const pot of TIMED) {
    const cap = ledger.limits[pot];
    const elapsed = cap === undefined ? 0 : elapsedIn(ledger, pot, at);
    if (cap !== undefined && elapsed >= cap) {
      const reason = `${pot}: ${elapsed} ms have passed of ${cap} ms`;
      return { kind: "refused", pot, reason, short: elapsed - cap + 1 };
    }
  }
  return undefined;
}

function short({ limits, spent, reserved }: Balance, amount: Amount): Refused | undefined {
  for (const pot of COUNTED) {
    const cap = limits[pot];
    const after = spent[pot] + reserved[pot] + amount[pot];
    if (cap !== undefined && after > cap)
      return { kind: "refused", pot, reason: `${pot}: ${after} would pass the cap of ${cap}`, short: after - cap };
  }
  return undefined;
}

function shortIn(ledger: Ledger, number: PartNumber, amount: Amount): Refused | undefined {
  const part = ledger.parts[number];
  if (part === undefined) return undefined;
  const refused = short(part, amount);
  return refused === undefined ? undefined : { ...refused, reason: `${part.name}: ${refused.reason}`, part: number };
}

function inParts({ parts }: Ledger, numbers: readonly PartNumber[], change: (part: Part) => Part): readonly Part[] {
  const copy = [...parts];
  for (const number of numbers) {
    const part = copy[number];
    if (part !== undefined) copy[number] = change(part);
  }
  return copy;
}

/** Closes a hold. Without `actual`, at the hold itself (B3). Unknown holders change nothing: a hold closes once (B2). */
export function settle(ledger: Ledger, holder: string, actual?: Amount): Ledger {
  const held = heldBy(ledger, holder);
  if (held === undefined) return ledger;
  return close(ledger, holder, held, actual !== undefined && isAmount(actual) ? actual : held);
}

/** Closes a hold at zero. Only for calls that provably were never made. */
export function release(ledger: Ledger, holder: string): Ledger {
  const held = heldBy(ledger, holder);
  return held === undefined ? ledger : close(ledger, holder, held, NOTHING);
}

const heldBy = (ledger: Ledger, holder: string): Hold | undefined =>
  Object.hasOwn(ledger.holds, holder) ? ledger.holds[holder] : undefined;

function close(ledger: Ledger, holder: string, held: Hold, cost: Amount): Ledger {
  const spent = combine(ledger.spent, cost);
  const reserved = combine(ledger.reserved, held, -1);
  const holds = withoutRow(ledger.holds, holder);
  if (held.parts === undefined) return { ...ledger, spent, reserved, holds };
  const parts = inParts(ledger, held.parts, (part) => ({
    ...part,
    spent: combine(part.spent, cost),
    reserved: combine(part.reserved, held, -1),
  }));
  return { ...ledger, spent, reserved, holds, parts };
}

/** Time that has passed: all of it, or without that in which the run waited for people. */
export function elapsedIn(ledger: Ledger, pot: TimedPot, at: Timestamp): Milliseconds {
  const elapsed = at - ledger.startedAt;
  return pot === "wallMs" ? elapsed : elapsed - ledger.idleMs - (ledger.idleSince === null ? 0 : at - ledger.idleSince);
}

/** From now on the run waits for people. */
export const rest = (ledger: Ledger, at: Timestamp): Ledger =>
  ledger.idleSince === null ? { ...ledger, idleSince: at } : ledger;

/** It waits no longer. */
export const wake = (ledger: Ledger, at: Timestamp): Ledger =>
  ledger.idleSince === null ? ledger : { ...ledger, idleMs: ledger.idleMs + at - ledger.idleSince, idleSince: null };

/** Raises the cap of one pot by `by` (default: by its size), by one at least. A cap that does not bind stays so. */
export function raise(ledger: Ledger, pot: Pot, by?: number, part?: PartNumber): Ledger {
  const limits: Limits | undefined = part === undefined ? ledger.limits : ledger.parts[part]?.limits;
  const cap = limits?.[pot];
  if (cap === undefined) return ledger;
  const raised = { ...limits, [pot]: cap + Math.max(by ?? cap, 1) };
  return part === undefined
    ? { ...ledger, limits: raised }
    : { ...ledger, parts: inParts(ledger, [part], (one) => ({ ...one, limits: raised })) };
}

/** Lowers the caps of the run to those given; one that is higher changes nothing. What is in flight may finish. */
export function lower(ledger: Ledger, caps: Limits): Ledger {
  const limits: { -readonly [pot in Pot]?: number } = { ...ledger.limits };
  for (const pot of [...COUNTED, ...TIMED]) {
    const cap = caps[pot];
    if (cap !== undefined) limits[pot] = Math.min(limits[pot] ?? cap, cap);
  }
  return { ...ledger, limits };
}

/** Pots in which more is spent and held than the cap allows: it was lowered, or a call cost more than it said. */
export const overCommitted = ({ limits, spent, reserved }: Balance): readonly CountedPot[] =>
  COUNTED.filter((pot) => spent[pot] + reserved[pot] > (limits[pot] ?? Number.POSITIVE_INFINITY));
