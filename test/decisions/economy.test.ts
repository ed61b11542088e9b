import { expect, it } from "vitest";
import type { Pot } from "../../src/contracts/budget.ts";
import { ECONOMIES, type EconomyOptions, economies, economise } from "../../src/decisions/economy.ts";

const all: EconomyOptions = {
  pot: "costMicroUsd",
  hasCheaper: true,
  hasFallback: true,
  hasOptional: true,
  asksPeople: true,
  order: ECONOMIES,
};

it.each<Pot>(["costMicroUsd", "tokens", "steps", "toolCalls"])(
  "X1 saves on %s by a cheaper tool, then a cheaper agent, then less work, then asks, then ends",
  (pot) => {
    expect(economies({ ...all, pot })).toEqual(["substitute", "degrade", "trim", "ask", "finish"]);
    expect(economise({ ...all, pot })).toBe("substitute");
    expect(economise({ ...all, pot, hasCheaper: false })).toBe("degrade");
    expect(economise({ ...all, pot, hasCheaper: false, hasFallback: false })).toBe("trim");
    const none = { ...all, pot, hasCheaper: false, hasFallback: false, hasOptional: false };
    expect(economise(none)).toBe("ask");
    expect(economise({ ...none, asksPeople: false })).toBe("finish");
  },
);

it("X1 keeps to the order that is set, and leaves out what is not in it", () => {
  expect(economies({ ...all, order: ["ask", "trim"] })).toEqual(["ask", "trim", "finish"]);
  expect(economies({ ...all, order: ["finish", "ask"] })).toEqual(["ask", "finish"]);
  expect(economies({ ...all, order: [] })).toEqual(["finish"]);
});

it.each<Pot>(["wallMs", "activeMs"])("X2 saves no %s by other work: it asks or ends", (pot) => {
  expect(economies({ ...all, pot })).toEqual(["ask", "finish"]);
  expect(economise({ ...all, pot, asksPeople: false })).toBe("finish");
});
