/**
 * Grant: by how much are caps to be raised?
 *
 * H1  What is proposed lets the refused call through: the size of the cap, or what is short, whichever is more.
 * H2  A person may give less, more, or other pots; nothing but whole amounts of pots that exist.
 */
import type { CapGrant, Ledger, Limits, Refused } from "../contracts/budget.ts";
import { COUNTED, TIMED } from "./budget.ts";

/** `first`: the caps the run was started with, so that what is proposed does not double each time. */
export function proposedGrant(ledger: Ledger, first: Limits, { pot, short, part }: Omit<Refused, "kind">): CapGrant {
  const limits: Limits = part === undefined ? ledger.limits : (ledger.parts[part]?.limits ?? {});
  const cap = limits[pot] ?? 0;
  const size = part === undefined ? Math.min(first[pot] ?? cap, cap) : cap;
  return { [pot]: Math.max(size, short, 1) };
}

/** What is wrong with a grant as a person gave it; undefined for a sound one. */
export function grantFault(value: unknown): string | undefined {
  const example = 'give pots and amounts, as in {"costMicroUsd": 500000}';
  if (typeof value !== "object" || value === null || Array.isArray(value)) return example;
  const entries = Object.entries(value);
  if (entries.length === 0) return `it grants nothing; ${example}, or reject`;
  const pots: readonly string[] = [...COUNTED, ...TIMED];
  for (const [pot, amount] of entries) {
    if (!pots.includes(pot)) return `there is no pot "${pot}"; there are ${pots.join(", ")}`;
    if (!(Number.isSafeInteger(amount) && amount > 0)) return `${pot} is ${String(amount)}; give a whole amount from 1`;
  }
  return undefined;
}
