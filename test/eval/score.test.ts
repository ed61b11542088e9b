import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Case, medianOf, scoreOf, shareOf } from "../../eval/score.ts";

const cases = (counts: { hit?: number; miss?: number; alarm?: number; quiet?: number }): readonly Case[] => [
  ...Array.from({ length: counts.hit ?? 0 }, () => ({ isPositive: true, isFlagged: true })),
  ...Array.from({ length: counts.miss ?? 0 }, () => ({ isPositive: true, isFlagged: false })),
  ...Array.from({ length: counts.alarm ?? 0 }, () => ({ isPositive: false, isFlagged: true })),
  ...Array.from({ length: counts.quiet ?? 0 }, () => ({ isPositive: false, isFlagged: false })),
];

describe("scoreOf", () => {
  it("counts hits, misses and alarms", () => {
    expect(scoreOf(cases({ hit: 8, miss: 2, alarm: 1, quiet: 19 }))).toMatchObject({
      precision: 8 / 9,
      recall: 0.8,
      falseAlarmRate: 1 / 20,
      positives: 10,
      negatives: 20,
      truePositives: 8,
      falsePositives: 1,
    });
    expect(scoreOf(cases({ hit: 8, miss: 2, alarm: 1, quiet: 19 })).f1).toBeCloseTo((2 * 8) / (2 * 8 + 2 + 1));
  });

  it("is nothing where there is nothing", () => {
    expect(scoreOf(cases({ quiet: 3 }))).toMatchObject({ precision: 0, recall: 0, f1: 0, falseAlarmRate: 0 });
    expect(scoreOf([])).toMatchObject({ f1: 0 });
  });

  it("gives the same interval each time, with the figure in it", () => {
    const some = cases({ hit: 10, miss: 1, quiet: 36 });
    expect(scoreOf(some)).toEqual(scoreOf(some));
    const { f1, intervals } = scoreOf(some);
    expect(intervals.f1[0]).toBeLessThan(f1);
    expect(intervals.f1[1]).toBeGreaterThanOrEqual(f1);
  });
});

describe("shareOf", () => {
  it("agrees with Wilson's interval as it is printed in tables", () => {
    const { low, high } = shareOf(0, 36);
    expect([low, Number(high.toFixed(4))]).toEqual([0, 0.0964]);
    const most = shareOf(10, 11);
    expect([Number(most.low.toFixed(3)), Number(most.high.toFixed(3))]).toEqual([0.623, 0.984]);
  });

  it("holds its share, between 0 and 1", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 50 }), (part, rest) => {
        const { value, low, high } = shareOf(part, part + rest);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low - 1e-12 <= value && value <= high + 1e-12).toBe(true);
      }),
    );
  });
});

it("medianOf is the middle, or between the two in the middle", () => {
  expect([medianOf([]), medianOf([3]), medianOf([9, 1, 5]), medianOf([4, 1])]).toEqual([null, 3, 5, 2.5]);
});
