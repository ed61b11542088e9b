import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ActorNode } from "../../../src/contracts/inspection.ts";
import { nameOf } from "../../../visualizer/src/drawings/actors/actor-name.ts";
import { moved, rowsOf, type TreeRow } from "../../../visualizer/src/drawings/actors/tree.ts";

const actor = (id: string, parent?: string, status: ActorNode["status"] = "active"): ActorNode => ({
  id,
  chart: "agent",
  active: [],
  status,
  ...(parent === undefined ? {} : { parent }),
});
const ids = (rows: readonly TreeRow[]): readonly string[] => rows.map(({ id, depth }) => `${" ".repeat(depth)}${id}`);
const none = new Set<string>();

const crew = [
  actor("root"),
  actor("a", "root"),
  actor("a1", "a", "done"),
  actor("b", "root", "done"),
  actor("c", "root", "error"),
  actor("d", "root", "done"),
  actor("d1", "d"),
];

describe("the tree of actors", () => {
  it("has those that ended in one row, with a parent whose child still lives among the living", () => {
    expect(ids(rowsOf(crew, none))).toEqual(["root", " a", "  a1", " d", "  d1", " ended of root"]);
    expect(rowsOf(crew, none).at(-1)).toMatchObject({ kind: "ended", count: 2, isOpen: false, place: 3, of: 3 });
  });

  it("shows them when that row is opened, and hides what is under a closed one", () => {
    expect(ids(rowsOf(crew, new Set(["ended of root", "a"])))).toEqual([
      "root",
      " a",
      " d",
      "  d1",
      " ended of root",
      " b",
      " c",
    ]);
  });

  it("tells each actor once at most, whatever they say of their parents, and all of them when all is open", () => {
    const id = fc.constantFrom("a", "b", "c", "d", "e");
    const any = fc.uniqueArray(fc.record({ id, parent: fc.option(id, { nil: undefined }), isDone: fc.boolean() }), {
      selector: (one) => one.id,
    });
    fc.assert(
      fc.property(any, (made) => {
        const actors = made.map((one) => actor(one.id, one.parent, one.isDone ? "done" : "active"));
        const rows = rowsOf(actors, new Set(["ended of ", ...made.map((one) => `ended of ${one.id}`)]));
        const told = rows.filter(({ kind }) => kind === "actor").map((row) => row.id);
        expect(told.toSorted()).toEqual(made.map((one) => one.id).toSorted());
      }),
    );
  });

  it("is flattened in time for thousands", () => {
    const many = [
      actor("root"),
      ...Array.from({ length: 20_000 }, (_, n) =>
        actor(`t${n}`, n % 3 === 0 ? "root" : `t${n - (n % 3)}`, n % 2 === 0 ? "done" : "active"),
      ),
    ];
    const begun = performance.now();
    expect(rowsOf(many, none).length).toBeGreaterThan(10_000);
    expect(performance.now() - begun).toBeLessThan(1_000);
  });

  it("is walked with the keys of a tree", () => {
    const rows = rowsOf(crew, none);
    const go = (id: string) => ({ kind: "go", id });
    expect(moved(rows, undefined, "ArrowDown")).toEqual(go("root"));
    expect(moved(rows, "root", "ArrowDown")).toEqual(go("a"));
    expect(moved(rows, "a", "ArrowRight")).toEqual(go("a1"));
    expect(moved(rows, "a", "ArrowLeft")).toEqual({ kind: "turn", id: "a" });
    expect(moved(rows, "a1", "ArrowLeft")).toEqual(go("a"));
    expect(moved(rows, "ended of root", "ArrowRight")).toEqual({ kind: "turn", id: "ended of root" });
    expect(moved(rows, "a", "End")).toEqual(go("ended of root"));
    expect(moved(rows, "a", "x")).toEqual({ kind: "stay" });
  });
});

it("an actor is called by its tool, its agent, or what its id adds to its parent's", () => {
  expect(nameOf({ ...actor("t#1/2", "t#1"), tool: "search", agent: "writer" })).toBe("search");
  expect(nameOf({ ...actor("t#1"), agent: "writer" })).toBe("writer");
  expect(nameOf(actor("t#1/2", "t#1"))).toBe("agent 2");
  expect(nameOf(actor("t#1/review", "t#1"))).toBe("review");
  expect(nameOf(actor("t", "t#1"))).toBe("t");
});
