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
  const rules = [...new Set([...rulesOf(one), ...rulesOf(other)])];
  const named = rules.length > 1 ? { rules } : {};
  if (one.role !== undefined && other.role !== undefined && one.role !== other.role) {
    const reason = `"${one.role}" and "${other.role}" would both have to be asked (${one.rule}, ${other.rule})`;
    return { kind: "deny", rule: "verdict.two-roles", ...named, reason };
  }
  const { rule, reason, role } = one.role === undefined && other.role !== undefined ? other : one;
  const [quorum, expiresMs] = [larger(one.quorum, other.quorum), sooner(one.expiresMs, other.expiresMs)];
  return {
    kind: "ask",
    rule,
    ...named,
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

/** The ids of all rules that decided. */
export const rulesOf = ({ rule, rules = [rule] }: Verdict): readonly string[] => rules;

/** The verdict, with further rules named that had a part in it. */
export function namingAlso(verdict: Verdict, rules: readonly string[]): Verdict {
  const own = rulesOf(verdict);
  if (rules.every((rule) => own.includes(rule))) return verdict;
  return { ...verdict, rules: [...new Set([...own, ...rules])] };
}

/** Takes what a policy returned for a verdict only if it is one (V3). */
export function asVerdict(value: unknown, policy: string): Verdict {
  const { kind, rule, rules, reason, role, quorum, expiresMs } = fieldsOf(value);
  const no = (what: string): Verdict => ({ kind: "deny", rule: "policy.failed", reason: `${policy} ${what}` });
  if (kind !== "allow" && kind !== "ask" && kind !== "deny") return no("gave no verdict");
  const by = typeof rule === "string" && rule !== "" ? rule : policy;
  const named = { rule: by, ...(isNames(rules) && (rules.length > 1 || rules[0] !== by) ? { rules: [...rules] } : {}) };
  if (kind === "allow") return { kind, ...named };
  const why = typeof reason === "string" ? reason : `${policy} gives no reason`;
  if (kind === "deny") return { kind, ...named, reason: why };
  if (role !== undefined && !(typeof role === "string" && role !== "")) return no("asks for a role that is no name");
  if (quorum !== undefined && !isCount(quorum)) return no("asks for a quorum that is no number of people");
  if (expiresMs !== undefined && !isCount(expiresMs)) return no("asks for an expiry that is no time");
  return {
    kind,
    ...named,
    reason: why,
    ...(role === undefined ? {} : { role }),
    ...(quorum === undefined ? {} : { quorum }),
    ...(expiresMs === undefined ? {} : { expiresMs }),
  };
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 1;

const isNames = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === "string");

type Fields = Readonly<Record<"kind" | "rule" | "rules" | "reason" | "role" | "quorum" | "expiresMs", unknown>>;

const UNREADABLE = { kind: undefined } as Fields;

/** Each field read once; none of a value that cannot be read. */
function fieldsOf(value: unknown): Fields {
  try {
    if (typeof value !== "object" || value === null) return UNREADABLE;
    const { kind, rule, rules, reason, role, quorum, expiresMs } = value as Fields;
    return { kind, rule, rules: isNames(rules) ? [...rules] : undefined, reason, role, quorum, expiresMs };
  } catch {
    return UNREADABLE;
  }
}
