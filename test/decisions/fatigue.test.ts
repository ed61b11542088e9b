import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Decided } from "../../src/contracts/approvals.ts";
import { alarmOf, fatigueOf, KEPT, note } from "../../src/decisions/fatigue.ts";

const HOUR = 3_600_000;
const one = (at: number, more: Partial<Decided> = {}): Decided => ({
  by: "ann",
  at,
  decision: "approve",
  openMs: 60_000,
  ...more,
});

describe("fatigueOf", () => {
  it("F-APP-14 counts what each person decided within the last hour, the busiest first", () => {
    const decided = [one(1), one(HOUR), one(HOUR + 1, { by: "bob" }), one(HOUR + 1, { openMs: 10 })];
    expect(fatigueOf(decided, HOUR + 1)).toEqual([
      { by: "ann", decisions: 2, medianOpenMs: 10, quick: 1, isAlarming: false },
      { by: "bob", decisions: 1, medianOpenMs: 60_000, quick: 0, isAlarming: false },
    ]);
    expect(fatigueOf(decided, 3 * HOUR)).toEqual([]);
  });

  it.each([
    [29, 60_000, false],
    [30, 60_000, true],
    [4, 999, false],
    [5, 999, true],
    [5, 1_000, false],
  ])("A-HUM-04 %i decisions on questions open for %i ms: alarming is %s", (count, openMs, isAlarming) => {
    const decided = Array.from({ length: count }, (_, at) => one(at, { openMs }));
    expect(fatigueOf(decided, count)).toMatchObject([{ isAlarming }]);
  });

  it("F1 F-APP-14 five hundred approvals in an hour are an alarm, and no more than a hundred are kept", () => {
    let decided: readonly Decided[] = [];
    for (let at = 0; at < 500; at++) decided = note(decided, one(at * 7_000));
    expect(decided).toHaveLength(KEPT);
    expect(fatigueOf(decided, 500 * 7_000)).toMatchObject([{ by: "ann", decisions: KEPT, isAlarming: true }]);
  });
});

describe("alarmOf", () => {
  it("F2 tells of an alarm exactly when it begins", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ by: fc.constantFrom("ann", "bob"), gap: fc.nat(HOUR), openMs: fc.nat(2_000) }), {
          maxLength: 60,
        }),
        fc.integer({ min: 1, max: 6 }),
        (steps, perHour) => {
          let at = 0;
          const all: Decided[] = [];
          for (const { by, gap, openMs } of steps) {
            at += gap;
            all.push(one(at, { by, openMs }));
            // The oracle counts by hand, with and without the last one.
            const alarming = (list: readonly Decided[]): boolean => {
              const theirs = list.filter((each) => each.by === by && each.at > at - HOUR);
              return theirs.length >= perHour || theirs.filter((each) => each.openMs < 1_000).length >= 5;
            };
            expect(alarmOf(all, perHour) !== undefined).toBe(alarming(all) && !alarming(all.slice(0, -1)));
          }
        },
      ),
    );
  });
});
