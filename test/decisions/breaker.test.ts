import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  abandonProbe,
  type Breakers,
  breakerOf,
  type CallEnd,
  hear,
  pass,
  probe,
} from "../../src/decisions/breaker.ts";

const SETTINGS = { failures: 3, of: 5, coolMs: 100 };
const hearing = (breakers: Breakers, end: CallEnd, at = 0, id = "c") =>
  hear(breakers, { tool: "t", id, end, at }, SETTINGS).breakers;
const leftBy = (ends: string): Breakers =>
  [...ends].reduce((breakers, end) => hearing(breakers, end === "x" ? "failed" : "worked"), {} as Breakers);
const OPEN = leftBy("xxx");

describe("H1", () => {
  it("H1 opens with the third failure of the last five, in a row or not", () => {
    for (const ends of ["xxx", "x.x.x", ".xx.x", "....xxx"])
      expect(pass(leftBy(ends), "t", 0).kind, ends).toBe("refused");
    for (const ends of ["", "xx", "x.x..x", "xx...x"]) expect(pass(leftBy(ends), "t", 0).kind, ends).toBe("pass");
  });

  it("H1 keeps nothing of a tool that works", () => {
    expect(leftBy("....")).toEqual({});
    expect(breakerOf(leftBy("x....."), "t")).toBeUndefined();
  });

  it("H1 says of a tool called constructor what it says of any other", () => {
    expect(pass({}, "constructor", 0)).toEqual({ kind: "pass" });
  });
});

describe("H2", () => {
  it("H2 lets one call try after the wait, and no other beside it", () => {
    expect(pass(OPEN, "t", 99).kind).toBe("refused");
    expect(pass(OPEN, "t", 100)).toEqual({ kind: "probe" });
    expect(pass(probe(OPEN, "t", "p"), "t", 100)).toMatchObject({ kind: "refused" });
  });

  it("H2 closes with its success; its failure doubles the wait", () => {
    const probing = probe(OPEN, "t", "p");
    expect(hear(probing, { tool: "t", id: "p", end: "worked", at: 150 }, SETTINGS)).toEqual({
      breakers: {},
      change: "closed",
    });
    const again = hear(probing, { tool: "t", id: "p", end: "failed", at: 150 }, SETTINGS);
    expect(again.change).toBe("opened");
    expect(breakerOf(again.breakers, "t")).toMatchObject({ openUntil: 350, opened: 2, probe: null });
  });

  it("H2 waits an hour at most, or as long as was said at first", () => {
    const waits = (coolMs: number) => {
      let breakers = OPEN;
      for (let time = 0; time < 40; time++)
        breakers = hear(probe(breakers, "t", "p"), { tool: "t", id: "p", end: "failed", at: 0 }, { coolMs }).breakers;
      return breakerOf(breakers, "t")?.openUntil;
    };
    expect([waits(1), waits(7_200_000)]).toEqual([3_600_000, 7_200_000]);
  });

  it("H2 hears nothing new from calls that were under way when it opened", () => {
    expect(hearing(OPEN, "worked", 10, "old")).toBe(OPEN);
    expect(hearing(probe(OPEN, "t", "p"), "worked", 110, "old")).toEqual(probe(OPEN, "t", "p"));
  });
});

it("H3 leaves the next call to try when one that tries ends without an answer", () => {
  const probing = probe(OPEN, "t", "p");
  expect(pass(hearing(probing, "unknown", 120, "p"), "t", 120)).toEqual({ kind: "probe" });
  expect(pass(abandonProbe(probing, "p"), "t", 120)).toEqual({ kind: "probe" });
  expect(abandonProbe(probing, "other")).toBe(probing);
});

it("F-TOOL-15, H1, H4 lets through what a plain count of the last calls lets through, whatever a flapping tool does", () => {
  const step = fc.record({ fails: fc.boolean(), wait: fc.constantFrom(0, 1, 99, 100, 201) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      let breakers: Breakers = {};
      let at = 0;
      // The oracle: all ends since it last closed, when it opened, and how often.
      let ends: boolean[] = [];
      let until: number | undefined;
      let wait = 100;
      for (const { fails, wait: passes } of steps) {
        at += passes;
        const passage = pass(breakers, "t", at).kind;
        expect(passage).toBe(until === undefined ? "pass" : at >= until ? "probe" : "refused");
        if (passage === "refused") continue;
        if (passage === "probe") breakers = probe(breakers, "t", "c");
        breakers = hearing(breakers, fails ? "failed" : "worked", at);
        if (passage === "probe" && !fails) [until, ends, wait] = [undefined, [], 100];
        else if (passage === "probe") [until, wait] = [at + wait * 2, wait * 2];
        else {
          ends.push(fails);
          if (ends.slice(-5).filter(Boolean).length >= 3) until = at + wait;
        }
        expect(JSON.parse(JSON.stringify(breakers))).toEqual(breakers);
      }
    }),
    { numRuns: 500 },
  );
});
