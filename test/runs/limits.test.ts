/** Runs that reach a limit: each ends in a report, or goes on by a recorded choice. */
import { expect, it } from "vitest";
import { defineAgent, defineTool, type Planner } from "../../index.ts";
import { decide, finish, house, journalOf, settle } from "../support/house.ts";

const pay = defineTool({
  name: "pay",
  effect: "idempotent",
  estimate: ({ usd }: { usd: number }) => ({ costUsd: usd }),
  run: ({ usd }: { usd: number }, { spent }) => {
    spent({ costUsd: usd / 2 });
    return `paid ${usd}`;
  },
});

const spender = (name: string, amounts: readonly number[], fallback?: string) =>
  defineAgent({
    name,
    tools: [pay],
    ...(fallback === undefined ? {} : { fallback }),
    run: async (_, { tool }) => {
      const paid: string[] = [];
      for (const usd of amounts) paid.push(await tool("pay", { usd }));
      return paid;
    },
  });

const one = { tasks: [{ id: "spend", agent: "spender" }] };

const statesOf = async (run: Parameters<typeof journalOf>[0]): Promise<readonly string[]> =>
  (await journalOf(run)).flatMap(({ moved }) =>
    moved.filter(({ actor }) => actor === "orchestrator").flatMap(({ path }) => path.slice(1)),
  );

it("B1 holds the worst case before each call, settles what it really cost, and tells the difference", async () => {
  const home = house({
    name: "n",
    agents: { a: spender("spender", [2, 2, 2]) },
    planner: one,
    budget: { maxCostUsd: 4 },
  });
  const report = await finish(home, await home.orchestrator.start({ objective: "spend" }));
  expect(report.status).toBe("completed");
  expect(report.spend).toMatchObject({ costMicroUsd: 3_000_000, toolCalls: 3, steps: 3, holdEfficiency: 0.5 });
});

it("O2 over budget with nobody to ask ends with the partial result and the reason, never with an exception", async () => {
  const home = house({
    name: "n",
    agents: { a: spender("spender", [1]), b: spender("waster", [9]) },
    planner: {
      tasks: [
        { id: "spend", agent: "spender" },
        { id: "waste", agent: "waster", needs: ["spend"] },
      ],
    },
    budget: { maxCostUsd: 4 },
    approvals: { askAboutRun: false },
  });
  const run = await home.orchestrator.start({ objective: "spend" });
  const report = await finish(home, run);
  expect(report).toMatchObject({
    status: "failed",
    failure: { code: "budget.exceeded" },
    partial: { spend: ["paid 1"] },
  });
  expect(await statesOf(run)).toContain("over-budget");
});

it("O2 over budget asks for a grant, and goes on where it was when it is given", async () => {
  const home = house({ name: "n", agents: { a: spender("spender", [3, 3]) }, planner: one, budget: { maxCostUsd: 4 } });
  const run = await home.orchestrator.start({ objective: "spend" });
  const suspended = await finish(home, run);
  expect(suspended).toMatchObject({ status: "suspended", state: "awaiting-human" });
  const [question] = suspended.pendingApprovals;
  expect(question).toMatchObject({ kind: "grant", subject: { pot: "costMicroUsd", cap: 4_000_000 } });
  if (question === undefined) throw new Error("nothing was asked");
  expect(await decide(home, question, "approve")).toEqual({ accepted: true });
  const report = await finish(home, run);
  expect(report).toMatchObject({ status: "completed", output: { spend: ["paid 3", "paid 3"] } });
  expect(report.spend.costMicroUsd).toBe(3_000_000);
});

it("Q2 over budget and refused a grant ends with what there is", async () => {
  const home = house({ name: "n", agents: { a: spender("spender", [3, 3]) }, planner: one, budget: { maxCostUsd: 4 } });
  const run = await home.orchestrator.start({ objective: "spend" });
  const [question] = (await finish(home, run)).pendingApprovals;
  if (question === undefined) throw new Error("nothing was asked");
  await decide(home, question, "reject");
  expect(await finish(home, run)).toMatchObject({ status: "failed", failure: { code: "budget.exceeded" } });
});

it("X1 over budget gives the task to a cheaper agent first", async () => {
  const home = house({
    name: "n",
    agents: { a: spender("spender", [9], "saver"), b: spender("saver", [1]) },
    planner: one,
    budget: { maxCostUsd: 4 },
  });
  const report = await finish(home, await home.orchestrator.start({ objective: "spend" }));
  expect(report).toMatchObject({ status: "completed", output: { spend: ["paid 1"] } });
  expect(report.tasks).toMatchObject([{ id: "spend", agent: "saver", attempts: 2 }]);
});

it("X1 over budget leaves out optional tasks before it asks anybody", async () => {
  const home = house({
    name: "n",
    agents: { a: spender("spender", [3]), b: spender("extra", [3]) },
    planner: {
      tasks: [
        { id: "spend", agent: "spender", priority: 1 },
        { id: "extra", agent: "extra", optional: true },
      ],
    },
    budget: { maxCostUsd: 4 },
  });
  const report = await finish(home, await home.orchestrator.start({ objective: "spend" }));
  expect(report.status).toBe("completed");
  expect(report.tasks.map(({ id, status }) => `${id} ${status}`)).toEqual(["spend completed", "extra skipped"]);
});

it("B1 never bills above the cap when many calls race for it", async () => {
  let billed = 0;
  const buy = defineTool({
    name: "buy",
    effect: "idempotent",
    estimate: () => ({ costUsd: 0.1 }),
    run: (_: { n: number }) => {
      billed += 100_000;
      return null;
    },
  });
  const buyer = defineAgent({
    name: "buyer",
    tools: [buy],
    run: (_, { tool }) =>
      Promise.allSettled(Array.from({ length: 100 }, (_, n) => tool("buy", { n }))).then(() => null),
  });
  const home = house({
    name: "n",
    agents: { buyer },
    planner: { tasks: Array.from({ length: 10 }, (_, n) => ({ id: `t${n}`, agent: "buyer" })) },
    budget: { maxCostUsd: 5 },
    concurrency: 10,
    approvals: { askAboutRun: false },
  });
  const report = await finish(home, await home.orchestrator.start({ objective: "buy" }));
  expect(report.failure?.code).toBe("budget.exceeded");
  expect(billed).toBeLessThanOrEqual(5_000_000);
  expect(report.spend.costMicroUsd).toBe(5_000_000);
});

it("F-BUD-10 counts wall time while a person is waited for, and wakes a parked run to say so", async () => {
  const asker = defineAgent({ name: "asker", run: (_, { ask }) => ask("well?") });
  const home = house({
    name: "n",
    agents: { asker },
    planner: { tasks: [{ id: "ask", agent: "asker" }] },
    budget: { maxWallMs: 3_600_000 },
    approvals: { askAboutRun: false },
    parkAfterMs: 0,
  });
  const run = await home.orchestrator.start({ objective: "ask" });
  expect((await finish(home, run)).status).toBe("suspended");
  await home.time.advanceAsync(3_600_000);
  await settle();
  expect(await finish(home, run)).toMatchObject({ status: "failed", failure: { code: "budget.exceeded" } });
});

it("F-BUD-11 counts caps over resumes: a fresh process does not start afresh", async () => {
  const config = {
    name: "n",
    agents: { a: spender("spender", [3, 3]) },
    planner: one,
    budget: { maxCostUsd: 4 },
    parkAfterMs: 0,
  };
  const first = house(config);
  const run = await first.orchestrator.start({ objective: "spend" });
  await finish(first, run);
  const second = house(config, { store: first.store, time: first.time });
  const again = await second.orchestrator.resume(run.id);
  expect(await finish(second, again)).toMatchObject({ status: "suspended", spend: { costMicroUsd: 1_500_000 } });
});

it("F-BUD-05 refuses a call whose price cannot be told", async () => {
  const vague = defineTool({
    name: "vague",
    effect: "read",
    estimate: () => {
      throw new Error("no price for this model");
    },
    run: () => null,
  });
  const agent = defineAgent({
    name: "agent",
    tools: [vague],
    run: (_, { tool }) => tool("vague", {}).catch((error: Error) => error.message),
  });
  const home = house({ name: "n", agents: { agent }, planner: { tasks: [{ id: "t", agent: "agent" }] } });
  const report = await finish(home, await home.orchestrator.start({ objective: "o" }));
  expect(report.output).toEqual({ t: expect.stringContaining("no price for this model") });
});

it("F-BUD-05 refuses a call whose price is no number, and only that call", async () => {
  const odd = defineTool({ name: "odd", effect: "read", estimate: () => ({ costUsd: Number.NaN }), run: () => null });
  const agent = defineAgent({
    name: "agent",
    tools: [odd],
    run: (_, { tool }) => tool("odd", {}).catch((error) => error.code),
  });
  const home = house({ name: "n", agents: { agent }, planner: { tasks: [{ id: "t", agent: "agent" }], output: "t" } });
  expect(await finish(home, await home.orchestrator.start({ objective: "o" }))).toMatchObject({
    status: "completed",
    output: "policy.denied",
  });
});

it("F-BUD-09 a grant of wall time covers the time that passed while it was asked for", async () => {
  const asker = defineAgent({ name: "asker", run: (_, { ask }) => ask("well?") });
  const home = house({
    name: "n",
    agents: { asker },
    planner: { tasks: [{ id: "t", agent: "asker" }] },
    budget: { maxWallMs: 1_000 },
  });
  const run = await home.orchestrator.start({ objective: "o" });
  await finish(home, run);
  await home.time.advanceAsync(1_000);
  await settle();
  const grant = (await finish(home, run)).pendingApprovals.find(({ kind }) => kind === "grant");
  await home.time.advanceAsync(50_000);
  if (grant === undefined) throw new Error("nothing was asked");
  await decide(home, grant, "approve");
  await settle();
  expect((await run.report()).pendingApprovals.map(({ kind }) => kind)).toEqual(["answer"]);
});

const search = defineTool({ name: "search", effect: "read", run: (_: { q: string }) => "nothing new" });

/** Searches the same thing up to `times` times; reports how often it was told to stop. */
const searcher = (name: string, times: number, fallback?: string) =>
  defineAgent({
    name,
    tools: [search],
    ...(fallback === undefined ? {} : { fallback }),
    run: async (_, { tool }) => {
      let told = 0;
      for (let n = 0; n < times; n++) {
        await tool("search", { q: "same" }).catch(() => told++);
        if (told > 0 && name === "docile") break;
      }
      return told;
    },
  });

const looping = (
  agent: ReturnType<typeof searcher>,
  more: { readonly planner?: Planner; readonly agents?: ReturnType<typeof searcher>[] } = {},
) => ({
  name: "n",
  agents: Object.fromEntries([agent, ...(more.agents ?? [])].map((one) => [one.name, one])),
  planner: more.planner ?? { tasks: [{ id: "look", agent: agent.name }] },
});

it("L1 three identical calls with identical results are a loop; the first answer to it is a word to the agent", async () => {
  const home = house(looping(searcher("docile", 10)));
  const run = await home.orchestrator.start({ objective: "look" });
  expect(await finish(home, run)).toMatchObject({ status: "completed", output: { look: 1 } });
  const states = await statesOf(run);
  expect(states).toEqual(["planning", "executing", "looping-detected", "executing", "validating", "completed"]);
});

it("L3, L4 an agent that does not listen is replaced by another, then a person is asked", async () => {
  const home = house(looping(searcher("stubborn", 50, "other"), { agents: [searcher("other", 50)] }));
  const run = await home.orchestrator.start({ objective: "look" });
  const report = await finish(home, run);
  expect(report).toMatchObject({
    status: "suspended",
    state: "awaiting-human",
    pendingApprovals: [{ kind: "continue" }],
  });
  expect(report.tasks).toMatchObject([{ agent: "other", attempts: 2 }]);
  const [question] = report.pendingApprovals;
  if (question === undefined) throw new Error("nothing was asked");
  await decide(home, question, "reject");
  expect(await finish(home, run)).toMatchObject({ status: "failed", failure: { code: "loop.detected" } });
});

it("L4 a run that repeats itself may be let go on", async () => {
  const home = house(looping(searcher("stubborn", 12)));
  const run = await home.orchestrator.start({ objective: "look" });
  const [question] = (await finish(home, run)).pendingApprovals;
  if (question === undefined) throw new Error("nothing was asked");
  await decide(home, question, "approve");
  const report = await finish(home, run);
  expect(["completed", "suspended"]).toContain(report.status);
});

it("L4 a planner that can plan anew is asked to before people are", async () => {
  const planner: Planner = ({ number }) => ({ tasks: [{ id: "look", agent: number === 1 ? "stubborn" : "docile" }] });
  const home = house(looping(searcher("stubborn", 50), { planner, agents: [searcher("docile", 2)] }));
  const run = await home.orchestrator.start({ objective: "look" });
  const report = await finish(home, run);
  expect(report).toMatchObject({ status: "completed", tasks: [{ agent: "docile" }] });
  expect((await statesOf(run)).filter((state) => state === "planning")).toHaveLength(2);
});

it("L1 a poll may be repeated as often as it says", async () => {
  const poll = defineTool({ name: "poll", effect: "read", poll: { maxIdentical: 20 }, run: () => "pending" });
  const poller = defineAgent({
    name: "poller",
    tools: [poll],
    run: async (_, { tool }) => {
      for (let n = 0; n < 15; n++) await tool("poll", {});
      return "done";
    },
  });
  const home = house({ name: "n", agents: { poller }, planner: { tasks: [{ id: "t", agent: "poller" }] } });
  const report = await finish(home, await home.orchestrator.start({ objective: "o" }));
  expect(report).toMatchObject({ status: "completed", output: { t: "done" } });
});
