import { describe, expect, it } from "vitest";
import { type Amendment, amend, faultOf } from "../../src/decisions/objective.ts";
import { planOf, runningRun } from "../support/runs.ts";

const run = runningRun(planOf("a"));
const amendment: Amendment = { objective: "finish early", digest: "d1", replaces: "d0", by: "olga" };

describe("A-GOAL-03 the objective", () => {
  it("J2 is amended by a person who names what they replace; planners are told", () => {
    const { state, commands } = amend(run, amendment);
    expect(state).toMatchObject({ objective: "finish early", objectiveDigest: "d1" });
    expect(state.findings).toEqual([{ source: "objective.amended", message: "olga has amended the objective" }]);
    expect(commands).toEqual([
      {
        type: "record",
        params: { rule: "objective.amended", verdict: "amended", data: { from: "d0", to: "d1", by: "olga" } },
      },
    ]);
  });

  it.each([
    ["an agent of the run", { by: "ann" }, '"ann" is an agent of this run; only a person amends its objective'],
    ["nobody", { by: "" }, "an objective is amended by a person; say who"],
    ["somebody who is late", { replaces: "d9" }, "the objective is d0 by now, not d9; read it again"],
  ])("J2 J3 is kept when amended by %s, and that is on record", (_, more, reason) => {
    const { state, commands } = amend(run, { ...amendment, ...more });
    expect(state).toBe(run);
    expect(commands).toMatchObject([{ params: { rule: "objective.kept", verdict: "refused", reason } }]);
    expect(faultOf(run, { ...amendment, ...more })).toBe(reason);
  });

  it("J2 is amended once by one word: the second finds another objective", () => {
    const { state } = amend(run, amendment);
    expect(amend(state, amendment).state).toBe(state);
    expect(faultOf(run, amendment)).toBeUndefined();
  });
});
