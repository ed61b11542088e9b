/** Tools that fail, hang, flap and answer late. */
import { expect, it } from "vitest";
import { z } from "zod";
import { defineAgent, defineTool, type OrchestratorConfig, RuntimeError } from "../../index.ts";
import type { AnyTool, EffectClass, Tool, ToolContext } from "../../src/contracts/tools.ts";
import { decide, finish, house, journalOf, START, settle } from "../support/house.ts";

/** One agent that calls one tool so many times, one after the other, and gives what came of each. */
const caller = (tool: AnyTool, times = 1, more: Partial<OrchestratorConfig> = {}): OrchestratorConfig => ({
  name: "n",
  agents: {
    caller: defineAgent({
      name: "caller",
      tools: [tool],
      run: async (_, context) => {
        const came: unknown[] = [];
        for (let n = 0; n < times; n++)
          came.push(await context.tool(tool.name, { n }).catch((error: RuntimeError) => error.code));
        return came;
      },
    }),
  },
  planner: { tasks: [{ id: "t", agent: "caller" }], output: "t" },
  ...more,
});

const hostile = (): unknown => {
  const error = new Error("hidden");
  Object.defineProperty(error, "message", {
    get: () => {
      throw new Error("no");
    },
  });
  return error;
};

it.each<readonly [string, () => unknown]>([
  ["undefined", () => undefined],
  ["null", () => null],
  ["a text", () => "broken"],
  ["an error", () => new Error("broken")],
  ["an error whose message throws", hostile],
  [
    "an object that refuses to be looked at",
    () =>
      new Proxy(
        {},
        {
          getPrototypeOf: () => {
            throw new Error("no");
          },
        },
      ),
  ],
])("F-TOOL-01 a tool that throws %s has failed; the run goes on", async (_, thrown) => {
  for (const run of [
    () => {
      throw thrown();
    },
    () => Promise.reject(thrown()),
  ]) {
    const home = house(caller(defineTool({ name: "bad", effect: "read", run })));
    const report = await finish(home, await home.orchestrator.start({ objective: "o" }));
    expect(report).toMatchObject({ status: "completed", output: ["tool.failed"] });
  }
});

it("F-TOOL-02 a call that may be repeated is tried again after it has timed out, when it has had its grace", async () => {
  const began: number[] = [];
  const signals: AbortSignal[] = [];
  const home = house(
    caller(
      defineTool({
        name: "slow",
        effect: "idempotent",
        timeoutMs: 100,
        retries: 1,
        backoffMs: 10,
        graceMs: 3_000,
        run: (_: { n: number }, { signal }) => {
          began.push(home.time.now() - START);
          signals.push(signal);
          return began.length === 1 ? new Promise<string>(() => {}) : "there";
        },
      }),
    ),
  );
  const report = await finish(home, await home.orchestrator.start({ objective: "o" }));
  expect(report.output).toEqual(["there"]);
  expect(began).toEqual([0, 3_100]);
  expect(signals[0]?.aborted).toBe(true);
  expect(report.spend.toolCalls).toBe(2);
});

it("F-TOOL-02 a call that must not happen twice is unknown once it has timed out, and nobody tries again", async () => {
  let calls = 0;
  const pay = defineTool({
    name: "pay",
    timeoutMs: 100,
    retries: 5,
    run: (_: { n: number }) => {
      calls++;
      return new Promise<string>(() => {});
    },
  });
  const home = house(caller(pay));
  const report = await finish(home, await home.orchestrator.start({ objective: "o" }));
  expect(report).toMatchObject({ status: "suspended", pendingApprovals: [{ kind: "unknown", tool: "pay" }] });
  expect(calls).toBe(1);
});

/** An agent whose tool ignores its signal, and that then asks a person. */
function deafConfig(answer: Promise<string>, more: Partial<OrchestratorConfig> = {}): OrchestratorConfig {
  const deaf = defineTool({ name: "deaf", effect: "read", timeoutMs: 100, run: (_: object) => answer });
  const agent = defineAgent({
    name: "caller",
    tools: [deaf],
    run: async (_, { tool, ask }) => [await tool("deaf", {}).catch((error) => error.code), await ask("go on?")],
  });
  return { ...caller(deaf, 1, more), agents: { agent } };
}

it("F-TOOL-03, F-TOOL-04 what a tool says after its call has timed out is noted as late and applied nowhere", async () => {
  const answer = Promise.withResolvers<string>();
  const home = house(deafConfig(answer.promise));
  const run = await home.orchestrator.start({ objective: "o" });
  const [question] = (await finish(home, run)).pendingApprovals;
  if (question === undefined) throw new Error("nothing was asked");
  answer.resolve("too late");
  await settle();
  await decide(home, question, "answer", "yes");
  expect((await finish(home, run)).output).toEqual(["tool.timeout", "yes"]);
  const late = (await journalOf(run)).filter(({ kind }) => kind === "late");
  expect(late).toMatchObject([{ event: { type: "effect.done" }, moved: [], replies: [] }]);
});

it("F-TOOL-03, F3 a tool that ignores its signal holds the run in memory no longer than its grace", async () => {
  const config = deafConfig(new Promise(() => {}), { graceMs: 500, parkAfterMs: 0 });
  const home = house(config);
  const run = await home.orchestrator.start({ objective: "o" });
  await finish(home, run);
  const other = house(config, { store: home.store, time: home.time, othersAreDead: false });
  const elsewhere = () =>
    other.orchestrator.resume(run.id).then(
      () => "taken up",
      (error) => error.code,
    );
  expect(await elsewhere()).toBe("run.owned");
  await home.time.moveToAsync(home.time.now() + 500);
  await settle();
  expect(await elsewhere()).toBe("taken up");
});

it("F-TOOL-05 a call has one outcome: what its tool reports and gives afterwards changes nothing", async () => {
  let report: (cost: { costUsd: number }) => void = () => {};
  const twice = defineTool({
    name: "twice",
    effect: "idempotent",
    estimate: () => ({ costUsd: 1 }),
    run: (_: { n: number }, { spent }) => {
      report = spent;
      spent({ costUsd: 0.25 });
      return "first";
    },
  });
  const home = house(caller(twice));
  const run = await home.orchestrator.start({ objective: "o" });
  const first = await finish(home, run);
  report({ costUsd: 9 });
  await settle();
  expect(await run.report()).toEqual(first);
  expect(first).toMatchObject({ output: ["first"], spend: { costMicroUsd: 250_000, toolCalls: 1 } });
});

it("F-TOOL-06 each call gets its own answer, whatever the order in which they come", async () => {
  const waiting: (() => void)[] = [];
  const echo = defineTool({
    name: "echo",
    effect: "read",
    run: ({ n }: { n: number }) => new Promise<number>((resolve) => waiting.push(() => resolve(n))),
  });
  const agent = defineAgent({
    name: "caller",
    tools: [echo],
    run: (_, { tool }) => Promise.all([0, 1, 2, 3].map((n) => tool("echo", { n }))),
  });
  const home = house({ ...caller(echo), agents: { agent } });
  const run = await home.orchestrator.start({ objective: "o" });
  await settle();
  for (const place of [2, 0, 3, 1]) {
    waiting[place]?.();
    await settle(5);
  }
  expect((await finish(home, run)).output).toEqual([0, 1, 2, 3]);
});

it("F-TOOL-10 a call that must not happen twice and has failed is in doubt for the next attempt, which asks", async () => {
  const sent: string[] = [];
  const send = defineTool({
    name: "send",
    run: ({ text }: { text: string }) => {
      sent.push(text);
      throw new Error("the connection broke after it was sent");
    },
  });
  const agent = defineAgent({ name: "caller", tools: [send], run: (_, { tool }) => tool("send", { text: "hello" }) });
  const home = house({ ...caller(send), agents: { agent } });
  const report = await finish(home, await home.orchestrator.start({ objective: "o" }));
  expect(report.pendingApprovals).toMatchObject([{ kind: "unknown", tool: "send" }]);
  expect(sent).toEqual(["hello"]);
});

it.each<readonly [EffectClass, unknown]>([
  ["once", { status: "suspended", pendingApprovals: [{ kind: "unknown", tool: "send" }] }],
  ["reconcilable", { status: "completed", output: ["found out"] }],
  ["read", { status: "completed", output: ["tool.failed"] }],
  ["idempotent", { status: "completed", output: ["tool.failed"] }],
])("F-TOOL-10 a tool may say that its outcome is lost: of one that is %s", async (effect, outcome) => {
  let calls = 0;
  const send = defineTool({
    name: "send",
    effect,
    run: (_: { n: number }): string => {
      calls++;
      throw new RuntimeError("effect.unknown", "the connection was lost");
    },
    reconcile: () => ({ kind: "done", output: "found out" }),
  });
  const home = house(caller(send));
  expect(await finish(home, await home.orchestrator.start({ objective: "o" }))).toMatchObject(outcome as object);
  expect(calls).toBe(1);
});

it("F-TOOL-12 an output that does not pass is no completion: it is tried again with what was wanting, then by another agent", async () => {
  const seen: unknown[] = [];
  const checks = { schema: z.object({ title: z.string() }) };
  const sloppy = defineAgent({
    name: "sloppy",
    ...checks,
    fallback: "careful",
    run: ({ findings }) => {
      seen.push(findings.map(({ source }) => source));
      return { heading: "no" };
    },
  });
  const careful = defineAgent({ name: "careful", ...checks, run: () => ({ title: "yes" }) });
  const home = house({
    name: "n",
    agents: { sloppy, careful },
    retries: 1,
    planner: { tasks: [{ id: "t", agent: "sloppy" }], output: "t" },
  });
  const run = await home.orchestrator.start({ objective: "o" });
  expect(await finish(home, run)).toMatchObject({
    status: "completed",
    output: { title: "yes" },
    tasks: [{ agent: "careful", attempts: 3 }],
  });
  expect(seen).toEqual([[], ["schema"]]);
});

it("F-TOOL-14 a tool may start another run and wait for it; nothing is held meanwhile", async () => {
  const inner = house({
    name: "inner",
    agents: { a: defineAgent({ name: "a", run: () => "from inside" }) },
    planner: { tasks: [{ id: "t", agent: "a" }], output: "t" },
  });
  const nested = defineTool({
    name: "nested",
    effect: "read",
    run: async () => (await finish(inner, await inner.orchestrator.start({ objective: "inner" }))).output as string,
  });
  const outer = house(caller(nested as AnyTool));
  expect((await finish(outer, await outer.orchestrator.start({ objective: "o" }))).output).toEqual(["from inside"]);
});

type Numbered = Tool<"flaky", { n: number }, { n: number }, string>;

/** A tool that does what the text says, call by call: `x` throws. */
const scripted = (script: string, more: Partial<Numbered> = {}): { tool: Numbered; calls: () => number } => {
  let calls = 0;
  const run = (): string => {
    if (script[calls++] === "x") throw new Error(`down for the ${calls}. time`);
    return "up";
  };
  return {
    tool: defineTool<"flaky", { n: number }, string>({
      name: "flaky",
      effect: "read",
      run,
      ...more,
    } as never) as Numbered,
    calls: () => calls,
  };
};

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
