/**
 * Economy: what to do when a hold was refused?
 *
 * X1  In the order that is set; by default cheaper first, then less, then more money, then the end with what there is.
 * X2  Time cannot be saved by a cheaper model or agent: a cap of time goes straight to a person or the end.
 * X3  Each choice leaves fewer after it, and `finish` is always left.
 */
import type { Economy, Pot } from "../contracts/budget.ts";

export interface EconomyOptions {
  readonly pot: Pot;
  /** The call that was refused has a cheaper substitute. */
  readonly hasCheaper: boolean;
  /** A cheaper agent can take the task over. */
  readonly hasFallback: boolean;
  /** Something can be left out. */
  readonly hasOptional: boolean;
  readonly asksPeople: boolean;
  readonly order: readonly Economy[];
}

export const ECONOMIES: readonly Economy[] = ["substitute", "degrade", "trim", "ask", "finish"];

/** All that can be done, best first. */
export function economies(options: EconomyOptions): readonly Economy[] {
  const isTime = options.pot === "wallMs" || options.pot === "activeMs";
  const possible: Readonly<Record<Economy, boolean>> = {
    substitute: options.hasCheaper && !isTime,
    degrade: options.hasFallback && !isTime,
    trim: options.hasOptional && !isTime,
    ask: options.asksPeople,
    finish: false,
  };
  return [...options.order.filter((one) => possible[one]), "finish"];
}

export const economise = (options: EconomyOptions): Economy => economies(options)[0] ?? "finish";
