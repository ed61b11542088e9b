/** Tools that fail, hang and answer late. */
import { expect, it } from "vitest";
import { z } from "zod";
import { defineAgent, defineTool, type OrchestratorConfig, RuntimeError } from "../../index.ts";
import type { AnyTool, EffectClass } from "../../src/contracts/tools.ts";
import { decide, finish, house, journalOf, START, settle } from "../support/house.ts";
import { caller } from "../support/tool-callers.ts";

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
