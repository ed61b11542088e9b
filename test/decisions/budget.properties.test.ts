/** The real ledger against a clerk's books; and the same with each rule broken in turn. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Amount, Ledger, Part } from "../../src/contracts/budget.ts";
import { hold, NOTHING, raise, release, settle } from "../../src/decisions/budget.ts";
import { booksProperty, type LedgerRules, ledgerRules } from "../support/budget-clerk.ts";

const RUNS = 20_000;

it("I-B1 I-B2 I-B3 I-B4 F-BUD-06 F-BUD-07 F-BUD-08 F-BUD-09 keeps the books a clerk keeps, in the run and in every part", () => {
  const tally = { granted: 0, refused: 0 };
  fc.assert(booksProperty(ledgerRules, tally), { numRuns: RUNS });
  // The generator collides: neither side of the rule is rare.
  expect(tally.granted).toBeGreaterThan(10_000);
  expect(tally.refused).toBeGreaterThan(5_000);
});

/** One of them, with the balances of the run and of all parts changed alike. */
const everywhere = (ledger: Ledger, change: (balance: Pick<Part, "spent" | "reserved">) => object): Ledger => ({
  ...ledger,
  ...change(ledger),
  parts: ledger.parts.map((part) => ({ ...part, ...change(part) })),
});

const less = (a: Amount, b: Amount): Amount => ({
  costMicroUsd: a.costMicroUsd - b.costMicroUsd,
  tokens: a.tokens - b.tokens,
  steps: a.steps - b.steps,
  toolCalls: a.toolCalls - b.toolCalls,
});

/** A close that closes again what it has closed: the mutant's ledger remembers what that was. */
const twice = (close: LedgerRules["settle"]): LedgerRules["settle"] => {
  return (ledger, holder, actual) => {
    const { closed = {} } = ledger as { readonly closed?: Record<string, Amount> };
    const open = Object.hasOwn(ledger.holds, holder) ? ledger.holds[holder] : undefined;
    if (open !== undefined)
      return { ...close(ledger, holder, actual), closed: { ...closed, [holder]: open } } as Ledger;
    const again = Object.hasOwn(closed, holder) ? closed[holder] : undefined;
    return again === undefined ? ledger : { ...ledger, reserved: less(ledger.reserved, again) };
  };
};

const NO_LIMITS = { limits: {} };

const mutants: Readonly<Record<string, Partial<LedgerRules>>> = {
  "a hold released twice": { release: twice(release) },
  "a hold settled twice": { settle: twice(settle) },
  "no check of the parts": {
    hold: (ledger, holder, amount, at, parts) => {
      const free = { ...ledger, parts: ledger.parts.map((part) => ({ ...part, ...NO_LIMITS })) };
      const decision = hold(free, holder, amount, at, parts);
      return decision.kind === "refused"
        ? decision
        : {
            ...decision,
            ledger: {
              ...decision.ledger,
              parts: decision.ledger.parts.map((part, n) => ({ ...part, limits: ledger.parts[n]?.limits ?? {} })),
            },
          };
    },
  },
  "no check of the whole": {
    hold: (ledger, holder, amount, at, parts) => {
      const decision = hold({ ...ledger, ...NO_LIMITS }, holder, amount, at, parts);
      return decision.kind === "refused"
        ? decision
        : { ...decision, ledger: { ...decision.ledger, limits: ledger.limits } };
    },
  },
  "held in the run alone": { hold: (ledger, holder, amount, at) => hold(ledger, holder, amount, at) },
  "a bill cut to its hold": {
    settle: (ledger, holder, actual) => {
      const held = ledger.holds[holder];
      if (held === undefined || actual === undefined) return settle(ledger, holder, actual);
      return settle(ledger, holder, { ...actual, tokens: Math.min(actual.tokens, held.tokens) });
    },
  },
  "a lost call for nothing": { settle: (ledger, holder, actual) => settle(ledger, holder, actual ?? NOTHING) },
  "a bill that is no amount for nothing": {
    settle: (ledger, holder, actual) => {
      const isOdd = actual !== undefined && Object.values(actual).some((one) => one < 0 || !Number.isInteger(one));
      return settle(ledger, holder, isOdd ? NOTHING : actual);
    },
  },
  "a check after the fact": {
    hold: (ledger, holder, amount, at, parts) => {
      const open = everywhere(ledger, ({ reserved }) => ({ reserved: less(reserved, reserved) }));
      const decision = hold(open, holder, amount, at, parts);
      if (decision.kind === "refused") return decision;
      const unchecked = everywhere({ ...ledger, limits: {} }, () => NO_LIMITS);
      const held = hold(unchecked, holder, amount, at, parts);
      if (held.kind === "refused") return held;
      const back = held.ledger.parts.map((part, n) => ({ ...part, limits: ledger.parts[n]?.limits ?? {} }));
      return { kind: "granted", ledger: { ...held.ledger, limits: ledger.limits, parts: back } };
    },
  },
  "no reservation": {
    hold: (ledger, holder, amount, at, parts) => {
      const decision = hold(ledger, holder, amount, at, parts);
      return decision.kind === "refused"
        ? decision
        : { kind: "granted", ledger: { ...decision.ledger, reserved: ledger.reserved } };
    },
  },
  "a settled hold that stays reserved": {
    settle: (ledger, holder, actual) => ({ ...settle(ledger, holder, actual), reserved: ledger.reserved }),
  },
  "a part that is not settled": {
    settle: (ledger, holder, actual) => ({ ...settle(ledger, holder, actual), parts: ledger.parts }),
  },
  "waiting for people that counts": { rest: (ledger) => ledger },
  "a cap raised without being asked": {
    lower: (ledger, limits) => ({ ...ledger, limits: { ...ledger.limits, ...limits } }),
  },
  "a grant to the whole for a part": { raise: (ledger, pot, by) => raise(ledger, pot, by) },
};

describe("a ledger with one rule broken", () => {
  it.each(Object.entries(mutants))("I-B4 F-BUD-08 is caught: %s", (_, broken) => {
    const found = fc.check(booksProperty({ ...ledgerRules, ...broken }), { numRuns: RUNS });
    expect(found.failed).toBe(true);
  });
});
