import type { AnyStateMachine } from "xstate";
import type { Entry } from "../src/contracts/blackboard.ts";
import type { Caps } from "../src/contracts/budget.ts";
import type { Delegated, DelegationRequest } from "../src/contracts/delegation.ts";
import { RuntimeError } from "../src/contracts/errors.ts";
import type { Checks } from "../src/contracts/evaluation.ts";
import { NAME_PATTERN } from "../src/contracts/ids.ts";
import type { Json } from "../src/contracts/json.ts";
import type { Extraction } from "../src/contracts/labels.ts";
import type { ModelAnswer, ModelMessage, ModelRequest } from "../src/contracts/models.ts";
import type { Assignment } from "../src/contracts/plan.ts";
import type { PromptUse } from "../src/contracts/prompts.ts";
import type { AnyTool, Edited, Tool } from "../src/contracts/tools.ts";
import type { Milliseconds, Timestamp } from "../src/contracts/units.ts";
import { faultOfFlow } from "./extraction.ts";
import { languageModelAgent } from "./language-model/agent.ts";
import type { LanguageModelAgent } from "./language-model/definition.ts";

type InputOf<T> = T extends Tool<string, infer Input, infer _Args, infer _Output> ? Input : never;
type OutputOf<T> = T extends Tool<string, infer _Input, infer _Args, infer Output> ? Awaited<Output> : never;
type Named<Tools extends readonly AnyTool[], Name> = Extract<Tools[number], { readonly name: Name }>;

/**
 * All an agent has. Each method is a request that the orchestrator decides; each is journalled, and answered from the
 * journal when the function is run again after a crash or a pause. So, like any durable function: between requests do
 * nothing that must not happen twice, and let the order of requests depend only on the assignment and earlier answers.
 *
 * A refusal rejects with a RuntimeError whose `code` says by what: `policy.denied`, `budget.exceeded`,
 * `loop.detected`, `approval.rejected` …
 */
export interface AgentContext<Tools extends readonly AnyTool[] = readonly AnyTool[]> {
  tool<Name extends Tools[number]["name"]>(
    name: Name,
    input: InputOf<Named<Tools, Name>>,
    options?: ToolOptions,
  ): Promise<OutputOf<Named<Tools, Name>>>;
  /**
   * Asks a model, through the tool that calls it (see `modelTool`). Of the request only what is new in it is recorded:
   * `append`, by default all of its messages; the whole must follow from the assignment and earlier answers, as it is
   * said again when the function is run again.
   */
  model(name: Tools[number]["name"], request: ModelRequest, options?: AskOptions): Promise<ModelAnswer>;
  /** Asks a person; resolves to the answer. */
  ask(question: string, options?: { readonly details?: Json }): Promise<Json>;
  /** Reads the blackboard; undefined when nothing is there. */
  read(key: string): Promise<Entry | undefined>;
  /** Writes the blackboard. With `expect`, only over that version (0: only if absent); otherwise `board.conflict`. */
  write(key: string, value: Json, options?: { readonly expect?: number }): Promise<Entry>;
  /**
   * Hands a part of the task to another agent, with at most what this task may do itself; resolves when that has ended,
   * to its output or to its failure. Rejects when the request is refused: `delegation.denied`, `delegation.widens`,
   * `delegation.limit`.
   */
  delegate(agent: string, request: DelegationRequest): Promise<Delegated>;
  /** Aborted when the orchestrator stops or suspends this attempt. */
  readonly signal: AbortSignal;
  /** Journal time of the last answer: the same on every replay, unlike `Date.now()`. */
  now(): Timestamp;
}

export interface ToolOptions {
  /** Why, for whoever is asked about the call. */
  readonly rationale?: string;
  /** Told, before the result, when a person has let the call be made with other arguments. */
  readonly onEdit?: (edited: Edited) => void;
}

export interface AskOptions {
  /** Messages of the request that no earlier one of this conversation has had. Default: all. */
  readonly append?: readonly ModelMessage[];
  /**
   * Tools of other models, asked in this order when the first is busy, cannot be reached, or gives nothing to go by, and
   * its retries are used up. Each is a call of its own; one that the policy denies is passed by.
   */
  readonly fallbacks?: readonly string[];
}

export interface AgentBase<Name extends string, Tools extends readonly AnyTool[]> extends Checks {
  readonly name: Name;
  readonly description?: string;
  /** The tools it may name. */
  readonly tools?: Tools;
  /** Blackboard keys it may read and write: exact, a prefix ending in `/*`, or `*`. Default: none. */
  readonly reads?: readonly string[];
  readonly writes?: readonly string[];
  /** Names that a task for this agent must bind in `needs` or give in `input`. */
  readonly requires?: readonly string[];
  /** The agent that takes over when this one is stopped for repeating itself or for its cost, or has failed for good. */
  readonly fallback?: string;
  /** What it is made of. Agents of one model, prompt family and list of tools are one voter where answers are counted. */
  readonly model?: string;
  readonly family?: string;
  /** The words its model works with; set for agents that are models. */
  readonly prompt?: PromptUse;
  /** Longest an attempt may take, for tasks that do not say. Default: none. */
  readonly timeoutMs?: Milliseconds;
  /** Acts it may have open at once; one more ends the attempt as `agent.flooded`. Default 1,000. */
  readonly maxOpenActs?: number;
  /** Makes it an extractor: its output must have this shape, and is then trusted, whatever the agent has heard. */
  readonly extracts?: Extraction;
  /** The agents it may delegate to. Default: none. */
  readonly delegates?: readonly string[];
  /** Caps of this agent, over all its tasks of a run. They bind beside those of the task and of the run. */
  readonly budget?: Caps;
}

/** An agent that is an async function. */
export interface FunctionAgent<Name extends string = string, Tools extends readonly AnyTool[] = readonly AnyTool[]>
  extends AgentBase<Name, Tools> {
  readonly run: (assignment: Assignment, context: AgentContext<Tools>) => unknown;
  readonly machine?: never;
}

/**
 * An agent that is a statechart. Its input is an {@link Assignment}, its output the task's output. It acts by invoking
 * the actors `tool`, `ask`, `read`, `write` and `delegate` (see `agentActors`), and waits with `after`; nothing else is performed.
 */
export interface MachineAgent<Name extends string = string, Tools extends readonly AnyTool[] = readonly AnyTool[]>
  extends AgentBase<Name, Tools> {
  readonly machine: AnyStateMachine;
  readonly run?: never;
}

// biome-ignore lint/suspicious/noExplicitAny: an agent with any tools; its context is contravariant in them
export type AnyAgent = FunctionAgent<string, any> | MachineAgent<string, any>;

/**
 * Defines an agent.
 *
 * @example
 * ```ts
 * const writer = defineAgent({
 *   name: "writer",
 *   tools: [search, publish],
 *   run: async ({ objective }, { tool }) => {
 *     const found = await tool("search", { query: objective });
 *     return tool("publish", { text: found.summary });
 *   },
 * });
 * ```
 * An agent that is a language model has `instructions` instead of `run`, and a `model`:
 *
 * @example
 * ```ts
 * const writer = defineAgent({ name: "writer", model, instructions: "You write short summaries.", tools: [search] });
 * ```
 * @throws RuntimeError `config.invalid` for a bad name, a tool listed twice, or a shape that bounds nothing.
 */
export function defineAgent<const Name extends string, const Tools extends readonly AnyTool[] = readonly []>(
  agent: LanguageModelAgent<Name, Tools>,
): FunctionAgent<Name, Tools>;
export function defineAgent<const Name extends string, const Tools extends readonly AnyTool[] = readonly []>(
  agent: MachineAgent<Name, Tools>,
): MachineAgent<Name, Tools>;
export function defineAgent<const Name extends string, const Tools extends readonly AnyTool[] = readonly []>(
  agent: FunctionAgent<Name, Tools>,
): FunctionAgent<Name, Tools>;
export function defineAgent(agent: AnyAgent | LanguageModelAgent): AnyAgent {
  assertNamed(agent);
  return Object.freeze({ ...("instructions" in agent ? languageModelAgent(agent) : agent) });
}

function assertNamed(agent: AnyAgent | LanguageModelAgent): void {
  if (!NAME_PATTERN.test(agent.name)) {
    throw new RuntimeError(
      "config.invalid",
      `agent name ${JSON.stringify(agent.name)}: use letters, digits, ".", "_", "-"`,
    );
  }
  const names = (agent.tools ?? []).map((tool: AnyTool) => tool.name);
  const twice = names.find((name: string, index: number) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new RuntimeError("config.invalid", `agent "${agent.name}" lists tool "${twice}" twice`);
  const fault = faultOfFlow(agent);
  if (fault !== undefined) throw new RuntimeError("config.invalid", `agent "${agent.name}": ${fault}`);
}
