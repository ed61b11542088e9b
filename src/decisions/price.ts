/**
 * Price: what can this model call cost at most, and what did it cost?
 *
 * W1  A model, a price or a bound that is not known has no price: the call is refused, never taken for free.
 * W2  Sums are integers, rounded up once at the end: a hold is never too small.
 * W3  The worst case takes the dearest price a token could have: cached or not, of the dearest tier its prompt reaches.
 */
import type {
  CallBound,
  CallUsage,
  ModelCost,
  ModelEntry,
  ModelRates,
  PriceDecision,
  PriceFile,
} from "../contracts/prices.ts";

/** Prices as integers: millionths of a micro-dollar for a token. */
const PARTS = 1_000_000;
const LONG_PROMPT = 200_000;

const RATES = ["input", "output", "reasoning", "cache_read", "cache_write", "input_audio", "output_audio"] as const;

const unknown = (reason: string): PriceDecision => ({ kind: "unknown", reason });

/** Faults of a price file, a sentence each. Models without a `cost` are no fault: calling them is refused. */
export function priceFaults(file: unknown): readonly string[] {
  if (!isObject(file)) return ['prices are an object of providers, as in {"openai": {"models": {…}}}'];
  return Object.entries(file).flatMap(([provider, entry]) => {
    const models = isObject(entry) ? entry["models"] : undefined;
    if (!isObject(models)) return [`provider "${provider}" has no object of models`];
    return Object.entries(models).flatMap(([model, one]) => modelFaults(`${provider}/${model}`, one));
  });
}

function modelFaults(id: string, entry: unknown): readonly string[] {
  if (!isObject(entry)) return [`model "${id}" is not an object`];
  const { cost, limit } = entry;
  const output = isObject(limit) ? limit["output"] : undefined;
  return [
    ...(cost === undefined ? [] : costFaults(`the cost of "${id}"`, cost)),
    ...(output === undefined || isCount(output) ? [] : [`limit.output of "${id}" is ${String(output)}, not a count`]),
  ];
}

function costFaults(what: string, cost: unknown): readonly string[] {
  if (!isObject(cost)) return [`${what} is not an object`];
  const { tiers, context_over_200k: long } = cost;
  return [
    ...rateFaults(what, cost),
    ...(long === undefined
      ? []
      : isObject(long)
        ? rateFaults(`${what} over 200k`, long)
        : [`${what} over 200k is not an object`]),
    ...(tiers === undefined
      ? []
      : Array.isArray(tiers)
        ? tiers.flatMap((one) => tierFaults(what, one))
        : [`the tiers of ${what} are not a list`]),
  ];
}

function tierFaults(what: string, tier: unknown): readonly string[] {
  const size = isObject(tier) && isObject(tier["tier"]) ? tier["tier"]["size"] : undefined;
  if (!isObject(tier) || !isCount(size)) return [`a tier of ${what} does not say its size`];
  return rateFaults(`a tier of ${what}`, tier);
}

const rateFaults = (what: string, rates: Readonly<Record<string, unknown>>): readonly string[] =>
  RATES.flatMap((name) => {
    const rate = rates[name];
    const isMissing = rate === undefined && name !== "input" && name !== "output";
    return isMissing || (typeof rate === "number" && rate >= 0 && rate < PARTS)
      ? []
      : [`${what}: ${name} is ${String(rate)}; give dollars for a million tokens, from 0`];
  });

/** The most that a call can cost. `model` is `provider/model`. */
export function worstCase(prices: PriceFile, model: string, bound: CallBound): PriceDecision {
  const entry = entryOf(prices, model);
  if (entry?.cost === undefined) return unknown(noPrice(model));
  const output = bound.maxOutputTokens ?? entry.limit?.output;
  const reasoning = bound.reasoningTokens ?? 0;
  const input = Math.ceil(bound.inputTokens * (1 + (bound.margin ?? 0)));
  if (output === undefined) return unknown(`"${model}" has no limit of output; give maxOutputTokens`);
  if (![bound.inputTokens, input, output, reasoning].every(isCount))
    return unknown(`the bound of a call of "${model}" is not in whole tokens from 0`);
  const rates = reached(entry.cost, input);
  const dearest = (pick: (one: ModelRates) => readonly (number | undefined)[]): number =>
    Math.max(...rates.flatMap(pick).map((rate) => rate ?? 0));
  const audio = (rate: number | undefined): number => (bound.audio === true ? (rate ?? 0) : 0);
  const outRate = dearest((one) => [one.output, one.reasoning, audio(one.output_audio)]);
  return priced(model, [
    [input, dearest((one) => [one.input, one.cache_read, one.cache_write, audio(one.input_audio)])],
    [output, outRate],
    [reasoning, outRate],
  ]);
}

/** What a call has cost, by what the provider says it used. */
export function costOf(prices: PriceFile, model: string, usage: CallUsage): PriceDecision {
  const entry = entryOf(prices, model);
  if (entry?.cost === undefined) return unknown(noPrice(model));
  const { inputTokens, outputTokens, reasoningTokens = 0, cacheReadTokens = 0, cacheWriteTokens = 0 } = usage;
  const counts = [inputTokens, outputTokens, reasoningTokens, cacheReadTokens, cacheWriteTokens];
  if (!counts.every(isCount)) return unknown(`the usage of a call of "${model}" is not in whole tokens from 0`);
  const rates = reached(entry.cost, inputTokens + cacheReadTokens + cacheWriteTokens).at(-1) ?? entry.cost;
  return priced(model, [
    [inputTokens, rates.input],
    [outputTokens, rates.output],
    [reasoningTokens, rates.reasoning ?? rates.output],
    [cacheReadTokens, rates.cache_read ?? rates.input],
    [cacheWriteTokens, rates.cache_write ?? rates.input],
  ]);
}

const noPrice = (model: string): string =>
  `there is no price for model "${model}"; add it to the prices, as provider/model`;

function entryOf(prices: PriceFile, model: string): ModelEntry | undefined {
  // Ids of models may have slashes of their own; providers have none.
  const at = model.indexOf("/");
  const provider = own(prices, model.slice(0, Math.max(at, 0)));
  return provider === undefined ? undefined : own(provider.models, model.slice(at + 1));
}

const own = <Row>(rows: { readonly [name: string]: Row }, name: string): Row | undefined =>
  Object.hasOwn(rows, name) ? rows[name] : undefined;

/** The prices that a prompt of this length can have, the plain ones first, longer tiers after shorter ones. */
function reached(cost: ModelCost, input: number): readonly ModelRates[] {
  const tiers = cost.tiers?.map((one) => ({ size: one.tier.size, rates: one as ModelRates })) ?? [];
  const long =
    tiers.length > 0 || cost.context_over_200k === undefined
      ? []
      : [{ size: LONG_PROMPT, rates: cost.context_over_200k }];
  const above = [...tiers, ...long].filter(({ size }) => input > size).toSorted((a, b) => a.size - b.size);
  return [cost, ...above.map(({ rates }) => rates)];
}

/** Adds up, exactly, and rounds up to the micro-dollar (W2). */
function priced(model: string, lines: readonly (readonly [tokens: number, rate: number])[]): PriceDecision {
  let sum = 0n;
  let tokens = 0;
  for (const [count, rate] of lines) {
    sum += BigInt(count) * BigInt(Math.ceil(rate * PARTS - 1e-6));
    tokens += count;
  }
  const micro = Number((sum + BigInt(PARTS - 1)) / BigInt(PARTS));
  if (!Number.isSafeInteger(micro) || !Number.isSafeInteger(tokens))
    return unknown(`a call of "${model}" would cost more than can be counted`);
  return { kind: "priced", priced: { costUsd: micro / 1_000_000, tokens } };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
