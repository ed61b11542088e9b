import { expect, it } from "vitest";
import { canReplan, fallbackOf, openRun } from "../../src/decisions/run-state.ts";
import { grantOf, plannedRun, planOf, settingsOf, taskOf } from "../support/runs.ts";

it("opens a run with nothing spent, planned or asked, and from the start in planning", () => {
  const settings = settingsOf({ limits: { tokens: 5 } });
  const state = openRun({ run: "r1", objective: "o", objectiveDigest: "d", input: { a: 1 }, settings, at: 70 });
  expect(state).toMatchObject({ run: "r1", objective: "o", input: { a: 1 }, startedAt: 70, cameFrom: "planning" });
  expect(state.ledger).toMatchObject({ limits: { tokens: 5 }, startedAt: 70, holds: {} });
  expect([state.trouble, state.concern, state.answer, state.failure, state.output]).toEqual(Array(5).fill(null));
});

it("makes as many new plans as the settings allow", () => {
  const state = plannedRun(planOf("a"), { replans: 2 });
  expect([0, 1, 2, 3].map((replans) => canReplan({ ...state, replans }))).toEqual([true, true, false, false]);
});

it("gives a task to the fallback of its agent, unless that is the agent itself", () => {
  const agents = [grantOf("ann", { fallback: "bob" }), grantOf("bob", { fallback: "bob" }), grantOf("eve")];
  const plan = planOf("a", taskOf("b", { agent: "bob" }), taskOf("c", { agent: "eve" }));
  const state = plannedRun(plan, { agents });
  expect([0, 1, 2, 9, -1].map((position) => fallbackOf(state, position))).toEqual([
    "bob",
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
