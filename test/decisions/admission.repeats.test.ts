import { describe, expect, it } from "vitest";
import { admitAll, enqueue, type Settled, settleCall } from "../../src/decisions/admission.ts";
import { dispatch, taskDue } from "../../src/decisions/assignment.ts";
import { settleFailed } from "../../src/decisions/failure.ts";
import { intervene } from "../../src/decisions/loop.ts";
import type { Reaction, RunState, Wish } from "../../src/decisions/run-state.ts";
import { at, callOf, evidenceOf, planOf, runningRun } from "../support/runs.ts";

const limits = { costMicroUsd: 10, tokens: 100, steps: 5, toolCalls: 4 };
const run = (more = {}): RunState => runningRun(planOf("a", "b"), { limits, ...more });
const inLine = (state: RunState, ...wishes: readonly Wish[]): Reaction =>
  admitAll(wishes.reduce(enqueue, state), at(0, 7));
const told = ({ commands }: Reaction): readonly unknown[] =>
  commands.flatMap((command) => (command.type === "tell" ? [[command.params.to, command.params.event.type]] : []));

const end = (gate: string, more: Partial<Settled> = {}): Settled => ({
  gate,
  position: gate.startsWith("b") ? 1 : 0,
  symbol: "s1",
  tool: "search",
  places: [],
  reads: true,
  says: "something",
  maxIdentical: null,
  result: "r1",
  outcome: "completed",
  value: 1,
  sent: true,
  cost: null,
  ...more,
});

describe("loops", () => {
  const told3 = (state: RunState, more: Partial<Settled> = {}, times = 3): RunState => {
    let next = state;
    for (let i = 0; i < times; i++) {
      const gate = `a#1/${i}`;
      next = settleCall(inLine(next, callOf(gate)).state, end(gate, more), at(0));
    }
    return next;
  };
  const roomy = { limits: {} };

  it("L1 makes trouble of the third identical call of a task", () => {
    expect(told3(run(roomy), {}, 2).trouble).toBeNull();
    expect(told3(run(roomy)).trouble).toEqual({
      kind: "loop",
      evidence: { ...evidenceOf("s1"), steps: ["a#1/0", "a#1/1", "a#1/2"] },
      position: 0,
    });
  });

  it("L1 goes by the settings, and by what a poll declares", () => {
    expect(told3(run({ ...roomy, loops: { identical: 4 } })).trouble).toBeNull();
    expect(told3(run({ ...roomy, loops: { identical: 2 } }), {}, 2).trouble).not.toBeNull();
    expect(told3(run(roomy), { maxIdentical: 9 }).trouble).toBeNull();
  });

  it("counts no call without a symbol, of an ended task, or refused for looping", () => {
    expect(told3(run(roomy), { symbol: null }).loops.streams).toEqual({});
    expect(told3(run(roomy), { position: 9 }).loops.streams).toEqual({});
    expect(told3(run(roomy), { result: "refused loop.forbidden" }).loops.streams).toEqual({});
  });

  it("keeps the first trouble", () => {
    const trouble = { kind: "budget" as const, pot: "tokens" as const, reason: "r", short: 1, position: 0 };
    const twice = told3(run(roomy), {}, 2);
    const third = settleCall({ ...twice, trouble }, end("a#1/9"), at(0));
    expect(third.trouble).toBe(trouble);
    expect(third.loops.streams["a"]?.counted).toBe(3);
  });

  it("L3 makes no trouble of a forbidden call that was under way", () => {
    const twice = told3(run(roomy), {}, 2);
    const forbidden = { ...twice, loops: { ...twice.loops, forbidden: ["a s1"] } };
    const third = settleCall(forbidden, end("a#1/9"), at(0));
    expect([third.trouble, third.loops.streams["a"]?.counted]).toEqual([null, 3]);
  });

  it("L3 carries on the streak of a call by its veto", () => {
    const twice = told3(run(roomy), {}, 2);
    const forbidden = { ...twice, loops: { ...twice.loops, forbidden: ["a s1"] } };
    expect(inLine(forbidden, callOf("a#1/9")).state.trouble).toMatchObject({ kind: "loop", evidence: { count: 3 } });
  });

  it("L3 refuses a forbidden call at once, and counts the veto", () => {
    const looping = told3(run(roomy));
    const evidence = evidenceOf("s1");
    let state: RunState = { ...looping, trouble: null, loops: intervene(looping.loops, evidence) };
    expect(settleCall(state, end("a#1/9", { result: "late" }), at(0)).trouble).toBeNull();
    for (let i = 0; i < 3; i++) {
      const reaction = inLine(state, callOf(`a#1/${10 + i}`));
      expect(told(reaction)).toEqual([[`a#1/${10 + i}`, "hold.refused"]]);
      state = reaction.state;
      if (i < 2) expect(state.trouble).toBeNull();
      else expect(state.trouble).toMatchObject({ kind: "loop", evidence: { task: "a", call: "s1", count: 3 } });
    }
    expect(told(inLine({ ...state, trouble: null }, callOf("a#1/20", { symbol: "s2" })))[0]).toEqual([
      "a#1/20",
      "hold.granted",
    ]);
  });
});

describe("duplicates", () => {
  const once = (id: string): Wish => callOf(id, { effect: "once", key: `key of ${id}` });
  const failed = { actor: "a#1", position: 0, number: 1, findings: [] };
  const again = (state: RunState): RunState => {
    const failure = { code: "agent.failed" as const, message: "m" };
    const after = settleFailed(state, { ...failed, failure }, at(0)).state;
    return dispatch(taskDue(after, 0), at(0)).state;
  };

  it("D1 D3 answers a call an earlier attempt made from the record, once", () => {
    const made = settleCall(inLine(run(), once("a#1/0")).state, end("a#1/0", { value: { id: 7 } }), at(0));
    const reaction = inLine(again(made), once("a#2/0"));
    expect(told(reaction)).toEqual([["a#2/0", "hold.shared"]]);
    expect(reaction.commands[1]).toMatchObject({ params: { event: { value: { id: 7 } } } });
    expect(reaction.state.ledger.holds).toEqual({});
    expect(told(inLine(reaction.state, once("a#2/1")))).toEqual([["a#2/1", "hold.granted"]]);
  });

  it("D2 says under which key a call may have happened whose outcome was lost", () => {
    const lost = again(inLine(run(), once("a#1/0")).state);
    const reaction = inLine(lost, once("a#2/0"));
    expect(told(reaction)).toEqual([["a#2/0", "hold.doubtful"]]);
    expect(reaction.state.acts["a#2/0"]?.once?.key).toBe("key of a#1/0");
  });

  it.each([
    ["failed after it was sent", { outcome: "failed" as const }, "hold.doubtful"],
    ["failed before it was sent", { outcome: "failed" as const, sent: false }, "hold.granted"],
    ["was refused", { outcome: "refused" as const, sent: false }, "hold.granted"],
  ])("D2 of a call that %s", (_, more, event) => {
    const ended = settleCall(inLine(run(), once("a#1/0")).state, end("a#1/0", more), at(0));
    expect(told(inLine(again(ended), once("a#2/0")))).toEqual([["a#2/0", event]]);
  });

  it("D4 remembers no call that may be repeated, and finds no duplicate within an attempt", () => {
    const read = settleCall(inLine(run(), callOf("a#1/0")).state, end("a#1/0"), at(0));
    expect(Object.keys(read.claims)).toEqual([]);
    const made = settleCall(inLine(run(), once("a#1/0")).state, end("a#1/0"), at(0));
    expect(told(inLine(made, once("a#1/1")))).toEqual([["a#1/1", "hold.granted"]]);
  });
});
