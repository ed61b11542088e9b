/** Prompts: what words the models of a configuration work with, for the start of each run to say. */
import type { Checks } from "../src/contracts/evaluation.ts";
import type { HashPort } from "../src/contracts/ports.ts";
import type { PromptUse } from "../src/contracts/prompts.ts";
import type { RunSettings } from "../src/contracts/settings.ts";
import { SYMBOL } from "../src/decisions/symbol.ts";
import type { OrchestratorConfig } from "./config.ts";

/** By who uses them; undefined where nobody is a model. */
export function promptsOf(config: OrchestratorConfig, sha256: HashPort): RunSettings["prompts"] {
  const said: Record<string, string> = {};
  const say = (user: string, prompt: PromptUse | undefined): void => {
    if (prompt !== undefined) said[user] = `${prompt.name} ${sha256(prompt.text).slice(0, SYMBOL)}`;
  };
  const sayAll = (whose: string, { evaluators = [] }: Checks): void => {
    for (const { name, prompt } of evaluators) say(`evaluator ${name}${whose}`, prompt);
  };
  for (const agent of Object.values(config.agents)) {
    say(`agent ${agent.name}`, agent.prompt);
    sayAll(` of agent ${agent.name}`, agent);
  }
  if ("plan" in config.planner) say("planner", config.planner.prompt);
  sayAll("", config.validation ?? {});
  say("judge", config.conflicts?.judge?.prompt);
  return Object.keys(said).length === 0 ? undefined : said;
}
