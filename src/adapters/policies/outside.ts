/**
 * Outside: keeps agents from this machine's own addresses, the page's server among them (A-HTTP-05, A-TOOL-06). Two
 * halves: the policy reads arguments, and {@link outsideFetch} looks where a name leads.
 */
import type { PolicyPort } from "../../contracts/ports.ts";
import type { PolicyRequest, Verdict } from "../../contracts/tools.ts";
import { insideIn } from "./outside-address.ts";

export { type OutsideRequest, outsideFetch, outsideLookup } from "./outside-fetch.ts";

export interface OutsideOptions {
  /** The tools whose arguments are read. Default: all. */
  readonly tools?: readonly string[];
}

/**
 * A policy that denies calls whose arguments name an address of this machine or its network, and asks another one about
 * the rest.
 *
 * @example
 * ```ts
 * policy: outsideOnly(cedarPolicy({ policies }), { tools: ["fetch_page"] })
 * ```
 */
export function outsideOnly(policy?: PolicyPort, { tools }: OutsideOptions = {}): PolicyPort {
  const named = tools === undefined ? "all" : [...tools].sort().join(",");
  const isRead = tools === undefined ? () => true : (tool: string) => tools.includes(tool);
  const decide = (request: PolicyRequest): Verdict | Promise<Verdict> => {
    const address = isRead(request.call.tool) ? insideIn(request.call.args) : undefined;
    if (address === undefined) return policy?.decide(request) ?? { kind: "allow", rule: "outside" };
    return {
      kind: "deny",
      rule: "outside",
      reason: `${address.slice(0, 200)} is an address of this machine or its network`,
    };
  };
  const id = `${policy === undefined ? "" : `${policy.id}+`}outside-1(${named})`;
  if (policy?.bind === undefined) return { id, decide };
  const { bind } = policy;
  return { id, decide, bind: (scope) => outsideOnly(bind.call(policy, scope), tools === undefined ? {} : { tools }) };
}
