import fc from "fast-check";
import { expect, it } from "vitest";
import type { Json } from "../../src/contracts/json.ts";
import { openClaims } from "../../src/decisions/open-claim.ts";

it("C6 lists the parts in which two objects differ, and not those they share", () => {
  const kept = { title: "A", pages: { count: 3, size: 9 }, tags: ["x"], only: 1 };
  const refused = { title: "A", pages: { count: 4, size: 9 }, tags: ["y"], other: 2 };
  expect(openClaims(kept, refused).claims).toEqual([
    { path: "pages.count", kept: 3, refused: 4 },
    { path: "tags", kept: ["x"], refused: ["y"] },
    { path: "only", kept: 1 },
    { path: "other", refused: 2 },
  ]);
});

it("C6 lists the sentences only one long text has, whatever their order and case", () => {
  const shared =
    "Otters hold hands when they sleep. They eat fish, and crabs, and what else the river has to offer them.";
  const kept = `${shared} They live for ten years. They are quiet.`;
  const refused = `They are  QUIET. They live for thirty years. ${shared}`;
  expect(openClaims(kept, refused).claims).toEqual([
    { path: "", kept: "They live for ten years." },
    { path: "", refused: "They live for thirty years." },
  ]);
});

it("C6 takes a short text for one statement", () => {
  expect(openClaims("yes. no.", "yes. maybe.").claims).toEqual([
    { path: "", kept: "yes. no.", refused: "yes. maybe." },
  ]);
});

it("C7 bounds the list, and counts what is left out", () => {
  const wide = (value: number): Json => Object.fromEntries(Array.from({ length: 70 }, (_, n) => [`k${n}`, value]));
  const { claims, left } = openClaims(wide(1), wide(2));
  expect([claims.length, left]).toEqual([50, 20]);
});

it("C6 finds nothing exactly where there is nothing, in any two values", () => {
  const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>;
  fc.assert(
    fc.property(json, json, (kept, refused) => {
      expect(openClaims(kept, kept)).toEqual({ claims: [], left: 0 });
      const isSame = JSON.stringify(openClaims(kept, refused).claims) === "[]";
      expect(isSame).toBe(openClaims(refused, kept).claims.length === 0);
    }),
  );
});
