import { describe, expect, it } from "vitest";
import { admitAll, enqueue, settleCall } from "../../src/decisions/admission.ts";
import { intervene } from "../../src/decisions/loop.ts";
import { openQuestion } from "../../src/decisions/question.ts";
import type { RunState, Wish } from "../../src/decisions/run-state.ts";
import { watchPlan, watchQuestion } from "../../src/decisions/watch.ts";
import { at, boardOf, grantOf, opened, planOf, runningRun, taskOf, writeOf } from "../support/runs.ts";

const agents = [grantOf("ann", { reads: ["*"], writes: ["*"] }), grantOf("bob", { reads: ["*"], writes: ["*"] })];
const run = (more = {}): RunState => runningRun(planOf("a", taskOf("b", { agent: "bob" })), { agents, ...more });
const tell = (state: RunState, wish: Wish): RunState => admitAll(enqueue(state, wish), at(0)).state;
const acts = (state: RunState, wishes: readonly Wish[]): RunState => wishes.reduce(tell, state);
const write = (n: number, value: unknown, task = "a"): Wish =>
  boardOf(`${task}#1/${n}`, writeOf("k", value as never), {
    agent: task === "a" ? "ann" : "bob",
    position: task === "a" ? 0 : 1,
  });
const read = (n: number): Wish => boardOf(`a#1/${n}`, { kind: "read", key: "k" });

describe("W1 the blackboard", () => {
  it("W1 the same written three times is a loop, and may not be written again", () => {
    const looping = acts(run(), [write(0, 1), write(1, 1), write(2, 1)]);
    expect(looping.trouble).toMatchObject({ kind: "loop", position: 0, evidence: { detector: "period", count: 3 } });
    if (looping.trouble?.kind !== "loop") throw new Error("no loop");
    const heard = { ...looping, trouble: null, loops: intervene(looping.loops, looping.trouble.evidence) };
    const { state, commands } = admitAll(enqueue(heard, write(3, 1)), at(0));
    expect(commands).toMatchObject([
      { params: { rule: "loop.forbidden", verdict: "refused" } },
      {
        params: {
          to: "a#1",
          event: { type: "act.settled", n: 3, result: { kind: "refused", rule: "loop.forbidden" } },
        },
      },
    ]);
    expect(state.board["k"]?.version).toBe(3);
    expect(state.ledger.spent.steps).toBe(4);
    expect(acts(state, [write(4, 1), write(5, 1)]).trouble).toMatchObject({ evidence: { count: 3 } });
    expect(tell(heard, write(3, 2)).board["k"]?.value).toBe(2);
  });

  it("W1 other values are no loop, nor is a read that finds something else", () => {
    expect(
      acts(
        run(),
        [0, 1, 2, 3, 4, 5].map((n) => write(n, n)),
      ).trouble,
    ).toBeNull();
    const mixed = Array.from({ length: 30 }, (_, n) => (n % 2 === 0 ? read(n) : write(n, n)));
    expect(acts(run(), mixed).trouble).toBeNull();
  });

  it("R5 a key that stays as it is may be read nine times: that is how an agent waits for another", () => {
    const reads = Array.from({ length: 10 }, (_, n) => read(n));
    expect(acts(run(), reads.slice(0, 9)).trouble).toBeNull();
    expect(acts(run(), reads).trouble).toMatchObject({ kind: "loop", evidence: { count: 10 } });
  });

  it("L2 a key that two tasks take from each other is a loop of both", () => {
    const turns = Array.from({ length: 6 }, (_, n) =>
      write(n, n % 2 === 0 ? "mine" : "yours", n % 2 === 0 ? "a" : "b"),
    );
    const quarrel = turns
      .flatMap((wish, n) => [wish, write(100 + n, n, n % 2 === 0 ? "a" : "b")])
      .map((wish, n) => (n % 2 === 0 ? wish : ({ ...wish, act: writeOf(`log${n}`, n) } as Wish)));
    const { trouble } = acts(run(), quarrel);
    expect(trouble).toMatchObject({ kind: "loop", evidence: { detector: "period", period: 2 } });
  });

  it("W1 a write out of scope is refused, and three alike are a loop", () => {
    const none = run({ agents: [grantOf("ann"), grantOf("bob")] });
    expect(acts(none, [write(0, 1), write(1, 1), write(2, 1)]).trouble).toMatchObject({ kind: "loop" });
  });
});

describe("W1 questions and plans", () => {
  const asked = (state: RunState, question: unknown): RunState => {
    const one = { ...opened("a#1/0", "answer"), question: { subject: { question } } } as never;
    const { asker } = opened("a#1/0", "answer");
    return watchQuestion(state, asker, one["question"]);
  };

  it("Q2 the fifth question of a kind to a person is trouble", () => {
    let state = run();
    for (let n = 0; n < 4; n++) state = asked(state, "Shall I go on?");
    expect(state.trouble).toBeNull();
    expect(asked(state, "Shall I go on?").trouble).toMatchObject({
      position: 0,
      evidence: { detector: "same-request", task: "a", count: 5 },
    });
  });

  it("W1 is told nothing by a question of a gate, or one without a text", () => {
    const state = run();
    expect(asked(state, 7)).toBe(state);
    expect(watchQuestion(state, "a#1/0", { subject: { question: "?" } })).toBe(state);
    expect(openQuestion(state, opened("a#1/0", "approve"), at(0)).loops).toBe(state.loops);
  });

  it("L5 a plan is known by what it says and what is completed, not by the order of its tasks", () => {
    const [one, two] = [taskOf("a", { goal: "g" }), taskOf("b")];
    const first = watchPlan(run(), { tasks: [one, two] });
    expect(first.trouble).toBeNull();
    expect(watchPlan(first, { tasks: [two, one] }).trouble).toMatchObject({ position: -1, evidence: { count: 2 } });
    expect(watchPlan(first, { tasks: [{ ...one, goal: "h" }, two] }).trouble).toBeNull();
    const [task, ...others] = first.schedule.tasks;
    if (task === undefined) throw new Error("no task");
    const tasks = [{ ...task, status: "completed" as const }, ...others];
    expect(watchPlan({ ...first, schedule: { ...first.schedule, tasks } }, { tasks: [one, two] }).trouble).toBeNull();
  });
});

describe("A-GOAL-04 drift", () => {
  const call = (state: RunState, n: number): RunState =>
    settleCall(
      state,
      {
        gate: `a#1/${n}`,
        position: 0,
        symbol: `s${n}`,
        tool: "open",
        places: [`mail/box${n}`],
        reads: true,
        says: "something",
        maxIdentical: null,
        result: `r${n}`,
        outcome: "completed",
        value: null,
        sent: true,
        cost: null,
      },
      at(0),
    );
  const drifted = (more = {}): RunState => Array.from({ length: 10 }, (_, n) => n).reduce(call, run(more));

  it("D2 is measured for each task, and is no trouble by itself", () => {
    expect(drifted().drift["a"]?.ratio).toBeGreaterThan(0.5);
    expect(drifted().trouble).toBeNull();
  });

  it("D2 is treated like a loop where the settings say so", () => {
    expect(drifted({ loops: { drift: "step-in" } }).trouble).toMatchObject({
      kind: "loop",
      evidence: { detector: "drift", task: "a", count: 10, steps: ["a#1/9"] },
    });
  });

  it("A-GOAL-04 an act that belongs to no open task is refused", () => {
    const { state, commands } = admitAll(
      enqueue(run(), boardOf("zed#1/0", { kind: "read", key: "k" }, { position: 7 })),
      at(0),
    );
    expect(commands).toMatchObject([
      { params: { rule: "agent.stopped", verdict: "refused" } },
      { params: { event: { result: { kind: "refused", rule: "agent.stopped" } } } },
    ]);
    expect(state.ledger.spent.steps).toBe(0);
  });
});
