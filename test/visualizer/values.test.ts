/** Values on the page: bounded, and whatever is left out is counted. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ApprovalRequest } from "../../src/contracts/approvals.ts";
import type { Json } from "../../src/contracts/json.ts";
import { render } from "../../src/decisions/rendering.ts";
import { changesOf, oneLine } from "../../visualizer/src/state/changes.ts";
import { ago, compact, duration, plural, quantity, usd } from "../../visualizer/src/state/format.ts";
import { parsed } from "../../visualizer/src/state/parsed.ts";
import { roundsOf } from "../../visualizer/src/state/rounds.ts";
import { lineOf, niceCeiling } from "../../visualizer/src/state/series.ts";
import { rowsOf } from "../../visualizer/src/state/subject-rows.ts";
import { flip, linesOf, MEMBERS, moved, showMore, UNTOUCHED } from "../../visualizer/src/state/tree.ts";

const json = fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.parse(JSON.stringify(value)) as Json);
const leaves = (value: Json): number =>
  typeof value !== "object" || value === null
    ? 1
    : Object.values(value).reduce<number>((sum, one) => sum + leaves(one ?? null), 0);

describe("A-HUM-02 what is bound, in rows", () => {
  const valuesOf = (subject: Json) => {
    const question = { subject, title: "", kind: "approve", role: "", reason: "", requester: {}, digest: "d" };
    return render(question as unknown as ApprovalRequest).values;
  };
  const rowsFor = (subject: Json) => valuesOf(subject).flatMap(rowsOf);

  it("B1 has every character of it, in its order, however long its lines are", () => {
    const lines = fc.array(fc.stringMatching(/^[a-z ]{0,260}$/), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(lines, (all) => {
        const [value] = valuesOf({ note: all.join("\n") });
        if (value === undefined) throw new Error("there is no value");
        expect(
          rowsOf(value)
            .map(({ text = "" }) => text)
            .join(""),
        ).toBe(value.lines.join(""));
      }),
    );
  });

  it("B1 puts a short value beside its path, and a long one under it with the number of its lines", () => {
    expect(rowsFor({ to: "ann" })).toEqual([{ path: "to", text: "ann" }]);
    expect(rowsFor({ body: "a\nb" })).toEqual([{ path: "body", note: "2 lines" }, { text: "a" }, { text: "b" }]);
  });

  it("B1 counts what is not shown", () => {
    expect(rowsOf({ path: "body", lines: ["abc"], of: 9, bytes: 900, hidden: 897 }).at(-1)).toEqual({
      note: "… 897 bytes not shown",
    });
  });
});

describe("a tree", () => {
  it("T1 has a line for every value when all is open, and counts what is not", () => {
    fc.assert(
      fc.property(json, (value) => {
        const lines = linesOf(value, UNTOUCHED, 99);
        const [shown, left] = [
          lines.filter(({ kind }) => /text|number|word/.test(kind)).length,
          lines.filter(({ kind }) => kind === "more").reduce((sum, { text }) => sum + Number(text), 0),
        ];
        if (left === 0) expect(shown).toBe(leaves(value));
      }),
    );
  });

  it("T1 shows a hundred members of a long list, and says how many are left", () => {
    const list = Array.from({ length: 340 }, (_, at) => at);
    const lines = linesOf(list, UNTOUCHED);
    expect(lines).toHaveLength(1 + MEMBERS + 1);
    expect(lines.at(-1)).toMatchObject({ kind: "more", text: "240" });
    expect(linesOf(list, showMore(UNTOUCHED, "$"))).toHaveLength(1 + 340);
  });

  it("T1 cuts a text of megabytes, and says by how much", () => {
    const [line] = linesOf("x".repeat(5_000_000), UNTOUCHED);
    expect(line).toMatchObject({ left: 4_998_000 });
    expect(line?.text).toHaveLength(2_000);
  });

  it("closes what is open and opens what is closed, and nothing else", () => {
    const value = { a: { b: { c: 1 } }, d: 2 };
    const paths = (opened = UNTOUCHED) => linesOf(value, opened).map(({ path }) => path);
    expect(paths()).toEqual(["$", "$.a", "$.a.b", "$.d"]);
    expect(paths(flip(UNTOUCHED, "$.a.b"))).toEqual(["$", "$.a", "$.a.b", "$.a.b.c", "$.d"]);
    expect(paths(flip(UNTOUCHED, "$.a"))).toEqual(["$", "$.a", "$.d"]);
    expect(paths(flip(flip(UNTOUCHED, "$.a"), "$.a"))).toEqual(paths());
  });
});

describe("the keys of a tree", () => {
  const value = { a: { b: { c: 1 } }, d: [] };
  const lines = linesOf(value, UNTOUCHED);
  const pathOf = (at: number, key: string) => {
    const move = moved(lines, at, key);
    return move?.kind === "go" ? lines[move.place]?.path : move?.line.path;
  };

  it("go up and down, and no further than there are lines", () => {
    expect(["ArrowDown", "ArrowUp", "End", "Home"].map((key) => pathOf(1, key))).toEqual(["$.a.b", "$", "$.d", "$"]);
    expect([pathOf(0, "ArrowUp"), pathOf(3, "ArrowDown"), pathOf(99, "ArrowUp")]).toEqual(["$", "$.d", "$.d"]);
  });

  it("open and go in to the right, close and go out to the left", () => {
    expect(moved(lines, 2, "ArrowRight")).toMatchObject({ kind: "act", line: { path: "$.a.b" } });
    expect(pathOf(1, "ArrowRight")).toBe("$.a.b");
    expect(moved(lines, 1, "ArrowLeft")).toMatchObject({ kind: "act", line: { path: "$.a" } });
    expect(pathOf(2, "ArrowLeft")).toBe("$.a");
    expect(pathOf(3, "ArrowRight")).toBe("$.d");
  });

  it("leave every other key to the page", () => {
    expect(moved(lines, 0, "j")).toBeUndefined();
    expect(moved([], 0, "ArrowDown")).toBeUndefined();
  });
});

describe("an edit", () => {
  it("differs in nothing from a copy of itself, and in something from all else", () => {
    fc.assert(
      fc.property(json, json, (a, b) => {
        expect(changesOf(a, structuredClone(a))).toEqual({ changes: [], left: 0 });
        const isSame = JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
        expect(changesOf(a, b).changes.length === 0).toBe(
          isSame || (isEmpty(a) && isEmpty(b) && Array.isArray(a) === Array.isArray(b)),
        );
      }),
    );
  });

  it("is told by path, and what is beyond the bound is counted", () => {
    expect(changesOf({ a: { b: 1, c: 2 } }, { a: { b: 3 }, d: null }).changes).toEqual([
      { path: "a.b", before: 1, after: 3 },
      { path: "a.c", before: 2 },
      { path: "d", after: null },
    ]);
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`k${at}`, at]));
    expect(changesOf({}, many, 10)).toMatchObject({ left: 20 });
  });

  it("that is no JSON says why, and a line where the engine gives a place", () => {
    expect(parsed('{"a": 1}')).toEqual({ value: { a: 1 } });
    expect(parsed('{\n  "a": 1,\n}')).toMatchObject({ fault: expect.stringMatching(/line 3/) });
    expect(parsed("")).toHaveProperty("fault");
  });

  it("in one line is cut, and says by how much", () => {
    expect(oneLine("abc")).toBe('"abc"');
    expect(oneLine("x".repeat(500), 10)).toBe(`"${"x".repeat(9)}… (492 more)`);
  });
});

/** What JSON.stringify says of two equal values may differ in the order of keys. */
function sorted(value: Json): Json {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => sorted(one as Json));
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => [key, sorted(one as Json)]),
  );
}
const isEmpty = (value: Json): boolean =>
  typeof value === "object" && value !== null && Object.keys(value).length === 0;

describe("a loop", () => {
  it("is cut where it comes round, counted from its end", () => {
    expect(roundsOf(["x", "a", "b", "a", "b"], 2)).toEqual({
      before: ["x"],
      rounds: [
        ["a", "b"],
        ["a", "b"],
      ],
    });
    expect(roundsOf(["a", "a", "a"], 1)).toEqual({ before: [], rounds: [["a", "a", "a"]] });
    expect(roundsOf([], 3)).toEqual({ before: [], rounds: [] });
  });

  it("loses no step", () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.integer({ min: 0, max: 7 }), (steps, period) => {
        const { before, rounds } = roundsOf(steps, period);
        expect([...before, ...rounds.flat()]).toEqual(steps);
      }),
    );
  });
});

describe("numbers", () => {
  it("of money keep what matters", () => {
    expect([usd(0), usd(1_420_000), usd(64_000), usd(40)]).toEqual(["$0", "$1.42", "$0.064", "$0.00004"]);
    expect(quantity("wallMs", 5_400_000)).toBe("1 h 30 min");
  });

  it("of time are told in two units at most", () => {
    expect([duration(900), duration(61_000), duration(90_000_000), duration(3_600_000)]).toEqual([
      "900 ms",
      "1 min 1 s",
      "1 d 1 h",
      "1 h",
    ]);
    expect([ago(0, 4_999), ago(0, 60_000), ago(5_000, 0)]).toEqual(["now", "1 min ago", "now"]);
  });

  it("are short where they are large", () => {
    expect([compact(9_999), compact(100_000), plural(1, "run"), plural(2_000, "entry", "entries")]).toEqual([
      "9,999",
      "100K",
      "1 run",
      "2,000 entries",
    ]);
  });

  it("of an axis end above what is drawn, at most two and a half times", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e12 }), (value) => {
        expect(niceCeiling(value)).toBeGreaterThanOrEqual(value);
        expect(niceCeiling(value)).toBeLessThanOrEqual(value * 2.5);
      }),
    );
    expect(lineOf([])).toBe("");
  });
});
