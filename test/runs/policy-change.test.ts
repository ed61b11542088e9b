/** A policy that is replaced: what waits is judged again before it is begun, and the stricter of then and now stands. */
import { describe, expect, it } from "vitest";
import type { OrchestratorConfig } from "../../actors/config.ts";
import { defineAgent, defineTool, type PolicyPort, type Verdict } from "../../index.ts";
import { cedarPolicy } from "../../src/adapters/policies/cedar.ts";
import type { ApprovalRequest } from "../../src/contracts/approvals.ts";
import { decide, finish, type House, house, settle, writtenOf } from "../support/house.ts";

const verdicts = {
  allow: { kind: "allow", rule: "yes" },
  ask: { kind: "ask", rule: "ask", reason: "dear" },
  cfo: { kind: "ask", rule: "cfo", reason: "dearer", role: "cfo" },
  deny: { kind: "deny", rule: "no", reason: "not any more" },
} as const satisfies Record<string, Verdict>;

type Kind = keyof typeof verdicts;

let policies = 0;
/** A policy that says one thing of everything, under an id of its own. */
const saying = (kind: Kind): PolicyPort => ({ id: `says ${kind} ${++policies}`, decide: () => verdicts[kind] });

/** One call of one tool, counted. */
function one(effect: "read" | "idempotent" | "once", run: () => unknown = () => "done") {
  const calls = { count: 0 };
  const act = defineTool({
    name: "act",
    effect,
    run: () => {
      calls.count++;
      return run();
    },
  });
  const agent = defineAgent({
    name: "agent",
    tools: [act],
    run: (_, { tool }) => tool("act", null).catch(({ code }) => code),
  });
  const config: OrchestratorConfig = {
    name: "n",
    agents: { agent },
    planner: { tasks: [{ id: "t", agent: "agent" }], output: "t" },
  };
  return { calls, config };
}

const asked = async (home: House): Promise<ApprovalRequest> => {
  const [question] = await home.orchestrator.inbox();
  if (question === undefined) throw new Error("nobody is asked");
  return question;
};

const ways = ["while the run goes on", "while no process has the run"] as const;

/** Replaces the policy of a waiting run, one way or the other; the house that has the run then. */
async function replaced(way: (typeof ways)[number], home: House, config: OrchestratorConfig, policy: PolicyPort) {
  if (way === "while the run goes on") {
    await home.orchestrator.authorise(policy, "olga");
    return home;
  }
  const next = house({ ...config, policy }, { store: home.store, time: home.time });
  await next.orchestrator.resume("run_1");
  return next;
}

describe.each(ways)("%s", (way) => {
  it.each<[Kind, Kind, number, string]>([
    ["ask", "deny", 0, "policy.denied"],
    ["ask", "allow", 1, "done"],
    ["ask", "ask", 1, "done"],
    ["cfo", "deny", 0, "policy.denied"],
    ["cfo", "allow", 1, "done"],
  ])(
    "F-APP-10, A-POL-05 what %s asked and a person allowed is then under %s: made %i times",
    async (then, now, times, output) => {
      const { calls, config } = one("once");
      const first = house({ ...config, policy: saying(then) });
      const run = await first.orchestrator.start({ objective: "o" });
      await finish(first, run);
      const home = await replaced(way, first, config, saying(now));
      expect(await decide(home, await asked(home), "approve")).toEqual({ accepted: true });
      const report = await finish(home, home.orchestrator.run(run.id));
      expect(report).toMatchObject({ status: "completed", output });
      expect(calls.count).toBe(times);
    },
  );

  it("F-APP-10 a word to one role is none to another: it is asked again", async () => {
    const { calls, config } = one("once");
    const first = house({ ...config, policy: saying("ask") });
    const run = await first.orchestrator.start({ objective: "o" });
    await finish(first, run);
    const home = await replaced(way, first, config, saying("cfo"));
    const question = await asked(home);
    await decide(home, question, "approve");
    await settle();
    expect(calls.count).toBe(0);
    const again = await asked(home);
    expect(again.id).not.toBe(question.id);
    await decide(home, again, "approve");
    await finish(home, home.orchestrator.run(run.id));
    expect(calls.count).toBe(1);
  });

  it("is on record, with who it was and what was there before", async () => {
    const { config } = one("once");
    const [then, now] = [saying("ask"), saying("allow")];
    const first = house({ ...config, policy: then });
    const run = await first.orchestrator.start({ objective: "o" });
    await finish(first, run);
    const home = await replaced(way, first, config, now);
    const entries = await writtenOf(home.store, run.id);
    expect(entries.at(-1)).toMatchObject({
      kind: "signal",
      to: "orchestrator",
      event: { type: "policy.changed", policy: now.id },
      by: way === "while the run goes on" ? { kind: "person", id: "olga" } : { kind: "application" },
      ruled: [{ rule: "policy.changed", reason: `${now.id} in the place of ${then.id}` }],
    });
  });

  it("A-POL-05 what waits in line is judged again, and an ask stays one", async () => {
    const { calls, config } = one("once");
    const slow = Promise.withResolvers<Verdict>();
    const late: PolicyPort = { id: "late", decide: () => slow.promise };
    const home = house({ ...config, policy: late });
    const run = await home.orchestrator.start({ objective: "o" });
    await settle();
    await run.pause();
    slow.resolve(verdicts.ask);
    await settle();
    const next = await replaced(way, home, config, saying("allow"));
    await next.orchestrator.run(run.id).resume();
    const report = await finish(next, next.orchestrator.run(run.id));
    expect(report.pendingApprovals).toHaveLength(1);
    expect(calls.count).toBe(0);
  });
});

describe("what is under way", () => {
  it.each<["read" | "idempotent" | "once", Kind, number]>([
    ["read", "deny", 1],
    ["read", "allow", 2],
    ["idempotent", "deny", 1],
    ["once", "deny", 1],
  ])(
    "A-POL-05 a %s call that a crash cut off is not made again before the policy of the new process, %s: %i times",
    async (effect, now, times) => {
      const { calls, config } = one(effect, () => (calls.count === 1 ? new Promise(() => {}) : "done"));
      const first = house({ ...config, policy: saying("allow") });
      const run = await first.orchestrator.start({ objective: "o" });
      await settle();
      expect(calls.count).toBe(1);
      const home = house({ ...config, policy: saying(now) }, { store: first.store, time: first.time });
      const report = await finish(home, await home.orchestrator.resume(run.id));
      if (effect === "once") {
        // Whether it happened is for a person to say; that it may be made again is not.
        await decide(home, await asked(home), "approve");
        expect((await finish(home, home.orchestrator.run(run.id))).output).toBe("policy.denied");
      } else expect(report.output).toBe(now === "deny" ? "policy.denied" : "done");
      expect(calls.count).toBe(times);
    },
  );

  it("is not undone when the policy is replaced meanwhile", async () => {
    const ended = Promise.withResolvers<string>();
    const { calls, config } = one("read", () => ended.promise);
    const home = house({ ...config, policy: saying("allow") });
    const run = await home.orchestrator.start({ objective: "o" });
    await settle();
    await home.orchestrator.authorise(saying("deny"));
    ended.resolve("done");
    expect((await finish(home, run)).output).toBe("done");
    expect(calls.count).toBe(1);
  });

  it("A-POL-05 an answer of a policy that is not in force any more is asked for again", async () => {
    const answer = Promise.withResolvers<Verdict>();
    const { calls, config } = one("once");
    const home = house({ ...config, policy: { id: "old", decide: () => answer.promise } });
    const run = await home.orchestrator.start({ objective: "o" });
    await settle();
    await home.orchestrator.authorise(saying("deny"));
    answer.resolve(verdicts.allow);
    expect((await finish(home, run)).output).toBe("policy.denied");
    expect(calls.count).toBe(0);
  });

  it("A-POL-05 so is one about the blackboard", async () => {
    const answer = Promise.withResolvers<Verdict>();
    const agent = defineAgent({
      name: "agent",
      writes: ["*"],
      run: (_, { write }) => write("a", 1).catch(({ code }) => code),
    });
    const planner = { tasks: [{ id: "t", agent: "agent" }], output: "t" };
    const home = house({ name: "n", agents: { agent }, planner, policy: { id: "old", decide: () => answer.promise } });
    const run = await home.orchestrator.start({ objective: "o" });
    await settle();
    await home.orchestrator.authorise(saying("deny"));
    answer.resolve(verdicts.allow);
    const report = await finish(home, run);
    expect([report.output, report.spend.steps]).toEqual(["policy.denied", 1]);
  });
});

describe("a policy that is put in force", () => {
  it("must be sound: else the one before it stays", async () => {
    const { config } = one("once");
    const home = house({ ...config, policy: saying("deny") });
    const unsound = cedarPolicy({ policies: `permit (principal == Agent::"agnt", action, resource);` });
    await expect(home.orchestrator.authorise(unsound)).rejects.toMatchObject({ code: "policy.invalid" });
    const report = await finish(home, await home.orchestrator.start({ objective: "o" }));
    expect(report.output).toBe("policy.denied");
  });

  it("holds for runs that begin afterwards, and may be none", async () => {
    const { config } = one("once");
    const home = house({ ...config, policy: saying("deny") });
    const outputs: unknown[] = [];
    for (const policy of [saying("allow"), undefined, saying("deny")]) {
      await home.orchestrator.authorise(policy);
      outputs.push((await finish(home, await home.orchestrator.start({ objective: "o" }))).output);
    }
    expect(outputs).toEqual(["done", "done", "policy.denied"]);
  });

  it("that says the same under the same id changes nothing", async () => {
    const { config } = one("once");
    const policy = saying("ask");
    const home = house({ ...config, policy });
    const run = await home.orchestrator.start({ objective: "o" });
    await finish(home, run);
    const { length } = await writtenOf(home.store, run.id);
    await home.orchestrator.authorise({ ...policy });
    expect(await writtenOf(home.store, run.id)).toHaveLength(length);
  });

  it("R1, J2 is read from the journal on replay, and no policy is asked", async () => {
    const { config } = one("read");
    let asks = 0;
    const counting = (id: string, kind: Kind): PolicyPort => ({
      id,
      decide: () => {
        asks++;
        return verdicts[kind];
      },
    });
    const home = house({ ...config, policy: counting("a", "ask") });
    const run = await home.orchestrator.start({ objective: "o" });
    await finish(home, run);
    await home.orchestrator.authorise(counting("b", "allow"));
    await decide(home, await asked(home), "approve");
    await finish(home, run);
    expect(asks).toBe(2);
    const other = house({ ...config, policy: counting("c", "deny") }, { store: home.store, time: home.time });
    expect((await other.orchestrator.run(run.id).report()).output).toBe("done");
    expect(asks).toBe(2);
  });
});
