/** Language models as tools: asked through the gate, held for, recorded once. */
import { expect, it } from "vitest";
import type { AgentContext } from "../../actors/define-agent.ts";
import type { ModelToolOptions } from "../../actors/model-tool.ts";
import { defineAgent, modelPrices, modelTool, type OrchestratorConfig, RuntimeError } from "../../index.ts";
import type { ModelMessage } from "../../src/contracts/models.ts";
import { type ScriptLine, scriptedModel } from "../../src/testing/scripted-model.ts";
import { finish, house, journalOf, START, writtenOf } from "../support/house.ts";

const prices = modelPrices({
  acme: { models: { small: { cost: { input: 1, output: 10 }, limit: { output: 1_000 } } } },
});

const asking = (
  lines: readonly ScriptLine[],
  run: (context: AgentContext) => unknown,
  { tool = {}, ...more }: Partial<OrchestratorConfig> & { tool?: Partial<ModelToolOptions> } = {},
) => {
  const model = scriptedModel(lines, { id: "acme/small" });
  const gpt = modelTool(model, { name: "gpt", prices, ...tool });
  const config: OrchestratorConfig = {
    name: "n",
    agents: { a: defineAgent({ name: "a", tools: [gpt], run: (_, context) => run(context as AgentContext) }) },
    planner: { tasks: [{ id: "t", agent: "a", retries: 0 }], output: "t" },
    ...more,
  };
  return { model, config };
};

/** A conversation of so many turns; each turn tells the model one thing more. */
const converse = (turns: number) => async (context: AgentContext) => {
  const messages: ModelMessage[] = [];
  for (let turn = 0; turn < turns; turn++) {
    const append: ModelMessage[] = [{ role: "user", text: `turn ${turn} ${"x".repeat(200)}` }];
    messages.push(...append);
    const { text } = await context.model("gpt", { messages, maxOutputTokens: 100 }, { append });
    messages.push({ role: "assistant", text });
  }
  return messages.length;
};

it("M2 a model is asked through the gate, held for at its worst case, and costs what it says", async () => {
  const usage = { inputTokens: 30, outputTokens: 5 };
  const { model, config } = asking([{ text: "four", usage }], ({ model: ask }) =>
    ask("gpt", { messages: [{ role: "user", text: "two and two?" }], maxOutputTokens: 100 }),
  );
  const home = house(config);
  const run = await home.orchestrator.start({ objective: "o" });
  const report = await finish(home, run);
  expect(report.output).toMatchObject({ text: "four", stop: "answered" });
  expect(report.spend).toMatchObject({ costMicroUsd: 80, tokens: 35, toolCalls: 1 });
  expect(model.asked).toEqual([{ messages: [{ role: "user", text: "two and two?" }], maxOutputTokens: 100 }]);
});

it("a conversation is recorded once: its journal grows with what is new, not with the whole of each prompt", async () => {
  const sizeOf = async (turns: number): Promise<number> => {
    const { config } = asking(
      Array.from({ length: turns }, (_, n) => `answer ${n}`),
      converse(turns),
    );
    const home = house(config);
    await finish(home, await home.orchestrator.start({ objective: "o" }));
    const stored = await home.store.read("run_1", 0, 100_000);
    return stored.reduce((sum, { body }) => sum + body.length, 0);
  };
  const [ten, forty] = [await sizeOf(10), await sizeOf(40)];
  expect(forty / ten).toBeLessThan(4.2);
});
