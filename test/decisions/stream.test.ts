import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LoopStep } from "../../src/contracts/loops.ts";
import {
  MAX_PERIOD,
  NO_STREAM,
  note,
  type Repetition,
  type Stream,
  startAnew,
  VETO,
} from "../../src/decisions/stream.ts";
import { actOf, BENIGN, type MadeUp, turned } from "../support/loop-streams.ts";

const periods = Array.from({ length: MAX_PERIOD }, (_, i) => i + 1);

/** What is said of each act. */
function verdicts(acts: readonly LoopStep[], rounds?: number): readonly (Repetition | undefined)[] {
  let stream: Stream = NO_STREAM;
  return acts.map((act) => {
    const noted = note(stream, act, rounds);
    stream = noted.stream;
    return noted.repetition;
  });
}

const made = (acts: readonly MadeUp[]): readonly LoopStep[] => acts.map(actOf);
/** The place, from 1, of the first verdict. */
const firstOf = (acts: readonly MadeUp[]): number => verdicts(made(acts)).findIndex((one) => one !== undefined) + 1;
const cycle = (period: number, length: number, make: (n: number, round: number) => MadeUp): readonly MadeUp[] =>
  Array.from({ length }, (_, i) => make(i % period, Math.floor(i / period)));
const plain = (n: number): MadeUp => ({ tool: `t${n}`, args: { x: n }, result: `r${n}` });

describe("R1 a cycle", () => {
  it.each(periods)("R1 of period %i is found at step 3p, and not before", (period) => {
    expect(firstOf(cycle(period, 4 * period, plain))).toBe(3 * period);
  });

  it.each(periods)("R1 of period %i is told of with its steps", (period) => {
    const told = verdicts(made(cycle(period, 3 * period, plain))).at(-1);
    expect(told).toEqual({
      detector: "period",
      period,
      count: 3,
      steps: Array.from({ length: 3 * period }, (_, i) => String(i)),
    });
  });

  it("R1 of 17 different acts is beyond the rule, and is seen as nothing new in the fourth round", () => {
    const told = verdicts(made(cycle(17, 68, plain)));
    expect(told.findIndex((one) => one !== undefined)).toBeGreaterThanOrEqual(3 * 17);
    expect(told.find((one) => one !== undefined)?.detector).toBe("nothing-new");
  });

  it("R1 is none that comes round twice: whoever checks what was done does it once more", () => {
    expect(firstOf(cycle(30, 60, plain))).toBe(0);
  });

  it.each(periods)(
    "R1 of period %i is found with keys in any order and times, ids and paths in the results",
    (period) => {
      const acts = cycle(period, 3 * period, (n, round) => {
        const args = { a: n, b: { c: 1, d: 2 } };
        return {
          tool: "t",
          args: round % 2 === 0 ? args : turned(args),
          result: `${n}: ok at 2026-11-23T01:22:0${round}Z in ${round + 1}.5 s, id 0x${round}f, /tmp/x${round}a/out`,
        };
      });
      expect(firstOf(acts)).toBe(3 * period);
    },
  );

  it("R1 L1 is no cycle when a result changes", () => {
    const acts = cycle(1, 60, () => plain(0)).map((act, i) => ({ ...act, result: `r${i}` }));
    expect(firstOf(acts)).toBe(0);
  });

  it("R1 agrees with a reader who compares the last three rounds, and with one who crosses out what stands once", () => {
    const letters = fc.array(fc.constantFrom("a", "b", "c", "d", "e", "f"), { maxLength: 50, size: "max" });
    fc.assert(
      fc.property(letters, (word) => {
        const told = verdicts(made(word.map((letter) => ({ tool: letter, result: letter })))).at(-1);
        const found = told?.detector === "period";
        expect(found).toBe(word.length > 0 && (hasThreeRounds(word) || hasThreeRoundsCrossedOut(word)));
      }),
      { numRuns: 3_000 },
    );
  });
});

const hasThreeRounds = (word: readonly string[]): boolean =>
  periods.some((p) => {
    const [one, two, three] = [1, 2, 3].map((back) => word.slice(word.length - back * p, word.length - (back - 1) * p));
    return word.length >= 3 * p && `${one}` === `${two}` && `${two}` === `${three}`;
  });

function hasThreeRoundsCrossedOut(word: readonly string[]): boolean {
  const kept = word.flatMap((letter, place) =>
    word.filter((one) => one === letter).length > 1 ? [{ letter, place }] : [],
  );
  if (kept.at(-1)?.place !== word.length - 1) return false;
  return periods.slice(1).some((p) => {
    const rounds = kept.slice(-3 * p);
    if (rounds.length < 3 * p || !hasThreeRounds(rounds.map(({ letter }) => letter).slice(-3 * p))) return false;
    const letters = rounds.map(({ letter }) => letter);
    if (
      `${letters.slice(0, p)}` !== `${letters.slice(p, 2 * p)}` ||
      `${letters.slice(p, 2 * p)}` !== `${letters.slice(2 * p)}`
    )
      return false;
    const span = word.length - (rounds[0]?.place ?? 0);
    return (span - 3 * p) * 5 <= span;
  });
}

describe("R2 strange steps", () => {
  it.each(periods.slice(1))(
    "R2 every ninth do not hide a cycle of period %i: it is found at its own step 3p",
    (period) => {
      fc.assert(
        fc.property(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 20 }), (phase, before) => {
          const acts: MadeUp[] = Array.from({ length: before }, (_, i) => ({ tool: "look", args: { i } }));
          let own = 0;
          for (let i = 0; own < 3 * period; i++) {
            if (i % 9 === phase) acts.push({ tool: "note", args: { i }, result: `n${i}` });
            else acts.push(plain(own++ % period));
          }
          expect(firstOf(acts)).toBe(acts.length);
        }),
        { numRuns: 40 },
      );
    },
  );

  it("R2 as many as the acts themselves are the work, not the noise", () => {
    const acts = Array.from({ length: 60 }, (_, i) => (i % 2 === 0 ? plain(i) : plain(-1)));
    expect(firstOf(acts)).toBe(0);
  });
});

describe("no loop", () => {
  it.each(Object.entries(BENIGN))("R5 is seen in %s", (_, acts) => {
    expect(firstOf(acts)).toBe(0);
  });

  it("R5 a poll beyond its number is one", () => {
    const polls = cycle(1, 80, () => ({ tool: "status", result: "running", poll: 70 }));
    expect(firstOf(polls)).toBe(70);
    expect(verdicts(made(polls)).at(-1)).toMatchObject({ detector: "period", count: 80 });
  });
});

describe("no progress", () => {
  const report = "Three tests fail: one, two and three; the log is longer than what a mere acknowledgement says.";
  const edit = (n: number, more: Partial<MadeUp> = {}): MadeUp => ({
    tool: "fix",
    args: { path: "src/a.ts", change: n },
    result: report,
    ...more,
  });

  it("R3 different arguments with the same result about the same place are seen at the third", () => {
    const told = verdicts(made([edit(1), edit(2), edit(3)]));
    expect(told.map((one) => one?.detector)).toEqual([undefined, undefined, "same-result"]);
    expect(told[2]).toMatchObject({ period: 1, count: 3, steps: ["0", "1", "2"] });
  });

  it("R3 one place in common is enough; none is not", () => {
    const both = edit(2, { args: { paths: ["src/b.ts", "src/a.ts"] } });
    expect(firstOf([edit(1), both, edit(3)])).toBe(3);
    expect(firstOf([edit(1), edit(2, { args: { path: "src/b.ts" } }), edit(3)])).toBe(0);
    expect(firstOf([1, 2, 3, 4].map((q) => edit(q, { args: { q } })))).toBe(0);
  });

  it("R3 another result between, or one that says no more than that it is done, is progress", () => {
    expect(firstOf([edit(1), edit(2), edit(3, { result: `${report} Four.` }), edit(4), edit(5)])).toBe(0);
    expect(firstOf(cycle(1, 20, () => plain(0)).map((_, i) => edit(i, { result: "written" })))).toBe(0);
    expect(firstOf([1, 2, 3].map((n) => edit(n, { result: "no", failed: true })))).toBe(3);
  });

  it("R3 reading the same under other names is no news, whatever the names", () => {
    expect(firstOf([1, 2, 3].map((q) => edit(q, { args: { q }, reads: true })))).toBe(3);
  });

  it("R4 F-MOD-08 the same failure of one tool five times in a row is seen, whatever the arguments", () => {
    const fail = (n: number): MadeUp => ({ tool: "find", args: { n }, result: "no such thing", failed: true });
    expect(firstOf([1, 2, 3, 4, 5].map(fail))).toBe(5);
    expect(verdicts(made([1, 2, 3, 4, 5].map(fail))).at(-1)?.detector).toBe("same-failure");
    expect(firstOf([fail(1), fail(2), fail(3), fail(4), { ...fail(5), result: "too many" }])).toBe(0);
  });

  it("R4 F-MOD-06 empty answers to a read are failures of a kind, and an empty answer to anything else is not", () => {
    const look = (reads: boolean) => (n: number) => ({ tool: "find", args: { n }, result: "", reads });
    expect(firstOf([1, 2, 3, 4, 5].map(look(true)))).toBe(5);
    expect(firstOf([1, 2, 3, 4, 5, 6, 7].map(look(false)))).toBe(0);
  });

  it("finds a walk among three states without order to bring nothing new, by step 24", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 27, maxLength: 27 }), (walk) => {
        const first = firstOf(walk.map(plain));
        expect(first).toBeGreaterThan(0);
        expect(first).toBeLessThanOrEqual(24);
      }),
    );
  });
});

describe("R6 after an intervention", () => {
  const act = actOf(plain(0), "x");
  const veto = { ...act, result: VETO, outcome: "refused" as const };
  const note3 = (stream: Stream, acts: readonly LoopStep[]) =>
    acts.map((one) => {
      const noted = note(stream, one);
      stream = noted.stream;
      return noted.repetition?.count;
    });

  it("R6 L3 a veto carries on the streak of the call it refused, and of no other", () => {
    expect(note3(NO_STREAM, [act, act, veto, veto])).toEqual([undefined, undefined, 3, 4]);
    const other = actOf(plain(1), "y");
    const otherVeto = { ...other, result: VETO, outcome: "refused" as const };
    expect(note3(NO_STREAM, [act, act, otherVeto, otherVeto])).toEqual([undefined, undefined, undefined, undefined]);
  });

  it("R6 counts anew, and knows what was done before", () => {
    const two = [act, act].reduce((stream, one) => note(stream, one).stream, NO_STREAM);
    expect(note3(startAnew(two), [veto, act, veto])).toEqual([undefined, undefined, 3]);
    expect(note(startAnew(two), act).stream.seen.at(-1)?.earlier).toBe(2);
  });

  it("R6 L3 a veto about the same place carries on the row of the same result", () => {
    const failed = (n: number, more = {}): LoopStep => ({
      ...actOf({ tool: "fix", args: { path: "a.ts", n }, result: "no", failed: true }, n),
      ...more,
    });
    const told = verdicts([failed(1), failed(2), failed(3, { result: VETO, outcome: "refused" })]);
    expect(told.at(-1)).toMatchObject({ detector: "same-result", count: 3 });
  });

  it("goes by the rounds it is given", () => {
    expect(verdicts(made(cycle(1, 5, () => plain(0))), 5).map((one) => one?.count)).toEqual([...Array(4), 5]);
    expect(verdicts(made(cycle(3, 6, plain)), 2).at(-1)).toMatchObject({ period: 3, count: 2 });
  });

  it("keeps no more than its window, and counts a streak beyond it", () => {
    let stream: Stream = NO_STREAM;
    for (let i = 0; i < 200; i++) stream = note(stream, act, 1_000).stream;
    expect([stream.seen.length, stream.counted, stream.seen.at(-1)?.times]).toEqual([64, 64, 200]);
  });
});
