import { expect, it } from "vitest";
import type { Pot } from "../../src/contracts/budget.ts";
import { type EconomyOptions, economise } from "../../src/decisions/economy.ts";

const options: EconomyOptions = { pot: "costMicroUsd", hasFallback: true, hasOptional: true, asksPeople: true };

it.each<Pot>(["costMicroUsd", "tokens", "steps", "toolCalls"])(
  "X1 saves on %s by a cheaper agent, then by less work, then asks, then ends",
  (pot) => {
    expect(economise({ ...options, pot })).toBe("degrade");
    expect(economise({ ...options, pot, hasFallback: false })).toBe("trim");
    expect(economise({ ...options, pot, hasFallback: false, hasOptional: false })).toBe("ask");
    expect(economise({ pot, hasFallback: false, hasOptional: false, asksPeople: false })).toBe("finish");
  },
);

it("X2 saves no time by other work: it asks or ends", () => {
  expect(economise({ ...options, pot: "wallMs" })).toBe("ask");
  expect(economise({ ...options, pot: "wallMs", asksPeople: false })).toBe("finish");
});
