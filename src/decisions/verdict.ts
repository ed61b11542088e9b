/**
 * Verdict: several verdicts into one.
 *
 * V1  Deny wins over ask, ask over allow, in any order.
 * V2  No verdict at all is a denial.
 * V3  Anything that is not a well-formed verdict is a denial.
 * V4  Two asks are one that satisfies both: the larger quorum, the sooner expiry; two different roles deny.
 */
import type { Verdict } from "../contracts/tools.ts";

const strictness = { allow: 0, ask: 1, deny: 2 } as const;

const NOBODY_ALLOWED: Verdict = { kind: "deny", rule: "verdict.default-deny", reason: "no rule allows this call" };

export function strictest(verdicts: readonly Verdict[]): Verdict {
  return verdicts.reduce<Verdict | undefined>(stricter, undefined) ?? NOBODY_ALLOWED;
}

function stricter(worst: Verdict | undefined, one: Verdict): Verdict {
  if (worst === undefined || strictness[one.kind] > strictness[worst.kind]) return one;
  return one.kind === "ask" && worst.kind === "ask" ? both(worst, one) : worst;
}

type Ask = Extract<Verdict, { readonly kind: "ask" }>;

/** One ask that satisfies both (V4). Whichever says more of who is to be asked gives the rule and the reason. */
function both(one: Ask, other: Ask): Verdict {
  if (one.role !== undefined && other.role !== undefined && one.role !== other.role) {
    const reason = `"${one.role}" and "${other.role}" would both have to be asked (${one.rule}, ${other.rule})`;
    return { kind: "deny", rule: "verdict.two-roles", reason };
  }
  const { rule, reason, role } = one.role === undefined && other.role !== undefined ? other : one;
  const [quorum, expiresMs] = [larger(one.quorum, other.quorum), sooner(one.expiresMs, other.expiresMs)];
  return {
    kind: "ask",
    rule,
    reason,
    ...(role === undefined ? {} : { role }),
    ...(quorum === undefined ? {} : { quorum }),
    ...(expiresMs === undefined ? {} : { expiresMs }),
  };
}

const larger = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
const sooner = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);

/** Takes what a policy returned for a verdict only if it is one (V3). */
export function asVerdict(value: unknown, policy: string): Verdict {
  const { kind, rule, reason, ...asked } = fieldsOf(value);
  const by = typeof rule === "string" && rule !== "" ? rule : policy;
  const why = typeof reason === "string" ? reason : `${policy} gives no reason`;
  if (kind === "allow") return { kind, rule: by };
  if (kind === "ask") return asAsk({ kind, rule: by, reason: why }, asked, policy);
  if (kind === "deny") return { kind, rule: by, reason: why };
  return { kind: "deny", rule: "policy.failed", reason: `${policy} gave no verdict` };
}

/** An ask that cannot be put as it says is a denial. */
function asAsk(ask: Ask, { role, quorum, expiresMs }: Asked, policy: string): Verdict {
  const isWhole = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 1;
  for (const [name, value] of Object.entries({ quorum, expiresMs })) {
    if (value === undefined || isWhole(value)) continue;
    return { kind: "deny", rule: "policy.failed", reason: `${policy} asks with a ${name} that is no whole number` };
  }
  return {
    ...ask,
    ...(typeof role === "string" ? { role } : {}),
    ...(isWhole(quorum) ? { quorum } : {}),
    ...(isWhole(expiresMs) ? { expiresMs } : {}),
  };
}

type Asked = Readonly<Record<"role" | "quorum" | "expiresMs", unknown>>;
type Fields = Readonly<Record<"kind" | "rule" | "reason", unknown>> & Asked;

const UNREADABLE: Fields = {
  kind: undefined,
  rule: undefined,
  reason: undefined,
  role: undefined,
  quorum: undefined,
  expiresMs: undefined,
};

/** Each field read once; none of a value that cannot be read. */
function fieldsOf(value: unknown): Fields {
  try {
    if (typeof value !== "object" || value === null) return UNREADABLE;
    const { kind, rule, reason, role, quorum, expiresMs } = value as Fields;
    return { kind, rule, reason, role, quorum, expiresMs };
  } catch {
    return UNREADABLE;
  }
}
