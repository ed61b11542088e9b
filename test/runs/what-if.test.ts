/** A recorded run put before other policies and other budgets. */
import { describe, expect, it } from "vitest";
import { setup } from "xstate";
import { agentActors, defineAgent, defineTool, type PolicyPort } from "../../index.ts";
import { allowList } from "../../src/adapters/policies/allow-list.ts";
import { decide, finish, house, journalOf } from "../support/house.ts";

let calls = 0;
const ask = defineTool({
  name: "ask",
  effect: "read",
  estimate: () => ({ costUsd: 0.1 }),
  run: (_: { n: number }, { spent }) => {
    calls++;
    spent({ costUsd: 0.04 });
    return "answer";
  },
});
const send = defineTool({ name: "send", effect: "once", needsApproval: true, run: (_: { to: string }) => ++calls });

const talker = defineAgent({
  name: "talker",
  tools: [ask, send],
  budget: { maxToolCalls: 50 },
  run: async (_, { tool }) => {
    for (let n = 0; n < 4; n++) await tool("ask", { n });
    return tool("send", { to: "everybody" });
  },
});

const chart = defineAgent({
  name: "chart",
  tools: [ask],
  machine: setup({ actors: agentActors }).createMachine({
    id: "chart",
    initial: "asking",
    states: {
      asking: {
        invoke: { id: "ask", src: "tool", input: { tool: "ask", args: { n: 9 } }, onDone: { target: "done" } },
      },
      done: { type: "final" },
    },
  }),
});

async function recorded() {
  const there = house({
    name: "talk",
    agents: { talker, chart },
    planner: {
      tasks: [
        { id: "one", agent: "talker" },
        { id: "two", agent: "chart", needs: ["one"] },
      ],
    },
    budget: { maxCostUsd: 1 },
  });
  const run = await there.orchestrator.start({ objective: "talk" });
  const { pendingApprovals } = await finish(there, run);
  for (const request of pendingApprovals) await decide(there, request, "approve");
  const report = await finish(there, run);
  expect(report.status).toBe("completed");
  return { there, run, report };
}

const policy: PolicyPort = {
  id: "careful@1",
  decide: ({ agent, call }) => {
    if (agent === "chart") throw new Error("what is a chart?");
    return call.tool === "send"
      ? { kind: "deny", rule: "no-mail", reason: "nobody sends" }
      : { kind: "allow", rule: "talk" };
  },
};

describe("what if", () => {
  it("says that a run goes as it went under its own conditions, to the micro-dollar", async () => {
    const { there, run, report } = await recorded();
    const same = await there.orchestrator.whatIf(run.id, {});
    const { wallMs: _, activeMs: __, holdEfficiency: ___, ...spend } = report.spend;
    expect(same).toMatchObject({ calls: 6, differences: [], was: spend, would: spend });
    expect(same.fates).toEqual({ allowed: 5, asked: 1, denied: 0, stopped: 0 });
  });

  it("lists what a smaller budget would have stopped, and performs and writes nothing", async () => {
    const { there, run } = await recorded();
    const [before, entries] = [calls, (await journalOf(run)).length];
    const less = await there.orchestrator.whatIf(run.id, { budget: { maxCostUsd: 0.2 } });
    // Two calls of 4 cents leave 12: enough to hold for one more of 10, and then there are 8 left.
    expect(less.differences.map(({ act, was, would }) => [act, was, would])).toEqual([
      ["one#1/3", "allowed", "stopped"],
      ["two#1/0", "allowed", "stopped"],
    ]);
    expect(less.would.costMicroUsd).toBe(120_000);
    expect([calls, (await journalOf(run)).length]).toEqual([before, entries]);
  });

  it("lists what another policy would have denied, of agents that are charts too; one that throws denies", async () => {
    const { there, run } = await recorded();
    const { differences } = await there.orchestrator.whatIf(run.id, { policy });
    expect(differences.map(({ act, would, rule }) => [act, would, rule])).toEqual([
      ["one#1/4", "denied", "no-mail"],
      ["two#1/0", "denied", "policy.failed"],
    ]);
    expect(differences[0]).toMatchObject({
      was: "asked",
      agent: "talker",
      task: "one",
      call: { args: { to: "everybody" } },
    });
  });

  it("asks about calls of models as such, and a policy is checked against the tools that are there", async () => {
    const think = defineTool({ name: "think", effect: "read", model: "small-1", run: () => null });
    const thinker = defineAgent({ name: "thinker", tools: [think], run: (_, { tool }) => tool("think", {}) });
    const there = house({ name: "think", agents: { thinker }, planner: { tasks: [{ id: "t", agent: "thinker" }] } });
    const run = await there.orchestrator.start({ objective: "think" });
    await finish(there, run);
    const under = async (models: Readonly<Record<string, true>>) =>
      (await there.orchestrator.whatIf(run.id, { policy: allowList({ agents: { thinker: { models } } }) })).fates;
    expect(await under({ "small-1": true })).toMatchObject({ allowed: 1 });
    expect(await under({})).toMatchObject({ denied: 1 });
    await expect(under({ "small-2": true })).rejects.toMatchObject({ code: "policy.invalid" });
  });

  it("refuses a budget that is none, and a run that is not there", async () => {
    const { there, run } = await recorded();
    await expect(there.orchestrator.whatIf(run.id, { budget: { maxCostUsd: -1 } })).rejects.toMatchObject({
      code: "config.invalid",
    });
    await expect(there.orchestrator.whatIf("run_0", {})).rejects.toMatchObject({ code: "run.unknown" });
  });
});
