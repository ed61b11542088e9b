import fc from "fast-check";
import { expect, it } from "vitest";
import { clearFailures, countFailure, type Restarts } from "../../src/decisions/restart.ts";

const SETTINGS = { max: 2, withinMs: 100 };
const failing = (times: readonly number[], before: Restarts = {}) =>
  times.reduce(({ restarts }, at) => countFailure(restarts, "ann", at, SETTINGS), {
    restarts: before,
    isTooMany: false,
  } as ReturnType<typeof countFailure>);

it("F-AGT-10, S1 more failures than the most allowed, within the time, are too many", () => {
  expect(failing([0, 1]).isTooMany).toBe(false);
  expect(failing([0, 1, 2]).isTooMany).toBe(true);
  expect(failing([0, 1, 100]).isTooMany).toBe(false);
  expect(failing([0, 1, 99]).isTooMany).toBe(true);
});

it("S1 counts for each agent by itself", () => {
  const { restarts } = failing([0, 1]);
  expect(countFailure(restarts, "bob", 2, SETTINGS).isTooMany).toBe(false);
});

it("S2 one success clears the count", () => {
  const { restarts } = failing([0, 1]);
  expect(countFailure(clearFailures(restarts, "ann"), "ann", 2, SETTINGS).isTooMany).toBe(false);
  expect(clearFailures({}, "ann")).toEqual({});
});

it("S1 agrees with a count of all failures in the window, and keeps no more of them than it needs", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 30 }), (gaps) => {
      let restarts: Restarts = {};
      const all: number[] = [];
      for (const gap of gaps) {
        const at = (all.at(-1) ?? 0) + gap;
        all.push(at);
        const counted = countFailure(restarts, "ann", at, SETTINGS);
        expect(counted.isTooMany).toBe(all.filter((time) => time > at - 100).length > 2);
        restarts = counted.restarts;
        expect(restarts["ann"]?.length).toBeLessThanOrEqual(3);
      }
    }),
  );
});
