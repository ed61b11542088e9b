/**
 * AI SDK bridge: an agent of the Vercel AI SDK, with its tools and its model behind the gate.
 *
 * Not held: what the agent does beside its tools and its model. Tools without `execute` and tools that a provider runs
 * cannot be held, and are refused. Files a prompt names by an address are fetched by the AI SDK, not by a tool.
 */
import type { StandardJSONSchemaV1, StandardSchemaV1 } from "@standard-schema/spec";
import type { LanguageModel, ToolSet } from "ai";
import type { CallUsage } from "../../contracts/prices.ts";
import type { AnyTool, ToolContext } from "../../contracts/tools.ts";
import { modelWithin, type V4Call, type V4Model, type V4Result } from "./ai-sdk-model.ts";
import {
  assertKnown,
  type BridgedModel,
  type BridgedSettings,
  bridgedTool,
  type Gate,
  invalid,
  modelAsTool,
  spokenNames,
} from "./bridging.ts";

export type { BridgedModel, BridgedPrices, BridgedSettings, Gate } from "./bridging.ts";

type AiTool = ToolSet[string];

/** A tool of the AI SDK, of whatever input and output. */
export interface AiSdkTool {
  readonly inputSchema: unknown;
  readonly description?: unknown;
  readonly execute?: unknown;
  readonly needsApproval?: unknown;
}

export interface AiSdkBridgeOptions {
  /** The agent's tools, as they are. */
  readonly tools?: Readonly<Record<string, AiSdkTool>>;
  /** Of those tools, by name. */
  readonly settings?: Readonly<Record<string, BridgedSettings>>;
  /** Tools of ours that the agent is to have as well: those of an MCP server, for example. */
  readonly more?: readonly AnyTool[];
  /** Its model, as an object of the current specification; `wrapLanguageModel` makes one of an older one. */
  readonly model?: BridgedModel<LanguageModel>;
}

export interface AiSdkBridge {
  /** All of it as tools of ours: for `defineAgent({ tools })`. */
  readonly tools: readonly AnyTool[];
  /** What to give the agent in their place, inside `run`. */
  within(context: Gate): { readonly tools: ToolSet; readonly model: V4Model };
}

/**
 * @example
 * ```ts
 * const bridge = aiSdkBridge({ tools: { search, publish }, settings: { publish: { needsApproval: true } }, model: { model } });
 * const writer = defineAgent({
 *   name: "writer",
 *   tools: bridge.tools,
 *   run: async ({ objective }, context) => {
 *     const agent = new ToolLoopAgent({ instructions, ...bridge.within(context) });
 *     const { text } = await agent.generate({ prompt: objective, abortSignal: context.signal });
 *     return text;
 *   },
 * });
 * ```
 * @throws RuntimeError `config.invalid` for a tool or a model that cannot be held.
 */
export function aiSdkBridge({ tools: theirs = {}, settings = {}, more = [], model }: AiSdkBridgeOptions): AiSdkBridge {
  assertKnown(settings, Object.keys(theirs));
  const own = Object.entries(theirs).map(([name, tool]) => oursOf(name, tool, settings[name] ?? {}));
  const asked = model === undefined ? undefined : modelToolOf(model);
  const spoken = spokenNames([...own, ...more]);
  return {
    tools: [...own, ...more, ...(asked === undefined ? [] : [asked.tool])],
    within: (gate) => ({
      tools: Object.fromEntries(
        [...spoken].map(([name, tool]): [string, AiTool] => {
          const through = (input: unknown): Promise<unknown> => gate.tool(tool.name, input);
          const known = Object.hasOwn(theirs, tool.name) ? theirs[tool.name] : undefined;
          return [name, known === undefined ? theirsOf(tool, through) : held(known, through)];
        }),
      ),
      get model(): V4Model {
        if (asked === undefined) throw invalid("give the bridge a model, or give the agent another one");
        return modelWithin(asked.model, asked.tool.name, gate);
      },
    }),
  };
}

function oursOf(name: string, tool: AiSdkTool, settings: BridgedSettings): AnyTool {
  const { execute, inputSchema, needsApproval } = tool;
  if (typeof execute !== "function")
    throw invalid(`tool "${name}" has no execute: whoever runs it, the gate cannot hold it`);
  const asks = needsApproval === undefined || needsApproval === false ? {} : { needsApproval: true };
  const description = typeof tool.description === "string" ? { description: tool.description } : {};
  const run = async (input: unknown, { idempotencyKey, signal }: ToolContext): Promise<unknown> =>
    lastOf(
      await execute(input as never, {
        toolCallId: idempotencyKey,
        messages: [],
        abortSignal: signal,
        context: undefined,
      }),
    );
  const input = checking(inputSchema);
  return bridgedTool(
    name,
    { ...description, ...asks, ...settings },
    { run, ...(input === undefined ? {} : { input }) },
  );
}

/** A tool may give several preliminary results; the last one counts. */
async function lastOf(result: unknown): Promise<unknown> {
  if (typeof result !== "object" || result === null || !(Symbol.asyncIterator in result)) return result;
  let last: unknown;
  for await (const one of result as AsyncIterable<unknown>) last = one;
  return last;
}

/** A schema of the AI SDK's own making. */
interface AiSchema {
  readonly jsonSchema: unknown;
  readonly validate?: (value: unknown) => PromiseLike<Checked> | Checked;
}

type Checked = { readonly success: true; readonly value: unknown } | { readonly success: false; readonly error: Error };

type Schema = StandardSchemaV1 & Partial<StandardJSONSchemaV1>;

const isStandard = (schema: unknown): schema is Schema =>
  (typeof schema === "object" || typeof schema === "function") && schema !== null && "~standard" in schema;

/** The tool's schema as one of ours. One of `jsonSchema(…)` without `validate` checks nothing, here as there. */
function checking(schema: unknown): Schema | undefined {
  if (schema === undefined || schema === null) return undefined;
  if (isStandard(schema)) return schema;
  const own = (typeof schema === "function" ? schema() : schema) as AiSchema;
  if (isStandard(own)) return own;
  const said = (): Record<string, unknown> => {
    const json: unknown = own.jsonSchema;
    if (typeof json !== "object" || json === null || "then" in json) throw new Error("it is not known yet");
    return json as Record<string, unknown>;
  };
  const validate = async (value: unknown): Promise<StandardSchemaV1.Result<unknown>> => {
    const checked = await own.validate?.(value);
    if (checked === undefined) return { value };
    return checked.success ? { value: checked.value } : { issues: [{ message: checked.error.message }] };
  };
  return { "~standard": { version: 1, vendor: "ai", validate, jsonSchema: { input: said, output: said } } };
}

/** The same tool, whose calls go through the gate. The gate checks what the model wrote, so that what is wrong is on record. */
function held(tool: AiSdkTool, through: (input: unknown) => Promise<unknown>): AiTool {
  const { needsApproval: _, ...rest } = tool;
  return { ...rest, inputSchema: unchecking(tool.inputSchema), execute: through } as AiTool;
}

/** Only what the schema says of itself, for the model to read. */
function unchecking(schema: unknown): unknown {
  if (!isStandard(schema)) {
    if (typeof schema === "function") return () => unchecking(schema());
    return typeof schema === "object" && schema !== null ? { ...schema, validate: undefined } : schema;
  }
  const { jsonSchema } = schema["~standard"];
  const spoken = (schema as { readonly toJSONSchema?: (options: object) => unknown }).toJSONSchema;
  if (jsonSchema === undefined && spoken === undefined) return schema;
  const said = (options: StandardJSONSchemaV1.Options): Record<string, unknown> =>
    jsonSchema?.input(options) ?? (spoken?.call(schema, { target: "draft-7", io: "input" }) as Record<string, unknown>);
  return spokenSchema(said);
}

const spokenSchema = (said: StandardJSONSchemaV1.Converter["input"]): Schema => ({
  "~standard": {
    version: 1,
    vendor: "bailiwick",
    validate: (value) => ({ value }),
    jsonSchema: { input: said, output: said },
  },
});

/** A tool of ours, as the agent sees it. */
function theirsOf(tool: AnyTool, through: (input: unknown) => Promise<unknown>): AiTool {
  const inputSchema = tool.input === undefined ? spokenSchema(() => ({ type: "object" })) : unchecking(tool.input);
  const description = tool.description === undefined ? {} : { description: tool.description };
  return { ...description, inputSchema, execute: through } as AiTool;
}

function modelToolOf(given: BridgedModel<LanguageModel>): { readonly model: V4Model; readonly tool: AnyTool } {
  const { model } = given;
  if (typeof model === "string" || model.specificationVersion !== "v4")
    throw invalid("model: give a model object of specification v4; wrapLanguageModel makes one of an older one");
  const tool = modelAsTool(given, `${model.provider}/${model.modelId}`, async (call: V4Call, { signal, ...limit }) => {
    const most = Math.min(call.maxOutputTokens ?? Infinity, limit.maxOutputTokens ?? Infinity);
    const capped = most === Infinity ? {} : { maxOutputTokens: most };
    const result = await model.doGenerate({ ...call, ...capped, abortSignal: signal });
    return { answer: recorded(result), ...usageOf(result) };
  });
  return { model, tool };
}

/** What the journal keeps of an answer: not the request, nor headers, nor the time. */
function recorded({
  content,
  finishReason,
  usage,
  warnings,
  providerMetadata,
  structuredOutputText,
  response,
}: V4Result) {
  return {
    content,
    finishReason,
    usage: { inputTokens: { ...usage.inputTokens }, outputTokens: { ...usage.outputTokens } },
    warnings,
    ...(providerMetadata === undefined ? {} : { providerMetadata }),
    ...(structuredOutputText === undefined ? {} : { structuredOutputText }),
    response: { id: response?.id, modelId: response?.modelId },
  };
}

/** What the provider says; where it does not say how much, nothing is known. */
function usageOf({ usage: { inputTokens, outputTokens } }: V4Result): { readonly usage?: CallUsage } {
  const { total: input, cacheRead = 0, cacheWrite = 0 } = inputTokens;
  if (input === undefined || outputTokens.total === undefined) return {};
  const usage = {
    inputTokens: Math.max(0, inputTokens.noCache ?? input - cacheRead - cacheWrite),
    outputTokens: outputTokens.total,
    cacheReadTokens: cacheRead,
    cacheWriteTokens: cacheWrite,
  };
  return { usage };
}
