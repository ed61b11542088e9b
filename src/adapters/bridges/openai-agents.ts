/**
 * OpenAI Agents bridge: an agent of the OpenAI Agents SDK, with its function tools and its model behind the gate.
 *
 * Not held: hosted tools, which the provider runs (they are refused); what an agent that is a tool does inside; the SDK's
 * own tracing, which sends what the agent does to its maker unless it is turned off.
 */
import type { FunctionTool, Model, ModelRequest, ModelResponse, RunContext, StreamEvent, Tool } from "@openai/agents";
import type { StandardJSONSchemaV1, StandardSchemaV1 } from "@standard-schema/spec";
import { RuntimeError } from "../../contracts/errors.ts";
import type { CallUsage } from "../../contracts/prices.ts";
import type { AnyTool, ToolContext } from "../../contracts/tools.ts";
import {
  assertKnown,
  type BridgedModel,
  type BridgedSettings,
  bridgedTool,
  type Gate,
  invalid,
  modelAsTool,
  plain,
  spokenNames,
} from "./bridging.ts";

export type { BridgedModel, BridgedPrices, BridgedSettings, Gate } from "./bridging.ts";

export interface OpenAiAgentsBridgeOptions {
  /** The agent's function tools, as they are. Made with `errorFunction: null`, their failures are failures here, too. */
  readonly tools?: readonly Tool[];
  readonly settings?: Readonly<Record<string, BridgedSettings>>;
  /** Tools of ours that the agent is to have as well. */
  readonly more?: readonly AnyTool[];
  /** Its model. `id` names it, since it does not name itself. */
  readonly model?: BridgedModel<Model> & { readonly id: string };
  /** What its tools find in their run context. Default: nothing. */
  readonly context?: unknown;
}

export interface OpenAiAgentsBridge {
  /** All of it as tools of ours: for `defineAgent({ tools })`. */
  readonly tools: readonly AnyTool[];
  /** What to give the agent in their place, inside `run`. */
  within(context: Gate): { readonly tools: FunctionTool[]; readonly model: Model };
}

/**
 * @example
 * ```ts
 * const bridge = openAiAgentsBridge({ tools: [search, publish], model: { model, id: "openai/small" } });
 * const writer = defineAgent({
 *   name: "writer",
 *   tools: bridge.tools,
 *   run: async ({ objective }, context) => {
 *     const agent = new Agent({ name: "writer", instructions, ...bridge.within(context) });
 *     const runner = new Runner({ tracingDisabled: true });
 *     return (await runner.run(agent, objective, { signal: context.signal })).finalOutput;
 *   },
 * });
 * ```
 * @throws RuntimeError `config.invalid` for a tool that cannot be held.
 */
export function openAiAgentsBridge(options: OpenAiAgentsBridgeOptions): OpenAiAgentsBridge {
  const { tools: theirs = [], settings = {}, more = [], model, context = {} } = options;
  const held = theirs.map(asFunction);
  assertKnown(
    settings,
    held.map(({ name }) => name),
  );
  const own = held.map((tool) => oursOf(tool, settings[tool.name] ?? {}, context));
  const asked = model === undefined ? undefined : modelToolOf(model);
  const spoken = spokenNames([...own, ...more]);
  return {
    tools: [...own, ...more, ...(asked === undefined ? [] : [asked])],
    within: (gate) => ({
      tools: [...spoken].map(([name, tool]) => {
        const known = held.find((one) => one.name === tool.name);
        return { ...(known ?? theirsOf(name, tool)), invoke: through(tool.name, gate) };
      }),
      get model(): Model {
        if (asked === undefined) throw invalid("give the bridge a model, or give the agent another one");
        return modelWithin(asked.name, gate);
      },
    }),
  };
}

function asFunction(tool: Tool): FunctionTool {
  if (tool.type === "function") return tool as FunctionTool;
  throw invalid(`tool "${tool.name}" is of type "${tool.type}": whoever runs it, the gate cannot hold it`);
}

type Schema = StandardSchemaV1<Record<string, unknown>> & StandardJSONSchemaV1<Record<string, unknown>>;

/** What the tool says of its arguments. It checks them itself, when it runs. */
function speaking(parameters: unknown): Schema {
  const said = (): Record<string, unknown> => parameters as Record<string, unknown>;
  return {
    "~standard": {
      version: 1,
      vendor: "openai-agents",
      validate: (value) =>
        typeof value === "object" && value !== null && !Array.isArray(value)
          ? { value: value as Record<string, unknown> }
          : { issues: [{ message: "the arguments are no JSON object" }] },
      jsonSchema: { input: said, output: said },
    },
  };
}

function oursOf(tool: FunctionTool, settings: BridgedSettings, context: unknown): AnyTool {
  const run = (args: unknown, { signal }: ToolContext): Promise<unknown> =>
    tool.invoke({ context } as RunContext, JSON.stringify(args), { signal });
  const input = speaking(tool.parameters);
  return bridgedTool(tool.name, { description: tool.description, ...settings }, { run, input });
}

const theirsOf = (name: string, { description = "", input }: AnyTool): FunctionTool => ({
  type: "function",
  name,
  description,
  parameters: parametersOf(input) as FunctionTool["parameters"],
  strict: false,
  invoke: () => Promise.reject(new Error("it is called through the gate")),
  needsApproval: async () => false,
  isEnabled: async () => true,
});

/** As the schema says; any object, where it cannot say. */
function parametersOf(input: AnyTool["input"]): unknown {
  const { jsonSchema } = (input?.["~standard"] ?? {}) as Partial<StandardJSONSchemaV1.Props>;
  const spoken = (input as { readonly toJSONSchema?: (options: object) => unknown } | undefined)?.toJSONSchema;
  const open = { type: "object", properties: {}, required: [], additionalProperties: true };
  return jsonSchema?.input({ target: "draft-07" }) ?? spoken?.call(input, { io: "input" }) ?? open;
}

/** The model hears of a refusal, and may do otherwise. Text that is no JSON goes to the gate as it is, and is refused there. */
function through(tool: string, gate: Gate): FunctionTool["invoke"] {
  return async (_, text) => {
    try {
      return (await gate.tool(tool, parsed(text))) as string;
    } catch (error) {
      if (!(error instanceof RuntimeError) || gate.signal.aborted || error.code.startsWith("agent.")) throw error;
      return `This call was not made or has failed (${error.code}): ${error.message}`;
    }
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text === "" ? "{}" : text);
  } catch {
    return text;
  }
}

/** What is asked, without what belongs to the attempt. */
type Call = Omit<ModelRequest, "signal" | "tracing">;

/** What the journal keeps of an answer. */
type Answer = Pick<ModelResponse, "output" | "responseId"> & { readonly usage: UsageFields };

type UsageFields = Pick<ModelResponse["usage"], "requests" | "inputTokens" | "outputTokens" | "totalTokens"> & {
  readonly inputTokensDetails: Record<string, number>[];
  readonly outputTokensDetails: Record<string, number>[];
};

const modelToolOf = (given: BridgedModel<Model> & { readonly id: string }): AnyTool =>
  modelAsTool(given, given.id, async (call: Call, { signal, maxOutputTokens }) => {
    const most = Math.min(call.modelSettings.maxTokens ?? Infinity, maxOutputTokens ?? Infinity);
    const modelSettings = most === Infinity ? call.modelSettings : { ...call.modelSettings, maxTokens: most };
    const { output, usage, responseId } = await given.model.getResponse({
      ...call,
      modelSettings,
      signal,
      tracing: false,
    });
    const answer = {
      output: plain(output),
      usage: fieldsOf(usage),
      ...(responseId === undefined ? {} : { responseId }),
    };
    return { answer, ...usageOf(answer.usage) };
  });

const fieldsOf = (usage: ModelResponse["usage"]): UsageFields => ({
  requests: usage.requests,
  inputTokens: usage.inputTokens,
  outputTokens: usage.outputTokens,
  totalTokens: usage.totalTokens,
  inputTokensDetails: plain(usage.inputTokensDetails ?? []),
  outputTokensDetails: plain(usage.outputTokensDetails ?? []),
});

/** Nothing at all is what the SDK says where the provider said nothing. */
function usageOf({ inputTokens, outputTokens, inputTokensDetails }: UsageFields): { readonly usage?: CallUsage } {
  if (inputTokens + outputTokens === 0) return {};
  const cached = inputTokensDetails.reduce((all, one) => all + (one["cached_tokens"] ?? 0), 0);
  return { usage: { inputTokens: Math.max(0, inputTokens - cached), outputTokens, cacheReadTokens: cached } };
}

function modelWithin(tool: string, gate: Gate): Model {
  const ask = async ({ signal: _, tracing: __, ...call }: ModelRequest): Promise<Answer> =>
    (await gate.tool(tool, plain(call))) as Answer;
  const writable = (answer: Answer): ModelResponse => structuredClone(answer) as unknown as ModelResponse;
  return {
    getResponse: async (request) => writable(await ask(request)),
    // Whole, since only what is on record is an answer.
    async *getStreamedResponse(request) {
      const { output, usage, responseId } = writable(await ask(request));
      yield { type: "response_started" };
      yield { type: "response_done", response: { id: responseId ?? "recorded", output, usage } } as StreamEvent;
    },
  };
}
