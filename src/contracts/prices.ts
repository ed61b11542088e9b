import type { Tokens } from "./units.ts";

/**
 * Prices of one model as the public models.dev format has them: dollars for a million tokens, which is micro-dollars for
 * one. Fields that are not named here are allowed and not looked at.
 */
export interface ModelCost {
  readonly input: number;
  readonly output: number;
  readonly reasoning?: number;
  readonly cache_read?: number;
  readonly cache_write?: number;
  readonly input_audio?: number;
  readonly output_audio?: number;
  /** Prices of prompts that are longer than `tier.size`. */
  readonly tiers?: readonly (ModelRates & { readonly tier: { readonly type: string; readonly size: Tokens } })[];
  /** The older way to say one tier of 200,000. */
  readonly context_over_200k?: ModelRates;
}

export type ModelRates = Omit<ModelCost, "tiers" | "context_over_200k">;

export interface ModelEntry {
  readonly cost?: ModelCost;
  readonly limit?: { readonly context?: Tokens; readonly output?: Tokens };
}

/** A models.dev file: providers, and their models by id. */
export interface PriceFile {
  readonly [provider: string]: { readonly models: { readonly [model: string]: ModelEntry } };
}

/** The most that one model call can use. */
export interface CallBound {
  /** Tokens of the prompt, at most: counted, or bounded by its length. */
  readonly inputTokens: Tokens;
  /** What is sent to the provider as its limit. Default: the model's `limit.output`. */
  readonly maxOutputTokens?: Tokens;
  /** Reasoning that the provider bills beside the output. Default 0: it is part of the output. */
  readonly reasoningTokens?: Tokens;
  /** Counts as audio what is dearer as audio. */
  readonly audio?: boolean;
  /** Added to the prompt for tokenisers that count otherwise. Default 0; 0.1 is a tenth. */
  readonly margin?: number;
}

/** What one model call has used, as the provider reports it. What is left out is 0. */
export interface CallUsage {
  /** Of the prompt, without what was read from or written to a cache. */
  readonly inputTokens: Tokens;
  readonly outputTokens: Tokens;
  /** Beside the output. */
  readonly reasoningTokens?: Tokens;
  readonly cacheReadTokens?: Tokens;
  readonly cacheWriteTokens?: Tokens;
}

/** Dollars, exact to the micro-dollar, and tokens: what `estimate` returns and `spent` takes. */
export interface Priced {
  readonly costUsd: number;
  readonly tokens: Tokens;
}

export type PriceDecision =
  | { readonly kind: "priced"; readonly priced: Priced }
  | { readonly kind: "unknown"; readonly reason: string };
