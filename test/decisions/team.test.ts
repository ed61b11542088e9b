import { describe, expect, it } from "vitest";
import { NO_TEAM, noteTeam, type Team } from "../../src/decisions/team.ts";
import { actOf, type MadeUp } from "../support/loop-streams.ts";

interface Act {
  readonly task: string;
  readonly act: MadeUp;
  readonly isStale?: boolean;
}

function told(acts: readonly Act[]) {
  let team: Team = NO_TEAM;
  return acts.map(({ task, act, isStale = false }, n) => {
    const noted = noteTeam(team, task, actOf(act, n), isStale);
    team = noted.team;
    return noted.repetition;
  });
}

const text = "A long text that several of the team have read by now, under one name or another; nothing of it is new.";
const read = (task: string, name: string, result = text): Act => ({
  task,
  act: { tool: "read", args: { name }, result, reads: true },
});
const stale = (task: string): Act => ({ task, act: { tool: "look" }, isStale: true });

describe("M1 nothing new", () => {
  it("M1 is told at the 24th act of several tasks of which three quarters had been done twice", () => {
    const acts = Array.from({ length: 24 }, (_, i) => ({ ...stale(i % 2 === 0 ? "a" : "b"), isStale: i >= 6 }));
    const all = told(acts);
    expect(all.slice(0, 23).every((one) => one === undefined)).toBe(true);
    expect(all[23]).toMatchObject({ detector: "nothing-new", count: 18 });
    expect(told(acts.map((act, i) => ({ ...act, isStale: i >= 7 }))).every((one) => one === undefined)).toBe(true);
  });

  it("M1 is no matter of one task alone, nor of polls", () => {
    expect(told(Array.from({ length: 40 }, () => stale("a"))).every((one) => one === undefined)).toBe(true);
    const polls = Array.from({ length: 40 }, (_, i) => ({ ...stale(`t${i % 3}`), act: { tool: "status", poll: 99 } }));
    expect(told(polls).every((one) => one === undefined)).toBe(true);
  });
});

describe("M2 the same reading", () => {
  it("M2 is told at the fourth read of one text, by several tasks and under four names", () => {
    const all = told([
      read("a", "x"),
      read("b", "./x"),
      { task: "a", act: { tool: "edit" } },
      read("a", "c/../x"),
      read("b", "y"),
    ]);
    expect(all.slice(0, 4)).toEqual([undefined, undefined, undefined, undefined]);
    expect(all[4]).toMatchObject({ detector: "same-reading", count: 4, steps: ["0", "1", "3", "4"] });
  });

  it.each([
    ["one task", ["a", "a", "a", "a"], ["w", "x", "y", "z"]],
    ["one name", ["a", "b", "c", "d"], ["x", "x", "x", "x"]],
    ["three names", ["a", "b", "c", "d"], ["x", "y", "z", "z"]],
  ])("M2 is none of %s", (_, tasks, names) => {
    expect(told(tasks.map((task, i) => read(task, names[i] as string))).every((one) => one === undefined)).toBe(true);
  });

  it("M2 begins anew with another text, and leaves out what says little", () => {
    const acts = [read("a", "w"), read("b", "x"), read("a", "q", `${text}!`), read("a", "y"), read("b", "z")];
    expect(told(acts).every((one) => one === undefined)).toBe(true);
    const short = ["w", "x", "y", "z"].map((name, i) => read(`t${i}`, name, "ok"));
    expect(told(short).every((one) => one === undefined)).toBe(true);
  });
});
