/** AI SDK, on the way out: what a model is asked, in the words of the SDK's providers. */
import type { LanguageModel } from "ai";
import type { Json } from "../../contracts/json.ts";
import type { ModelMessage, ModelRequest, ModelToolCall } from "../../contracts/models.ts";

/** A model of any provider, by the specification that the SDK's provider packages share. */
export type ProviderModel = Extract<LanguageModel, { readonly specificationVersion: "v4" }>;

export type CallOptions = Parameters<ProviderModel["doStream"]>[0];
type Message = CallOptions["prompt"][number];
type AssistantPart = Extract<Message, { readonly role: "assistant" }>["content"][number];

export function callOptionsOf(request: ModelRequest): CallOptions {
  const { messages, tools, output, maxOutputTokens, temperature } = request;
  return {
    prompt: messages.map(messageOf),
    maxOutputTokens,
    ...(temperature === undefined ? {} : { temperature }),
    ...(tools === undefined || tools.length === 0
      ? {}
      : {
          tools: tools.map(({ name, description, input }) => ({
            type: "function" as const,
            name,
            ...(description === undefined ? {} : { description }),
            inputSchema: input as never,
          })),
        }),
    ...(output === undefined
      ? {}
      : { responseFormat: { type: "json" as const, name: output.name, schema: output.schema as never } }),
  };
}

function messageOf(message: ModelMessage): Message {
  switch (message.role) {
    case "system":
      return { role: "system", content: message.text };
    case "user":
      return { role: "user", content: [{ type: "text", text: message.text }] };
    case "assistant":
      return { role: "assistant", content: assistantParts(message.text, message.calls ?? []) };
    case "tool":
      return {
        role: "tool",
        content: [
          {
            type: "tool-result",
            toolCallId: message.call,
            toolName: message.tool,
            output: outputOf(message.output, message.failed === true),
          },
        ],
      };
  }
}

const assistantParts = (text: string, calls: readonly ModelToolCall[]): AssistantPart[] => [
  ...(text === "" ? [] : [{ type: "text" as const, text }]),
  ...calls.map(({ id, tool, arguments: args }) => ({
    type: "tool-call" as const,
    toolCallId: id,
    toolName: tool,
    input: inputOf(args),
  })),
];

/** Providers take objects only. What a model wrote that is none is shown back to it as the text it is. */
function inputOf(text: string): object {
  try {
    const value: unknown = JSON.parse(text === "" ? "{}" : text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch {
    // told below
  }
  return { unreadable: text };
}

function outputOf(output: Json, isFailed: boolean) {
  if (typeof output === "string")
    return isFailed ? { type: "error-text" as const, value: output } : { type: "text" as const, value: output };
  return isFailed
    ? { type: "error-json" as const, value: output as never }
    : { type: "json" as const, value: output as never };
}
