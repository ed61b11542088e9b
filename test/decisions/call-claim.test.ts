import { describe, expect, it } from "vitest";
import {
  type CallClaim,
  claimCall,
  dropClaims,
  expireClaim,
  meetClaim,
  settleClaim,
} from "../../src/decisions/call-claim.ts";
import type { CallWish, RunState } from "../../src/decisions/run-state.ts";
import type { TaskState } from "../../src/decisions/schedule.ts";
import { at, callOf, planOf, runningRun } from "../support/runs.ts";

const wish = (id: string, position: number): CallWish => callOf(id, { position, dedupe: "k" });
const run = runningRun(planOf("a", "b", "c"), { concurrency: 3 });
const taskAt = (position: number): TaskState => run.schedule.tasks[position] as TaskState;
const claimed = claimCall(run, wish("a#1/0", 0), taskAt(0), at(0));
const waiting = (state: RunState, id: string, position: number): RunState =>
  meetClaim(state, wish(id, position), taskAt(position), at(5))?.state ?? state;
const claimOf = (state: RunState): CallClaim | undefined => state.callClaims["search k"];

describe("W3", () => {
  it("W3 sets the end of the lease for the first who waits, and only once", () => {
    const first = meetClaim(claimed, wish("b#1/0", 1), taskAt(1), at(5));
    const timers = first?.commands.filter(({ type }) => type === "wait");
    expect(timers).toMatchObject([{ params: { ms: 59_995, event: { call: "search k", epoch: 1 } } }]);
    const second = meetClaim(first?.state as RunState, wish("c#1/0", 2), taskAt(2), at(6));
    expect(second?.commands.filter(({ type }) => type === "wait")).toEqual([]);
  });

  it("W3 a lease of an earlier epoch that runs out changes nothing", () => {
    const passedOn = expireClaim(waiting(claimed, "b#1/0", 1), { call: "search k", epoch: 1 }).state;
    const next = claimCall({ ...passedOn, queue: [] }, wish("b#1/0", 1), taskAt(1), at(9));
    expect(claimOf(next)).toMatchObject({ holder: "b#1/0", epoch: 2 });
    for (const epoch of [0, 1, 3]) expect(expireClaim(next, { call: "search k", epoch }).state).toBe(next);
    expect(expireClaim(next, { call: "search other", epoch: 2 }).state).toBe(next);
  });

  it("W3 the result of one that gave way is shared with nobody", () => {
    const passedOn = expireClaim(waiting(claimed, "b#1/0", 1), { call: "search k", epoch: 1 }).state;
    const late = settleClaim(passedOn, { gate: "a#1/0", outcome: "completed", value: "late" });
    expect(late).toEqual({ state: passedOn, commands: [] });
  });

  it("W3 those who wait come first in line, in order, when a claimant's attempt ends", () => {
    const crowded = waiting(waiting(claimed, "b#1/0", 1), "c#1/0", 2);
    expect(dropClaims(crowded, "a#1").queue.map(({ id }) => id)).toEqual(["b#1/0", "c#1/0"]);
    expect(claimOf(dropClaims(crowded, "b#1"))?.waiting.map(({ id }) => id)).toEqual(["c#1/0"]);
  });
});

describe("W2", () => {
  it("W2 keeps 256 results, and makes a call again of which the result is forgotten", () => {
    let state: RunState = run;
    for (let n = 0; n < 300; n++) {
      const one = { ...wish(`a#1/${n}`, 0), dedupe: `k${n}` };
      const value = { gate: one.id, outcome: "completed" as const, value: n };
      state = settleClaim(claimCall(state, one, taskAt(0), at(0)), value).state;
    }
    expect(Object.keys(state.callClaims)).toHaveLength(256);
    expect(meetClaim(state, { ...wish("b#1/0", 1), dedupe: "k0" }, taskAt(1), at(0))).toBeUndefined();
    expect(meetClaim(state, { ...wish("b#1/0", 1), dedupe: "k299" }, taskAt(1), at(0))?.commands[1]).toMatchObject({
      params: { event: { type: "hold.shared", value: 299 } },
    });
  });

  it("W1 takes no notice of a call without a key, or of one that cross-checks", () => {
    const { dedupe: _, ...plain } = wish("b#1/0", 1);
    expect(meetClaim(claimed, plain, taskAt(1), at(0))).toBeUndefined();
    expect(meetClaim(claimed, wish("b#1/0", 1), { ...taskAt(1), crossCheck: "a" }, at(0))).toBeUndefined();
    expect(claimCall(run, plain, taskAt(1), at(0))).toBe(run);
  });
});
