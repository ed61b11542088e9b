import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { handTime } from "../../src/testing/hand-time.ts";

describe("handTime", () => {
  it("F-CLK-05 fires at the deadline, and not before", () => {
    const time = handTime(1_000);
    const rung = vi.fn();
    time.at(1_500, rung);
    time.moveTo(1_499);
    expect(rung).not.toHaveBeenCalled();
    time.advance(1);
    time.advance(1_000);
    expect(rung).toHaveBeenCalledTimes(1);
    expect(time.now()).toBe(2_500);
  });

  it("F-CLK-06 fires by deadline, then in the order of arming, with the clock at each", () => {
    const time = handTime();
    const seen: string[] = [];
    for (const [due, name] of [
      [3, "c"],
      [1, "a"],
      [3, "d"],
      [2, "b"],
    ] as const) {
      time.at(due, () => seen.push(`${name}@${time.now()}`));
    }
    time.moveTo(10);
    expect(seen).toEqual(["a@1", "b@2", "c@3", "d@3"]);
  });

  it("F-CLK-05 fires what was armed in the past at the next move, without turning back", () => {
    const time = handTime(100);
    const seen: number[] = [];
    time.at(5, () => seen.push(time.now()));
    expect(seen).toEqual([]);
    time.advance(0);
    expect(seen).toEqual([100]);
  });

  it("F-CLK-05 fires in the same move what a firing arms", () => {
    const time = handTime();
    const seen: number[] = [];
    const beat = (): void => {
      seen.push(time.now());
      time.at(time.now() + 10, beat);
    };
    time.at(10, beat);
    time.moveTo(35);
    expect(seen).toEqual([10, 20, 30]);
    expect([time.pending, time.next]).toEqual([1, 40]);
  });

  it("F-CLK-05 does not fire what was cancelled, by a firing either", () => {
    const time = handTime();
    const rung = vi.fn();
    const cancelOutside = time.at(5, rung);
    const cancelInside = time.at(7, rung);
    time.at(6, () => cancelInside());
    cancelOutside();
    cancelOutside();
    time.moveTo(10);
    expect(rung).not.toHaveBeenCalled();
    expect([time.pending, time.next]).toEqual([0, undefined]);
  });

  it("F-CLK-01 is set back without firing", () => {
    const time = handTime(100);
    const rung = vi.fn();
    time.at(100, rung);
    time.moveTo(50);
    expect([time.now(), rung.mock.calls.length]).toEqual([50, 0]);
    time.moveTo(99);
    expect(rung).not.toHaveBeenCalled();
    time.moveTo(100);
    expect(rung).toHaveBeenCalledTimes(1);
  });

  it("F-CLK-05 lets promises settle before the next firing when moved asynchronously", async () => {
    const time = handTime();
    const seen: string[] = [];
    time.at(1, () => {
      void (async () => {
        for (let hop = 0; hop < 50; hop += 1) await null;
        seen.push(`settled@${time.now()}`);
        time.at(2, () => seen.push(`armed@${time.now()}`));
      })();
    });
    time.at(3, () => seen.push(`last@${time.now()}`));
    await time.advanceAsync(5);
    expect(seen).toEqual(["settled@1", "armed@2", "last@3"]);
    await time.moveToAsync(9);
    expect(time.now()).toBe(9);
  });

  it("F-CLK-05 keeps the rest when a firing throws", () => {
    const time = handTime();
    const rung = vi.fn();
    time.at(1, () => {
      throw new Error("boom");
    });
    time.at(2, rung);
    expect(() => time.moveTo(5)).toThrow("boom");
    expect(time.now()).toBe(1);
    time.moveTo(5);
    expect(rung).toHaveBeenCalledTimes(1);
  });

  it("F-CLK-05 stops at a timer that arms itself without end", () => {
    const time = handTime();
    const again = (): void => {
      time.at(time.now(), again);
    };
    again();
    expect(() => time.advance(1)).toThrow("arms itself");
  });

  it("F-CLK-04 refuses a deadline that is not a number", () => {
    expect(() => handTime().at(Number.NaN, () => {})).toThrow(expect.objectContaining({ code: "value.invalid" }));
  });

  it("F-CLK-06 fires like a sorted list, whatever is armed and cancelled", () => {
    const timers = fc.array(fc.record({ due: fc.integer({ min: 0, max: 8 }), cancelled: fc.boolean() }), {
      minLength: 20,
      maxLength: 60,
    });
    fc.assert(
      fc.property(timers, fc.integer({ min: 0, max: 9 }), (list, to) => {
        const time = handTime();
        const seen: number[] = [];
        const cancels = list.map(({ due }, index) => time.at(due, () => seen.push(index)));
        for (const [index, { cancelled }] of list.entries()) if (cancelled) cancels[index]?.();
        time.moveTo(to);
        const kept = list.map((timer, index) => ({ ...timer, index })).filter((timer) => !timer.cancelled);
        const expected = kept.filter(({ due }) => due <= to).toSorted((a, b) => a.due - b.due || a.index - b.index);
        expect(seen).toEqual(expected.map(({ index }) => index));
        expect(time.pending).toBe(kept.length - expected.length);
      }),
      { numRuns: 500 },
    );
  });
});
