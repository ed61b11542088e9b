/**
 * Allow-list: who may do what, as plain data. Whatever does not stand in it is denied.
 *
 * L1  Only a grant allows, and only to the agent it is given to.
 * L2  A grant with constraints holds only for arguments that are there, and are as it says.
 */
import { createHash } from "node:crypto";
import { RuntimeError } from "../../contracts/errors.ts";
import type { Json, JsonObject } from "../../contracts/json.ts";
import type { PolicyScope } from "../../contracts/policy.ts";
import type { PolicyPort } from "../../contracts/ports.ts";
import type { PolicyRequest, Terms, Verdict } from "../../contracts/tools.ts";
import { type Constraint, constraintFault, unmet } from "./allow-list-constraint.ts";
import { misnamed } from "./allow-list-scope.ts";

export type { Constraint };

/** A grant: `true`, or under conditions. */
export interface Grant {
  /** What arguments must be, by their path: `to`, `filter.owner`. */
  readonly when?: Readonly<Record<string, Constraint>>;
  /** Ask a person first. */
  readonly approval?: boolean | Partial<Terms>;
}

export interface AgentAllowance {
  readonly tools?: Readonly<Record<string, true | Grant>>;
  readonly models?: Readonly<Record<string, true | Grant>>;
  /** Keys of the blackboard: exact, or a prefix ending in `/*`; `*` for all. */
  readonly reads?: readonly string[];
  readonly writes?: readonly string[];
}

export interface AllowListOptions {
  readonly agents: Readonly<Record<string, AgentAllowance>>;
  /** Stands before the hash in the policy's id. Default "allow-list". */
  readonly name?: string;
}

/**
 * A policy that is a list of what is allowed. It needs no package.
 *
 * @example
 * ```ts
 * allowList({ agents: { clerk: { tools: { search: true, pay: { when: { amount: { max: 100 } }, approval: { role: "finance" } } } } } });
 * ```
 * @throws RuntimeError `policy.invalid`
 */
export function allowList({ agents, name = "allow-list" }: AllowListOptions): PolicyPort {
  const list = JSON.parse(JSON.stringify(agents)) as AllowListOptions["agents"];
  refuse(faultsOf(list));
  const id = `${name}@${createHash("sha256")
    .update(sorted(list as unknown as Json))
    .digest("hex")}`;
  const decide = (request: PolicyRequest): Verdict => judge(own(list, request.agent), request);
  const bind = (scope: PolicyScope): PolicyPort => {
    refuse(misnamed(list, scope));
    return { id, decide };
  };
  return { id, bind, decide };
}

function refuse(faults: readonly string[]): void {
  if (faults.length > 0) throw new RuntimeError("policy.invalid", faults.join("\n"));
}

const own = <Value>(table: Readonly<Record<string, Value>> | undefined, name: string): Value | undefined =>
  table !== undefined && Object.hasOwn(table, name) ? table[name] : undefined;

function faultsOf(list: AllowListOptions["agents"]): readonly string[] {
  return Object.entries(list).flatMap(([agent, { tools = {}, models = {}, ...more }]) => [
    ...Object.keys(more)
      .filter((field) => field !== "reads" && field !== "writes")
      .map((field) => `agent "${agent}": "${field}" is not known; there are tools, models, reads, writes`),
    ...Object.entries({ ...tools, ...models }).flatMap(([name, grant]) =>
      grant === true ? [] : grantFaults(grant).map((fault) => `agent "${agent}", "${name}": ${fault}`),
    ),
  ]);
}

function grantFaults(grant: Grant): readonly string[] {
  if (typeof grant !== "object" || grant === null) return ["give true, or { when, approval }"];
  const { when = {}, approval: _, ...more } = grant;
  return [
    ...Object.keys(more).map((field) => `"${field}" is not known; there are when and approval`),
    ...Object.entries(when).flatMap(([path, constraint]) => constraintFault(path, constraint) ?? []),
  ];
}

function judge(allowance: AgentAllowance | undefined, request: PolicyRequest): Verdict {
  const { agent, action, resource, call } = request;
  const rule = `grant ${agent} ${action} ${resource}`;
  const none: Verdict = {
    kind: "deny",
    rule: "grant.none",
    reason: `"${agent}" is granted no ${action} of "${resource}"`,
  };
  if (action === "read" || action === "write") {
    const keys = action === "read" ? allowance?.reads : allowance?.writes;
    return keys?.some((pattern) => covers(pattern, resource)) === true ? { kind: "allow", rule } : none;
  }
  const grants = action === "call" ? allowance?.tools : action === "model" ? allowance?.models : undefined;
  const grant = own(grants, resource);
  if (grant === undefined) return none;
  if (grant === true) return { kind: "allow", rule };
  const reason = unmet(grant.when ?? {}, call.args);
  if (reason !== undefined) return { kind: "deny", rule: "grant.argument", reason: `${rule}: ${reason}` };
  return asked(rule, resource, grant.approval);
}

function asked(rule: string, resource: string, approval: Grant["approval"]): Verdict {
  if (approval === undefined || approval === false) return { kind: "allow", rule };
  const reason = `"${resource}" is granted with approval`;
  return { kind: "ask", rule, reason, ...(approval === true ? {} : approval) };
}

const covers = (pattern: string, key: string): boolean =>
  pattern === "*" || pattern === key || (pattern.endsWith("/*") && key.startsWith(pattern.slice(0, -1)));

/** The same list gives the same text, in whatever order it is written. */
function sorted(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(sorted).join()}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = Object.keys(value).sort();
  return `{${fields.map((field) => `${JSON.stringify(field)}:${sorted((value as JsonObject)[field] ?? null)}`).join()}}`;
}
