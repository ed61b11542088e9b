/** All that can happen to a few workers and one pot of money, over the rules that decide it in a run. */
import { describe, expect, it } from "vitest";
import { NOTHING } from "../../src/decisions/budget.ts";
import type { RunState } from "../../src/decisions/run-state.ts";
import { CAP, explore, type Protocol, realProtocol } from "../support/budget-explorer.ts";

describe("workers that share a pot of 5, make two calls each, and hold 2 for each", () => {
  it.each([2, 3, 4])(
    "I-B1 I-B5 I-B6 F-BUD-01 F-BUD-02 F-BUD-03 F-BUD-11 bill no more than that, %i of them, in any order, with a crash, lost and late replies",
    (workers) => {
      const { states, worstBilled, worstBooked } = explore(realProtocol, { workers });
      expect(worstBilled).toBeLessThanOrEqual(CAP);
      expect(worstBooked).toBeLessThanOrEqual(CAP);
      expect(states).toBeGreaterThan(200 * workers);
    },
  );

  it("I-B6 F-BUD-04 bill more by no more than calls in flight cost above their holds", () => {
    const { worstBilled } = explore(realProtocol, { workers: 4, over: 1 });
    expect(worstBilled).toBeGreaterThan(CAP);
    expect(worstBilled).toBeLessThanOrEqual(CAP + Math.floor(CAP / 2));
  });
});

const withLedger = (state: RunState, more: Partial<RunState["ledger"]>): RunState => ({
  ...state,
  ledger: { ...state.ledger, ...more },
});

const unreserved = (state: RunState): RunState => withLedger(state, { reserved: NOTHING });

const mutants: Readonly<Record<string, Partial<Protocol>>> = {
  "a check after the fact": {
    propose: (state, worker, again) => {
      if (state.ledger.spent.costMicroUsd >= CAP) return { state, granted: false };
      const { limits } = state.ledger;
      const { state: after } = realProtocol.propose(withLedger(unreserved(state), { limits: {} }), worker, again);
      return { state: withLedger(after, { limits }), granted: true };
    },
  },
  "a check before, and no reservation": {
    propose: (state, worker, again) => realProtocol.propose(unreserved(state), worker, again),
  },
  "a lost call for nothing": {
    close: (state, worker, bill) => realProtocol.close(state, worker, bill ?? 0),
  },
  "a stopped attempt for nothing": {
    drop: (state, worker) => realProtocol.close(state, worker, 0),
  },
  "a crash that drops holds": {
    recover: (state) => withLedger(state, { reserved: NOTHING, holds: {} }),
  },
  "a call made again under its old hold": {
    propose: (state, worker, again) => (again ? { state, granted: true } : realProtocol.propose(state, worker, again)),
  },
  "a hold given back to a call that is made again": {
    propose: (state, worker, again) =>
      realProtocol.propose(again ? realProtocol.close(state, worker, 0) : state, worker, false),
  },
};

describe("the same with one rule broken", () => {
  it.each(Object.entries(mutants))("I-B6 bills more than the cap, and is caught: %s", (_, broken) => {
    expect(explore({ ...realProtocol, ...broken }, { workers: 3 }).worstBilled).toBeGreaterThan(CAP);
  });
});
