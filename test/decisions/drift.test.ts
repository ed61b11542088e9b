import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Drift, type Given, isDrifting, noteAct } from "../../src/decisions/drift.ts";

const given: Given = {
  objective: "Fix the parser",
  goal: "make Dates.parse read years",
  input: { file: "src/dates.ts" },
};
const driftAfter = (places: readonly (readonly string[])[], from?: Drift): Drift =>
  places.reduce<Drift>((drift, one) => noteAct(drift, one, given), from ?? { ratio: 0, acts: 0 });

describe("A-GOAL-04 drift", () => {
  it.each([
    ["a word of the objective", "lib/parser/index.ts"],
    ["a word of the goal", "test/years.test.ts"],
    ["a word of the input", "src/other.ts"],
    ["a word in capitals", "DATES.md"],
  ])("D1 a place with %s is inside", (_, place) => {
    expect(driftAfter([[place]]).ratio).toBe(0);
    expect(driftAfter([["mail/inbox", place]]).ratio).toBe(0);
  });

  it("D1 a place without any is outside, and an act without places says nothing", () => {
    expect(driftAfter([["mail/inbox"]])).toEqual({ ratio: 2 / 11, acts: 1 });
    expect(driftAfter([[], [], []])).toEqual({ ratio: 0, acts: 0 });
    expect(noteAct(undefined, ["mail/inbox"], { objective: "", goal: "", input: null }).ratio).toBeGreaterThan(0);
  });

  it("D2 alarms after ten acts that were mostly outside, and not for a detour", () => {
    const outside = Array.from({ length: 30 }, () => ["mail/inbox"]);
    const inside = Array.from({ length: 30 }, () => ["src/dates.ts"]);
    expect(isDrifting(driftAfter(outside.slice(0, 9)))).toBe(false);
    expect(isDrifting(driftAfter(outside.slice(0, 10)))).toBe(true);
    expect(isDrifting(driftAfter([...inside, ...outside.slice(0, 3)]))).toBe(false);
    expect(isDrifting(driftAfter([...outside, ...inside.slice(0, 4)]))).toBe(false);
  });

  it("D2 is a share, whatever comes", () => {
    const acts = fc.array(fc.constantFrom(["mail/inbox"], ["src/dates.ts"], []), { maxLength: 60 });
    fc.assert(
      fc.property(acts, (places) => {
        const { ratio } = driftAfter(places);
        expect(ratio).toBeGreaterThanOrEqual(0);
        expect(ratio).toBeLessThanOrEqual(1);
      }),
    );
  });
});
