/**
 * Evaluation: is this output good enough?
 *
 * E1  A score that is not a number from 0 to 1 fails.
 * E2  One failing check rejects, and each failing check says what was wanting.
 */
import type { Review } from "../contracts/evaluation.ts";
import type { Finding } from "../contracts/plan.ts";
import type { Cost, Estimate } from "../contracts/tools.ts";
import { microUsd } from "../contracts/units.ts";

export interface Scored {
  readonly evaluator: string;
  readonly threshold: number;
  readonly score: number;
  readonly findings: readonly string[];
  readonly rubric?: string;
  /** Of an evaluator that has a price. */
  readonly cost?: Cost;
}

/** What somebody says they cost; what they may cost at most, where they say nothing. */
export function costSaid(estimate: Estimate, said: Estimate): Cost {
  const { costUsd = 0, tokens = 0 } = said.costUsd === undefined && said.tokens === undefined ? estimate : said;
  return { costMicroUsd: microUsd(costUsd), tokens: Math.ceil(tokens) };
}

export function review(schemaIssues: readonly string[], scored: readonly Scored[]): Review {
  const findings: Finding[] = schemaIssues.map((message) => ({ source: "schema", message }));
  const scores: Record<string, number> = {};
  for (const one of scored) {
    const valid = Number.isFinite(one.score) && one.score >= 0 && one.score <= 1;
    scores[one.evaluator] = valid ? one.score : 0;
    if (valid && one.score >= one.threshold) continue;
    const messages =
      one.findings.length > 0 ? one.findings : [`scored ${scores[one.evaluator]}, needs ${one.threshold}`];
    const rubric = one.rubric === undefined ? {} : { rubric: one.rubric };
    findings.push(...messages.map((message) => ({ source: one.evaluator, message, ...rubric })));
  }
  return { accepted: findings.length === 0, scores, findings, ...costOf(scored) };
}

function costOf(scored: readonly Scored[]): Pick<Review, "cost"> {
  const priced = scored.flatMap(({ cost }) => (cost === undefined ? [] : [cost]));
  if (priced.length === 0) return {};
  const sum = (of: (cost: Cost) => number): number => priced.reduce((all, cost) => all + of(cost), 0);
  return { cost: { costMicroUsd: sum(({ costMicroUsd }) => costMicroUsd), tokens: sum(({ tokens }) => tokens) } };
}
