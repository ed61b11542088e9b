import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LoopEvidence, LoopStep } from "../../src/contracts/loops.ts";
import {
  accountOf,
  chooseRung,
  forget,
  intervene,
  isForbidden,
  type LoopOptions,
  type Loops,
  NO_LOOPS,
  observe,
  observePlan,
  observeRequest,
  observeWrite,
} from "../../src/decisions/loop.ts";
import { VETO } from "../../src/decisions/stream.ts";
import { actOf, type MadeUp } from "../support/loop-streams.ts";

const act = (call: string, result: string, n = 0): LoopStep => ({
  ...actOf({ tool: call }, n),
  result,
  ...(result === VETO ? { outcome: "refused" as const } : {}),
});

/** Feeds `call:result` words to one task and gives, for each, the count that was told or nothing. */
function tell(words: readonly string[], rounds = 3, task = "t"): readonly (number | undefined)[] {
  let loops: Loops = NO_LOOPS;
  return words.map((word, n) => {
    const [call = "", result = ""] = word.split(":");
    const seen = observe(loops, task, act(call, result, n), rounds);
    loops = seen.loops;
    return seen.evidence?.count;
  });
}

const proposed = (symbol: string, more: { readonly tool?: string; readonly places?: readonly string[] } = {}) => ({
  symbol,
  tool: "x",
  places: [],
  ...more,
});

describe("observe", () => {
  it("L1 tells of the third identical call with an identical result, and of each after it", () => {
    expect(tell(["a:1", "a:1", "a:1", "a:1"])).toEqual([undefined, undefined, 3, 4]);
  });

  it("L1 starts anew when the arguments or the result differ", () => {
    expect(tell(["a:1", "a:1", "a:2", "a:1", "b:1", "a:1", "a:1"])).toEqual(Array(7).fill(undefined));
  });

  it("L1 names the task, the call and the steps", () => {
    let loops: Loops = NO_LOOPS;
    for (let n = 0; n < 2; n++) loops = observe(loops, "t", act("a", "1", n)).loops;
    expect(observe(loops, "t", act("a", "1", 2)).evidence).toEqual({
      detector: "period",
      task: "t",
      call: "a {}",
      period: 1,
      count: 3,
      steps: ["0", "1", "2"],
    });
  });

  it("L1 keeps tasks apart, whatever they are called", () => {
    let loops: Loops = NO_LOOPS;
    for (const task of ["t", "constructor", "t", "toString", "constructor"]) {
      const seen = observe(loops, task, act("a", "1"));
      expect(seen.evidence).toBeUndefined();
      loops = seen.loops;
    }
    expect(observe(loops, "constructor", act("a", "1")).evidence?.task).toBe("constructor");
  });

  it("L1 M2 tells of what several tasks do together", () => {
    const text = "A long text that several have read by now under one name or another, and nothing of it is new.";
    const read = (name: string): MadeUp => ({ tool: "read", args: { name }, result: text, reads: true });
    let loops: Loops = NO_LOOPS;
    const told = ["w", "x", "y", "z"].map((name, n) => {
      const seen = observe(loops, `t${n % 2}`, actOf(read(name), n));
      loops = seen.loops;
      return seen.evidence?.detector;
    });
    expect(told).toEqual([undefined, undefined, undefined, "same-reading"]);
  });

  it("L1 L3 counts as a reader of the whole story would", () => {
    const words = fc.array(fc.constantFrom("a:1", "a:2", "b:1", `a:${VETO}`), { maxLength: 12, size: "max" });
    fc.assert(
      fc.property(words, fc.integer({ min: 8, max: 9 }), (story, rounds) => {
        // Vetoes rewritten as what they refused; then the length of each run of equal words.
        const plain: string[] = [];
        for (const word of story) {
          const before = word.endsWith(VETO) ? plain.findLast((one) => one.startsWith(word.slice(0, 2))) : undefined;
          plain.push(before ?? word);
        }
        const lengths = plain.map((word, at) => {
          const back = plain
            .slice(0, at + 1)
            .reverse()
            .findIndex((one) => one !== word);
          return back === -1 ? at + 1 : back;
        });
        expect(tell(story, rounds)).toEqual(lengths.map((count) => (count >= rounds ? count : undefined)));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("observe, of thoughts", () => {
  /** The same of a row in which `?` begins a thought; gives the places at which a loop was told. */
  function told(words: readonly string[]): readonly number[] {
    let loops: Loops = NO_LOOPS;
    return words.flatMap((word, n) => {
      const isThought = word.startsWith("?");
      const [call = "", result = ""] = word.split(":");
      const step = act(call, result, n);
      const seen = observe(loops, "t", isThought ? { ...step, thinks: true } : step);
      loops = seen.loops;
      return seen.evidence === undefined ? [] : [n];
    });
  }

  it("L6 acts that repeat are seen whatever is thought between them", () => {
    const words = ["look:x", "?a:1", "look:x", "?b:2", "?c:3", "look:x"];
    expect(told(words)).toEqual([5]);
  });

  it("L6 thoughts that repeat are a loop, and every act between ends their row", () => {
    expect(told(["?a:1", "?a:1", "?a:1"])).toEqual([2]);
    expect(told(["?a:1", "?b:2", "?a:1", "?b:2", "?a:1", "?b:2"])).toEqual([5]);
    expect(told(["?a:1", "?a:1", "look:x", "?a:1", "?a:1", "look:y", "?a:1"])).toEqual([]);
  });

  it("L6 what is told of acts is what would be told without the thoughts", () => {
    const acts = fc.array(fc.constantFrom("a:1", "b:1", "b:2", "c:3"), { maxLength: 40 });
    const thoughts = fc.array(fc.nat({ max: 2 }), { minLength: 40, maxLength: 40 });
    fc.assert(
      fc.property(acts, thoughts, (row, between) => {
        const mixed = row.flatMap((word, n) => [
          ...Array.from({ length: between[n] ?? 0 }, (_, m) => `?${n}-${m}:0`),
          word,
        ]);
        const places = mixed.flatMap((word, n) => (word.startsWith("?") ? [] : [n]));
        expect(told(mixed)).toEqual(told(row).map((n) => places[n]));
      }),
    );
  });

  it("L6 a task that has ended, and an intervention, leave no thoughts behind", () => {
    const thought = { ...act("?a", "1"), thinks: true } as const;
    const { loops } = observe(observe(NO_LOOPS, "t", thought).loops, "t", thought);
    expect(observe(loops, "t", thought).evidence).toMatchObject({ detector: "period", count: 3, call: "?a {}" });
    expect(observe(forget(loops, "t"), "t", thought).evidence).toBeUndefined();
    expect(observe(loops, "u", thought).evidence).toBeUndefined();
    const after = intervene(loops, { detector: "period", task: "t", call: "?a", period: 1, count: 3, steps: [] });
    expect(observe(after, "t", thought).evidence).toBeUndefined();
  });
});

describe("observeWrite", () => {
  function written(words: readonly string[]): readonly (LoopEvidence | undefined)[] {
    let loops: Loops = NO_LOOPS;
    return words.map((word, n) => {
      const [task = "", content = ""] = word.split(":");
      const seen = observeWrite(loops, "draft", { task, step: `${task}/${n}`, content });
      loops = seen.loops;
      return seen.evidence;
    });
  }

  it("L2 F-AGT-07 A-CAS-03 a key that goes back and forth between two tasks is a loop at the third round, of both", () => {
    const told = written(["a:1", "b:2", "a:1", "b:2", "a:1", "b:2"]);
    expect(told.slice(0, 5).every((one) => one === undefined)).toBe(true);
    expect(told[5]).toMatchObject({
      detector: "period",
      period: 2,
      task: "b",
      steps: ["a/0", "b/1", "a/2", "b/3", "a/4", "b/5"],
    });
    expect(told[5]?.call).toBeUndefined();
  });

  it("L2 what one task writes again and again is no matter between tasks, nor is what changes", () => {
    expect(written(Array(12).fill("a:1")).every((one) => one === undefined)).toBe(true);
    expect(written(["a:1", "a:2", "a:1", "a:2", "a:1", "a:2"]).every((one) => one === undefined)).toBe(true);
    expect(written(Array.from({ length: 12 }, (_, i) => `${"ab"[i % 2]}:${i}`)).every((one) => one === undefined)).toBe(
      true,
    );
  });

  it("forgets the oldest of many keys", () => {
    let loops: Loops = NO_LOOPS;
    for (let i = 0; i < 80; i++) loops = observeWrite(loops, `k${i}`, { task: "a", step: "s", content: "1" }).loops;
    expect(Object.keys(loops.keys)).toHaveLength(64);
    expect(Object.keys(loops.keys)[0]).toBe("k16");
  });
});

describe("observeRequest", () => {
  it("Q2 tells of the fifth asking of one by another, and keeps edges apart", () => {
    let loops: Loops = NO_LOOPS;
    const told = [1, 2, 3, 4, 5].map((n) => {
      for (const edge of ["a > b", "a > c"]) {
        const seen = observeRequest(loops, edge, { task: "a", step: `s${n}`, text: "Please do it now" });
        loops = seen.loops;
        if (edge === "a > b") continue;
        return seen.evidence;
      }
      return undefined;
    });
    expect(told.slice(0, 4).every((one) => one === undefined)).toBe(true);
    expect(told[4]).toEqual({
      detector: "same-request",
      task: "a",
      period: 1,
      count: 5,
      steps: ["s1", "s2", "s3", "s4", "s5"],
    });
  });
});

describe("observePlan", () => {
  it("L5 tells of a plan that was in force before, also an older one", () => {
    const told: (number | undefined)[] = [];
    let loops: Loops = NO_LOOPS;
    for (const plan of ["p", "q", "p", "r", "q", "p"]) {
      const seen = observePlan(loops, plan);
      loops = seen.loops;
      told.push(seen.evidence?.count);
    }
    expect(told).toEqual([undefined, undefined, 2, undefined, 2, 3]);
  });
});

describe("intervene, forget", () => {
  const evidence: LoopEvidence = { detector: "period", task: "t", call: "a", period: 1, count: 3, steps: [] };

  it("forbids the call to its task only", () => {
    const loops = intervene(NO_LOOPS, evidence);
    expect(isForbidden(NO_LOOPS, "t", proposed("a"))).toBe(false);
    expect(isForbidden(loops, "t", proposed("a"))).toBe(true);
    expect(isForbidden(loops, "u", proposed("a"))).toBe(false);
    expect(isForbidden(loops, "t", proposed("b"))).toBe(false);
  });

  it("forbids nothing where there is no call to forbid, and counts all the same", () => {
    const { call: _, ...none } = evidence;
    expect(intervene(NO_LOOPS, none)).toMatchObject({ forbidden: [], interventions: 1 });
  });

  it("L4 counts each intervention, and forbids a call once", () => {
    const twice = intervene(intervene(NO_LOOPS, evidence), evidence);
    expect(twice.interventions).toBe(2);
    expect(twice.forbidden).toHaveLength(1);
    expect(intervene(twice, { ...evidence, call: "b" }).forbidden).toHaveLength(2);
  });

  it("L4 counts what follows an intervention anew, on the call it was about", () => {
    const second = observe(observe(NO_LOOPS, "t", act("a", "1"), 9).loops, "t", act("a", "1"), 9);
    let loops = intervene(second.loops, evidence);
    const told: (number | undefined)[] = [];
    for (const result of [VETO, "1", VETO]) {
      const seen = observe(loops, "t", act("a", result), 3);
      loops = seen.loops;
      told.push(seen.evidence?.count);
    }
    expect(told).toEqual([undefined, undefined, 3]);
  });

  it("L3 holds a task off the place where it got the same result, until it has found out something new", () => {
    const fix = (n: number): LoopStep =>
      actOf({ tool: "fix", args: { path: "a.ts", n }, result: "no such line", failed: true }, n);
    let loops: Loops = NO_LOOPS;
    let found: LoopEvidence | undefined;
    for (const n of [1, 2, 3]) {
      const seen = observe(loops, "t", fix(n));
      loops = seen.loops;
      found = seen.evidence;
    }
    expect(found?.detector).toBe("same-result");
    loops = intervene(loops, found as LoopEvidence);
    const next = proposed("new", { tool: "fix", places: ["a.ts"] });
    expect(isForbidden(loops, "t", next)).toBe(true);
    expect(isForbidden(loops, "t", { ...next, places: ["b.ts"] })).toBe(false);
    expect(isForbidden(loops, "t", { ...next, tool: "read" })).toBe(false);
    expect(isForbidden(loops, "u", next)).toBe(false);
    const failed = observe(loops, "t", actOf({ tool: "read", args: { x: 1 }, failed: true }, 8)).loops;
    expect(isForbidden(failed, "t", next)).toBe(true);
    const learned = observe(failed, "t", actOf({ tool: "read", args: { x: 2 }, result: "line 4 it is" }, 9)).loops;
    expect(isForbidden(learned, "t", next)).toBe(false);
    expect(isForbidden(learned, "t", proposed(fix(3).call))).toBe(true);
  });

  it("L4 counts anew what the team, keys and requests had come to", () => {
    let loops: Loops = observeWrite(NO_LOOPS, "k", { task: "a", step: "s", content: "1" }).loops;
    loops = observeRequest(loops, "a > b", { task: "a", step: "s", text: "do it" }).loops;
    loops = observe(loops, "t", act("a", "1")).loops;
    expect(intervene(loops, evidence)).toMatchObject({ team: [], keys: {}, asked: {} });
  });

  it("forgets the acts of an ended task, and not what was forbidden", () => {
    const seen = observe(intervene(NO_LOOPS, evidence), "t", act("a", "1"), 9).loops;
    const both = observe(seen, "u", act("a", "1"), 9).loops;
    const after = forget(both, "t");
    expect(Object.keys(after.streams)).toEqual(["u"]);
    expect(isForbidden(after, "t", proposed("a"))).toBe(true);
    expect(forget(after, "t")).toBe(after);
    expect(forget(NO_LOOPS, "constructor")).toBe(NO_LOOPS);
  });
});

describe("accountOf", () => {
  const evidence: LoopEvidence = { detector: "period", task: "t", period: 1, count: 3, steps: ["a", "b"] };
  it.each([
    [{}, 'task "t" got the same result from the same call 3 times in a row'],
    [{ period: 4 }, 'task "t" went round a cycle of 4 acts 3 times'],
    [{ detector: "same-result" }, 'task "t" got the same result from 3 calls in a row about the same thing'],
    [{ detector: "same-failure" }, 'task "t" met the same failure 3 times in a row'],
    [{ detector: "nothing-new" }, 'task "t" did nothing new in 3 of its last 2 acts'],
    [{ detector: "same-reading" }, 'task "t" and others read the same text 3 times under different names'],
    [{ detector: "same-request" }, 'task "t" asked much the same of the same one 3 times'],
    [
      { detector: "same-plan", task: "" },
      "the new plan is one that was in force before, and nothing was completed since; it came 3 times",
    ],
  ] as const)("of %j", (more, text) => {
    expect(accountOf({ ...evidence, ...more })).toBe(text);
  });
});

describe("chooseRung", () => {
  const options: LoopOptions = {
    interventions: 1,
    maxInterventions: 3,
    canForbid: true,
    hasFallback: true,
    canReplan: true,
    asksPeople: true,
  };

  it("L4 begins with a word, where there is a call to forbid", () => {
    expect(chooseRung({ ...options, interventions: 0 })).toBe("nudge");
    expect(chooseRung({ ...options, interventions: 0, canForbid: false })).toBe("reassign");
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
