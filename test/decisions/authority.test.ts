import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Authority } from "../../src/contracts/delegation.ts";
import { excessOf, given, meet, timeLeft } from "../../src/decisions/authority.ts";

const authority = (more: Partial<Authority> = {}): Authority => ({
  tools: ["look", "send"],
  reads: ["x/*"],
  writes: [],
  depth: 2,
  ...more,
});

/** Patterns that look alike, and a key of every region they tell apart. */
const PATTERNS = ["*", "x/*", "x/y/*", "xy/*", "/*", "x", "x/", "x/y", "xy/z", "constructor"];
const KEYS = [...PATTERNS.filter((pattern) => !pattern.endsWith("*")), "x/9", "x/y/9", "xy/9", "/9", "9", "x*"];

/** As a person reads a scope. */
const holds = (scope: readonly string[], key: string): boolean =>
  scope.some((pattern) => {
    if (pattern === "*") return true;
    if (!pattern.endsWith("/*")) return pattern === key;
    const folder = pattern.slice(0, pattern.length - 1);
    return key.length >= folder.length && key.slice(0, folder.length) === folder;
  });

const scope = fc.uniqueArray(fc.constantFrom(...PATTERNS), { maxLength: 4 });

describe("a meet", () => {
  it("A1 I-P3 allows the keys that both sides allow, and no others", () => {
    fc.assert(
      fc.property(scope, scope, (a, b) => {
        const { reads, writes } = meet(authority({ reads: a, writes: b }), authority({ reads: b, writes: a }));
        for (const key of KEYS) {
          const both = holds(a, key) && holds(b, key);
          expect([holds(reads, key), holds(writes, key)], key).toEqual([both, both]);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it("A1 I-P3 has the tools of both, the lesser depth, and the earlier deadline", () => {
    const wide = authority({ tools: ["look", "send", "pay"], depth: 3, until: 200 });
    const narrow = authority({ tools: ["pay", "look"], depth: 1, until: 100 });
    for (const met of [meet(wide, narrow), meet(narrow, wide)]) {
      expect([met.tools.toSorted(), met.depth, met.until]).toEqual([["look", "pay"], 1, 100]);
    }
    expect(meet(authority(), narrow).until).toBe(100);
    expect(meet(narrow, authority()).until).toBe(100);
    expect(meet(authority(), authority())).toEqual(authority());
  });
});

describe("what goes beyond", () => {
  it("A2 A-ID-01 names every scope that holds a key the other does not, and only those", () => {
    fc.assert(
      fc.property(fc.constantFrom(...PATTERNS), scope, (asked, have) => {
        // A prefix holds keys that no list of exact ones does: one of them stands for those.
        const isBeyond = [...KEYS, asked.replace("*", "new")].some((key) => holds([asked], key) && !holds(have, key));
        expect(excessOf({ reads: [asked] }, authority({ reads: have }), 0)).toEqual(
          isBeyond ? [`reading "${asked}"`] : [],
        );
        expect(excessOf({ writes: [asked] }, authority({ writes: have }), 0)).toEqual(
          isBeyond ? [`writing "${asked}"`] : [],
        );
      }),
      { numRuns: 2_000 },
    );
  });

  it("A2 is nothing where nothing is named, and what is named is given", () => {
    expect(excessOf({}, authority(), 0)).toEqual([]);
    expect(given({}, authority({ until: 9 }), 0)).toEqual(authority({ until: 9 }));
    const asked = { tools: [], reads: ["x/a"], writes: [], depth: 0, timeoutMs: 5 };
    expect(excessOf(asked, authority({ until: 9 }), 4)).toEqual([]);
    expect(given(asked, authority({ until: 9 }), 4)).toEqual({
      tools: [],
      reads: ["x/a"],
      writes: [],
      depth: 0,
      until: 9,
    });
  });
});

it("the time left runs to the deadline of a delegated task, from its start or from a later moment, and is never less than none", () => {
  const attempt = { startedAt: 10, authority: authority({ until: 15 }) };
  expect([timeLeft(attempt), timeLeft(attempt, 12), timeLeft(attempt, 20)]).toEqual([5, 3, 0]);
  expect(timeLeft({ startedAt: 10 })).toBeUndefined();
  expect(timeLeft({ startedAt: 10, authority: authority() })).toBeUndefined();
});
