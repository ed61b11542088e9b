/** Allow-list scope: names in an allow-list that nobody and nothing here has. They may be misspelt. */
import type { JsonObject } from "../../contracts/json.ts";
import type { PolicyScope, ToolShape } from "../../contracts/policy.ts";
import type { AgentAllowance, AllowListOptions, Grant } from "./allow-list.ts";

export function misnamed(
  list: AllowListOptions["agents"],
  { agents, tools, isObserved }: PolicyScope,
): readonly string[] {
  const names = new Set(agents.map(({ name }) => name));
  const byName = new Map(tools.map((tool) => [tool.name, tool]));
  const byModel = new Map(tools.flatMap((tool) => (tool.model === undefined ? [] : [[tool.model, tool] as const])));
  return Object.entries(list).flatMap(([agent, allowance]) => [
    ...(names.has(agent) ? [] : [`there is no agent "${agent}" here`]),
    ...strangers(agent, "tool", isObserved === true ? anyArguments(allowance.tools) : allowance.tools, byName),
    ...(isObserved === true ? [] : strangers(agent, "model", allowance.models, byModel)),
  ]);
}

/** Arguments that nobody has given in the run on record are there all the same. */
const anyArguments = (grants: AgentAllowance["tools"]): AgentAllowance["tools"] =>
  grants && Object.fromEntries(Object.keys(grants).map((tool) => [tool, true]));

function strangers(
  agent: string,
  kind: string,
  grants: Readonly<Record<string, true | Grant>> | undefined,
  known: ReadonlyMap<string, ToolShape>,
): readonly string[] {
  return Object.entries(grants ?? {}).flatMap(([name, grant]) => {
    const tool = known.get(name);
    if (tool === undefined) return [`agent "${agent}": there is no ${kind} "${name}" here`];
    const properties = tool.args?.["properties"] as JsonObject | undefined;
    if (grant === true || properties === undefined) return [];
    const paths = Object.keys(grant.when ?? {}).filter((path) => !Object.hasOwn(properties, path.split(".")[0] ?? ""));
    return paths.map((path) => `agent "${agent}": ${kind} "${name}" has no argument "${path}"`);
  });
}
