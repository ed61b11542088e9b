/** Where in the page one is, as its address says it. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tokensIn } from "../../visualizer/src/state/fragment.ts";
import { hashOf, type Place, placeOf, runPlace, SIDES, TABS } from "../../visualizer/src/state/place.ts";

const seq = fc.option(fc.integer({ min: 1, max: 1e9 }), { nil: undefined });
const runs = fc
  .record({
    run: fc.oneof(
      fc.constantFrom("run_1", "a/b", "a?b=c", "a#b", "%41", "été"),
      fc.string({ unit: "binary", minLength: 1 }).filter((id) => id.isWellFormed()),
    ),
    tab: fc.constantFrom(...TABS),
    side: fc.constantFrom(...SIDES),
    actor: fc.option(fc.constantFrom("draft#1/3", "a&b=c", "été", "%41"), { nil: undefined }),
    seq,
    a: seq,
    b: seq,
  })
  .map((fields) => {
    const known = Object.entries(fields).filter(([, value]) => value !== undefined);
    return { view: "run", ...Object.fromEntries(known) } as Place;
  });
const places = fc.oneof(runs, fc.constantFrom<Place>({ view: "runs" }, { view: "inbox" }));

describe("an address", () => {
  it("leads back to the place it was made of", () => {
    fc.assert(
      fc.property(places, (place) => {
        expect(placeOf(hashOf(place))).toEqual(place);
      }),
    );
  });

  it("that is none of ours leads to a place all the same", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(placeOf(text).view).toMatch(/^(runs|inbox|run)$/);
      }),
    );
    expect(placeOf("#/run/%zz?seq=-1&tab=nope&a=1.5")).toEqual(runPlace("%zz"));
  });
});

describe("A-HTTP-06 the fragment a page is opened with", () => {
  it("gives its tokens once, and the place to go to", () => {
    expect(tokensIn("#token=a%2Bb&approver=c&at=/run/x")).toEqual({
      tokens: { viewer: "a+b", approver: "c" },
      rest: "/run/x",
    });
  });

  it("is an address where it begins with a slash, whatever stands in it", () => {
    expect(tokensIn("#/run/x?token=a&approver=b")).toEqual({ tokens: {}, rest: "/run/x?token=a&approver=b" });
  });

  it("leaves no token in any address of the page", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9_-]{43}$/), (token) => {
        const { rest } = tokensIn(`#token=${token}&approver=${token}&at=/run/x?seq=2`);
        expect(hashOf(placeOf(rest))).not.toContain(token);
      }),
    );
  });
});
