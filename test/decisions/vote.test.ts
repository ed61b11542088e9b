import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Vote } from "../../src/contracts/blackboard.ts";
import { lineageOf, tally, winnerOf } from "../../src/decisions/vote.ts";
import { grantOf } from "../support/runs.ts";

const vote = (agent: string, side: Vote["side"], lineage = agent): Vote => ({ agent, side, lineage });

describe("U1", () => {
  it("U1 takes agents of one model, family and list of tools for one voter, and others for others", () => {
    const one = { model: "m", family: "f", tools: ["a", "b"] };
    const same = lineageOf(grantOf("ann", one));
    expect(lineageOf(grantOf("bob", { ...one, tools: ["b", "a"] }))).toBe(same);
    for (const other of [{ model: "n" }, { family: "g" }, { tools: ["a"] }])
      expect(lineageOf(grantOf("bob", { ...one, ...other }))).not.toBe(same);
    expect(lineageOf(grantOf("ann"))).not.toBe(lineageOf(grantOf("bob")));
    expect(lineageOf(grantOf("ann", { model: "m" }))).not.toBe(lineageOf(grantOf("bob", { model: "m" })));
  });

  it("U1 counts three voters of one lineage as one: they do not outvote two others", () => {
    const votes = [
      ...["a", "b", "c"].map((agent) => vote(agent, "kept", "gpt")),
      vote("d", "refused"),
      vote("e", "refused"),
    ];
    expect(tally(votes)).toEqual({ kept: 1, refused: 2, cast: 5, effective: 3 });
    expect(winnerOf(tally(votes))).toBe("refused");
  });

  it("U1 splits the vote of a lineage that disagrees with itself, and takes its greatest weight", () => {
    const votes = [vote("a", "kept", "x"), vote("b", "refused", "x"), vote("c", "kept")];
    expect(tally(votes, { weights: { a: 3, b: 1 } })).toEqual({ kept: 2.5, refused: 1.5, cast: 3, effective: 2 });
  });

  it("U1 counts nothing for a weight that is none, and one for an agent called constructor", () => {
    const weights = { a: Number.NaN, b: -1, c: Number.POSITIVE_INFINITY };
    expect(tally([vote("a", "kept"), vote("b", "kept"), vote("c", "kept")], { weights }).kept).toBe(0);
    expect(tally([vote("constructor", "kept")], { weights }).kept).toBe(1);
  });
});

describe("U2", () => {
  const of = (kept: number, refused: number, effective = 9) => ({ kept, refused, cast: 9, effective });

  it.each([
    ["a tie", of(1, 1), {}],
    ["nobody", of(0, 0), {}],
    ["too few that count", of(1, 0, 1), {}],
    ["too few for its quorum", of(3, 0, 3), { quorum: 4 }],
    ["too small a lead", of(5, 4), {}],
    ["a lead below its margin", of(3, 1), { margin: 0.6 }],
  ])("U2 has no winner with %s", (_, counted, settings) => {
    expect(winnerOf(counted, settings)).toBeUndefined();
  });

  it("U2 has a winner with a quorum and a lead", () => {
    expect(winnerOf(of(3, 2))).toBe("kept");
    expect(winnerOf(of(1, 2))).toBe("refused");
    expect(winnerOf(of(5, 4), { margin: 0.1 })).toBe("kept");
  });

  it("U2 leaves undecided what is so near the margin that rounding decides, whichever side is ahead", () => {
    const lead = (ahead: Vote["side"], behind: Vote["side"]) => [
      vote("a", ahead, "y"),
      vote("c", ahead, "x"),
      vote("a", ahead, "z"),
      vote("a", ahead, "y"),
      ...["z", "y", "z"].map((lineage) => vote("a", behind, lineage)),
    ];
    for (const votes of [lead("kept", "refused"), lead("refused", "kept")])
      expect(winnerOf(tally(votes, { weights: { a: 2 } }))).toBeUndefined();
  });

  it("U2 gives the other side the victory when all votes are turned round", () => {
    const votes = fc.array(
      fc.record({
        agent: fc.constantFrom("a", "b", "c"),
        side: fc.constantFrom("kept" as const, "refused" as const),
        lineage: fc.constantFrom("x", "y", "z"),
      }),
    );
    fc.assert(
      fc.property(
        votes,
        fc.dictionary(fc.constantFrom("a", "b", "c"), fc.integer({ min: 0, max: 4 })),
        (cast, weights) => {
          const turned = cast.map((one) => ({
            ...one,
            side: one.side === "kept" ? ("refused" as const) : ("kept" as const),
          }));
          const [one, other] = [tally(cast, { weights }), tally(turned, { weights })];
          expect(other.kept).toBeCloseTo(one.refused);
          expect(one.effective).toBe(new Set(cast.map(({ lineage }) => lineage)).size);
          const against = { kept: "refused", refused: "kept" } as const;
          const winner = winnerOf(one);
          expect(winnerOf(other)).toBe(winner === undefined ? undefined : against[winner]);
        },
      ),
    );
  });
});
