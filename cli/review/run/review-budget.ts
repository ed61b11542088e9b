/** Review budget: caps of one review, cumulative over resumes. */
import type { BudgetConfig } from "../../../index.ts";

/** A person has a day to answer; the work itself is done in minutes, and each gatherer has its own limit. */
export const ANSWER_MS = 86_400_000;

/** Several times what a review needs: fourteen steps, of which eleven are tool calls. No tool of it costs money. */
export const DEFAULT_BUDGET = {
  maxSteps: 60,
  maxToolCalls: 40,
  maxWallMs: ANSWER_MS + 3_600_000,
} as const satisfies BudgetConfig;

/**
 * With a model: three agents that think in turns, a planner and a judge. What is held for a call is the most it can cost,
 * which is several times what most cost.
 */
export const MODEL_BUDGET = {
  ...DEFAULT_BUDGET,
  maxSteps: 400,
  maxToolCalls: 300,
  maxTokens: 2_000_000,
  maxCostUsd: 1,
} as const satisfies BudgetConfig;
