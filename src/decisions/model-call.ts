/**
 * Model call: are these the arguments of a call of a model, and what is it the same as?
 *
 * C1  What is not a call is refused with the place of the fault.
 * C2  Two calls are the same to the loop rule when the same is newly said in them, whatever was said before and whatever
 *     the provider calls its calls.
 */
import type { Json, JsonObject } from "../contracts/json.ts";
import type { ModelAnswer, ModelCall, ModelMessage } from "../contracts/models.ts";

export interface Fault {
  readonly message: string;
  readonly path: readonly (string | number)[];
}

/** The first fault of what should be a {@link ModelCall}; undefined for a sound one. */
export function callFault(args: unknown): Fault | undefined {
  if (!isObject(args)) return { message: "give { append, prompt, inputTokens, maxOutputTokens } or { ask }", path: [] };
  if (args["ask"] !== undefined) return askFault(args);
  const { append, prompt, inputTokens, maxOutputTokens } = args;
  if (typeof prompt !== "string" || prompt === "")
    return { message: "the digest of the prompt is missing", path: ["prompt"] };
  if (!isCount(inputTokens)) return { message: "give whole tokens, from 1", path: ["inputTokens"] };
  if (!isCount(maxOutputTokens)) return { message: "give whole tokens, from 1", path: ["maxOutputTokens"] };
  return strange(args, ["append", "prompt", "inputTokens", "maxOutputTokens"]) ?? messagesFault(append, ["append"]);
}

function askFault(args: JsonObject): Fault | undefined {
  const ask = args["ask"];
  if (!isObject(ask)) return { message: "give a request: { messages, maxOutputTokens }", path: ["ask"] };
  const { messages, maxOutputTokens, temperature, tools } = ask;
  if (!isCount(maxOutputTokens)) return { message: "give whole tokens, from 1", path: ["ask", "maxOutputTokens"] };
  if (temperature !== undefined && typeof temperature !== "number")
    return { message: "give a number", path: ["ask", "temperature"] };
  if (tools !== undefined && !(Array.isArray(tools) && tools.every(isTool)))
    return { message: "give a list of { name, input }", path: ["ask", "tools"] };
  const known = ["messages", "tools", "output", "maxOutputTokens", "temperature"];
  return strange(args, ["ask"]) ?? strange(ask, known, ["ask"]) ?? messagesFault(messages, ["ask", "messages"]);
}

const isTool = (tool: Json): boolean => isObject(tool) && typeof tool["name"] === "string" && isObject(tool["input"]);

function strange(of: JsonObject, known: readonly string[], path: Fault["path"] = []): Fault | undefined {
  const name = Object.keys(of).find((key) => !known.includes(key));
  return name === undefined ? undefined : { message: "there is no such field", path: [...path, name] };
}

function messagesFault(messages: unknown, path: Fault["path"]): Fault | undefined {
  if (!Array.isArray(messages)) return { message: "give a list of messages", path };
  const place = messages.findIndex((message) => !isMessage(message));
  return place < 0
    ? undefined
    : { message: "this is no message of a system, user, assistant or tool", path: [...path, place] };
}

function isMessage(message: unknown): boolean {
  if (!isObject(message)) return false;
  const { role, text, calls, call, tool, output } = message;
  if (role === "tool") return typeof call === "string" && typeof tool === "string" && output !== undefined;
  if (typeof text !== "string") return false;
  if (role !== "assistant") return role === "system" || role === "user";
  return calls === undefined || (Array.isArray(calls) && calls.every(isCall));
}

const isCall = (call: unknown): boolean =>
  isObject(call) && ["id", "tool", "arguments"].every((field) => typeof call[field] === "string");

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) > 0;

/** What two calls have in common that are the same (C2). */
export const callKey = (call: ModelCall): Json =>
  "ask" in call
    ? ({ ...call.ask, messages: call.ask.messages.map(withoutIds) } as unknown as Json)
    : (call.append.map(withoutIds) as unknown as Json);

function withoutIds(message: ModelMessage): object {
  if (message.role === "tool") {
    const { call: _, ...said } = message;
    return said;
  }
  if (message.role !== "assistant" || message.calls === undefined) return message;
  return { ...message, calls: message.calls.map(({ tool, arguments: text }) => ({ tool, text })) };
}

/** What two answers have in common that are the same: not the usage, nor the names of calls. */
export const answerKey = ({ text, calls, stop }: ModelAnswer): Json => ({
  text,
  stop,
  calls: calls.map(({ tool, arguments: args }) => ({ tool, args })),
});
