/** Prices: the rules of prices bound to what the application says models cost. A tool's `estimate` and `run` use them. */
import { RuntimeError } from "../src/contracts/errors.ts";
import type { CallBound, CallUsage, PriceDecision, Priced, PriceFile } from "../src/contracts/prices.ts";
import { costOf, priceFaults, worstCase } from "../src/decisions/price.ts";

/** What models cost. There is no table of ours behind it: a model that is not in it is refused. */
export interface Prices {
  /**
   * The most a call can cost: for a tool's `estimate`. `model` is `provider/model`.
   *
   * @throws RuntimeError `budget.unknown-price`, which refuses the call.
   */
  worstCase(model: string, bound: CallBound): Priced;
  /** What a call has cost: for `context.spent`. @throws RuntimeError `budget.unknown-price`. */
  cost(model: string, usage: CallUsage): Priced;
}

/** @throws RuntimeError `config.invalid` when it is not in the models.dev format. */
export function pricesOf(file: unknown, where = "prices"): Prices {
  const [fault, ...more] = priceFaults(file);
  if (fault !== undefined) {
    const others = more.length === 0 ? "" : `; and ${more.length} more`;
    throw new RuntimeError("config.invalid", `${where}: ${fault}${others}`);
  }
  const prices = file as PriceFile;
  return {
    worstCase: (model, bound) => known(worstCase(prices, model, bound)),
    cost: (model, usage) => known(costOf(prices, model, usage)),
  };
}

function known(decision: PriceDecision): Priced {
  if (decision.kind === "unknown") throw new RuntimeError("budget.unknown-price", decision.reason);
  return decision.priced;
}
