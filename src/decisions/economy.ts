/**
 * Economy: what to do when a hold was refused?
 *
 * X1  Cheaper first, then less, then more money, then the end with what there is. Each choice leaves fewer after it.
 * X2  Time cannot be saved by a cheaper agent: a wall-time cap goes straight to a person or the end.
 */
import type { Pot } from "../contracts/budget.ts";

export interface EconomyOptions {
  readonly pot: Pot;
  readonly hasFallback: boolean;
  readonly hasOptional: boolean;
  readonly asksPeople: boolean;
}

export type Economy = "degrade" | "trim" | "ask" | "finish";

export function economise(options: EconomyOptions): Economy {
  if (options.pot !== "wallMs") {
    if (options.hasFallback) return "degrade";
    if (options.hasOptional) return "trim";
  }
  return options.asksPeople ? "ask" : "finish";
}
