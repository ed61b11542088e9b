/**
 * LangGraph bridge: a graph of LangGraph, with its tools and its chat model behind the gate.
 *
 * Not held: what nodes do beside their tools and their model; a checkpointer of the graph's own, which is a second record
 * that knows nothing of the journal; LangSmith tracing, which sends what the graph does elsewhere where it is set up.
 */
import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { type StructuredToolInterface, tool as toolFrom } from "@langchain/core/tools";
import { toJsonSchema } from "@langchain/core/utils/json_schema";
import type { StandardJSONSchemaV1, StandardSchemaV1 } from "@standard-schema/spec";
import type { AnyTool, ToolContext } from "../../contracts/tools.ts";
import {
  assertKnown,
  type BridgedModel,
  type BridgedSettings,
  bridgedTool,
  type Gate,
  invalid,
  plain,
  spokenNames,
} from "./bridging.ts";
import { GatedChatModel, modelToolOf } from "./langgraph-model.ts";

export type { BridgedModel, BridgedPrices, BridgedSettings, Gate } from "./bridging.ts";

export interface LangGraphBridgeOptions {
  /** The graph's tools, as they are. */
  readonly tools?: readonly StructuredToolInterface[];
  readonly settings?: Readonly<Record<string, BridgedSettings>>;
  /** Tools of ours that the graph is to have as well. */
  readonly more?: readonly AnyTool[];
  /** Its chat model. `id` names it, since it does not name itself. */
  readonly model?: BridgedModel<BaseChatModel> & { readonly id: string };
}

export interface LangGraphBridge {
  /** All of it as tools of ours: for `defineAgent({ tools })`. */
  readonly tools: readonly AnyTool[];
  /** What to build the graph with in their place, inside `run`. */
  within(context: Gate): { readonly tools: StructuredToolInterface[]; readonly model: BaseChatModel };
}

/**
 * @example
 * ```ts
 * const bridge = langGraphBridge({ tools: [search, publish], model: { model: chat, id: "openai/small" } });
 * const writer = defineAgent({
 *   name: "writer",
 *   tools: bridge.tools,
 *   run: async ({ objective }, context) => {
 *     const { tools, model } = bridge.within(context);
 *     const graph = createReactAgent({ llm: model, tools });
 *     const { messages } = await graph.invoke({ messages: [["user", objective]] }, { signal: context.signal });
 *     return messages.at(-1)?.text;
 *   },
 * });
 * ```
 * @throws RuntimeError `config.invalid`
 */
export function langGraphBridge({
  tools: theirs = [],
  settings = {},
  more = [],
  model,
}: LangGraphBridgeOptions): LangGraphBridge {
  assertKnown(
    settings,
    theirs.map(({ name }) => name),
  );
  const own = theirs.map((tool) => oursOf(tool, settings[tool.name] ?? {}));
  const asked = model === undefined ? undefined : modelToolOf(model);
  const spoken = spokenNames([...own, ...more]);
  const returning = new Set(
    theirs.flatMap((tool) => ((tool as { returnDirect?: boolean }).returnDirect ? [tool.name] : [])),
  );
  return {
    tools: [...own, ...more, ...(asked === undefined ? [] : [asked])],
    within: (gate) => ({
      tools: [...spoken].map(([name, tool]) =>
        toolFrom((args: unknown) => gate.tool(tool.name, args), {
          name,
          description: tool.description ?? "",
          schema: argumentsOf(tool) as never,
          returnDirect: returning.has(tool.name),
        }),
      ) as unknown as StructuredToolInterface[],
      get model(): BaseChatModel {
        if (asked === undefined) throw invalid("give the bridge a model, or give the graph another one");
        return new GatedChatModel({ tool: asked.name, gate });
      },
    }),
  };
}

type Schema = StandardSchemaV1 & Partial<StandardJSONSchemaV1>;

/** What the tool says of its arguments, and checks them by: its own schema where that can, else when the tool runs. */
function checking({ schema }: StructuredToolInterface): Schema {
  const said = (): Record<string, unknown> => toJsonSchema(schema as never) as Record<string, unknown>;
  const own = (schema as unknown as Partial<Schema>)["~standard"];
  const validate: Schema["~standard"]["validate"] =
    own === undefined ? (value) => ({ value }) : (value) => own.validate(value);
  return { "~standard": { version: 1, vendor: "langchain", validate, jsonSchema: { input: said, output: said } } };
}

function oursOf(tool: StructuredToolInterface, settings: BridgedSettings): AnyTool {
  const run = async (args: unknown, { signal }: ToolContext): Promise<unknown> =>
    plain(await tool.invoke(args as never, { signal }));
  return bridgedTool(tool.name, { description: tool.description, ...settings }, { run, input: checking(tool) });
}

/** For the model to read; any object, where the schema cannot say. */
function argumentsOf({ input }: AnyTool): Record<string, unknown> {
  const { jsonSchema } = (input?.["~standard"] ?? {}) as Partial<StandardJSONSchemaV1.Props>;
  const spoken = (input as { readonly toJSONSchema?: (options: object) => unknown } | undefined)?.toJSONSchema;
  const said = jsonSchema?.input({ target: "draft-07" }) ?? spoken?.call(input, { io: "input" });
  return (said ?? { type: "object", properties: {} }) as Record<string, unknown>;
}
