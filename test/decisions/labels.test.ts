import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Labels, Readers, Tracked } from "../../src/contracts/labels.ts";
import {
  areSame,
  asLabels,
  hear,
  join,
  mayLearn,
  OUTSIDE,
  TRUSTED,
  tracked,
  UNKNOWN,
} from "../../src/decisions/labels.ts";

const PEOPLE = ["ann", "bob", "eve"];

/** Few people, so that their sets collide; in any order, and named twice now and then. */
const readers: fc.Arbitrary<Readers> = fc.oneof(
  fc.constant("public" as const),
  fc.array(fc.constantFrom(...PEOPLE), { maxLength: 4 }),
);
const labels: fc.Arbitrary<Labels> = fc.record({ integrity: fc.constantFrom("trusted", "untrusted"), readers });

/** The oracle: what labels mean, by asking about each person, somebody unknown among them, and never about a set. */
const WHO = [...PEOPLE, "a stranger"];
const meaning = ({ integrity, readers: allowed }: Labels) => ({
  isTrusted: integrity === "trusted",
  may: WHO.map((person) => allowed === "public" || allowed.some((one) => one === person)),
});
const both = (a: Labels, b: Labels) => {
  const [x, y] = [meaning(a), meaning(b)];
  return { isTrusted: x.isTrusted && y.isTrusted, may: WHO.map((_, place) => !!x.may[place] && !!y.may[place]) };
};

describe("join", () => {
  it("L1 means: trusted if both are, and for whoever may learn both", () => {
    fc.assert(
      fc.property(labels, labels, (a, b) => {
        expect(meaning(join(a, b))).toEqual(both(a, b));
      }),
    );
  });

  it("L2 is associative, commutative and idempotent", () => {
    fc.assert(
      fc.property(labels, labels, labels, (a, b, c) => {
        expect(join(join(a, b), c)).toEqual(join(a, join(b, c)));
        expect(join(a, b)).toEqual(join(b, a));
        expect(areSame(join(a, a), a)).toBe(true);
      }),
    );
  });

  it("L2 is monotone: one part more never makes it looser, and a stricter part never a looser whole", () => {
    const isNoLooser = (a: Labels, b: Labels): boolean => {
      const [x, y] = [meaning(a), meaning(b)];
      return (!x.isTrusted || y.isTrusted) && x.may.every((may, place) => !may || y.may[place]);
    };
    fc.assert(
      fc.property(labels, labels, labels, (a, b, c) => {
        expect(isNoLooser(join(a, b), a)).toBe(true);
        expect(isNoLooser(join(join(a, b), c), join(a, c))).toBe(true);
      }),
    );
  });

  it("has trusted and public as what changes nothing, and what nobody can vouch for as what swallows all", () => {
    fc.assert(
      fc.property(labels, (a) => {
        expect(areSame(join(a, TRUSTED), a)).toBe(true);
        expect(join(a, UNKNOWN)).toEqual(UNKNOWN);
      }),
    );
  });
});

describe("mayLearn", () => {
  it("I-F4 asks about each recipient; the public is everybody, and so more than any list", () => {
    fc.assert(
      fc.property(readers, fc.array(fc.constantFrom(...WHO)), (allowed, recipients) => {
        const { may } = meaning({ integrity: "trusted", readers: allowed });
        expect(mayLearn(allowed, recipients)).toBe(recipients.every((one) => may[WHO.indexOf(one)]));
      }),
    );
    expect(mayLearn(["ann"], "public")).toBe(false);
    expect(mayLearn("public", "public")).toBe(true);
  });
});

describe("hear", () => {
  const mail = tracked(OUTSIDE, "inbox", "a#1/0");
  const secret = tracked({ integrity: "trusted", readers: ["ann"] }, "read_db", "a#1/1");

  it("I-F1 carries the join of all it heard, whatever was heard before", () => {
    fc.assert(
      fc.property(fc.array(labels, { maxLength: 6 }), (all) => {
        const heard = all.reduce<Tracked>((context, one, place) => hear(context, tracked(one, `s${place}`)), TRUSTED);
        expect(areSame(heard, all.reduce(join, TRUSTED))).toBe(true);
      }),
    );
  });

  it("keeps the same context, unchanged, when it hears what adds nothing", () => {
    const context = hear(hear(TRUSTED, mail), secret);
    expect(hear(context, tracked(OUTSIDE, "web", "a#1/2"))).toBe(context);
    expect(hear(context, TRUSTED)).toBe(context);
  });

  it("names what made it stricter, once, and never more than eight", () => {
    const context = hear(hear(TRUSTED, mail), secret);
    expect(context.from).toEqual([
      { source: "inbox", act: "a#1/0", integrity: "untrusted", readers: "public" },
      { source: "read_db", act: "a#1/1", integrity: "trusted", readers: ["ann"] },
    ]);
    expect(hear(context, { ...context, readers: [] }).from).toHaveLength(2);
    const many = Array.from({ length: 20 }, (_, place) => `p${place}`);
    const narrowed = many.reduce<Tracked>(
      (context_, _, place) =>
        hear(context_, tracked({ integrity: "trusted", readers: many.slice(place) }, `s${place}`)),
      TRUSTED,
    );
    expect(narrowed).toMatchObject({ readers: ["p19"] });
    expect(narrowed.from).toHaveLength(8);
  });
});

describe("asLabels", () => {
  it("L3 takes what is well formed, each reader once and in order", () => {
    expect(asLabels({ integrity: "trusted", readers: ["bob", "ann", "bob"] })).toEqual({
      integrity: "trusted",
      readers: ["ann", "bob"],
    });
    expect(asLabels(OUTSIDE)).toEqual(OUTSIDE);
  });

  it.each([
    undefined,
    null,
    "trusted",
    {},
    { integrity: "trusted" },
    { readers: "public" },
    { integrity: "high", readers: "public" },
    { integrity: "trusted", readers: "ann" },
    { integrity: "trusted", readers: [1] },
    { integrity: "trusted", readers: { length: 1 } },
  ])("L3 takes nothing else: %j", (value) => {
    expect(asLabels(value)).toBeUndefined();
  });
});
