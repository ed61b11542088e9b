import { describe, expect, it } from "vitest";
import type { DelegateAct } from "../../src/contracts/delegation.ts";
import type { RunSettings } from "../../src/contracts/settings.ts";
import {
  adopt,
  reassign,
  recall,
  settleDone,
  settleFailed,
  taskDue,
  trimOptional,
  waiting,
} from "../../src/decisions/assignment.ts";
import { fallbackOf, type RunState } from "../../src/decisions/run-state.ts";
import { outputOf } from "../../src/decisions/schedule.ts";
import { NO_STREAM } from "../../src/decisions/stream.ts";
import { DelegationRun } from "../support/delegation-run.ts";
import { at, grantOf, planOf, taskOf } from "../support/runs.ts";

/** Agents of which each may delegate to the next ones, and to the first. */
const line = (count: number, more: Parameters<typeof grantOf>[1] = { tools: ["look"] }) =>
  Array.from({ length: count }, (_, place) =>
    grantOf(`a${place}`, {
      ...more,
      delegates: Array.from({ length: count }, (_, other) => `a${other}`).filter((other) => other !== `a${place}`),
    }),
  );

const runOf = (settings: Partial<RunSettings> = {}, task: Partial<Parameters<typeof taskOf>[1]> = {}): DelegationRun =>
  new DelegationRun(planOf(taskOf("t", { agent: "a0", ...task })), { agents: line(8), retries: 0, ...settings });

const ruling = (run: DelegationRun) => run.commands.filter((command) => command.type === "record").at(-1)?.params;

describe("who may be delegated to", () => {
  it("A-MSG-03 A-GOAL-02 nobody whom the definition does not name, whether there is such an agent or not", () => {
    const agents = [grantOf("a0", { delegates: ["a1"] }), grantOf("a1"), grantOf("admin", { tools: ["wipe"] })];
    for (const agent of ["admin", "a0", "nobody", "constructor", "__proto__", "orchestrator"]) {
      const run = runOf({ agents });
      expect(run.delegate("t#1", agent)).toEqual(["delegation.closed-world"]);
      expect(ruling(run)).toMatchObject({ verdict: "violation", data: { act: "t#1/0" } });
      expect(run.lastTold).toMatchObject({ kind: "refused", failure: { code: "delegation.denied" } });
      expect(run.tasks).toEqual(["t running"]);
    }
    const run = runOf({ agents });
    expect(run.delegate("t#1", "a1")).toEqual(["delegation.granted"]);
    expect(run.delegate("t/0#1", "a0")).toEqual(["delegation.closed-world"]);
  });

  it.each([2, 3, 4, 5, 6])("I-O8 F-CON-11 none that would close a circle of %i, which is shown whole", (length) => {
    const run = runOf({ delegation: { depth: 9 } });
    let actor = "t#1";
    for (let next = 1; next < length; next++) {
      expect(run.delegate(actor, `a${next}`)).toEqual(["delegation.granted"]);
      actor = run.running.at(-1) as string;
    }
    for (let back = 0; back < length - 1; back++) {
      expect(run.delegate(actor, `a${back}`)).toEqual(["delegation.cycle"]);
      const circle = Array.from({ length: length - back }, (_, place) => `a${back + place}`);
      expect(run.lastTold).toMatchObject({
        failure: { message: `they would wait for each other: ${[...circle, `a${back}`].join(" → ")}` },
      });
    }
  });
});

describe("how much may be delegated", () => {
  it("F-AGT-08 not below the depth", () => {
    const run = runOf({ delegation: { depth: 2 } });
    run.delegate("t#1", "a1");
    run.delegate("t/0#1", "a2");
    expect(run.delegate("t/0/0#1", "a3")).toEqual(["delegation.depth"]);
    expect(run.lastTold).toMatchObject({ failure: { code: "delegation.limit" } });
    expect(runOf({ delegation: { depth: 0 } }).delegate("t#1", "a1")).toEqual(["delegation.depth"]);
  });

  it("F-AGT-08 not more parts of a task at once than its width; one that has ended makes room", () => {
    const run = runOf({ delegation: { width: 2 }, concurrency: 9 });
    run.delegate("t#1", "a1");
    run.delegate("t#1", "a2");
    expect(run.delegate("t#1", "a3")).toEqual(["delegation.width"]);
    // The width is that of each task.
    expect(run.delegate("t/0#1", "a3")).toEqual(["delegation.granted"]);
    run.done("t/1#1");
    expect(run.delegate("t#1", "a3")).toEqual(["delegation.granted"]);
  });

  it("F-AGT-08 not more in a run than the total, however many have ended", () => {
    const run = runOf({ delegation: { total: 2 } });
    run.delegate("t#1", "a1");
    run.done("t/0#1");
    run.delegate("t#1", "a1");
    run.done("t/1#1");
    expect(run.delegate("t#1", "a1")).toEqual(["delegation.total"]);
    expect(run.tasks).toEqual(["t running", "t/0 completed", "t/1 completed"]);
  });

  it("F-AGT-08 by default: three levels, eight parts at once, sixty-four in a run", () => {
    const deep = runOf();
    for (const [place, actor] of ["t#1", "t/0#1", "t/0/0#1"].entries()) deep.delegate(actor, `a${place + 1}`);
    expect(deep.delegate("t/0/0/0#1", "a5")).toEqual(["delegation.depth"]);
    const wide = runOf({ concurrency: 99 });
    for (let part = 0; part < 8; part++) expect(wide.delegate("t#1", "a1")).toEqual(["delegation.granted"]);
    expect(wide.delegate("t#1", "a1")).toEqual(["delegation.width"]);
    const long = runOf();
    for (let part = 0; part < 64; part++) {
      long.delegate("t#1", "a1");
      long.done(`t/${part}#1`);
    }
    expect(long.delegate("t#1", "a1")).toEqual(["delegation.total"]);
  });
});

describe("what may be given", () => {
  const agents = [
    grantOf("a0", { tools: ["look", "note"], reads: ["facts/*"], writes: ["facts/a"], delegates: ["a1"] }),
    grantOf("a1", { tools: ["look", "pay"], reads: ["*"], writes: ["*"], delegates: ["a2"] }),
    grantOf("a2", { tools: ["look", "note", "pay"], reads: ["*"], writes: ["*"] }),
  ];

  it.each([
    [{ tools: ["pay"] }, 'tool "pay"'],
    [{ reads: ["*"] }, 'reading "*"'],
    [{ reads: ["fact/*"] }, 'reading "fact/*"'],
    [{ reads: ["facts"] }, 'reading "facts"'],
    [{ writes: ["facts/*"] }, 'writing "facts/*"'],
    [{ writes: ["facts/a/b"] }, 'writing "facts/a/b"'],
    [{ depth: 3 }, "3 further levels (it has 2 to give)"],
    [{ timeoutMs: 101 }, "101 ms (it has 100 ms left)"],
    [{ tools: ["look", "pay"], depth: 9 }, 'tool "pay", 9 further levels (it has 2 to give)'],
  ])("A-ID-01 not %j: it is refused, and not cut down to what could be given", (more, excess) => {
    const run = runOf({ agents }, { timeoutMs: 100 });
    expect(run.delegate("t#1", "a1", { objective: "a part", ...more })).toEqual(["delegation.widens"]);
    expect(ruling(run)).toMatchObject({ verdict: "violation" });
    expect(run.lastTold).toMatchObject({
      rule: "delegation.widens",
      failure: { code: "delegation.widens", message: `agent "a0" cannot give what it does not have: ${excess}` },
    });
    expect(run.tasks).toEqual(["t running"]);
  });

  it("A-ID-02 only what the other agent may do by itself too; what that leaves out is on record", () => {
    const run = runOf({ agents });
    run.delegate("t#1", "a1", { objective: "a part", tools: ["look", "note"] });
    const authority = { tools: ["look"], reads: ["facts/*"], writes: ["facts/a"], depth: 2 };
    expect(ruling(run)?.data).toEqual({
      task: "t/0",
      act: "t#1/0",
      chain: ["a0", "a1"],
      authority,
      withheld: ["note"],
    });
    expect(run.attempts.get("t/0#1")).toMatchObject({ agent: "a1", chain: ["a0", "a1"], authority });
  });

  it("A-ID-02 not what the one in between may do and the first may not", () => {
    const run = runOf({ agents });
    run.delegate("t#1", "a1");
    expect(run.delegate("t/0#1", "a2", { objective: "x", tools: ["pay"] })).toEqual(["delegation.widens"]);
    // Nor what the first may do, and the one in between may not.
    expect(run.delegate("t/0#1", "a2", { objective: "x", tools: ["note"] })).toEqual(["delegation.widens"]);
    run.delegate("t/0#1", "a2");
    expect(run.attempts.get("t/0/0#1")).toMatchObject({ chain: ["a0", "a1", "a2"], authority: { tools: ["look"] } });
  });

  it("a deadline that every attempt at it has, and none after it", () => {
    const run = runOf({ agents, retries: 5 });
    run.now = 10;
    run.delegate("t#1", "a1", { objective: "a part", timeoutMs: 1_500 });
    const started = run.commands.filter((command) => command.type === "spawn").at(-1)?.params;
    expect(started?.input).toMatchObject({ timeoutMs: 1_500 });
    const fail = (number: number): void => {
      const failure = { code: "agent.failed", message: "it threw" } as const;
      run.move((state) => settleFailed(state, { ...end, actor: `t/0#${number}`, number, failure }, at(run.now)));
    };
    const end = { position: 1, findings: [] };
    fail(1);
    expect(run.tasks).toEqual(["t running", "t/0 backing-off"]);
    run.now = 1_010;
    run.move((state) => ({ state: taskDue(state, 1), commands: [] }));
    expect(run.tasks).toEqual(["t running", "t/0 running"]);
    fail(2);
    // Another attempt would begin at 3,010.
    expect(run.tasks).toEqual(["t running", "t/0 failed"]);
  });

  it("no agent that works on its own terms takes it over: only one the delegator could have asked", () => {
    const others = [
      grantOf("a0", { delegates: ["a1", "a2"] }),
      grantOf("a1", { fallback: "a2", delegates: ["a2", "a3", "a0"] }),
      grantOf("a2", { fallback: "a3" }),
      grantOf("a3", { fallback: "a0" }),
    ];
    const run = runOf({ agents: others });
    run.delegate("t#1", "a1");
    run.delegate("t#1", "a2");
    run.delegate("t/0#1", "a3");
    run.delegate("t/0#1", "a2");
    // To nobody the delegator does not name, nor to one on whose behalf it is done.
    expect([1, 2, 3, 4].map((position) => fallbackOf(run.state, position))).toEqual(["a2", undefined, undefined, "a3"]);
    run.move((state) => reassign(state, 1, at(0), "it cost too much"));
    expect(run.attempts.get("t/0#2")).toMatchObject({ agent: "a2", chain: ["a0", "a2"] });
  });
});

describe("what is no request", () => {
  const run = runOf();
  it.each([
    [{}, "say what is to be done"],
    [{ objective: 7 }, '"objective" is not a text'],
    [{ input: 1, tools: "look" }, '"tools" is not a list of names'],
    [{ input: 1, reads: [1] }, '"reads" is not a list of keys'],
    [{ input: 1, writes: null }, '"writes" is not a list of keys'],
    [{ input: 1, depth: -1 }, '"depth" is not a whole number from 0'],
    [{ input: 1, timeoutMs: 0 }, '"timeoutMs" is not a whole number from 1'],
    [{ input: 1, timeoutMs: 1.5 }, '"timeoutMs" is not a whole number from 1'],
    [{ input: 1, expect: [[]] }, '"expect" is not a list of fields'],
    [{ input: 1, agent: 7 }, '"agent" is not the name of an agent'],
    [{ input: 1, agent: undefined }, "say which agent is to do it"],
    [{ input: 1, chain: [] }, 'a request to delegate has no "chain"'],
    [{ input: 1, by: { kind: "person", id: "ann" } }, 'a request to delegate has no "by"'],
    [{ input: 1, authority: { tools: ["pay"] } }, 'a request to delegate has no "authority"'],
    [{ input: 1, toString: 1 }, 'a request to delegate has no "toString"'],
  ])("A-ID-03 A-MSG-01 %j: %s", (more, message) => {
    expect(run.request("t#1", { kind: "delegate", agent: "a1", ...more } as unknown as DelegateAct)).toEqual([
      "delegation.invalid",
    ]);
    expect(run.lastTold).toMatchObject({ kind: "refused", failure: { code: "value.invalid" } });
    expect((run.lastTold as { failure: { message: string } }).failure.message).toContain(message);
  });

  it("A-MSG-04 one that is too deep", () => {
    let input: unknown = 1;
    for (let level = 0; level < 100; level++) input = [input];
    expect(run.request("t#1", { kind: "delegate", agent: "a1", input } as DelegateAct)).toEqual(["delegation.invalid"]);
    expect(run.lastTold).toMatchObject({ failure: { code: "value.too-deep" } });
  });

  it("one without an input that the agent cannot work without", () => {
    const needy = runOf({ agents: [grantOf("a0", { delegates: ["a1"] }), grantOf("a1", { requires: ["topic"] })] });
    expect(needy.delegate("t#1", "a1", { input: ["topic"] })).toEqual(["delegation.invalid"]);
    expect(needy.delegate("t#1", "a1", { input: { topic: 1 } })).toEqual(["delegation.granted"]);
  });
});

describe("how it ends", () => {
  it("G6 its delegator hears of it once, of its output or of its failure, and the run goes on", () => {
    const run = runOf();
    run.delegate("t#1", "a1");
    run.delegate("t#1", "a2");
    run.done("t/0#1", "text");
    run.done("t/0#1", "again");
    run.failed("t/1#1");
    run.failed("t/1#1");
    expect(run.told).toEqual([
      {
        type: "act.settled",
        to: "t#1",
        n: 0,
        result: { kind: "completed", value: { kind: "completed", task: "t/0", output: "text" } },
      },
      {
        type: "act.settled",
        to: "t#1",
        n: 1,
        result: {
          kind: "completed",
          value: { kind: "failed", task: "t/1", failure: { code: "policy.denied", message: "it may not" } },
        },
      },
    ]);
    expect(run.state.schedule).toMatchObject({ failed: 0, settled: 2, delegated: [] });
  });

  it("G5 I-O2 with its delegator, and all below it, whether done, failed, reassigned or called back", () => {
    const ends: readonly ((run: DelegationRun) => void)[] = [
      (run) => run.done("t#1"),
      (run) => run.failed("t#1"),
      (run) => run.move((state) => reassign(state, 0, at(0), "it cost too much")),
      (run) => run.move((state) => recall(state, at(0))),
      (run) => run.move((state) => trimOptional(state, 0, at(0))),
    ];
    for (const end of ends) {
      const agents = line(4).map((grant) => ({ ...grant, fallback: "a3" }));
      const run = runOf({ agents, concurrency: 9 }, { optional: true });
      run.delegate("t#1", "a1");
      run.delegate("t/0#1", "a2");
      run.delegate("t#1", "a2");
      const before = run.commands.length;
      end(run);
      const cancelled = run.commands
        .slice(before)
        .flatMap(({ type, params }) => (type === "tell" && params.event.type === "agent.cancel" ? [params.to] : []));
      expect(cancelled.filter((actor) => actor !== "t#1")).toEqual(["t/0/0#1", "t/0#1", "t/1#1"]);
      expect(run.tasks.slice(1)).toEqual(["t/0 skipped", "t/0/0 skipped", "t/1 skipped"]);
      expect(run.state.schedule.delegated).toEqual([]);
      // Nobody is told who has ended himself.
      expect(run.told).toEqual([]);
    }
  });

  it("G5 one that had not begun does not begin", () => {
    const run = runOf({ concurrency: 1 });
    run.delegate("t#1", "a1");
    run.delegate("t#1", "a2");
    expect(run.tasks).toEqual(["t running", "t/0 running", "t/1 ready"]);
    run.done("t#1");
    expect([run.tasks, run.state.schedule.ready]).toEqual([["t completed", "t/0 skipped", "t/1 skipped"], []]);
  });

  it("an optional task that is left out takes its parts with it, each of them once", () => {
    const run = runOf({}, { optional: true });
    run.delegate("t#1", "a1");
    run.move((state) => trimOptional(state, -1, at(0)));
    expect(run.tasks).toEqual(["t skipped", "t/0 skipped"]);
    expect(run.state.schedule).toMatchObject({ settled: 2, running: 0, delegated: [] });
    expect(run.told).toEqual([]);
  });

  it("G5 its stream is forgotten with it, and what it called when the whole is completed", () => {
    const run = runOf();
    run.delegate("t#1", "a1");
    run.delegate("t/0#1", "a2");
    const claim = { attempt: 1, call: "pay d", key: "k" };
    const [streams, claims] = [{ "t/0": NO_STREAM }, { "t/0": [claim], "t/0/0": [claim], u: [claim] }];
    const before: RunState = { ...run.state, loops: { ...run.state.loops, streams }, claims };
    const done = { actor: "t#1", position: 0, number: 1, output: null };
    const after = settleDone(before, done, at(0)).state;
    expect([Object.keys(after.loops.streams), Object.keys(after.claims)]).toEqual([[], ["u"]]);
    // As long as the whole may be attempted again they stand.
    expect(Object.keys(recall(before, at(0)).state.claims)).toEqual(["t/0", "t/0/0", "u"]);
  });

  it("an optional task that is left out takes its parts with it, and one that is a part tells its delegator", () => {
    const run = runOf({}, { optional: true });
    run.delegate("t#1", "a1");
    run.move((state) => trimOptional(state, 1, at(0)));
    expect(run.lastTold).toMatchObject({ value: { kind: "failed", failure: { code: "budget.exceeded" } } });
    expect(run.tasks).toEqual(["t running", "t/0 failed"]);
  });
});

describe("a later attempt that asks for the same part", () => {
  const again = (run: DelegationRun): void => {
    const failure = { code: "agent.failed", message: "it threw" } as const;
    run.move((state) =>
      settleFailed(state, { actor: "t#1", position: 0, number: 1, failure, findings: [] }, at(run.now)),
    );
    run.move((state) => ({ state: taskDue(state, 0), commands: [] }));
  };

  it("G4 is answered from the record where it was completed, once", () => {
    const run = runOf({ retries: 1 });
    run.delegate("t#1", "a1");
    run.done("t/0#1", "text");
    again(run);
    expect(run.delegate("t#2", "a1")).toEqual(["duplicate.done"]);
    expect(run.told.at(-1)).toMatchObject({ to: "t#2", n: 0, result: { value: { output: "text", task: "t/0" } } });
    expect(run.delegate("t#2", "a1")).toEqual(["delegation.granted"]);
    expect(run.tasks).toEqual(["t running", "t/0 completed", "t/1 running"]);
  });

  it("G4 takes it up again where it was not, under the same name and as another attempt", () => {
    const run = runOf({ retries: 1, delegation: { total: 1 } });
    run.delegate("t#1", "a1");
    again(run);
    expect(run.tasks).toEqual(["t running", "t/0 skipped"]);
    expect(run.delegate("t#2", "a1")).toEqual(["delegation.granted"]);
    expect(run.running).toEqual(["t#2", "t/0#2"]);
    expect(run.task("t/0")).not.toHaveProperty("failure");
    // Its retries are counted anew.
    expect(run.task("t/0")).toMatchObject({ attempt: 2, attemptsBefore: 1 });
    run.done("t/0#2", "late");
    expect(run.told.at(-1)).toMatchObject({ to: "t#2", n: 0, result: { value: { output: "late" } } });
    expect(run.state.schedule).toMatchObject({ settled: 1, running: 1, delegated: [] });
  });

  it("G4 gets another where the request is another", () => {
    const run = runOf({ retries: 1 });
    run.delegate("t#1", "a1");
    run.done("t/0#1", "text");
    again(run);
    run.delegate("t#2", "a1", { objective: "another part" });
    run.delegate("t#2", "a2");
    expect(run.tasks).toEqual(["t running", "t/0 completed", "t/1 running", "t/2 running"]);
  });

  it("G4 after a new plan, too", () => {
    const run = runOf({ retries: 0, replans: 1 });
    run.delegate("t#1", "a1");
    run.done("t/0#1", "text");
    run.delegate("t#1", "a2");
    run.move((state) => {
      const { state: recalled, commands } = recall(state, at(0));
      return { state: adopt(recalled, planOf(taskOf("s"), taskOf("t", { agent: "a0" }))), commands };
    });
    expect(run.tasks).toEqual(["t/0 completed", "t/1 skipped", "s running", "t running"]);
    expect(run.delegate("t#2", "a1")).toEqual(["duplicate.done"]);
    run.delegate("t#2", "a2");
    expect(run.running).toContain("t/1#2");
    run.done("t#2", "whole");
    run.done("s#1", "too");
    expect(outputOf(run.state.schedule)).toEqual({ s: "too", t: "whole" });
  });
});

describe("places", () => {
  it("D1 a delegator that only waits takes none, so that a part always finds one", () => {
    const run = runOf({ concurrency: 1, delegation: { depth: 6 } });
    let actor = "t#1";
    for (let next = 1; next <= 6; next++) {
      run.delegate(actor, `a${next}`);
      actor = run.running.at(-1) as string;
    }
    expect(run.running).toHaveLength(7);
    expect(waiting(run.state).size).toBe(6);
  });

  it("T3 a part starts before the plan's other tasks of its priority, and after more urgent ones", () => {
    const plan = planOf(
      taskOf("t", { agent: "a0" }),
      taskOf("u", { agent: "a1" }),
      taskOf("v", { agent: "a1", priority: -1 }),
    );
    const run = new DelegationRun(plan, { agents: line(3), concurrency: 1 });
    run.delegate("t#1", "a1");
    run.delegate("t#1", "a2");
    expect(run.tasks).toEqual(["t running", "u ready", "v ready", "t/0 running", "t/1 ready"]);
    expect(run.state.schedule.ready).toEqual([4, 1, 2]);
    const urgent = new DelegationRun(planOf(taskOf("t", { agent: "a0", priority: 7 })), { agents: line(2) });
    urgent.delegate("t#1", "a1");
    expect(urgent.task("t/0").priority).toBe(7);
  });
});
