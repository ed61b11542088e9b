import { describe, expect, it } from "vitest";
import type { Cost } from "../../src/contracts/tools.ts";
import { admit, admitAll, dropActs, enqueue, type Settled, settleCall } from "../../src/decisions/admission.ts";
import { openQuestion } from "../../src/decisions/question.ts";
import type { Reaction, RunState, Wish } from "../../src/decisions/run-state.ts";
import {
  amount,
  at,
  boardOf,
  callOf,
  evidenceOf,
  opened,
  planOf,
  runningRun,
  taskOf,
  writeOf,
} from "../support/runs.ts";

const limits = { costMicroUsd: 10, tokens: 100, steps: 5, toolCalls: 4 };
const run = (more = {}): RunState => runningRun(planOf("a", "b"), { limits, ...more });
const dear = (id: string, costMicroUsd: number, more = {}): Wish =>
  callOf(id, { hold: { costMicroUsd, tokens: 0 }, ...more });
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

describe("M1 holds", () => {
  it("M1 opens a hold for a call before it is told to go on", () => {
    const reaction = inLine(run(), dear("a#1/0", 4));
    expect(reaction.state.ledger.reserved).toEqual(amount({ costMicroUsd: 4, steps: 1, toolCalls: 1 }));
    expect(reaction.state.acts["a#1/0"]).toEqual({ agent: "a#1", position: 0, stage: "held" });
    expect(told(reaction)).toEqual([["a#1/0", "hold.granted"]]);
  });

  it("M1 charges a read or write one step, and no tool call", () => {
    const { state } = inLine(run(), boardOf("a#1/0", { kind: "read", key: "k" }));
    expect(state.ledger).toMatchObject({ spent: amount({ steps: 1 }), reserved: amount() });
    expect(state.acts).toEqual({});
  });

  it("M1 takes a new hold in place of the old one when a call was edited", () => {
    const first = inLine(run(), dear("a#1/0", 4)).state;
    const again = inLine(first, dear("a#1/0", 9)).state;
    expect(again.ledger.reserved).toEqual(amount({ costMicroUsd: 9, steps: 1, toolCalls: 1 }));
  });

  it("M1 refuses an act of an attempt that is not running, at no cost", () => {
    const waiting = callOf("c#0/0", { position: 2 });
    const state = runningRun(planOf("a", "b", taskOf("c", { needs: ["a"] })), { limits });
    for (const wish of [callOf("a#2/0"), callOf("b#1/0"), waiting, callOf("a#1/0", { position: 9 })]) {
      const reaction = admit(state, wish, at(0));
      expect(told(reaction)).toEqual([[wish.id, "hold.refused"]]);
      expect(reaction.state).toBe(state);
    }
    const board = admit(state, boardOf("a#2/0", { kind: "read", key: "k" }), at(0));
    expect(told(board)).toEqual([["a#2", "act.settled"]]);
    expect(board.commands[0]).toMatchObject({ type: "record", params: { rule: "agent.stopped", verdict: "refused" } });
  });
});

describe("M2 the line", () => {
  it("M2 stops at the first wish that cannot be paid for, and keeps the order", () => {
    const { state, commands } = inLine(run(), dear("a#1/0", 8), dear("a#1/1", 3), dear("b#1/0", 1, { position: 1 }));
    expect(state.queue.map(({ id }) => id)).toEqual(["a#1/1", "b#1/0"]);
    expect(state.trouble).toEqual({
      kind: "budget",
      pot: "costMicroUsd",
      reason: "costMicroUsd: 11 would pass the cap of 10",
      position: 0,
    });
    expect(commands.at(-1)).toEqual({
      type: "record",
      params: {
        rule: "budget.costMicroUsd",
        verdict: "refused",
        reason: "costMicroUsd: 11 would pass the cap of 10",
        data: { act: "a#1/1" },
      },
    });
    expect(inLine(state, dear("a#1/2", 0)).state.queue).toHaveLength(3);
  });

  it("M2 goes on with the line once the trouble is gone", () => {
    const { state } = inLine(run(), dear("a#1/0", 8), dear("a#1/1", 3), dear("b#1/0", 1, { position: 1 }));
    const paid = settleCall({ ...state, trouble: null }, end("a#1/0", { cost: { costMicroUsd: 2, tokens: 0 } }), at(0));
    const after = admitAll(paid, at(0));
    expect(told(after)).toEqual([
      ["a#1/1", "hold.granted"],
      ["b#1/0", "hold.granted"],
    ]);
    expect(after.state.queue).toEqual([]);
  });

  it("M2 names the task of a write that cannot be paid for", () => {
    const { state } = inLine(run({ limits: { steps: 0 } }), boardOf("b#1/0", writeOf("k", 1), { position: 1 }));
    expect(state.trouble).toMatchObject({ kind: "budget", pot: "steps", position: 1 });
  });
});

describe("M3 ends", () => {
  const held = inLine(run(), dear("a#1/0", 4)).state;
  const spent = (cost: Cost | null, sent = true) => settleCall(held, end("a#1/0", { cost, sent }), at(0)).ledger;

  it("M3 gives back the hold of a call that was never sent, but for its step", () => {
    expect(spent(null, false)).toMatchObject({ spent: amount({ steps: 1 }), reserved: amount() });
    expect(spent({ costMicroUsd: 4, tokens: 4 }, false).spent).toEqual(amount({ steps: 1 }));
  });

  it("M3 takes what a call reported, over the hold too, and the whole hold without a report", () => {
    const one = { steps: 1, toolCalls: 1 };
    expect(spent({ costMicroUsd: 1, tokens: 5 }).spent).toEqual(amount({ ...one, costMicroUsd: 1, tokens: 5 }));
    expect(spent({ costMicroUsd: 40, tokens: 0 }).spent).toEqual(amount({ ...one, costMicroUsd: 40 }));
    expect(spent(null).spent).toEqual(amount({ ...one, costMicroUsd: 4 }));
  });

  it("F-BUD-05 measures what the ledger took, whatever was reported", () => {
    const measured = (cost: Cost | null, sent = true) => settleCall(held, end("a#1/0", { cost, sent }), at(0)).measured;
    expect(measured({ costMicroUsd: 1, tokens: 0 })).toEqual({ held: 4, actual: 1 });
    expect(measured({ costMicroUsd: -3, tokens: 0 })).toEqual({ held: 4, actual: 4 });
    expect(measured({ costMicroUsd: Number.NaN, tokens: 0 })).toEqual({ held: 4, actual: 4 });
    expect(measured(null)).toEqual({ held: 0, actual: 0 });
    expect(measured({ costMicroUsd: 1, tokens: 0 }, false)).toEqual({ held: 0, actual: 0 });
  });

  it("M1 charges a refused call one step, so that refusals come to an end too", () => {
    const refused = settleCall(run(), end("a#1/0", { sent: false, result: "refused policy" }), at(0));
    expect(refused.ledger.spent).toEqual(amount({ steps: 1 }));
    const broke = settleCall(run({ limits: { steps: 0 } }), end("a#1/0", { sent: false }), at(0));
    expect(broke.trouble).toMatchObject({ kind: "budget", pot: "steps", position: -1 });
    const loop = { kind: "loop" as const, evidence: evidenceOf("s"), position: 0 };
    const troubled = settleCall({ ...run({ limits: { steps: 0 } }), trouble: loop }, end("a#1/0"), at(0));
    expect(troubled.trouble).toBe(loop);
  });
});

describe("dropActs", () => {
  it("M3 F-BUD-03 pays for what was sent, and gives back what only waited for a person", () => {
    let { state } = inLine(
      run(),
      dear("a#1/0", 4),
      dear("a#1/1", 3),
      dear("a#1/2", 2),
      dear("b#1/0", 1, { position: 1 }),
    );
    state = openQuestion(state, opened("a#1/1", "approve"), at(0));
    state = openQuestion(state, opened("a#1/2", "unknown"), at(0));
    expect([state.asking, state.questions.length]).toEqual([2, 2]);
    const after = dropActs(enqueue(state, callOf("a#1/3")), "a#1", at(0));
    expect(after.ledger.spent).toEqual(amount({ costMicroUsd: 6, steps: 3, toolCalls: 2 }));
    expect(after).toMatchObject({ asking: 0, questions: [], queue: [] });
    expect(Object.keys(after.acts)).toEqual(["b#1/0"]);
    expect(Object.keys(after.ledger.holds)).toEqual(["b#1/0"]);
  });

  it("leaves the acts, wishes and questions of others alone", () => {
    let { state } = inLine(run(), dear("b#1/0", 1, { position: 1 }));
    state = enqueue(openQuestion(state, opened("b#1/0", "approve"), at(0)), callOf("b#1/1"));
    const after = dropActs(state, "a#1", at(0));
    expect(after).toEqual(state);
    expect(after.questions).toBe(state.questions);
  });
});
