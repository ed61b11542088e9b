import { expect, it } from "vitest";
import { admitAll, enqueue, settleCall } from "../../src/decisions/admission.ts";
import { adopt, dispatch, reassign } from "../../src/decisions/assignment.ts";
import { partsOf } from "../../src/decisions/parts.ts";
import type { RunState } from "../../src/decisions/run-state.ts";
import { amount, at, callOf, grantOf, planOf, runningRun, taskOf } from "../support/runs.ts";

const SEEN = { tool: "search", places: [], reads: true, says: "something" as const };

const agents = [
  grantOf("free"),
  grantOf("ann", { limits: { toolCalls: 9 }, fallback: "bob" }),
  grantOf("bob", { limits: { tokens: 5 } }),
];
const plan = planOf(taskOf("a", { budget: { maxToolCalls: 2 } }), taskOf("b", { agent: "free" }), taskOf("c"));
const run = runningRun(plan, { agents, concurrency: 3 });
const nameOf = (state: RunState, position: number) => partsOf(state, position).map((n) => state.ledger.parts[n]?.name);

const call = (state: RunState, id: string): RunState => {
  const held = admitAll(enqueue(state, callOf(id, { digest: id, symbol: id })), at(0)).state;
  const end = { gate: id, position: 0, symbol: id, maxIdentical: null, ...SEEN, result: id };
  return settleCall(held, { ...end, outcome: "completed", value: null, sent: true, cost: null }, at(0));
};

it("K1 holds an act in its task, in its agent, and in the run", () => {
  expect(run.ledger.parts.map(({ name }) => name)).toEqual(["agent:ann", "agent:bob", "task:a"]);
  expect([0, 1, 2, 3].map((position) => nameOf(run, position))).toEqual([
    ["task:a", "agent:ann"],
    [],
    ["agent:ann"],
    [],
  ]);
  const { ledger } = call(run, "a#1/0");
  const one = amount({ steps: 1, toolCalls: 1 });
  expect([ledger.spent, ...ledger.parts.map(({ spent }) => spent)]).toEqual([one, one, amount(), one]);
});

it("K1 charges a refused call to the parts too", () => {
  const end = {
    gate: "a#1/0",
    position: 0,
    symbol: null,
    maxIdentical: null,
    ...SEEN,
    result: "refused x",
    value: null,
  };
  const { ledger } = settleCall(run, { ...end, outcome: "refused", sent: false, cost: null }, at(0));
  expect(ledger.parts.map(({ spent }) => spent.steps)).toEqual([1, 0, 1]);
});

it("K2 lets another agent, another attempt and another plan draw on what is left of a task's", () => {
  const spent = call(run, "a#1/0");
  const other = dispatch(reassign(spent, 0, at(0), "dear").state, at(0)).state;
  expect(nameOf(other, 0)).toEqual(["task:a", "agent:bob"]);
  const full = call(other, "a#2/0");
  expect(full.ledger.parts[2]).toMatchObject({ name: "task:a", spent: { toolCalls: 2 } });
  const third = admitAll(enqueue(full, callOf("a#2/1", { digest: "x", symbol: "x" })), at(0)).state;
  expect(third.trouble).toMatchObject({ pot: "toolCalls", part: 2, reason: expect.stringMatching(/^task:a: /) });
  const again = adopt(
    full,
    planOf(taskOf("z", { budget: { maxSteps: 1 } }), taskOf("a", { budget: { maxToolCalls: 3 } })),
  );
  expect(again.ledger.parts.slice(2)).toMatchObject([
    { name: "task:a", limits: { toolCalls: 3 }, spent: { toolCalls: 2 } },
    { name: "task:z", limits: { steps: 1 }, spent: { toolCalls: 0 } },
  ]);
  expect(nameOf(again, 1)).toEqual(["task:a", "agent:ann"]);
});

it("opens nothing for a run without parts", () => {
  const plain = runningRun(planOf("a"));
  expect(plain.ledger.parts).toEqual([]);
  expect(partsOf(plain, 0)).toEqual([]);
});
