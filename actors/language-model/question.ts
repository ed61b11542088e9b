/**
 * Question: what a planner or a judge asks a model, outside of any agent's turn. The most it can cost is known before.
 *
 * K1  What is asked is no longer than the most it may be: the data in it are cut, evenly, and say so.
 * K2  A model that is busy, or is not there, and has billed nothing, is asked again; everything else is answered for once.
 * K3  What is asked again is asked under the same key.
 */
import { RuntimeError } from "../../src/contracts/errors.ts";
import type { Json, JsonObject } from "../../src/contracts/json.ts";
import type { ModelAnswer, ModelMessage, ModelPort, ModelProgress, ModelRequest } from "../../src/contracts/models.ts";
import type { EffectContext, Estimate } from "../../src/contracts/tools.ts";
import type { Tokens } from "../../src/contracts/units.ts";
import { cut } from "../../src/decisions/dialogue.ts";
import { isPlausible, tokensOf } from "../../src/decisions/model-usage.ts";
import { dataBlock } from "../../src/decisions/prompt.ts";
import { promptBound } from "../../src/decisions/prompt-bound.ts";
import { parseStrict } from "../../src/decisions/strict-json.ts";
import type { Prices } from "../prices.ts";

/** The model that plans or judges, and how much it may use for one answer. */
export interface ModelUse {
  readonly model: ModelPort;
  /** What it costs. `unpriced`: nothing, as one of your own machine; its tokens are counted all the same. */
  readonly prices: Prices | "unpriced";
  /** Of the whole prompt, at most; a token is counted for each byte. Default 32,000. */
  readonly maxInputTokens?: Tokens;
  /** Default 2,048. */
  readonly maxOutputTokens?: Tokens;
  readonly temperature?: number;
  /** Sees an answer while it is made. Nothing of it is recorded. */
  readonly onProgress?: (progress: ModelProgress) => void;
}

/** What is asked: the prompt, words of ours, and the values it is about. */
export interface Asked {
  readonly prompt: string;
  readonly words: readonly string[];
  readonly data: { readonly [name: string]: Json };
  readonly output: { readonly name: string; readonly schema: JsonObject };
}

export type Said = Estimate &
  ({ readonly kind: "json"; readonly value: Json } | { readonly kind: "unusable"; readonly reason: string });

const MOST_TRIES = 3;
const WAIT_MS = 1_000;
const MOST_WAIT_MS = 60_000;

/** The most one answer can cost. @throws RuntimeError `budget.unknown-price` for a model without a price. */
export function worstCase({ model, prices, maxInputTokens, maxOutputTokens }: ModelUse, times = 1): Estimate {
  const bound = { inputTokens: maxInputTokens ?? INPUT, maxOutputTokens: maxOutputTokens ?? OUTPUT };
  if (prices === "unpriced") return { tokens: (bound.inputTokens + bound.maxOutputTokens) * times };
  const { costUsd, tokens } = prices.worstCase(model.id, bound);
  return { costUsd: costUsd * times, tokens: tokens * times };
}

const INPUT = 32_000;
const OUTPUT = 2_048;

/** Asks once. @throws RuntimeError of the model, where nobody can go on: a key it does not take, a model it does not have. */
export async function question(use: ModelUse, asked: Asked, context: EffectContext): Promise<Said> {
  let answer: ModelAnswer;
  try {
    answer = await generated(use, requestOf(use, asked), context);
  } catch (error) {
    const code = error instanceof RuntimeError ? error.code : undefined;
    if (code === "model.malformed" || code === "model.truncated") return { kind: "unusable", reason: code };
    throw error;
  }
  const cost = costOf(use, answer);
  const { stop, text } = answer;
  if (stop !== "answered") return { ...cost, kind: "unusable", reason: `the answer stopped: ${stop}` };
  const read = parseStrict(unfenced(text.trim()));
  return read.kind === "ok"
    ? { ...cost, kind: "json", value: read.value }
    : { ...cost, kind: "unusable", reason: read.reason };
}

/** Many models cannot leave the fence away; what is in it is read as strictly as ever. */
export const unfenced = (text: string): string => /^```(?:json)?\n([\s\S]*)\n```$/.exec(text)?.[1] ?? text;

async function generated(use: ModelUse, request: ModelRequest, context: EffectContext): Promise<ModelAnswer> {
  const { idempotencyKey, signal } = context;
  for (let tries = 1; ; tries++) {
    try {
      return await use.model.generate(request, {
        idempotencyKey,
        signal,
        ...(use.onProgress === undefined ? {} : { onProgress: use.onProgress }),
      });
    } catch (error) {
      if (tries === MOST_TRIES || signal.aborted || !isFree(error)) throw error;
      await context.wait(Math.min(error.retryAfterMs ?? WAIT_MS * 2 ** tries, MOST_WAIT_MS));
    }
  }
}

/** It may be asked again, and nothing was billed (K2). */
const isFree = (error: unknown): error is RuntimeError =>
  error instanceof RuntimeError &&
  (error.code === "model.busy" || error.code === "model.unavailable") &&
  error.usage === null;

/** Nothing where it cannot be gone by: then it has cost what it may cost. */
function costOf({ model, prices }: ModelUse, answer: ModelAnswer): Estimate {
  const { usage } = answer;
  if (usage === undefined || !isPlausible(answer)) return {};
  if (prices === "unpriced") return { costUsd: 0, tokens: tokensOf(usage) };
  const { costUsd, tokens } = prices.cost(model.id, usage);
  return { costUsd, tokens };
}

/** The request, with as much of the data as fits (K1). */
function requestOf(use: ModelUse, { prompt, words, data, output }: Asked): ModelRequest {
  const { maxInputTokens = INPUT, maxOutputTokens = OUTPUT, temperature } = use;
  const request = (share: Tokens): ModelRequest => ({
    messages: messagesOf(prompt, words, data, share),
    output,
    maxOutputTokens,
    ...(temperature === undefined ? {} : { temperature }),
  });
  for (let share = maxInputTokens; share >= LEAST; share = Math.floor(share / 2)) {
    const fits = request(share);
    if (promptBound(fits) <= maxInputTokens) return fits;
  }
  throw new RuntimeError("model.rejected", `the prompt does not fit ${maxInputTokens} tokens; raise maxInputTokens`);
}

const LEAST = 16;

const messagesOf = (
  prompt: string,
  words: readonly string[],
  data: Asked["data"],
  share: Tokens,
): readonly ModelMessage[] => [
  { role: "system", text: prompt },
  {
    role: "user",
    text: [...words, ...Object.entries(data).map(([name, value]) => dataBlock(name, cut(value, share)))].join("\n\n"),
  },
];
