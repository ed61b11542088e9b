export const SEVERITIES = ["high", "medium", "low", "info"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Something worth a reader's attention. `rule` is stable and names the kind; `evidence` is `file:line`, or a counted fact. */
export interface ReviewFinding {
  readonly rule: string;
  readonly severity: Severity;
  readonly text: string;
  readonly evidence: readonly string[];
}

export function finding(severity: Severity, rule: string, text: string, ...evidence: readonly string[]): ReviewFinding {
  return { rule, severity, text, evidence };
}

/** Worst first; within a severity by rule and text, so that the same tree gives the same list. */
export function ranked(findings: readonly ReviewFinding[]): readonly ReviewFinding[] {
  const rank = ({ severity }: ReviewFinding) => SEVERITIES.indexOf(severity);
  return findings.toSorted((a, b) => rank(a) - rank(b) || inOrder(a.rule, b.rule) || inOrder(a.text, b.text));
}

/** By code units: the same on every machine, unlike `localeCompare`. */
export const inOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
