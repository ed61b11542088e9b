/**
 * Cedar: policies in the Cedar language, judged by `@cedar-policy/cedar-wasm`.
 *
 * D2  Nothing is permitted that no policy permits; a forbid overrides every permit, in whatever order they stand.
 * D3  An error in any policy that applies denies, whether it would have permitted or forbidden.
 * D4  A permit with `@approval` asks, also where another one permits without asking.
 */
import { createHash } from "node:crypto";
import {
  type ActionConstraint,
  preparsePolicySet,
  preparseSchema,
  type SchemaJson,
  statefulIsAuthorized,
  type TypeAndId,
  validate,
} from "@cedar-policy/cedar-wasm/nodejs";
import { RuntimeError } from "../../contracts/errors.ts";
import type { PolicyScope } from "../../contracts/policy.ts";
import type { PolicyPort } from "../../contracts/ports.ts";
import type { PolicyRequest, Verdict } from "../../contracts/tools.ts";
import { lookedAt, looksAt, mentionsOf } from "./cedar-mentions.ts";
import { fittedTo } from "./cedar-observed.ts";
import { type Questions, questionsOf } from "./cedar-request.ts";
import { actionOf, argumentShapesOf, schemaOf } from "./cedar-schema.ts";
import { Unsayable } from "./cedar-shape.ts";
import { at, type CedarSource, fault, read, refuse } from "./cedar-source.ts";
import { verdictOf } from "./cedar-verdict.ts";

export interface CedarOptions {
  /** The text of the policies, or texts by file name. */
  readonly policies: string | Readonly<Record<string, string>>;
  /** Stands before the hash in the policy's id. Default "cedar". */
  readonly name?: string;
}

/**
 * A policy in Cedar. It is checked against the agents and tools of the orchestrator it is given to.
 *
 * @example
 * ```ts
 * cedarPolicy({
 *   policies: `
 *     permit (principal == Agent::"writer", action == Action::"call:publish", resource)
 *     when { context.args.text like "*otters*" };`,
 * });
 * ```
 * @throws RuntimeError `policy.invalid`, with the line, the column and the policy of each fault.
 */
export function cedarPolicy({ policies, name = "cedar" }: CedarOptions): PolicyPort {
  const sources = read(typeof policies === "string" ? { policy: policies } : policies);
  const id = `${name}@${hashOf(sources)}`;
  return { id, bind: (scope) => bound(id, sources, scope), decide: () => UNBOUND };
}

const UNBOUND: Verdict = {
  kind: "deny",
  rule: "cedar.unbound",
  reason: "the policy was not given to an orchestrator, and knows no agents and no tools",
};

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Of what the policies say, in whatever order and under whatever file names. */
const hashOf = (sources: readonly CedarSource[]): string =>
  sha256(JSON.stringify(sources.map(({ id, text }) => [id, text]).sort()));

function bound(id: string, sources: readonly CedarSource[], given: PolicyScope): PolicyPort {
  const scope = fittedTo(sources, given);
  const shapes = argumentShapesOf(scope);
  const mentions = mentionsOf(sources.map(({ json }) => json));
  refuse([...faultsOf(sources, scope), ...strangers(sources, scope)]);
  const told = new Map([...shapes].map(([tool, shape]) => [tool, lookedAt(shape, mentions)]));
  const isTold = (part: string): boolean => looksAt(mentions, part);
  const schema = schemaOf(scope, told, isTold);
  const engine: Engine = {
    questions: questionsOf(told, isTold),
    schema: `schema ${sha256(JSON.stringify(schema))}`,
    policies: prepare(sources, schema),
    rules: new Map(sources.map((source) => [source.id, source])),
  };
  prepared(preparseSchema(engine.schema, schema));
  return { id, decide: (request) => decide(request, engine) };
}

interface Engine {
  readonly questions: Questions;
  /** Names in the engine, where what is prepared once is kept for good: the same text has the same name. */
  readonly schema: string;
  /** Of the policies that can apply to an action. */
  readonly policies: ReadonlyMap<string, string>;
  readonly rules: ReadonlyMap<string, CedarSource>;
}

/** Prepares, for each action, the policies whose scope takes it in: the others could not apply. */
function prepare(sources: readonly CedarSource[], schema: SchemaJson<string>): ReadonlyMap<string, string> {
  const done = new Set<string>();
  return new Map(
    Object.entries(schema[""]?.actions ?? {}).map(([action, { memberOf = [] }]) => {
      const names = [action, ...memberOf.map(({ id }) => id)];
      const applying = sources.filter(({ json }) => takesIn(json.action, names));
      const name = `policies ${hashOf(applying)}`;
      const staticPolicies = Object.fromEntries(applying.map(({ id, text }) => [id, text]));
      if (!done.has(name)) prepared(preparsePolicySet(name, { staticPolicies }));
      done.add(name);
      return [action, name];
    }),
  );
}

function takesIn(constraint: ActionConstraint, names: readonly string[]): boolean {
  if (constraint.op === "All") return true;
  return entitiesOf(constraint).some((action) => names.includes(action));
}

function entitiesOf(constraint: ActionConstraint): readonly string[] {
  const entities = "entities" in constraint ? constraint.entities : "entity" in constraint ? [constraint.entity] : [];
  return entities.map((entity) => ("__entity" in entity ? entity.__entity.id : entity.id));
}

function prepared(answer: ReturnType<typeof preparsePolicySet>): void {
  if (answer.type === "failure")
    throw new RuntimeError("policy.invalid", answer.errors.map(({ message }) => message).join("\n"));
}

/** Only of tools that nobody called in the run on record: nothing is known of their arguments, and nobody asks. */
function isOfUncalled(constraint: ActionConstraint, { tools, isObserved }: PolicyScope): boolean {
  const uncalled = tools.filter(({ args }) => args === undefined).map(({ name }) => actionOf("call", name));
  const actions = entitiesOf(constraint);
  return isObserved === true && actions.length > 0 && actions.every((action) => uncalled.includes(action));
}

/** What Cedar's validator finds. What it only warns of can never do what it is there for, and is a fault too. */
function faultsOf(sources: readonly CedarSource[], scope: PolicyScope): readonly string[] {
  const checked = sources.filter(({ json }) => !isOfUncalled(json.action, scope));
  const staticPolicies = Object.fromEntries(checked.map(({ id, text }) => [id, text]));
  const answer = validate({ schema: schemaOf(scope, argumentShapesOf(scope)), policies: { staticPolicies } });
  if (answer.type === "failure") return answer.errors.map(({ message }) => message);
  const warnings = scope.isObserved === true ? [] : answer.validationWarnings;
  const found = answer.validationErrors.length > 0 ? answer.validationErrors : warnings;
  return found.flatMap(({ policyId, error }) => {
    const source = sources.find(({ id }) => id === policyId);
    return source === undefined ? [`policy "${policyId}": ${error.message}`] : [fault(source.place, error, policyId)];
  });
}

/** Agents, tools and models that a policy names and nobody here is: the name may be misspelt. */
function strangers(sources: readonly CedarSource[], { agents, tools }: PolicyScope): readonly string[] {
  const known: Readonly<Record<string, ReadonlySet<string>>> = {
    Agent: new Set(agents.map(({ name }) => name)),
    Tool: new Set(tools.map(({ name }) => name)),
    Model: new Set(tools.flatMap(({ model }) => model ?? [])),
  };
  return sources.flatMap(({ id, json, text, place }) =>
    mentionsOf([json]).entities.flatMap((entity) => {
      if (known[entity.type]?.has(entity.id) ?? true) return [];
      const within = Math.max(0, text.indexOf(`${entity.type}::"${entity.id}"`));
      return [`${at(place, within)} policy "${id}": there is no ${entity.type.toLowerCase()} "${entity.id}" here`];
    }),
  );
}

function decide(request: PolicyRequest, { questions, schema, policies, rules }: Engine): Verdict {
  try {
    const question = questions(request);
    const preparsedPolicySetId = policies.get((question.action as TypeAndId).id);
    if (preparsedPolicySetId === undefined) return UNKNOWN_ACTION;
    return verdictOf(
      statefulIsAuthorized({ ...question, preparsedPolicySetId, preparsedSchemaName: schema, validateRequest: true }),
      rules,
    );
  } catch (error) {
    if (!(error instanceof Unsayable)) throw error;
    const reason = `${error.message}, so that the policies that look at it cannot be asked`;
    return { kind: "deny", rule: "cedar.value", reason };
  }
}

const UNKNOWN_ACTION: Verdict = {
  kind: "deny",
  rule: "cedar.request",
  reason: "this is no action that the orchestrator's agents and tools have",
};
