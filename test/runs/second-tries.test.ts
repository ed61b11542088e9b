/** Second tries of calls, and tools that are left alone. */
import { expect, it } from "vitest";
import { defineAgent, defineTool, RuntimeError } from "../../index.ts";
import type { AnyTool, ToolContext } from "../../src/contracts/tools.ts";
import { decide, finish, house, journalOf, START } from "../support/house.ts";
import { caller, scripted } from "../support/tool-callers.ts";

it("F-TOOL-15 a tool that keeps failing is left alone, tried by one call after a while, and used again once it works", async () => {
  const { tool, calls } = scripted("xxx.", { breaker: { failures: 3, of: 5, coolMs: 1_000 } });
  const pause = defineTool({
    name: "pause",
    effect: "read",
    run: () => new Promise<string>((resolve) => home.time.at(home.time.now() + 1_000, () => resolve("later"))),
  });
  const agent = defineAgent({
    name: "caller",
    tools: [tool, pause],
    run: async (_, context) => {
      const came: string[] = [];
      const call = () => context.tool("flaky", { n: came.length }).then(String, (error) => error.code);
      for (let n = 0; n < 5; n++) came.push(await call());
      await context.tool("pause", {});
      came.push(...(await Promise.all([call(), call()])), await call());
      return came;
    },
  });
  const home = house({ ...caller(tool), agents: { agent } });
  const run = await home.orchestrator.start({ objective: "o" });
  const [failed, refused] = ["tool.failed", "tool.unavailable"];
  expect((await finish(home, run)).output).toEqual([failed, failed, failed, refused, refused, "up", refused, "up"]);
  expect(calls()).toBe(5);
  const rules = (await journalOf(run)).flatMap(({ ruled }) => ruled.map(({ rule }) => rule));
  expect(rules.filter((rule) => rule.startsWith("breaker."))).toEqual([
    "breaker.opened",
    "breaker.open",
    "breaker.open",
    "breaker.open",
    "breaker.closed",
  ]);
});

it("F-TOOL-15, H4 the breaker is as open after a crash as before it", async () => {
  const { tool, calls } = scripted("xxxx", { breaker: { failures: 2, of: 5, coolMs: 60_000 } });
  const agent = defineAgent({
    name: "caller",
    tools: [tool],
    run: async (_, context) => {
      const call = (n: number) => context.tool("flaky", { n }).then(String, (error) => error.code);
      return [await call(0), await call(1), await context.ask("go on?"), await call(2)];
    },
  });
  const config = { ...caller(tool), agents: { agent } };
  const home = house(config);
  const run = await home.orchestrator.start({ objective: "o" });
  const [question] = (await finish(home, run)).pendingApprovals;
  if (question === undefined) throw new Error("nothing was asked");
  const again = house(config, { store: home.store, time: home.time });
  const resumed = await again.orchestrator.resume(run.id);
  await decide(again, question, "answer", "yes");
  expect((await finish(again, resumed)).output).toEqual(["tool.failed", "tool.failed", "yes", "tool.unavailable"]);
  expect(calls()).toBe(2);
});

it("G2 a failed call is made again as often as its tool says, after growing waits, each try with a hold of its own", async () => {
  const began: number[] = [];
  const { tool } = scripted("xx.", { retries: 2, backoffMs: 100, estimate: () => ({ costUsd: 1 }) });
  const timed = {
    ...tool,
    run: (args: { n: number }, context: ToolContext) => {
      began.push(home.time.now() - START);
      return tool.run(args, context);
    },
  };
  const home = house(caller(timed));
  const run = await home.orchestrator.start({ objective: "o" });
  const report = await finish(home, run);
  expect(report).toMatchObject({ output: ["up"], spend: { costMicroUsd: 3_000_000, toolCalls: 3, steps: 3 } });
  expect(began[1]).toBeGreaterThanOrEqual(100);
  expect((began[2] ?? 0) - (began[1] ?? 0)).toBeGreaterThanOrEqual(200);
  expect(began[2]).toBeLessThan(375);
});

it("G5 a tool that says when to come again is left alone until then", async () => {
  const began: number[] = [];
  const busy = defineTool({
    name: "busy",
    effect: "read",
    retries: 1,
    backoffMs: 10,
    run: (_: { n: number }) => {
      began.push(home.time.now() - START);
      if (began.length === 1) throw new RuntimeError("tool.failed", "come back later", { retryAfterMs: 60_000 });
      return "there";
    },
  });
  const home = house(caller(busy));
  expect((await finish(home, await home.orchestrator.start({ objective: "o" }))).output).toEqual(["there"]);
  expect(began[1]).toBeGreaterThanOrEqual(60_000);
  expect(began[1]).toBeLessThan(75_000);
});

it("G2 a call that its tool rejects, and one that must not happen twice, is not made again", async () => {
  const rejecting = defineTool({
    name: "flaky",
    effect: "read",
    retries: 3,
    run: (): string => {
      calls++;
      throw new RuntimeError("tool.rejected", "there is no such page");
    },
  });
  let calls = 0;
  const home = house(caller(rejecting as AnyTool));
  expect((await finish(home, await home.orchestrator.start({ objective: "o" }))).output).toEqual(["tool.rejected"]);
  expect(calls).toBe(1);
  const often = house(caller(rejecting as AnyTool, 12, { loops: { identical: 99 } }));
  const { output } = await finish(often, await often.orchestrator.start({ objective: "o" }));
  expect(output).toEqual(Array.from({ length: 12 }, () => "tool.rejected"));
  const once = scripted("xx", { effect: "once", retries: 3 });
  const other = house(caller(once.tool));
  await finish(other, await other.orchestrator.start({ objective: "o" }));
  expect(once.calls()).toBe(1);
});

it("G3 a second try that cannot be paid for is not worth the trouble of the run: its call has failed", async () => {
  const { tool, calls } = scripted("xx", { retries: 1, estimate: () => ({ costUsd: 1 }) });
  const home = house(caller(tool, 1, { budget: { maxCostUsd: 1.5 } }));
  expect(await finish(home, await home.orchestrator.start({ objective: "o" }))).toMatchObject({
    status: "completed",
    output: ["tool.failed"],
  });
  expect(calls()).toBe(1);
});

it("A-CAS-02 a storm of failures is followed by no storm of second tries", async () => {
  const { tool, calls } = scripted("x".repeat(10_000), { retries: 5, backoffMs: 10, breaker: false });
  const agent = defineAgent({
    name: "caller",
    tools: [tool],
    run: (_, context) =>
      Promise.all(Array.from({ length: 300 }, (_, n) => context.tool("flaky", { n }).catch(() => "no"))),
  });
  const home = house({ ...caller(tool), agents: { agent }, loops: { identical: 10_000 } });
  await finish(home, await home.orchestrator.start({ objective: "o" }));
  expect(calls()).toBeLessThanOrEqual(300 + 34);
  expect(calls()).toBeGreaterThan(300 + 20);
});
