import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CallBound, ModelRates, PriceDecision, PriceFile } from "../../src/contracts/prices.ts";
import { costOf, priceFaults, worstCase } from "../../src/decisions/price.ts";

const file: PriceFile = {
  acme: {
    models: {
      small: { cost: { input: 0.15, output: 0.6, cache_read: 0.015 }, limit: { context: 100_000, output: 4_096 } },
      thinker: { cost: { input: 3, output: 15, reasoning: 20, cache_read: 0.3, cache_write: 3.75 } },
      long: { cost: { input: 2, output: 10, context_over_200k: { input: 4, output: 15 } }, limit: { output: 1_000 } },
      tiered: {
        cost: { input: 1, output: 2, tiers: [{ input: 3, output: 5, tier: { type: "context", size: 272_000 } }] },
        limit: { output: 1_000 },
      },
      heard: { cost: { input: 1, output: 2, input_audio: 40, output_audio: 80 }, limit: { output: 10 } },
      free: { limit: { output: 10 } },
      "vendor/nested": { cost: { input: 1, output: 1 }, limit: { output: 1 } },
    },
  },
};

const micro = (decision: PriceDecision): number | string =>
  decision.kind === "priced" ? Math.round(decision.priced.costUsd * 1_000_000) : decision.reason;
const most = (model: string, bound: Partial<CallBound>) => worstCase(file, model, { inputTokens: 0, ...bound });

describe("the worst case", () => {
  it("W2 F-BUD-06 is rounded up to the micro-dollar, once", () => {
    expect(micro(most("acme/small", { inputTokens: 1, maxOutputTokens: 0 }))).toBe(1);
    expect(micro(most("acme/small", { inputTokens: 7, maxOutputTokens: 3 }))).toBe(3);
    expect(micro(most("acme/small", { inputTokens: 1_000_000, maxOutputTokens: 1_000_000 }))).toBe(750_000);
    expect(most("acme/small", { inputTokens: 100, maxOutputTokens: 20 })).toMatchObject({ priced: { tokens: 120 } });
  });

  it("takes the model's own limit where the call gives none, and refuses where there is none", () => {
    expect(most("acme/small", {})).toMatchObject({ kind: "priced", priced: { tokens: 4_096 } });
    expect(micro(most("acme/thinker", {}))).toBe('"acme/thinker" has no limit of output; give maxOutputTokens');
  });

  it("W3 takes the dearest price a token could have", () => {
    expect(micro(most("acme/thinker", { inputTokens: 100, maxOutputTokens: 0 }))).toBe(375);
    expect(micro(most("acme/thinker", { maxOutputTokens: 100 }))).toBe(2_000);
    expect(micro(most("acme/thinker", { maxOutputTokens: 100, reasoningTokens: 50 }))).toBe(3_000);
    expect(micro(most("acme/heard", { inputTokens: 1, maxOutputTokens: 1 }))).toBe(3);
    expect(micro(most("acme/heard", { inputTokens: 1, maxOutputTokens: 1, audio: true }))).toBe(120);
  });

  it("W3 takes the tier that the prompt reaches", () => {
    expect(micro(most("acme/long", { inputTokens: 200_000, maxOutputTokens: 0 }))).toBe(400_000);
    expect(micro(most("acme/long", { inputTokens: 200_001, maxOutputTokens: 0 }))).toBe(800_004);
    expect(micro(most("acme/tiered", { inputTokens: 272_000, maxOutputTokens: 1 }))).toBe(272_002);
    expect(micro(most("acme/tiered", { inputTokens: 272_001, maxOutputTokens: 1 }))).toBe(816_008);
  });

  it("adds a margin to the prompt", () => {
    expect(micro(most("acme/thinker", { inputTokens: 100, maxOutputTokens: 0, margin: 0.1 }))).toBe(
      Math.ceil(111 * 3.75),
    );
  });

  it.each(["acme/large", "other/small", "small", "acme/", "", "acme/free", "__proto__/small", "acme/constructor"])(
    "W1 F-BUD-05 F-MOD-12 refuses a model without a price: %s",
    (model) => {
      expect(most(model, { inputTokens: 1 }).kind).toBe("unknown");
      expect(costOf(file, model, { inputTokens: 1, outputTokens: 1 }).kind).toBe("unknown");
    },
  );

  it.each([Number.NaN, -1, 0.5, Number.POSITIVE_INFINITY, 2 ** 60])("W1 refuses a bound of %s tokens", (count) => {
    expect(most("acme/small", { inputTokens: count }).kind).toBe("unknown");
    expect(most("acme/small", { maxOutputTokens: count }).kind).toBe("unknown");
    expect(most("acme/small", { reasoningTokens: count }).kind).toBe("unknown");
    expect(costOf(file, "acme/small", { inputTokens: count, outputTokens: 1 }).kind).toBe("unknown");
  });

  it("knows ids of models that have a slash", () => {
    expect(micro(most("acme/vendor/nested", { inputTokens: 1 }))).toBe(2);
  });
});

describe("what a call has cost", () => {
  const usage = { inputTokens: 100, outputTokens: 10, reasoningTokens: 5, cacheReadTokens: 40, cacheWriteTokens: 20 };

  it("counts each kind of token at its price", () => {
    expect(micro(costOf(file, "acme/thinker", usage))).toBe(300 + 150 + 100 + 12 + 75);
    expect(micro(costOf(file, "acme/small", usage))).toBe(Math.ceil(15 + 6 + 3 + 0.6 + 3));
    expect(micro(costOf(file, "acme/long", { inputTokens: 200_001, outputTokens: 0 }))).toBe(800_004);
  });
});

const rate = fc.integer({ min: 0, max: 50_000_000 }).map((one) => one / 1_000_000);
const rates: fc.Arbitrary<ModelRates> = fc.record(
  { input: rate, output: rate, reasoning: rate, cache_read: rate, cache_write: rate },
  { requiredKeys: ["input", "output"] },
);
const count = fc.integer({ min: 0, max: 300_000 });

it("I-B5 I-B6 W3 no call within its bound costs more than its worst case", () => {
  fc.assert(
    fc.property(
      rates,
      rates,
      count,
      count,
      count,
      count,
      count,
      (cost, long, plain, read, write, output, reasoning) => {
        const one: PriceFile = { a: { models: { m: { cost: { ...cost, context_over_200k: long } } } } };
        const bound = { inputTokens: plain + read + write, maxOutputTokens: output, reasoningTokens: reasoning };
        const usage = {
          inputTokens: plain,
          cacheReadTokens: read,
          cacheWriteTokens: write,
          outputTokens: output,
          reasoningTokens: reasoning,
        };
        const [held, paid] = [worstCase(one, "a/m", bound), costOf(one, "a/m", usage)];
        expect(micro(paid)).toBeLessThanOrEqual(micro(held) as number);
      },
    ),
    { numRuns: 5_000 },
  );
});

describe("a file of prices", () => {
  it("may have fields that nobody looks at, and models without prices", () => {
    const real = {
      acme: {
        id: "acme",
        env: ["ACME_KEY"],
        models: { small: { id: "small", name: "Small", modalities: {}, cost: { input: 1, output: 2 } }, none: {} },
      },
    };
    expect(priceFaults(real)).toEqual([]);
    expect(priceFaults(file)).toEqual([]);
  });

  const withCost = (cost: unknown): unknown => ({ a: { models: { m: { cost } } } });

  it.each([
    ["a list", []],
    ["nothing", null],
    ["a provider without models", { a: {} }],
    ["a model that is none", { a: { models: { m: 1 } } }],
    ["a cost that is none", withCost("free")],
    ["no price of output", withCost({ input: 1 })],
    ["a negative price", withCost({ input: -1, output: 1 })],
    ["a price that is no number", withCost({ input: "1", output: 1 })],
    ["a cache price that is no number", withCost({ input: 1, output: 1, cache_read: null })],
    ["a price beyond all reason", withCost({ input: 1, output: 1e9 })],
    ["a long price that is none", withCost({ input: 1, output: 1, context_over_200k: { input: 1 } })],
    ["tiers that are no list", withCost({ input: 1, output: 1, tiers: {} })],
    ["a tier without a size", withCost({ input: 1, output: 1, tiers: [{ input: 1, output: 1 }] })],
    ["a limit that is no count", { a: { models: { m: { limit: { output: -1 } } } } }],
  ])("W1 is refused when it is or has %s", (_, bad) => {
    expect(priceFaults(bad).length).toBeGreaterThan(0);
  });
});
