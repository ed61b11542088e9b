/** Language-model agent: what an agent that is a model runs, in terms of an agent that is a function. */
import { RuntimeError } from "../../src/contracts/errors.ts";
import { filled, promptUse } from "../../src/decisions/prompt.ts";
import { AGENT_PROMPT } from "../../src/decisions/prompts/agent.ts";
import type { FunctionAgent } from "../define-agent.ts";
import { Conversation, type Manner } from "./conversation.ts";
import { type LanguageModelAgent, limitsOf } from "./definition.ts";
import { outputSchemaOf, shapedEnding, textEnding } from "./ending.ts";
import { notesFor, openingOf } from "./opening.ts";
import { toolboxOf } from "./toolbox.ts";

/** @throws RuntimeError `config.invalid` for what a model cannot be told, or limits that are none. */
export function languageModelAgent(agent: LanguageModelAgent): FunctionAgent {
  const {
    instructions,
    model,
    temperature,
    window,
    fallbackModels = [],
    asksPeople: _,
    maxTurns,
    maxOutputTokens,
    parallelCalls,
    ...rest
  } = agent;
  if (typeof model?.model !== "string")
    throw new RuntimeError("config.invalid", `agent "${agent.name}": model is not a model; give modelTool(…)`);
  if (typeof instructions !== "string")
    throw new RuntimeError("config.invalid", `agent "${agent.name}": give instructions, a text`);
  const said = outputSchemaOf(`agent "${agent.name}"`, agent.schema);
  const toolbox = toolboxOf(agent, said);
  const ending =
    agent.schema === undefined || said === undefined
      ? textEnding
      : shapedEnding(agent.schema, said, toolbox.offered.length > 0);
  const manner: Manner = {
    name: agent.name,
    model,
    fallbacks: fallbackModels.map((one) => one.name),
    toolbox,
    ending,
    limits: limitsOf(agent),
    temperature,
    summarises: window?.summarise === true,
  };
  const prompt = filled(AGENT_PROMPT, { name: agent.name, instructions, ending: ending.words });
  return {
    ...rest,
    model: model.model,
    tools: [...(agent.tools ?? []), model, ...fallbackModels],
    prompt: promptUse(AGENT_PROMPT, instructions),
    run: async (assignment, context) => {
      const notes = await notesFor(agent.reads ?? [], context);
      return new Conversation(manner, openingOf(prompt, assignment, notes, manner.limits.window), context).toItsEnd();
    },
  };
}
