import { describe, expect, it } from "vitest";
import type { Amount, Ledger } from "../../src/contracts/budget.ts";
import { hold, NOTHING, openLedger, raise, release, settle } from "../../src/decisions/budget.ts";
import { amount } from "../support/runs.ts";

const held = (ledger: Ledger, holder: string, wanted: Amount, at = 0): Ledger => {
  const decision = hold(ledger, holder, wanted, at);
  if (decision.kind === "refused") throw new Error(decision.reason);
  return decision.ledger;
};

describe("hold", () => {
  it.each(["costMicroUsd", "tokens", "steps", "toolCalls"] as const)(
    "B1 fills %s to the cap and not one above",
    (pot) => {
      const ledger = openLedger({ [pot]: 3 }, 0);
      expect(hold(ledger, "a", amount({ [pot]: 3 }), 0).kind).toBe("granted");
      expect(hold(ledger, "a", amount({ [pot]: 4 }), 0)).toEqual({
        kind: "refused",
        pot,
        reason: `${pot}: 4 would pass the cap of 3`,
        short: 1,
      });
    },
  );

  it("B1 counts what is spent and what others hold", () => {
    let ledger = openLedger({ tokens: 5 }, 0);
    ledger = settle(held(ledger, "a", amount({ tokens: 2 })), "a");
    ledger = held(ledger, "b", amount({ tokens: 2 }));
    expect(hold(ledger, "c", amount({ tokens: 2 }), 0)).toMatchObject({ kind: "refused", pot: "tokens" });
    expect(hold(ledger, "c", amount({ tokens: 1 }), 0).kind).toBe("granted");
  });

  it("F-BUD-01 grants 50 of 1,000 calls of $0.10 against a cap of $5", () => {
    let ledger = openLedger({ costMicroUsd: 5_000_000 }, 0);
    for (let i = 0; i < 1_000; i++) {
      const decision = hold(ledger, `call ${i}`, amount({ costMicroUsd: 100_000 }), 0);
      if (decision.kind === "granted") ledger = decision.ledger;
    }
    expect(Object.keys(ledger.holds)).toHaveLength(50);
    expect(ledger.reserved.costMicroUsd).toBe(5_000_000);
  });

  it("F-BUD-05 refuses an amount nobody knows", () => {
    const ledger = openLedger({}, 0);
    for (const unknown of [Number.NaN, Number.POSITIVE_INFINITY, -1, 0.5, 2 ** 53]) {
      for (const pot of ["costMicroUsd", "tokens", "steps", "toolCalls"] as const) {
        expect(hold(ledger, "a", amount({ [pot]: unknown }), 0)).toMatchObject({
          kind: "refused",
          pot: "costMicroUsd",
        });
      }
    }
  });

  it("F-BUD-06 adds a tenth of a dollar ten times to exactly one", () => {
    let ledger = openLedger({ costMicroUsd: 1_000_000 }, 0);
    for (let i = 0; i < 10; i++) ledger = settle(held(ledger, "a", amount({ costMicroUsd: 100_000 })), "a");
    expect(ledger.spent.costMicroUsd).toBe(1_000_000);
    expect(hold(ledger, "a", amount({ costMicroUsd: 1 }), 0).kind).toBe("refused");
  });

  it("B2 refuses a second hold for one holder", () => {
    const ledger = held(openLedger({}, 0), "a", amount({ steps: 1 }));
    expect(hold(ledger, "a", amount({ steps: 1 }), 0)).toMatchObject({ kind: "refused", pot: "steps" });
  });

  it("B2 keeps holders apart that are named like members of Object", () => {
    for (const name of ["constructor", "toString", "__proto__"]) {
      const open = openLedger({}, 0);
      expect(settle(open, name)).toBe(open);
      expect(release(open, name)).toBe(open);
      const ledger = held(open, name, amount({ tokens: 2 }));
      expect(Object.keys(ledger.holds)).toEqual([name]);
      expect(settle(ledger, name)).toMatchObject({ spent: { tokens: 2 }, reserved: NOTHING });
    }
  });

  it("F-BUD-10 counts wall time from the start, waiting included, and refuses from the cap on", () => {
    const ledger = openLedger({ wallMs: 100 }, 1_000);
    expect(hold(ledger, "a", NOTHING, 1_099).kind).toBe("granted");
    expect(hold(ledger, "a", NOTHING, 1_100)).toEqual({
      kind: "refused",
      pot: "wallMs",
      reason: "wallMs: 100 ms have passed of 100 ms",
      short: 1,
    });
  });

  it("F-BUD-09 grants nothing over a cap that was passed, and lets what is in flight finish", () => {
    let ledger = held(openLedger({ tokens: 4 }, 0), "a", amount({ tokens: 2 }));
    ledger = held(ledger, "b", amount({ tokens: 2 }));
    ledger = settle(ledger, "a", amount({ tokens: 9 }));
    expect(ledger.spent.tokens).toBe(9);
    expect(hold(ledger, "c", amount({ tokens: 0 }), 0).kind).toBe("refused");
    expect(settle(ledger, "b", amount({ tokens: 1 })).spent.tokens).toBe(10);
  });
});

describe("settle, release", () => {
  const one = held(openLedger({ costMicroUsd: 10 }, 0), "a", amount({ costMicroUsd: 7, steps: 1 }));

  it("B3 settles at the hold when nobody says what it came to", () => {
    expect(settle(one, "a")).toMatchObject({ spent: { costMicroUsd: 7, steps: 1 }, reserved: NOTHING, holds: {} });
  });

  it("B3 settles at the hold when what is said is no amount", () => {
    for (const said of [Number.NaN, -1, 0.5, Number.POSITIVE_INFINITY])
      expect(settle(one, "a", amount({ costMicroUsd: said })).spent.costMicroUsd).toBe(7);
  });

  it("settles at the actual amount, and frees the rest", () => {
    const ledger = settle(one, "a", amount({ costMicroUsd: 2 }));
    expect(ledger).toMatchObject({ spent: { costMicroUsd: 2, steps: 0 }, reserved: NOTHING });
    expect(hold(ledger, "b", amount({ costMicroUsd: 8 }), 0).kind).toBe("granted");
  });

  it("F-BUD-08 changes nothing when a hold is closed again", () => {
    for (const closed of [settle(one, "a"), release(one, "a")]) {
      expect(settle(closed, "a")).toBe(closed);
      expect(release(closed, "a")).toBe(closed);
    }
  });

  it("releases at zero and leaves other holds open", () => {
    const two = held(one, "b", amount({ costMicroUsd: 1 }));
    expect(release(two, "a")).toMatchObject({
      spent: NOTHING,
      reserved: { costMicroUsd: 1, steps: 0 },
      holds: { b: { costMicroUsd: 1 } },
    });
    expect(settle(two, "b").holds).toEqual({ a: amount({ costMicroUsd: 7, steps: 1 }) });
  });
});

describe("raise", () => {
  const limits = { tokens: 4, steps: 0 };

  it("raises one cap by what is given, or by its size", () => {
    expect(raise(openLedger(limits, 0), "tokens", 3).limits).toEqual({ tokens: 7, steps: 0 });
    expect(raise(openLedger(limits, 0), "tokens").limits).toEqual({ tokens: 8, steps: 0 });
  });

  it("raises by one at least, so that a granted wish is not asked about for ever", () => {
    expect(raise(openLedger(limits, 0), "steps").limits.steps).toBe(1);
    expect(raise(openLedger(limits, 0), "steps", 0).limits.steps).toBe(1);
    expect(raise(openLedger(limits, 0), "tokens", -3).limits.tokens).toBe(5);
  });

  it("leaves a cap that does not bind as it is", () => {
    const ledger = openLedger(limits, 0);
    expect(raise(ledger, "costMicroUsd", 5)).toBe(ledger);
  });
});
