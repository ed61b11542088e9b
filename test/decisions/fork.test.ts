import { describe, expect, it } from "vitest";
import type { Message } from "../../src/contracts/journal.ts";
import { inFlight, isBetweenTries } from "../../src/decisions/fork.ts";

const done: Message = { type: "effect.done", output: { output: 1, digest: "d" } };
const failed: Message = { type: "effect.failed", failure: { code: "tool.failed", message: "no" } };
const lost: Message = { type: "effect.failed", failure: { code: "effect.unknown", message: "gone" } };

describe("a call under way where a run is forked", () => {
  it.each([
    ["read", done, "carried"],
    ["read", failed, "again"],
    ["read", lost, "again"],
    ["read", undefined, "again"],
    ["idempotent", done, "carried"],
    ["idempotent", failed, "refused"],
    ["idempotent", lost, "refused"],
    ["idempotent", undefined, "refused"],
    ["reconcilable", done, "carried"],
    ["reconcilable", failed, "carried"],
    ["reconcilable", lost, "refused"],
    ["reconcilable", undefined, "refused"],
    ["once", done, "carried"],
    ["once", failed, "carried"],
    ["once", lost, "asked"],
    ["once", undefined, "asked"],
  ] as const)("K1 K2 K3 %s, %o: %s", (effect, outcome, fate) => {
    expect(inFlight({ src: "execute", effect }, outcome).kind).toBe(fate);
  });

  it("K3 is not asked about under the fork's key, when the origin asked about it", () => {
    const absent: Message = { type: "effect.done", output: { kind: "absent" } };
    const found: Message = { type: "effect.done", output: { kind: "done", output: 1 } };
    const reconcile = { src: "reconcile", effect: "read" } as const;
    expect([undefined, absent, failed, found].map((one) => inFlight(reconcile, one).kind)).toEqual([
      "refused",
      "refused",
      "refused",
      "carried",
    ]);
  });

  it("K2 begins agents, planners and judges again", () => {
    for (const src of ["work", "plan", "judge", "review"])
      expect(inFlight({ src, effect: "read" }, done).kind).toBe("again");
  });

  it("K3 knows a call that was made and is about to be made again", () => {
    for (const state of ["judging", "holding", "failing", "backing-off"]) {
      expect(isBetweenTries(state, true, "idempotent"), state).toBe(true);
      expect(isBetweenTries(state, true, "reconcilable"), state).toBe(true);
      expect(isBetweenTries(state, true, "read"), state).toBe(false);
      expect(isBetweenTries(state, true, "once"), state).toBe(false);
      expect(isBetweenTries(state, false, "idempotent"), state).toBe(false);
    }
    for (const state of ["executing", "asking", "unknown", "settled"])
      expect(isBetweenTries(state, true, "idempotent"), state).toBe(false);
  });
});
