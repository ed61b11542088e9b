/** Models that are busy, fail, break off, and bill what nobody can believe: retried and paid for by rule. */
import { expect, it } from "vitest";
import type { AgentContext } from "../../actors/define-agent.ts";
import { modelTool, RuntimeError } from "../../index.ts";
import type { ModelAnswer, ModelPort } from "../../src/contracts/models.ts";
import type { AnyTool } from "../../src/contracts/tools.ts";
import { type ScriptLine, scriptedModel } from "../../src/testing/scripted-model.ts";
import { asking, codeOf, once, prices, QUESTION, small, USAGE } from "../support/asking.ts";
import { finish, house, journalOf, START, settle } from "../support/house.ts";

it("F-MOD-01 whoever is told to wait does, as a timer that outlives the process, and up to an hour", async () => {
  const busy = (retryAfterMs: number) => new RuntimeError("model.busy", "429", { retryAfterMs, usage: null });
  const at: number[] = [];
  const timed = (line: ScriptLine): ScriptLine => {
    return () => {
      at.push(home.time.now() - START);
      return line;
    };
  };
  const model = small([busy(90_000), busy(99_999_999), "four"].map(timed));
  const home = house(asking(model, once));
  const report = await finish(home, await home.orchestrator.start({ objective: "o" }));
  expect(report.output).toMatchObject({ text: "four" });
  expect(at[1]).toBeGreaterThanOrEqual(90_000);
  expect(at[1]).toBeLessThan(90_000 * 1.25);
  const second = (at[2] ?? 0) - (at[1] ?? 0);
  expect(second).toBeGreaterThanOrEqual(3_600_000);
  expect(second).toBeLessThan(3_600_000 * 1.25);
});

it("F-MOD-01, F-BUD-11 being turned away costs nothing, and what the next try needs is held while it waits", async () => {
  const busy = new RuntimeError("model.busy", "429", { retryAfterMs: 60_000, usage: null });
  const model = small([busy, { text: "four", usage: USAGE }]);
  const home = house(asking(model, once));
  const run = await home.orchestrator.start({ objective: "o" });
  await settle();
  const waiting = await run.report();
  expect(waiting.budget).toMatchObject({
    held: { costMicroUsd: 1_092, toolCalls: 1 },
    spent: { costMicroUsd: 0, toolCalls: 1 },
  });
  const report = await finish(home, run);
  expect(report.spend).toMatchObject({ costMicroUsd: 80, toolCalls: 2 });
  expect(report.budget.held.costMicroUsd).toBe(0);
});

it("G6 an attempt that ends while a call of it waits for its next try gives back what was held for that", async () => {
  const busy = new RuntimeError("model.busy", "429", { retryAfterMs: 600_000, usage: null });
  const model = small([busy, "four"]);
  const config = asking(model, once);
  const plan = { tasks: [{ id: "t", agent: "a", retries: 0, timeoutMs: 5_000, optional: true }] };
  const home = house({ ...config, planner: plan });
  const report = await finish(home, await home.orchestrator.start({ objective: "o" }));
  expect(report.tasks[0]).toMatchObject({ status: "skipped" });
  expect(report.budget.held).toMatchObject({ costMicroUsd: 0, toolCalls: 0 });
  expect(model.left).toBe(1);
});

it("G6 a run that is paused while a call waits for its next try goes on with it, and holds nothing at its end", async () => {
  const busy = new RuntimeError("model.busy", "429", { retryAfterMs: 60_000, usage: null });
  const model = small([busy, { text: "four", usage: USAGE }]);
  const home = house(asking(model, once));
  const run = await home.orchestrator.start({ objective: "o" });
  await settle();
  await run.pause();
  await settle();
  await run.resume();
  const report = await finish(home, run);
  expect(report).toMatchObject({ status: "completed", output: { text: "four" } });
  expect(report.budget.held).toMatchObject({ costMicroUsd: 0, toolCalls: 0, steps: 0 });
  expect(report.spend.costMicroUsd).toBe(80);
});

const down = new RuntimeError("model.unavailable", "503");
const other = (lines: readonly ScriptLine[]): AnyTool =>
  modelTool(scriptedModel(lines, { id: "acme/small" }), { name: "other", prices });
const either = ({ model }: AgentContext): Promise<string> => codeOf(model("gpt", QUESTION, { fallbacks: ["other"] }));

it("F-MOD-02 a storm is met with so many tries and no more; then another model is asked, as a call of its own", async () => {
  const model = small([down, down, down, down, "too late"]);
  const home = house(asking(model, either, { tools: [other(["from the other"])] }));
  const run = await home.orchestrator.start({ objective: "o" });
  expect((await finish(home, run)).output).toBe("from the other");
  expect(model.asked).toHaveLength(4);
  const acts = (await journalOf(run)).flatMap(({ kind, event }) =>
    kind === "request" ? [(event["act"] as { tool: string }).tool] : [],
  );
  expect(acts).toEqual(["gpt", "other"]);
});

it("F-MOD-02 no other model is asked where the policy denies it: the failure of the first is what the agent is told", async () => {
  const unused = other(["from the other"]);
  const policy = {
    id: "p1",
    decide: ({ call }: { call: { tool: string } }) =>
      call.tool === "other"
        ? ({ kind: "deny", rule: "one-model", reason: "no" } as const)
        : ({ kind: "allow", rule: "gpt" } as const),
  };
  const home = house(asking(small([down, down, down, down]), either, { tools: [unused], policy }));
  expect((await finish(home, await home.orchestrator.start({ objective: "o" }))).output).toBe("model.unavailable");
});

it("F-MOD-02 what no second try can mend is not tried again, and no other model is asked", async () => {
  const model = small([new RuntimeError("model.rejected", "400", { usage: null })]);
  const home = house(asking(model, either, { tools: [other(["from the other"])] }));
  const report = await finish(home, await home.orchestrator.start({ objective: "o" }));
  expect(report.output).toBe("model.rejected");
  expect(report.spend).toMatchObject({ costMicroUsd: 0, toolCalls: 1 });
});

it("F-MOD-03, M4 an answer that broke off is a failure: asked for again under the same key, and never seen by the agent", async () => {
  const keys: string[] = [];
  const broken: ScriptLine = (_, { idempotencyKey }) => {
    keys.push(idempotencyKey);
    return { text: "fo", stop: "truncated", usage: USAGE };
  };
  const inner = small([broken, broken, "four"]);
  // A provider that does not honour the key.
  let n = 0;
  const model: ModelPort = {
    id: inner.id,
    generate: (request, options) => {
      keys.push(options.idempotencyKey);
      return inner.generate(request, { ...options, idempotencyKey: `${n++}` });
    },
  };
  const home = house(asking(model, ({ model: ask }) => codeOf(ask("gpt", QUESTION))));
  const run = await home.orchestrator.start({ objective: "o" });
  expect((await finish(home, run)).output).toBe("four");
  expect(new Set(keys.filter((key) => key.length > 2)).size).toBe(1);
  const failures = (await journalOf(run)).map(({ event }) => (event["failure"] as { code?: string } | undefined)?.code);
  expect(failures.filter((code) => code === "model.truncated")).toHaveLength(2);
});

it("F-MOD-04 a failure in the middle of an answer has cost what was used until then; an unknown one its hold", async () => {
  const failing = (usage?: typeof USAGE) =>
    new RuntimeError("model.unavailable", "broke", usage === undefined ? {} : { usage });
  const spent = async (failure: RuntimeError): Promise<number> => {
    const home = house(asking(small([failure]), once, { tool: { retries: 0 } }));
    return (await finish(home, await home.orchestrator.start({ objective: "o" }))).spend.costMicroUsd;
  };
  expect(await spent(failing(USAGE))).toBe(80);
  expect(await spent(failing())).toBe(1_092);
});

it.each<readonly [string, object | undefined]>([
  ["missing", undefined],
  ["zero", { inputTokens: 0, outputTokens: 0 }],
  ["nothing for an answer that says something", { inputTokens: 30, outputTokens: 0 }],
  ["negative", { inputTokens: -30, outputTokens: 5 }],
  ["no number", { inputTokens: Number.NaN, outputTokens: 5 }],
  ["absurd", { inputTokens: 30, outputTokens: 9_000_000 }],
])("F-MOD-11 usage that is %s costs the hold, and is flagged", async (_, usage) => {
  const model: ModelPort = {
    id: "acme/small",
    generate: async () =>
      ({ text: "four", calls: [], stop: "answered", ...(usage === undefined ? {} : { usage }) }) as ModelAnswer,
  };
  const home = house(asking(model, ({ model: ask }) => codeOf(ask("gpt", QUESTION))));
  const run = await home.orchestrator.start({ objective: "o" });
  const report = await finish(home, run);
  const rules = (await journalOf(run)).flatMap(({ ruled }) => ruled.map(({ rule }) => rule));
  expect(rules).toContain("usage.untrusted");
  expect(report.spend).toMatchObject({ costMicroUsd: 1_092, tokens: 192 });
});
