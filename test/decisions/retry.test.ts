import fc from "fast-check";
import { expect, it } from "vitest";
import { type ErrorCode, errorCodes } from "../../src/contracts/errors.ts";
import { DEFAULT_BACKOFF, fitsTraffic, retry, stretched } from "../../src/decisions/retry.ts";

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

it("R3 makes each wait longer by up to a quarter, the same each time it is asked", () => {
  const waits = Array.from({ length: 200 }, (_, n) => stretched(1_000, `run_1/task-${n}#1`));
  expect(waits).toEqual(Array.from({ length: 200 }, (_, n) => stretched(1_000, `run_1/task-${n}#1`)));
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(1_000);
  expect(Math.max(...waits)).toBeLessThan(1_250);
});

it("A-CAS-02, R3 spreads the second tries of many that fail together", () => {
  const slots = new Map<number, number>();
  for (let n = 0; n < 1_000; n++) {
    const slot = Math.floor((stretched(1_000, `run_1/task-${n}#1`) - 1_000) / 25);
    slots.set(slot, (slots.get(slot) ?? 0) + 1);
  }
  expect(slots.size).toBe(10);
  for (const [slot, count] of slots) expect(count, `slot ${slot}`).toBeGreaterThan(50);
});

it("A-CAS-02, R4 allows second tries up to a share of the traffic, and a few in any run", () => {
  expect(fitsTraffic(19, 10)).toBe(true);
  expect(fitsTraffic(20, 10)).toBe(false);
  expect(fitsTraffic(99, 1_000)).toBe(true);
  expect(fitsTraffic(100, 1_000)).toBe(false);
  expect(fitsTraffic(0, 1_000, { retryShare: 0, leastRetries: 0 })).toBe(false);
});
