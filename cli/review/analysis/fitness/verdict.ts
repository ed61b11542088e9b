/**
 * How do reasons add up to a verdict?
 *
 * V1  The score is a sum of the reasons, between 0 and 1; nothing else moves it.
 * V2  A blocking reason keeps the verdict from "fit", whatever the score.
 * V3  A part that was not examined is a reason against: silence is not health.
 */
import { missingParts, type Part, type ReviewFacts } from "../facts.ts";

export type FitnessVerdict = "fit" | "fit-with-care" | "unfit";

export interface Reason {
  /** What it adds to the score; negative takes away. */
  readonly weight: number;
  readonly text: string;
  /** `file:line`, or a counted fact. Never empty. */
  readonly evidence: readonly string[];
  /** V2. */
  readonly blocks?: boolean;
}

export interface Assessment {
  readonly assessor: "risk" | "upkeep";
  readonly verdict: FitnessVerdict;
  readonly score: number;
  /** The heaviest first. */
  readonly reasons: readonly Reason[];
}

const FIT = 0.75;
const CARE = 0.4;

export function verdictOf(assessor: Assessment["assessor"], start: number, reasons: readonly Reason[]): Assessment {
  const sum = reasons.reduce((so, { weight }) => so + weight, start);
  const score = Math.round(Math.min(1, Math.max(0, sum)) * 100) / 100;
  const bySize = reasons.toSorted((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
  return {
    assessor,
    verdict: verdictFor(
      score,
      reasons.some(({ blocks }) => blocks === true),
    ),
    score,
    reasons: bySize,
  };
}

function verdictFor(score: number, blocked: boolean): FitnessVerdict {
  if (score < CARE) return "unfit";
  return score >= FIT && !blocked ? "fit" : "fit-with-care";
}

/** V3. */
export function unexamined(facts: ReviewFacts, parts: readonly Part[], weight: number): readonly Reason[] {
  const missing = missingParts(facts).filter((part) => parts.includes(part));
  if (missing.length === 0) return [];
  const text = `Not examined: ${missing.join(", ")}.`;
  return [{ weight: -weight * missing.length, text, evidence: [`${missing.length} parts missing`] }];
}
