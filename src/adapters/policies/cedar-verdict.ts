/** Cedar verdict: what Cedar answers, as a verdict. Cedar names the policies in no order; here they are in that of their ids. */
import type { AuthorizationAnswer } from "@cedar-policy/cedar-wasm/nodejs";
import type { Terms, Verdict } from "../../contracts/tools.ts";
import type { CedarSource } from "./cedar-source.ts";

type Rules = ReadonlyMap<string, CedarSource>;

export function verdictOf(answer: AuthorizationAnswer, rules: Rules): Verdict {
  if (answer.type === "failure") return deny("cedar.request", answer.errors.map(({ message }) => message).join("; "));
  const { decision, diagnostics } = answer.response;
  const ids = diagnostics.reason.toSorted();
  if (diagnostics.errors.length > 0) {
    const errors = diagnostics.errors.toSorted((a, b) => (a.policyId < b.policyId ? -1 : 1));
    const reason = errors.map(({ policyId, error }) => `policy "${policyId}": ${error.message}`).join("; ");
    return deny("cedar.error", reason, ["cedar.error", ...errors.map(({ policyId }) => policyId)]);
  }
  if (decision !== "allow") return denied(ids, rules);
  const asking = ids.flatMap((id) => {
    const terms = rules.get(id)?.terms;
    return terms === undefined ? [] : [{ id, terms }];
  });
  const [first = "cedar"] = ids;
  return asking.length === 0 ? { kind: "allow", rule: first, ...named(ids) } : ask(asking, ids);
}

const named = (ids: readonly string[]): { readonly rules?: readonly string[] } =>
  ids.length > 1 ? { rules: ids } : {};

const deny = (rule: string, reason: string, rules: readonly string[] = []): Verdict => ({
  kind: "deny",
  rule,
  ...named(rules),
  reason,
});

function denied(ids: readonly string[], rules: Rules): Verdict {
  const [first] = ids;
  if (first === undefined) return deny("cedar.default-deny", "no policy permits this");
  return deny(first, rules.get(first)?.reason ?? `policy "${first}" forbids this`, ids);
}

/** One ask that satisfies all: the largest quorum, the shortest time, one role. Two roles cannot be asked at once. */
function ask(asking: readonly { readonly id: string; readonly terms: Terms }[], ids: readonly string[]): Verdict {
  const all = asking.map(({ terms }) => terms);
  const roles = [...new Set(all.flatMap(({ role }) => role ?? []))];
  const [role] = roles;
  const first = asking[0]?.id ?? "cedar";
  if (roles.length > 1) return deny("cedar.two-roles", `${roles.join(" and ")} would both have to be asked`, ids);
  const quorums = all.flatMap(({ quorum }) => quorum ?? []);
  const times = all.flatMap(({ expiresMs }) => expiresMs ?? []);
  const said = all.map(({ reason }) => reason).filter((reason) => reason !== "");
  return {
    kind: "ask",
    rule: first,
    ...named(ids),
    reason: said.length > 0 ? said.join("; ") : `policy "${first}" asks for approval`,
    ...(role === undefined ? {} : { role }),
    ...(quorums.length === 0 ? {} : { quorum: Math.max(...quorums) }),
    ...(times.length === 0 ? {} : { expiresMs: Math.min(...times) }),
  };
}
