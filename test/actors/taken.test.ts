import { describe, expect, it } from "vitest";
import { takenBy } from "../../actors/inspection/taken.ts";
import type { TracedStep } from "../../actors/kernel/traced.ts";

const step = (actor: string, state: string, ...edges: readonly string[]): TracedStep => ({
  actor,
  state,
  edges,
  entered: [],
  isMoved: true,
});
const stay = (actor: string, state: string, ...edges: readonly string[]): TracedStep => ({
  ...step(actor, state, ...edges),
  isMoved: false,
});

describe("what an entry moved", () => {
  it("gives each move its own edges, also where an actor moves, another does, and the first moves again", () => {
    const moved = [
      { actor: "a", path: ["one", "two", "three"] },
      { actor: "b", path: ["", "x"] },
      { actor: "a", path: ["three", "four"] },
    ];
    const steps = [
      step("a", "two", "1"),
      stay("a", "two", "in between"),
      step("a", "three", "2"),
      step("b", "x"),
      step("a", "four", "3"),
    ];
    expect(takenBy(moved, steps)).toEqual([
      { actor: "a", path: ["one", "two", "three"], edges: ["1", "in between", "2"] },
      { actor: "b", path: ["", "x"], edges: [] },
      { actor: "a", path: ["three", "four"], edges: ["3"] },
    ]);
  });

  it("tells of charts that acted and stayed where they were", () => {
    const steps = [stay("a", "one", "1"), step("b", "y", "2"), stay("a", "one", "3"), stay("c", "z")];
    expect(takenBy([{ actor: "b", path: ["x", "y"] }], steps)).toEqual([
      { actor: "b", path: ["x", "y"], edges: ["2"] },
      { actor: "a", path: ["one"], edges: ["1", "3"] },
    ]);
  });

  it("has a move without edges where too little is known of its steps", () => {
    expect(takenBy([{ actor: "a", path: ["one", "two"] }], [])).toEqual([
      { actor: "a", path: ["one", "two"], edges: [] },
    ]);
  });
});
