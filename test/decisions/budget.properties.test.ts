import fc from "fast-check";
import { expect, it } from "vitest";
import type { Amount, Ledger, Limits, Pot } from "../../src/contracts/budget.ts";
import { hold, openLedger, raise, release, settle } from "../../src/decisions/budget.ts";

const COUNTED = ["costMicroUsd", "tokens", "steps", "toolCalls"] as const;

/** Two pots move together and two alone, so that refusals for each occur. */
const amounts = fc.record({
  costMicroUsd: fc.integer({ min: 0, max: 4 }),
  tokens: fc.integer({ min: 0, max: 2 }),
  steps: fc.constantFrom(0, 1),
  toolCalls: fc.constantFrom(0, 1),
});
const hostile = fc.oneof(
  { weight: 8, arbitrary: amounts },
  { weight: 1, arbitrary: amounts.map((one) => ({ ...one, tokens: -1 })) },
  { weight: 1, arbitrary: amounts.map((one) => ({ ...one, costMicroUsd: 0.5 })) },
);
const limits: fc.Arbitrary<Limits> = fc.record(
  {
    costMicroUsd: fc.integer({ min: 0, max: 8 }),
    tokens: fc.integer({ min: 0, max: 6 }),
    steps: fc.integer({ min: 0, max: 6 }),
    toolCalls: fc.integer({ min: 0, max: 6 }),
    wallMs: fc.integer({ min: 1, max: 8 }),
  },
  { requiredKeys: [] },
);
const holders = fc.constantFrom("a", "b", "c", "constructor");
const commands = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant("hold" as const), who: holders, amount: hostile }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("settle" as const), who: holders, amount: fc.option(hostile) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("release" as const), who: holders }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("raise" as const),
      pot: fc.constantFrom<Pot>(...COUNTED, "wallMs"),
      by: fc.option(fc.integer({ min: 0, max: 3 })),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.integer({ min: 0, max: 3 }) }) },
);

/** A ledger as a clerk would keep it: a list of lines, added up anew for each question. */
class Clerk {
  readonly caps: Map<string, number>;
  readonly open = new Map<string, Amount>();
  readonly paid: Amount[] = [];
  now = 0;

  constructor(caps: Limits) {
    this.caps = new Map(Object.entries(caps));
  }

  sum(lines: Iterable<Amount>): Amount {
    const total = { costMicroUsd: 0n, tokens: 0n, steps: 0n, toolCalls: 0n };
    for (const line of lines) for (const pot of COUNTED) total[pot] += BigInt(line[pot]);
    return {
      costMicroUsd: Number(total.costMicroUsd),
      tokens: Number(total.tokens),
      steps: Number(total.steps),
      toolCalls: Number(total.toolCalls),
    };
  }

  isKnown(one: Amount): boolean {
    return COUNTED.every((pot) => Number.isInteger(one[pot]) && !(one[pot] < 0));
  }

  /** The pots that forbid it; of a hold that makes no sense, any. */
  objections(who: string, wanted: Amount): readonly string[] {
    if (!this.isKnown(wanted) || this.open.has(who)) return [...COUNTED];
    const total = this.sum([...this.paid, ...this.open.values(), wanted]);
    const passed: string[] = COUNTED.filter((pot) => total[pot] > (this.caps.get(pot) ?? Number.MAX_VALUE));
    return this.now >= (this.caps.get("wallMs") ?? Number.MAX_VALUE) ? [...passed, "wallMs"] : passed;
  }
}

function agree({ spent, reserved, holds, limits: caps }: Ledger, clerk: Clerk): void {
  expect({ spent, reserved, holds, caps }).toEqual({
    spent: clerk.sum(clerk.paid),
    reserved: clerk.sum(clerk.open.values()),
    holds: Object.fromEntries(clerk.open),
    caps: Object.fromEntries(clerk.caps),
  });
}

it("B1 B2 B3 F-BUD-06 keeps the books a clerk keeps, through any holds, ends and raises", () => {
  let granted = 0;
  let refused = 0;
  fc.assert(
    fc.property(limits, fc.array(commands, { minLength: 3, maxLength: 10, size: "max" }), (caps, steps) => {
      let ledger = openLedger(caps, 0);
      const clerk = new Clerk(caps);
      for (const step of steps) {
        switch (step.do) {
          case "wait":
            clerk.now += step.ms;
            break;
          case "hold": {
            const objections = clerk.objections(step.who, step.amount);
            const decision = hold(ledger, step.who, step.amount, clerk.now);
            if (decision.kind === "refused") {
              refused++;
              expect(objections).toContain(decision.pot);
              break;
            }
            granted++;
            expect(objections).toEqual([]);
            ledger = decision.ledger;
            clerk.open.set(step.who, step.amount);
            expect(
              COUNTED.every((pot) => ledger.spent[pot] + ledger.reserved[pot] <= (ledger.limits[pot] ?? 2 ** 53)),
            ).toBe(true);
            break;
          }
          case "settle":
          case "release": {
            const open = clerk.open.get(step.who);
            if (step.do === "release") ledger = release(ledger, step.who);
            else ledger = settle(ledger, step.who, step.amount ?? undefined);
            if (open === undefined) break;
            clerk.open.delete(step.who);
            if (step.do === "settle") {
              const said = step.amount !== null && clerk.isKnown(step.amount) ? step.amount : open;
              clerk.paid.push(said);
            }
            break;
          }
          case "raise": {
            ledger = raise(ledger, step.pot, step.by ?? undefined);
            const cap = clerk.caps.get(step.pot);
            const by = step.by ?? cap;
            if (cap !== undefined) clerk.caps.set(step.pot, cap + (by === undefined || by < 1 ? 1 : by));
          }
        }
        agree(ledger, clerk);
      }
    }),
    { numRuns: 20_000 },
  );
  // The generator collides: neither side of the rule is rare.
  expect(granted).toBeGreaterThan(10_000);
  expect(refused).toBeGreaterThan(5_000);
});
