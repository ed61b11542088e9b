/** Scout: one agent that is a language model, with a tool to look with, and what it was asked. */
import { z } from "zod";
import { type AnyTool, defineAgent, defineTool, type Json, modelTool, type OrchestratorConfig } from "../../index.ts";
import type { ModelMessage, ModelRequest } from "../../src/contracts/models.ts";
import { type ScriptLine, scriptedModel } from "../../src/testing/scripted-model.ts";
import { finish, house } from "./house.ts";

export const seen: string[] = [];
export const look = defineTool({
  name: "look",
  description: "Looks somewhere.",
  effect: "read",
  input: z.object({ at: z.string() }),
  run: ({ at }) => {
    seen.push(at);
    return `seen ${at}`;
  },
});

interface Case {
  readonly lines: readonly ScriptLine[];
  readonly agent?: object;
  readonly tools?: readonly AnyTool[];
  readonly more?: Partial<OrchestratorConfig>;
}

export function office({ lines, agent = {}, tools = [look], more = {} }: Case) {
  const script = scriptedModel(lines);
  const model = modelTool(script, { prices: "unpriced", retries: 0 });
  const scout = defineAgent({ name: "scout", instructions: "You look around.", model, tools, ...agent });
  const home = house({
    name: "models",
    agents: { scout },
    planner: { tasks: [{ id: "t", agent: "scout", goal: "Look at the hill.", input: { hill: "<b>north</b>" } }] },
    retries: 0,
    replans: 0,
    ...more,
  });
  return { script, home };
}

export async function told(one: Case) {
  seen.length = 0;
  const { script, home } = office(one);
  const run = await home.orchestrator.start({ objective: "See what is there." });
  const report = await finish(home, run);
  return { script, run, report, task: report.tasks[0], last: script.asked.at(-1)?.messages.at(-1) };
}

export const call = (tool: string, args: Json, id?: string) => ({
  tool,
  arguments: args as never,
  ...(id === undefined ? {} : { id }),
});
export const looking = (at: string): ScriptLine => ({ calls: [call("look", { at })] });
export const answers = (
  request: ModelRequest | undefined,
): readonly Extract<ModelMessage, { readonly role: "tool" }>[] =>
  (request?.messages ?? []).filter((one) => one.role === "tool");
