/**
 * Tokens: how many is a text about? No tokeniser is asked: each model has its own. It is an estimate for what fits a
 * window; what a call may cost at most is bounded elsewhere.
 *
 * T1  It never says less than a third of the characters: plain English has about four to a token.
 */
import type { ModelMessage } from "../contracts/models.ts";
import type { Tokens } from "../contracts/units.ts";

/** What a message adds to its text. */
const FRAME = 8;
/** Beyond ASCII a character is a token, about. */
const WIDE = /[^ -~\s]/g;

export function tokensOf(text: string): Tokens {
  const wide = text.match(WIDE)?.length ?? 0;
  return Math.ceil((text.length - wide) / 3) + wide;
}

export function messageTokens(message: ModelMessage): Tokens {
  if (message.role === "tool") return FRAME + tokensOf(message.tool) + tokensOf(JSON.stringify(message.output));
  const calls = message.role === "assistant" ? (message.calls ?? []) : [];
  return calls.reduce(
    (sum, call) => sum + FRAME + tokensOf(call.tool) + tokensOf(call.arguments),
    FRAME + tokensOf(message.text),
  );
}
