import fc from "fast-check";
import { expect, it } from "vitest";
import { type ErrorCode, errorCodes } from "../../src/contracts/errors.ts";
import { DEFAULT_BACKOFF, retry } from "../../src/decisions/retry.ts";

it("R1 tries once and then as often as there are retries", () => {
  expect(retry("agent.failed", 1, 0, 10)).toEqual({ kind: "give-up" });
  expect(retry("agent.failed", 2, 2, 10).kind).toBe("again");
  expect(retry("agent.failed", 3, 2, 10)).toEqual({ kind: "give-up" });
});

it("R1 gives up at once on a failure that no repetition mends", () => {
  expect(retry("agent.diverged", 1, 9, 10)).toEqual({ kind: "give-up" });
  for (const code of Object.keys(errorCodes) as ErrorCode[])
    expect(retry(code, 1, 9, 10).kind).toBe(errorCodes[code].retry ? "again" : "give-up");
});

it("R2 doubles the wait, up to an hour", () => {
  const waits = [1, 2, 3, 4, 12, 13, 60].map((attempt) => retry("agent.failed", attempt, 99, DEFAULT_BACKOFF));
  expect(waits.map((wait) => wait.kind === "again" && wait.afterMs)).toEqual([
    1_000, 2_000, 4_000, 8_000, 2_048_000, 3_600_000, 3_600_000,
  ]);
});

it("R2 reaches the hour from one millisecond", () => {
  expect(retry("agent.failed", 22, 99, 1)).toEqual({ kind: "again", afterMs: 2_097_152 });
  expect(retry("agent.failed", 23, 99, 1)).toEqual({ kind: "again", afterMs: 3_600_000 });
});

it("R2 waits a time that can be waited, whatever the attempt", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: 0, max: 5_000_000 }), (attempt, backoff) => {
      let wait = backoff;
      for (let i = 1; i < attempt && wait < 3_600_000 && wait > 0; i++) wait *= 2;
      expect(retry("agent.failed", attempt, 5_000, backoff)).toEqual({
        kind: "again",
        afterMs: Math.min(wait, 3_600_000),
      });
    }),
    { examples: [[1_100, 0]], numRuns: 1_000 },
  );
});
