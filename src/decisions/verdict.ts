/**
 * Verdict: several verdicts into one.
 *
 * V1  Deny wins over ask, ask over allow, in any order.
 * V2  No verdict at all is a denial.
 * V3  Anything that is not a well-formed verdict is a denial.
 */
import type { Verdict } from "../contracts/tools.ts";

const strictness = { allow: 0, ask: 1, deny: 2 } as const;

const NOBODY_ALLOWED: Verdict = { kind: "deny", rule: "verdict.default-deny", reason: "no rule allows this call" };

export function strictest(verdicts: readonly Verdict[]): Verdict {
  return (
    verdicts.reduce<Verdict | undefined>(
      (worst, one) => (worst === undefined || strictness[one.kind] > strictness[worst.kind] ? one : worst),
      undefined,
    ) ?? NOBODY_ALLOWED
  );
}

/** Takes what a policy returned for a verdict only if it is one (V3). */
export function asVerdict(value: unknown, policy: string): Verdict {
  const { kind, rule, reason, role } = fieldsOf(value);
  const by = typeof rule === "string" && rule !== "" ? rule : policy;
  const why = typeof reason === "string" ? reason : `${policy} gives no reason`;
  if (kind === "allow") return { kind, rule: by };
  if (kind === "ask") return { kind, rule: by, reason: why, ...(typeof role === "string" ? { role } : {}) };
  if (kind === "deny") return { kind, rule: by, reason: why };
  return { kind: "deny", rule: "policy.failed", reason: `${policy} gave no verdict` };
}

type Fields = Readonly<Record<"kind" | "rule" | "reason" | "role", unknown>>;

const UNREADABLE: Fields = { kind: undefined, rule: undefined, reason: undefined, role: undefined };

/** Each field read once; none of a value that cannot be read. */
function fieldsOf(value: unknown): Fields {
  try {
    if (typeof value !== "object" || value === null) return UNREADABLE;
    const { kind, rule, reason, role } = value as Fields;
    return { kind, rule, reason, role };
  } catch {
    return UNREADABLE;
  }
}
