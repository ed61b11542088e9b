/**
 * Prompt bound: how many tokens can this prompt have at most?
 *
 * T1  Never fewer than the model counts: no tokeniser makes more tokens of a text than it has bytes of UTF-8, and what is
 *     put around each message, call and tool is allowed for.
 * T2  It follows from the request alone.
 */
import type { Json } from "../contracts/json.ts";
import type { ModelMessage, ModelRequest } from "../contracts/models.ts";
import type { Tokens } from "../contracts/units.ts";

/** Marks that a template puts around the whole, and around each message, call and tool; generously. */
const AROUND_ALL: Tokens = 64;
const AROUND_ONE: Tokens = 16;

export function promptBound({ messages, tools = [], output }: ModelRequest): Tokens {
  let bound = AROUND_ALL;
  for (const message of messages) bound += AROUND_ONE + boundOf(message);
  for (const tool of tools) bound += AROUND_ONE + jsonBytes(tool as unknown as Json);
  return output === undefined ? bound : bound + AROUND_ONE + jsonBytes(output);
}

function boundOf(message: ModelMessage): Tokens {
  if (message.role === "tool") return bytesOf(message.call) + bytesOf(message.tool) + jsonBytes(message.output);
  if (message.role !== "assistant") return bytesOf(message.text);
  const calls = message.calls ?? [];
  return calls.reduce(
    (sum, { id, tool, arguments: text }) => sum + AROUND_ONE + bytesOf(id) + bytesOf(tool) + bytesOf(text),
    bytesOf(message.text),
  );
}

const jsonBytes = (value: Json): number =>
  typeof value === "string" ? bytesOf(value) : bytesOf(JSON.stringify(value));

/** Bytes of UTF-8, of a well-formed text. */
export function bytesOf(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    // Of a pair, two units make four bytes.
    if (code > 0x7f) bytes += code <= 0x7ff || (code >= 0xd800 && code <= 0xdfff) ? 1 : 2;
  }
  return bytes;
}
