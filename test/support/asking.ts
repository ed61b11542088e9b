/** Asking: one agent that asks one model. */
import type { AgentContext } from "../../actors/define-agent.ts";
import type { ModelToolOptions } from "../../actors/model-tool.ts";
import { defineAgent, modelPrices, modelTool, type OrchestratorConfig, type RuntimeError } from "../../index.ts";
import type { ModelAnswer, ModelMessage, ModelPort } from "../../src/contracts/models.ts";
import type { AnyTool } from "../../src/contracts/tools.ts";
import { type ScriptLine, scriptedModel } from "../../src/testing/scripted-model.ts";

export const prices = modelPrices({
  acme: { models: { small: { cost: { input: 1, output: 10 }, limit: { output: 1_000 } } } },
});
export const QUESTION = { messages: [{ role: "user", text: "two and two?" }], maxOutputTokens: 100 } as const;
export const USAGE = { inputTokens: 30, outputTokens: 5 };

export interface Asking extends Partial<OrchestratorConfig> {
  readonly tool?: Partial<ModelToolOptions>;
  readonly tools?: readonly AnyTool[];
}

/** One agent that asks one model, by the price of 1 and 10 dollars for a million tokens. */
export function asking(
  model: ModelPort,
  run: (context: AgentContext) => unknown,
  more: Asking = {},
): OrchestratorConfig {
  const { tool = {}, tools = [], ...config } = more;
  const gpt = modelTool(model, { name: "gpt", prices, backoffMs: 1_000, ...tool });
  return {
    name: "n",
    agents: {
      a: defineAgent({ name: "a", tools: [gpt, ...tools], run: (_, context) => run(context as AgentContext) }),
    },
    planner: { tasks: [{ id: "t", agent: "a", retries: 0 }], output: "t" },
    ...config,
  };
}

export const small = (lines: readonly ScriptLine[]) => scriptedModel(lines, { id: "acme/small" });
export const once = ({ model }: AgentContext): Promise<ModelAnswer> => model("gpt", QUESTION);
export const codeOf = (asked: Promise<ModelAnswer>): Promise<string> =>
  asked.then(
    ({ text }) => text,
    ({ code }: RuntimeError) => code,
  );

/** A conversation of so many turns; each turn tells the model one thing more. */
export const converse = (turns: number) => async (context: AgentContext) => {
  const messages: ModelMessage[] = [];
  for (let turn = 0; turn < turns; turn++) {
    const append: ModelMessage[] = [{ role: "user", text: `turn ${turn} ${"x".repeat(200)}` }];
    messages.push(...append);
    const { text } = await context.model("gpt", { messages, maxOutputTokens: 100 }, { append });
    messages.push({ role: "assistant", text });
  }
  return messages.length;
};
