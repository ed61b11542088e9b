import type { ReviewFacts } from "../facts.ts";
import { PARTS } from "../facts.ts";
import type { ReviewFinding } from "../finding.ts";
import type { Reason } from "./verdict.ts";

/** Weight of a finding to an assessor, by rule. A rule that is not listed does not concern it. */
export type Weights = ReadonlyMap<string, { readonly weight: number; readonly blocks?: boolean }>;

/** A part is weighed by what it found; a finding that is mere information weighs half. */
export function weighed(facts: ReviewFacts, weights: Weights): readonly Reason[] {
  return PARTS.flatMap((part) => facts[part]?.findings ?? []).flatMap((found) => reasonOf(found, weights));
}

function reasonOf(found: ReviewFinding, weights: Weights): readonly Reason[] {
  const rule = weights.get(found.rule);
  if (rule === undefined) return [];
  const halved = found.severity === "info" && rule.blocks !== true;
  const weight = halved ? rule.weight / 2 : rule.weight;
  return [
    {
      weight,
      text: found.text,
      evidence: found.evidence.slice(0, 3),
      ...(rule.blocks ? { blocks: true } : {}),
    },
  ];
}
