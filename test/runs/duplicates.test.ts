/** Work that would be done twice: tasks and calls of different tasks. */
import { expect, it } from "vitest";
import { defineAgent, defineTool, type OrchestratorConfig } from "../../index.ts";
import type { AnyTool } from "../../src/contracts/tools.ts";
import { decide, finish, house, journalOf, settle } from "../support/house.ts";

/** So many tasks at once, each of which calls the tool with the same arguments. */
const crowd = (tool: AnyTool, count = 3, more: Partial<OrchestratorConfig> = {}): OrchestratorConfig => ({
  name: "n",
  agents: {
    caller: defineAgent({
      name: "caller",
      tools: [tool],
      run: (_, context) => context.tool(tool.name, { q: "x" } as never).catch((error) => error.code),
    }),
  },
  planner: { tasks: Array.from({ length: count }, (_, n) => ({ id: `t${n}`, agent: "caller" })) },
  ...more,
});

interface Lookup {
  readonly tool: AnyTool;
  /** Ends the oldest call that is open. */
  readonly end: (how: "done" | "failed") => Promise<void>;
  readonly calls: () => number;
}

function lookup(more: Partial<AnyTool> = {}): Lookup {
  const open: PromiseWithResolvers<string>[] = [];
  let calls = 0;
  const tool = defineTool({
    name: "lookup",
    effect: "read",
    dedupeKey: ({ q }: { q: string }) => q,
    estimate: () => ({ costUsd: 1 }),
    run: (_: { q: string }) => {
      const answer = Promise.withResolvers<string>();
      open.push(answer);
      calls++;
      return answer.promise;
    },
    ...more,
  } as never) as AnyTool;
  const end = async (how: "done" | "failed"): Promise<void> => {
    await settle();
    const answer = open.shift();
    if (how === "done") answer?.resolve(`found by call ${calls}`);
    else answer?.reject(new Error("down"));
    await settle();
  };
  return { tool, end, calls: () => calls };
}

it("F-CON-09, W2 of calls that are the same one is made and paid for; the others wait and share its result", async () => {
  const { tool, end, calls } = lookup();
  const home = house(crowd(tool));
  const run = await home.orchestrator.start({ objective: "o" });
  await end("done");
  const report = await finish(home, run);
  expect(report.output).toEqual({ t0: "found by call 1", t1: "found by call 1", t2: "found by call 1" });
  expect(calls()).toBe(1);
  expect(report.spend).toMatchObject({ costMicroUsd: 1_000_000, toolCalls: 1 });
  expect(report.shares).toEqual([
    { task: "t1", tool: "lookup", from: "t0" },
    { task: "t2", tool: "lookup", from: "t0" },
  ]);
});

it("W2 what was found stays shared for later tasks, over a crash too", async () => {
  const { tool, end, calls } = lookup();
  const agent = defineAgent({
    name: "caller",
    tools: [tool],
    run: async ({ task }, context) => {
      if (task === "t1") await context.ask("go on?");
      return context.tool("lookup", { q: "x" } as never);
    },
  });
  const config = { ...crowd(tool, 2), agents: { agent } };
  const home = house(config);
  const run = await home.orchestrator.start({ objective: "o" });
  await end("done");
  const [question] = (await finish(home, run)).pendingApprovals;
  if (question === undefined) throw new Error("nothing was asked");
  const again = house(config, { store: home.store, time: home.time });
  const resumed = await again.orchestrator.resume(run.id);
  await decide(again, question, "answer", "yes");
  expect((await finish(again, resumed)).output).toEqual({ t0: "found by call 1", t1: "found by call 1" });
  expect(calls()).toBe(1);
});

it("W3 a claimant that fails gives way to the next in line; it alone is told of its failure", async () => {
  const { tool, end, calls } = lookup();
  const home = house(crowd(tool));
  const run = await home.orchestrator.start({ objective: "o" });
  await end("failed");
  await end("done");
  expect((await finish(home, run)).output).toEqual({ t0: "tool.failed", t1: "found by call 2", t2: "found by call 2" });
  expect(calls()).toBe(2);
});

it("F-CON-10, W3 a claimant past its lease gives way; what it still says is its own, and shared with nobody", async () => {
  const { tool, end, calls } = lookup();
  const home = house(crowd(tool, 3, { callLeaseMs: 1_000 }));
  const run = await home.orchestrator.start({ objective: "o" });
  await settle();
  await home.time.moveToAsync(home.time.now() + 1_000);
  await settle();
  expect(calls()).toBe(2);
  await end("done"); // the first, too late for the others
  expect((await run.report()).partial).toEqual({ t0: "found by call 2" });
  await end("done");
  const report = await finish(home, run);
  expect(report.shares).toEqual([{ task: "t2", tool: "lookup", from: "t1" }]);
  const rules = (await journalOf(run)).flatMap(({ ruled }) => ruled.map(({ rule, verdict }) => `${rule} ${verdict}`));
  expect(rules).toContain("duplicate.lease expired");
});

it("W4 the lease on what must not happen twice does not run out", async () => {
  const { tool, end, calls } = lookup({ effect: "once" });
  const home = house(crowd(tool, 2, { callLeaseMs: 1_000 }));
  const run = await home.orchestrator.start({ objective: "o" });
  await settle();
  await home.time.moveToAsync(home.time.now() + 5_000);
  await settle();
  expect(calls()).toBe(1);
  await end("done");
  expect((await finish(home, run)).output).toEqual({ t0: "found by call 1", t1: "found by call 1" });
});

it("W3 a claimant whose attempt is stopped gives way, and one that waits and is stopped waits no more", async () => {
  const { tool, end, calls } = lookup();
  const tasks = [
    { id: "t0", agent: "caller", timeoutMs: 1_000, optional: true, retries: 0 },
    { id: "t1", agent: "caller", timeoutMs: 2_000, optional: true, retries: 0 },
    { id: "t2", agent: "caller" },
  ];
  const home = house(crowd(tool, 0, { planner: { tasks } }));
  const run = await home.orchestrator.start({ objective: "o" });
  await settle();
  await home.time.moveToAsync(home.time.now() + 1_000);
  await settle();
  expect(calls()).toBe(2);
  await home.time.moveToAsync(home.time.now() + 1_000);
  await settle();
  expect(calls()).toBe(3);
  await end("done");
  await end("done");
  await end("done");
  expect(await finish(home, run)).toMatchObject({ status: "completed", output: { t2: "found by call 3" } });
});

it("W1 a task that cross-checks another makes the call itself", async () => {
  const { tool, end, calls } = lookup();
  const tasks = [
    { id: "t0", agent: "caller" },
    { id: "t1", agent: "caller", crossCheck: "t0" },
  ];
  const home = house(crowd(tool, 0, { planner: { tasks } }));
  const run = await home.orchestrator.start({ objective: "o" });
  await end("done");
  await end("done");
  expect((await finish(home, run)).shares).toEqual([]);
  expect(calls()).toBe(2);
});

it("W1 calls of a tool that says nothing of sharing are each made", async () => {
  let calls = 0;
  const plain = defineTool({ name: "plain", effect: "read", run: () => ++calls });
  const home = house(crowd(plain as AnyTool));
  await finish(home, await home.orchestrator.start({ objective: "o" }));
  expect(calls).toBe(3);
});

it("F-CON-11 those who wait for a call that waits for a person wait for that person, and the run says so", async () => {
  const { tool, end } = lookup({ needsApproval: true });
  const home = house(crowd(tool));
  const run = await home.orchestrator.start({ objective: "o" });
  const report = await finish(home, run);
  expect(report).toMatchObject({ status: "suspended", state: "awaiting-human" });
  expect(report.pendingApprovals).toHaveLength(1);
  const [question] = report.pendingApprovals;
  if (question === undefined) throw new Error("nothing was asked");
  await decide(home, question, "approve");
  await end("done");
  expect((await finish(home, run)).status).toBe("completed");
});

it("P4 tasks that are the same are done once, and the report says which took whose output", async () => {
  let runs = 0;
  const lister = defineAgent({ name: "lister", run: () => `list ${++runs}` });
  const goal = "list the open pull requests";
  const home = house({
    name: "n",
    agents: { lister },
    planner: { tasks: [1, 2, 3].map((n) => ({ id: `t${n}`, agent: "lister", goal })) },
  });
  const report = await finish(home, await home.orchestrator.start({ objective: "o" }));
  expect(runs).toBe(1);
  expect(report.output).toEqual({ t1: "list 1", t2: "list 1", t3: "list 1" });
  expect(report.tasks.map(({ sharedFrom }) => sharedFrom)).toEqual([undefined, "t1", "t1"]);
});
