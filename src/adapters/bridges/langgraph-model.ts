/** LangGraph model: the chat model a graph is given in place of its own. Each question is a proposal; each answer is on record. */
import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import {
  type AIMessage,
  type BaseMessage,
  mapChatMessagesToStoredMessages,
  mapStoredMessagesToChatMessages,
  type StoredMessage,
} from "@langchain/core/messages";
import { convertToOpenAITool } from "@langchain/core/utils/function_calling";
import type { CallUsage } from "../../contracts/prices.ts";
import type { AnyTool } from "../../contracts/tools.ts";
import { type BridgedModel, type Gate, invalid, modelAsTool, plain } from "./bridging.ts";

/** What is asked. */
interface Call {
  readonly messages: readonly StoredMessage[];
  readonly tools: readonly object[];
  /** Of the binding: `tool_choice`, and whatever else is JSON. */
  readonly bound: Record<string, unknown>;
  readonly stop?: readonly string[];
}

interface Fields {
  readonly tool: string;
  readonly gate: Gate;
  readonly tools?: readonly object[];
  readonly bound?: Record<string, unknown>;
}

/** A message without the ids that LangChain makes up anew each time: a question must be the same when it is asked again. */
function stored(messages: BaseMessage[]): readonly StoredMessage[] {
  return mapChatMessagesToStoredMessages(messages).map(({ type, data }) => {
    const { id: _, ...rest } = data as StoredMessage["data"] & { readonly id?: string };
    return plain({ type, data: rest }) as StoredMessage;
  });
}

const read = (message: StoredMessage): BaseMessage =>
  mapStoredMessagesToChatMessages([structuredClone(message)])[0] as BaseMessage;

export class GatedChatModel extends BaseChatModel {
  /** No `#`: LangChain makes objects that inherit from a model, and those have no private fields. */
  private readonly gated: Fields;

  constructor(fields: Fields) {
    super({ disableStreaming: true });
    this.gated = fields;
  }

  _llmType(): string {
    return "bailiwick";
  }

  override bindTools(tools: Parameters<typeof convertToOpenAITool>[0][], bound: Record<string, unknown> = {}) {
    const told = tools.map((one) => plain(convertToOpenAITool(one)));
    return new GatedChatModel({ ...this.gated, tools: told, bound: plain(bound) }) as never;
  }

  async _generate(messages: BaseMessage[], options: this["ParsedCallOptions"]) {
    const { tool, gate, tools = [], bound = {} } = this.gated;
    const stop = options.stop === undefined ? {} : { stop: options.stop };
    const choice = options.tool_choice === undefined ? {} : { tool_choice: options.tool_choice };
    const call: Call = { messages: stored(messages), tools, bound: plain({ ...bound, ...choice }), ...stop };
    const message = read((await gate.tool(tool, call)) as StoredMessage);
    return { generations: [{ message, text: message.text }] };
  }
}

export const modelToolOf = (given: BridgedModel<BaseChatModel> & { readonly id: string }): AnyTool =>
  modelAsTool(given, given.id, async (call: Call, { signal, maxOutputTokens }) => {
    const { model } = given;
    const limit = maxOutputTokens === undefined ? {} : { max_tokens: maxOutputTokens };
    const asked = call.tools.length === 0 ? model : bindTo(model, call.tools, { ...call.bound, ...limit });
    const options = { signal, ...limit, ...(call.stop === undefined ? {} : { stop: [...call.stop] }) };
    const reply = (await asked.invoke(call.messages.map(read), options)) as AIMessage;
    const [answer] = stored([reply]);
    return { answer, ...usageOf(reply) };
  });

function bindTo(model: BaseChatModel, tools: readonly object[], bound: Record<string, unknown>) {
  if (model.bindTools === undefined) throw invalid("this chat model cannot be given tools: it has no bindTools");
  return model.bindTools([...tools], bound as never);
}

/** As LangChain says it; its type is lost in what a message may be made of. */
interface SaidUsage {
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly input_token_details?: { readonly cache_read?: number; readonly cache_creation?: number };
}

function usageOf(reply: AIMessage): { readonly usage?: CallUsage } {
  const usage = reply.usage_metadata as SaidUsage | undefined;
  if (usage === undefined) return {};
  const { cache_read: cached = 0, cache_creation: written = 0 } = usage.input_token_details ?? {};
  const inputTokens = Math.max(0, usage.input_tokens - cached - written);
  return {
    usage: { inputTokens, outputTokens: usage.output_tokens, cacheReadTokens: cached, cacheWriteTokens: written },
  };
}
