import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  chooseRung,
  forget,
  intervene,
  isForbidden,
  type LoopOptions,
  type Loops,
  NO_LOOPS,
  observe,
  type Repeat,
  VETO,
} from "../../src/decisions/loop.ts";

/** Feeds `call:result` words to one task and gives, for each, the count that was told or nothing. */
function tell(words: readonly string[], identical = 3, task = "t"): readonly (number | undefined)[] {
  let loops: Loops = NO_LOOPS;
  return words.map((word) => {
    const [call = "", result = ""] = word.split(":");
    const seen = observe(loops, task, call, result, identical);
    loops = seen.loops;
    return seen.repeat?.count;
  });
}

describe("observe", () => {
  it("L1 tells of the third identical call with an identical result, and of each after it", () => {
    expect(tell(["a:1", "a:1", "a:1", "a:1"])).toEqual([undefined, undefined, 3, 4]);
  });

  it("L1 starts anew when the arguments or the result differ", () => {
    expect(tell(["a:1", "a:1", "a:2", "a:1", "b:1", "a:1", "a:1"])).toEqual(Array(7).fill(undefined));
  });

  it("L1 lets a poll go on up to the number it declared", () => {
    const told = tell(Array(11).fill("poll:pending"), 10);
    expect(told.slice(0, 9).every((count) => count === undefined)).toBe(true);
    expect(told.slice(9)).toEqual([10, 11]);
  });

  it("L1 lets a poll whose result changes go on for ever", () => {
    expect(tell(Array.from({ length: 50 }, (_, i) => `poll:${i}`)).every((count) => count === undefined)).toBe(true);
  });

  it.each([1, 2, 3, 4, 5, 6])("L1 sees no streak in a cycle of %i different calls, except of one", (period) => {
    const cycle = Array.from({ length: 6 * period }, (_, i) => `${i % period}:same`);
    expect(tell(cycle).some((count) => count !== undefined)).toBe(period === 1);
  });

  it("L1 keeps the streaks of tasks apart", () => {
    const first = observe(NO_LOOPS, "t", "a", "1", 2);
    const other = observe(first.loops, "u", "a", "1", 2);
    expect(other.repeat).toBeUndefined();
    expect(observe(other.loops, "t", "a", "1", 2).repeat).toEqual({ task: "t", call: "a", count: 2 });
  });

  it("L3 a veto carries on the streak of the call it refused", () => {
    expect(tell(["a:1", "a:1", `a:${VETO}`, `a:${VETO}`])).toEqual([undefined, undefined, 3, 4]);
    expect(tell(["a:1", "a:1", `a:${VETO}`, "a:1"])).toEqual([undefined, undefined, 3, 4]);
  });

  it("L3 a veto of another call starts a streak of its own", () => {
    expect(tell(["a:1", "a:1", `b:${VETO}`, `b:${VETO}`, `b:${VETO}`])).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      3,
    ]);
    expect(tell(["ab:1", "ab:1", `a:${VETO}`])).toEqual([undefined, undefined, undefined]);
  });

  it.each(["constructor", "toString"])("keeps a streak for a task called %s, from a veto on", (task) => {
    expect(tell([`a:${VETO}`, `a:${VETO}`, `a:${VETO}`], 3, task)).toEqual([undefined, undefined, 3]);
    expect(forget(NO_LOOPS, task)).toBe(NO_LOOPS);
  });

  it("L1 L3 counts as a reader of the whole story would", () => {
    const words = fc.array(fc.constantFrom("a:1", "a:2", "b:1", `a:${VETO}`), { maxLength: 12, size: "max" });
    fc.assert(
      fc.property(words, fc.integer({ min: 2, max: 4 }), (story, identical) => {
        // Vetoes rewritten as what they refused; then the length of each run of equal words.
        const plain: string[] = [];
        for (const word of story) {
          const before = plain.at(-1);
          const refused = word.endsWith(VETO) && before?.startsWith(word.slice(0, 2)) ? before : word;
          plain.push(refused);
        }
        const counts = plain.map((word, at) =>
          plain
            .slice(0, at + 1)
            .reverse()
            .findIndex((one) => one !== word),
        );
        const lengths = counts.map((count, at) => (count === -1 ? at + 1 : count));
        expect(tell(story, identical)).toEqual(lengths.map((count) => (count >= identical ? count : undefined)));
      }),
      { numRuns: 5_000 },
    );
  });
});

describe("intervene, forget", () => {
  const repeat: Repeat = { task: "t", call: "a", count: 3 };

  it("forbids the call to its task only", () => {
    const loops = intervene(NO_LOOPS, repeat);
    expect(isForbidden(NO_LOOPS, "t", "a")).toBe(false);
    expect(isForbidden(loops, "t", "a")).toBe(true);
    expect(isForbidden(loops, "u", "a")).toBe(false);
    expect(isForbidden(loops, "t", "b")).toBe(false);
  });

  it("L4 counts each intervention, and forbids a call once", () => {
    const twice = intervene(intervene(NO_LOOPS, repeat), repeat);
    expect(twice.interventions).toBe(2);
    expect(twice.forbidden).toHaveLength(1);
    expect(intervene(twice, { ...repeat, call: "b" }).forbidden).toHaveLength(2);
  });

  it("L4 counts what follows an intervention anew, on the call it was about", () => {
    const second = observe(observe(NO_LOOPS, "t", "a", "1", 9).loops, "t", "a", "1", 9);
    let loops = intervene(second.loops, repeat);
    const told: (number | undefined)[] = [];
    for (const result of [VETO, "1", VETO]) {
      const seen = observe(loops, "t", "a", result, 3);
      loops = seen.loops;
      told.push(seen.repeat?.count);
    }
    expect(told).toEqual([undefined, undefined, 3]);
    expect(observe(intervene(NO_LOOPS, repeat), "t", "a", VETO, 1).repeat?.count).toBe(1);
  });

  it("forgets the streak of an ended task, and not what was forbidden", () => {
    const seen = observe(intervene(NO_LOOPS, repeat), "t", "a", "1", 9).loops;
    const both = observe(seen, "u", "a", "1", 9).loops;
    const after = forget(both, "t");
    expect(Object.keys(after.streaks)).toEqual(["u"]);
    expect(isForbidden(after, "t", "a")).toBe(true);
    expect(forget(after, "t")).toBe(after);
  });
});

describe("chooseRung", () => {
  const options: LoopOptions = {
    interventions: 1,
    maxInterventions: 3,
    hasFallback: true,
    canReplan: true,
    asksPeople: true,
  };

  it("L4 begins with a word", () => {
    expect(chooseRung({ ...options, interventions: 0 })).toBe("nudge");
  });

  it("L4 then gives the task to another agent, else makes a new plan, else asks, else stops", () => {
    expect(chooseRung(options)).toBe("reassign");
    expect(chooseRung({ ...options, hasFallback: false })).toBe("replan");
    expect(chooseRung({ ...options, hasFallback: false, canReplan: false })).toBe("ask");
    expect(chooseRung({ ...options, hasFallback: false, canReplan: false, asksPeople: false })).toBe("stop");
  });

  it("L4 asks or stops once the interventions are used up", () => {
    expect(chooseRung({ ...options, interventions: 3 })).toBe("ask");
    expect(chooseRung({ ...options, interventions: 3, asksPeople: false })).toBe("stop");
    expect(chooseRung({ ...options, interventions: 0, maxInterventions: 0, asksPeople: false })).toBe("stop");
  });
});
