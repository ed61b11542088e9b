/**
 * Model usage: can what a provider says a call used be gone by?
 *
 * U4  A count that is none, a prompt of no tokens, and an answer of no tokens that says something cannot. Such a call has
 *     cost its hold, and is flagged.
 */
import type { ModelAnswer } from "../contracts/models.ts";
import type { CallUsage } from "../contracts/prices.ts";

export function isPlausible({ usage, text, calls }: ModelAnswer): boolean {
  if (usage === undefined) return false;
  const { inputTokens, cacheReadTokens = 0, cacheWriteTokens = 0, outputTokens, reasoningTokens = 0 } = usage;
  const counts = [inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens, reasoningTokens];
  if (!counts.every((count) => Number.isSafeInteger(count) && count >= 0)) return false;
  const saysSomething = text !== "" || calls.length > 0;
  return inputTokens + cacheReadTokens + cacheWriteTokens > 0 && (outputTokens + reasoningTokens > 0 || !saysSomething);
}

/** All tokens of a call. */
export const tokensOf = (usage: CallUsage): number =>
  usage.inputTokens +
  usage.outputTokens +
  (usage.reasoningTokens ?? 0) +
  (usage.cacheReadTokens ?? 0) +
  (usage.cacheWriteTokens ?? 0);
