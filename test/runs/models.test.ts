/** Language models as tools: asked through the gate, held for, recorded once. */
import { expect, it } from "vitest";
import type { AgentContext } from "../../actors/define-agent.ts";
import { defineTool, modelTool } from "../../index.ts";
import { openAiCompatible } from "../../src/adapters/models/ai-sdk.ts";
import type { ModelMessage, ModelPort } from "../../src/contracts/models.ts";
import { recordedModel, type ScriptLine, scriptedModel } from "../../src/testing/scripted-model.ts";
import { type Asking, asking, codeOf, converse, once, prices, QUESTION, small, USAGE } from "../support/asking.ts";
import { finish, house, journalOf, settle } from "../support/house.ts";
import { answer, modelEndpoint } from "../support/model-endpoint.ts";

it("M2, M3 a model is asked through the gate, held for at its worst case, and costs what its provider says", async () => {
  const model = small([{ text: "four", usage: USAGE }]);
  const home = house(asking(model, once));
  const run = await home.orchestrator.start({ objective: "o" });
  const report = await finish(home, run);
  expect(report.output).toMatchObject({ text: "four", stop: "answered" });
  expect(report.spend).toMatchObject({ costMicroUsd: 80, tokens: 35, toolCalls: 1 });
  expect(model.asked).toEqual([QUESTION]);
  // 12 bytes of text, 16 around the message, 64 around all; 100 tokens of output at ten times the price.
  const [judged] = (await journalOf(run)).flatMap(({ answered }) =>
    answered.flatMap(({ event }) =>
      (event["output"] as { hold?: object } | undefined)?.hold === undefined ? [] : [event["output"]],
    ),
  );
  expect(judged).toMatchObject({ hold: { costMicroUsd: 92 + 1_000, tokens: 192 }, thinks: true });
});

it("a conversation is recorded once: its journal grows with what is new, not with the whole of each prompt", async () => {
  const sizeOf = async (turns: number): Promise<number> => {
    const lines = Array.from({ length: turns }, (_, n) => `answer ${n}`);
    const home = house(asking(small(lines), converse(turns)));
    await finish(home, await home.orchestrator.start({ objective: "o" }));
    const stored = await home.store.read("run_1", 0, 100_000);
    return stored.reduce((sum, { body }) => sum + body.length, 0);
  };
  expect((await sizeOf(40)) / (await sizeOf(10))).toBeLessThan(4.2);
});

it("M1 after a crash in the middle of a call the same is asked under the same key, and nothing before it again", async () => {
  const keys: string[] = [];
  const heard: unknown[] = [];
  const first = small(["one", "two"]);
  const hanging: ModelPort = {
    id: first.id,
    generate: (request, options) => {
      keys.push(options.idempotencyKey);
      heard.push(request);
      return keys.length < 3 ? first.generate(request, options) : new Promise(() => {});
    },
  };
  const before = house(asking(hanging, converse(3)));
  await before.orchestrator.start({ objective: "o" });
  await settle();
  expect(keys).toHaveLength(3);
  const second = small(["three"]);
  const after = house(asking(second, converse(3)), { store: before.store, time: before.time });
  const report = await finish(after, await after.orchestrator.resume("run_1"));
  expect(report).toMatchObject({ status: "completed", output: 6 });
  expect(second.asked).toEqual([heard[2]]);
  expect(report.spend.toolCalls).toBe(4);
});

it("M1 over the wire: killed in the middle of a stream and taken up again, the same is asked once more, and billed once", async () => {
  const hanging = Promise.withResolvers<void>();
  const endpoint = await modelEndpoint((_, number) => {
    const said = answer({ text: `answer ${number}` });
    if (number !== 1) return said;
    hanging.resolve();
    return { ...said, cutAfter: 600, hangs: true };
  });
  const open = () => openAiCompatible({ baseUrl: endpoint.baseUrl, model: "small", provider: "acme" });
  const before = house(asking(open(), converse(3)));
  await before.orchestrator.start({ objective: "o" });
  await hanging.promise;
  const after = house(asking(open(), converse(3)), { store: before.store, time: before.time });
  const report = await (await after.orchestrator.resume("run_1")).result;
  const { received, billed } = endpoint;
  await endpoint.close();
  expect(report).toMatchObject({ status: "completed", output: 6 });
  const keys = received.map(({ headers }) => headers["idempotency-key"]);
  expect([new Set(keys).size, keys.length, billed]).toEqual([3, 4, 3]);
  expect(keys[2]).toBe(keys[1]);
  expect(received[2]?.body).toEqual(received[1]?.body);
});

it("M1 an agent that asks something else than before the crash has diverged, and nothing is sent", async () => {
  const hanging: ModelPort = { id: "acme/small", generate: () => new Promise(() => {}) };
  const before = house(asking(hanging, once));
  await before.orchestrator.start({ objective: "o" });
  await settle();
  const other = small(["five"]);
  const changed = ({ model }: AgentContext) => model("gpt", { ...QUESTION, temperature: 1 });
  const after = house(asking(other, changed), { store: before.store, time: before.time });
  const report = await finish(after, await after.orchestrator.resume("run_1"));
  expect(report.tasks[0]?.failure?.code).toBe("agent.diverged");
  expect(other.asked).toEqual([]);
});

it("F-MOD-12 a model without a price is refused before it is asked; one that is said to cost nothing is not", async () => {
  const model = scriptedModel(["four"], { id: "acme/unheard-of" });
  const asked = ({ model: ask }: AgentContext) => codeOf(ask("gpt", QUESTION));
  const refused = house(asking(model, asked));
  const run = await refused.orchestrator.start({ objective: "o" });
  expect((await finish(refused, run)).output).toBe("policy.denied");
  expect(JSON.stringify(await journalOf(run))).toContain('"rule":"budget.unknown-price"');
  expect(model.asked).toEqual([]);
  const free = house(asking(model, asked, { tool: { prices: "unpriced" } }));
  const report = await finish(free, await free.orchestrator.start({ objective: "o" }));
  expect(report).toMatchObject({ output: "four", spend: { costMicroUsd: 0 } });
  expect(report.spend.tokens).toBeGreaterThan(0);
});

it("F-MOD-14 half a surrogate pair is replaced where it comes in: texts, arguments, names", async () => {
  const model = small([{ text: "a\ud800b", calls: [{ tool: "f\udfff", arguments: '{"x":"\ud800"}', id: "c\ud800" }] }]);
  const home = house(asking(model, once));
  const { output } = await finish(home, await home.orchestrator.start({ objective: "o" }));
  expect(output).toMatchObject({
    text: "a\ufffdb",
    calls: [{ tool: "f\ufffd", arguments: '{"x":"\ufffd"}', id: "c\ufffd" }],
  });
});

const SWAPPED: ScriptLine = { text: "four", model: "tiny", usage: USAGE };
const onlySmall = {
  id: "p1",
  decide: ({ resource }: { resource: string }) =>
    resource === "acme/small"
      ? ({ kind: "allow", rule: "small" } as const)
      : ({ kind: "deny", rule: "only-small", reason: "no" } as const),
};

it.each<readonly [string, Asking, string]>([
  ["is on record", {}, "four"],
  ["is refused where the tool says so", { tool: { onSwap: "deny" } }, "model.swapped"],
  [
    "is asked about where the tool says so, and denied",
    { tool: { onSwap: "policy" }, policy: onlySmall },
    "model.swapped",
  ],
  ["is allowed where there is no policy", { tool: { onSwap: "policy" } }, "four"],
])("F-MOD-15 an answer of another model than was asked %s", async (_, more, outcome) => {
  const home = house(asking(small([SWAPPED]), ({ model: ask }) => codeOf(ask("gpt", QUESTION)), more));
  const run = await home.orchestrator.start({ objective: "o" });
  const report = await finish(home, run);
  expect(report.output).toBe(outcome);
  expect(report.spend.costMicroUsd).toBe(80);
  const said = JSON.stringify(await journalOf(run));
  expect(said).toContain(outcome === "four" ? '"model":"tiny"' : "acme/tiny answered");
});

it("F-MOD-15 the model that was asked, under its own name, is no other", async () => {
  const home = house(asking(small([{ ...(SWAPPED as object), model: "small" }]), once, { tool: { onSwap: "deny" } }));
  expect((await finish(home, await home.orchestrator.start({ objective: "o" }))).output).toMatchObject({
    text: "four",
  });
});

it("M2 a call that says less than its prompt is refused before the model is asked", async () => {
  const model = small(["four"]);
  const context = {
    idempotencyKey: "k",
    run: "r",
    agent: "a",
    task: "t",
    signal: new AbortController().signal,
    spent: () => {},
    asking: { prompt: async () => QUESTION, permits: async () => ({ kind: "allow", rule: "x" }) as const },
  };
  const said = { append: [], prompt: "d", inputTokens: 92, maxOutputTokens: 100 };
  const { run } = modelTool(model, { prices });
  await expect(run({ ...said, inputTokens: 91 }, context)).rejects.toMatchObject({ code: "model.rejected" });
  await expect(run({ ...said, maxOutputTokens: 99 }, context)).rejects.toMatchObject({ code: "model.rejected" });
  expect(model.asked).toEqual([]);
  await expect(run(said, context)).resolves.toMatchObject({ text: "four" });
});

it("L6 a model that is asked the same again and gives the same answer is a loop, where nothing is done between", async () => {
  const model = small(Array.from({ length: 8 }, () => ({ text: "", usage: USAGE })));
  const nagging = async ({ model: ask }: AgentContext) => {
    const messages: ModelMessage[] = [{ role: "user", text: "go on" }];
    for (let turn = 0; turn < 8; turn++) {
      const append: ModelMessage[] = [{ role: "user", text: "you have said nothing" }];
      messages.push(...append);
      await ask("gpt", { messages, maxOutputTokens: 50 }, { append });
    }
    return "never";
  };
  const home = house(asking(model, nagging, { approvals: { askAboutRun: false } }));
  const run = await home.orchestrator.start({ objective: "o" });
  const report = await finish(home, run);
  const states = (await journalOf(run)).flatMap(({ moved }) => moved.flatMap(({ path }) => path));
  expect(states).toContain("looping-detected");
  expect(report.status).not.toBe("completed");
  expect(model.left).toBeGreaterThanOrEqual(4);
});

it("L6 acts that repeat are seen whatever is thought between them, and a conversation of new acts is no loop", async () => {
  const look = defineTool({
    name: "look",
    effect: "read",
    run: ({ at }: { at: number }) => `there is nothing at ${at}`,
  });
  const acting = (at: (turn: number) => number) => async (context: AgentContext) => {
    const messages: ModelMessage[] = [];
    for (let turn = 0; turn < 12; turn++) {
      const append: ModelMessage[] = [{ role: "user", text: `turn ${turn}` }];
      messages.push(...append);
      await context.model("gpt", { messages, maxOutputTokens: 50 }, { append });
      await context.tool("look", { at: at(turn) } as never);
    }
    return "done";
  };
  const loops = async (at: (turn: number) => number): Promise<boolean> => {
    const model = small(Array.from({ length: 12 }, () => ({ text: "I look again.", usage: USAGE })));
    const home = house(asking(model, acting(at), { tools: [look], approvals: { askAboutRun: false } }));
    const run = await home.orchestrator.start({ objective: "o" });
    await finish(home, run);
    return (await journalOf(run)).some(({ moved }) => moved.some(({ path }) => path.includes("looping-detected")));
  };
  expect(await loops((turn) => turn)).toBe(false);
  expect(await loops(() => 1)).toBe(true);
});

it("a recorded run's answers make a model that gives them again, in order", async () => {
  const home = house(asking(small(["one", "two", "three"]), converse(3)));
  const run = await home.orchestrator.start({ objective: "o" });
  await finish(home, run);
  const recorded = recordedModel(await journalOf(run), { id: "acme/small" });
  const again = house(asking(recorded, converse(3)));
  const second = await again.orchestrator.start({ objective: "o" });
  expect((await finish(again, second)).output).toBe(6);
  expect(recorded.left).toBe(0);
});
