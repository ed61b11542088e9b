import { expect, it } from "vitest";
import { recover } from "../../src/decisions/recovery.ts";

it.each([
  ["Y1", "read", "perform-again"],
  ["Y1", "idempotent", "perform-again"],
  ["Y2", "reconcilable", "report-unknown"],
  ["Y2", "once", "report-unknown"],
] as const)("%s takes a lost effect of class %s for: %s", (_, effect, decision) => {
  expect(recover({ effect })).toBe(decision);
});

it("Y3 F-BUD-11 performs nothing again that was paid for: it is held for anew", () => {
  for (const effect of ["read", "idempotent", "reconcilable", "once"] as const)
    expect(recover({ effect }, true)).toBe("report-unknown");
});
