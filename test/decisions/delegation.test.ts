/** Delegation: to whom, how much, and what may be given, and what is no request. */
import { describe, expect, it } from "vitest";
import type { DelegateAct } from "../../src/contracts/delegation.ts";
import { reassign, taskDue } from "../../src/decisions/assignment.ts";
import { settleFailed } from "../../src/decisions/failure.ts";
import { fallbackOf } from "../../src/decisions/run-state.ts";
import { ruling, runOf } from "../support/delegation-run.ts";
import { at, grantOf } from "../support/runs.ts";

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
      long.delegate("t#1", "a1", { objective: "a part", input: part });
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
