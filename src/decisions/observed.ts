/**
 * Observed: what a recorded run shows of its agents and tools, for a policy that is asked about it where neither of
 * them is at hand.
 *
 * O1  What is known of a tool stands; only the others are told from their calls.
 * O2  Only arguments that have passed the tool's own schema are looked at.
 */
import type { Json, JsonObject } from "../contracts/json.ts";
import type { PolicyScope, ToolShape } from "../contracts/policy.ts";
import type { Recorded, Recording } from "../contracts/what-if.ts";

type Judged = Extract<Recorded, { readonly kind: "judged" }>;

/** All that is known, and what the recording adds to it. */
export function observedScope({ agents, events }: Recording, known: PolicyScope): PolicyScope {
  const [names, tools] = [namesOf(known.agents), namesOf(known.tools)];
  const everybody = [...known.agents, ...agents.filter(({ name }) => !names.has(name))];
  const strange = new Set(agents.flatMap((agent) => agent.tools).filter((tool) => !tools.has(tool)));
  if (strange.size === 0) return { ...known, agents: everybody };
  const calls = events.filter((one): one is Judged => one.kind === "judged");
  const seen = [...strange].map((name) => toolOf(name, calls));
  return { agents: everybody, tools: [...known.tools, ...seen], isObserved: true };
}

const namesOf = (all: readonly { readonly name: string }[]): ReadonlySet<string> =>
  new Set(all.map(({ name }) => name));

/** Rules that refuse a call before its arguments are looked at, or because of them. */
const UNCHECKED: ReadonlySet<string> = new Set(["tool.unknown", "allow-list", "delegation.authority", "schema.input"]);

function toolOf(name: string, calls: readonly Judged[]): ToolShape {
  const made = calls.filter(({ call }) => call.tool === name);
  const passed = made.filter(({ verdict }) => verdict.kind !== "deny" || !UNCHECKED.has(verdict.rule));
  const effect = made[0]?.effect ?? "once";
  return passed.length === 0 ? { name, effect } : { name, effect, args: recordOf(passed.map(({ call }) => call.args)) };
}

const isObject = (value: Json): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The JSON Schema of all of these: a field that is missing or null in one of them is optional. */
function recordOf(values: readonly Json[]): JsonObject {
  const records = values.filter(isObject);
  const names = new Set(records.flatMap(Object.keys));
  const fields = [...names].map((name) => {
    const given = records.flatMap((one) => (Object.hasOwn(one, name) ? [one[name] ?? null] : []));
    return [name, given.filter((value) => value !== null)] as const;
  });
  return {
    type: "object",
    properties: Object.fromEntries(fields.map(([name, given]) => [name, schemaOf(given)])),
    required: fields.flatMap(([name, given]) => (given.length === values.length ? [name] : [])),
  };
}

/** Says nothing where they are of several kinds. */
function schemaOf(values: readonly Json[]): JsonObject {
  const kinds = new Set(values.map(kindOf));
  const [kind, ...others] = kinds;
  if (kind === undefined || others.length > 0) return {};
  if (kind === "object") return recordOf(values);
  if (kind === "number") return { type: values.every(Number.isInteger) ? "integer" : "number" };
  if (kind !== "array") return { type: kind };
  const elements = (values as readonly (readonly Json[])[]).flat();
  // A list that was always empty holds what most lists hold.
  return { type: "array", items: elements.length === 0 ? { type: "string" } : schemaOf(elements) };
}

const kindOf = (value: Json): string => (value === null ? "null" : Array.isArray(value) ? "array" : typeof value);
