import { expect, it } from "vitest";
import { openLedger, openPart, raise } from "../../src/decisions/budget.ts";
import { grantFault, proposedGrant } from "../../src/decisions/grant.ts";

const limits = { tokens: 5, steps: 0 };
const ledger = openLedger(limits, 0, [openPart("task:a", { tokens: 3 })]);
const refused = (pot: "tokens" | "steps", short: number, part?: number) => ({
  pot,
  reason: "",
  short,
  ...(part === undefined ? {} : { part }),
});

it("H1 proposes the size of the cap, or what is short, whichever is more", () => {
  expect(proposedGrant(ledger, limits, refused("tokens", 2))).toEqual({ tokens: 5 });
  expect(proposedGrant(ledger, limits, refused("tokens", 9))).toEqual({ tokens: 9 });
  expect(proposedGrant(ledger, limits, refused("steps", 0))).toEqual({ steps: 1 });
  expect(proposedGrant(ledger, limits, refused("tokens", 1, 0))).toEqual({ tokens: 3 });
});

it("H1 does not double with each grant", () => {
  const raised = raise(ledger, "tokens", 5);
  expect(proposedGrant(raised, limits, refused("tokens", 1))).toEqual({ tokens: 5 });
});

it("H2 names what is wrong with a grant", () => {
  expect(grantFault({ costMicroUsd: 1, wallMs: 5 })).toBeUndefined();
  expect(grantFault({})).toContain("it grants nothing");
  expect(grantFault({ money: 1 })).toContain('there is no pot "money"');
  expect(grantFault({ tokens: -1 })).toContain("tokens is -1");
});
