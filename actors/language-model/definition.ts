/** Definition: an agent that is a language model, as the application gives it. */
import { RuntimeError } from "../../src/contracts/errors.ts";
import type { AnyTool } from "../../src/contracts/tools.ts";
import type { Tokens } from "../../src/contracts/units.ts";
import type { AgentBase } from "../define-agent.ts";
import type { GatedModel } from "../model-tool.ts";

/** What of a long conversation the model is told. */
export interface WindowSettings {
  /** Of prompt, task and turns together, about. Default 24,000. */
  readonly tokens?: Tokens;
  /** True: the model is asked to sum up what is left out. Default: only the names of the calls stand in its place. */
  readonly summarise?: boolean;
}

/**
 * An agent that is a language model with tools. It thinks by calls of `model`, and acts by calls of its tools; each is a
 * request that the orchestrator decides. With a `schema` its output is JSON of that shape, else the text it ends with.
 */
export interface LanguageModelAgent<Name extends string = string, Tools extends readonly AnyTool[] = readonly AnyTool[]>
  extends Omit<AgentBase<Name, Tools>, "model"> {
  /** The model it thinks with. */
  readonly model: GatedModel;
  /** Asked in this order where the first is busy or cannot be reached, and the policy allows it. */
  readonly fallbackModels?: readonly GatedModel[];
  /** What it is, and how it is to work. Trusted: values of others belong in the task's input. */
  readonly instructions: string;
  /** It may ask a person. Default false. */
  readonly asksPeople?: boolean;
  /** Answers of the model in one attempt. Default 40. */
  readonly maxTurns?: number;
  /** Of one answer; always sent, and held for. Default 4,096. */
  readonly maxOutputTokens?: Tokens;
  readonly temperature?: number;
  /** Calls of one answer that are made at once. Default 4. */
  readonly parallelCalls?: number;
  readonly window?: WindowSettings;
  readonly run?: never;
  readonly machine?: never;
}

/** What the agent works by, with the defaults filled in. */
export interface Limits {
  readonly maxTurns: number;
  readonly maxOutputTokens: Tokens;
  readonly parallelCalls: number;
  readonly window: Tokens;
}

export function limitsOf(agent: LanguageModelAgent): Limits {
  return {
    maxTurns: count(agent, "maxTurns", agent.maxTurns ?? 40),
    maxOutputTokens: count(agent, "maxOutputTokens", agent.maxOutputTokens ?? 4_096),
    parallelCalls: count(agent, "parallelCalls", agent.parallelCalls ?? 4),
    window: count(agent, "window.tokens", agent.window?.tokens ?? 24_000),
  };
}

function count({ name }: LanguageModelAgent, what: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new RuntimeError("config.invalid", `agent "${name}": ${what} is ${value}; give a whole number from 1`);
}
