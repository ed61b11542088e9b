/**
 * Judge: the first look at a proposed call. Registry, then schema, then policy, then price; all of it before anything
 * is held or asked, and all of it on one frozen copy of the arguments.
 *
 * I-P2  An unknown tool, a schema, policy or estimate that throws, or a policy that does not answer in time, denies.
 */
import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { JudgeInput } from "../machines/tool-gate-events.ts";
import type { Attempt } from "../src/contracts/acts.ts";
import { messageOf } from "../src/contracts/errors.ts";
import type { Json } from "../src/contracts/json.ts";
import type { Labels } from "../src/contracts/labels.ts";
import type { CodecPort, HashPort, PolicyPort } from "../src/contracts/ports.ts";
import type { AnyTool, Cost, Judged, PolicyRequest, ToolCall, Verdict } from "../src/contracts/tools.ts";
import { microUsd } from "../src/contracts/units.ts";
import { canonical } from "../src/decisions/ingest.ts";
import { judgedAgain, remainingOf } from "../src/decisions/policy.ts";
import { SYMBOL } from "../src/decisions/symbol.ts";
import { namingAlso, rulesOf, strictest } from "../src/decisions/verdict.ts";
import type { RunNow } from "./host/effects.ts";
import { type Flowing, flowOf } from "./judge-flow.ts";
import { ask, type PolicyHolder } from "./policy.ts";
import { giveOut, type Taken, takeIn } from "./values.ts";

export interface JudgePorts {
  readonly tools: ReadonlyMap<string, AnyTool>;
  /** Tools an agent may name. */
  readonly granted: (agent: string) => ReadonlySet<string>;
  readonly authority: PolicyHolder;
  readonly sha256: HashPort;
  readonly codec: CodecPort;
}

/** A call to judge, where the run stands, and the policy in force: it may be replaced before it answers. */
interface Case {
  readonly input: JudgeInput;
  readonly now: RunNow;
  readonly policy: PolicyPort | undefined;
}

export const judge =
  (ports: JudgePorts) =>
  (input: JudgeInput, now: RunNow): Judged | Promise<Judged> => {
    const tool = ports.tools.get(input.tool);
    const one: Case = { input, now, policy: ports.authority.policy };
    if (tool === undefined)
      return denied(ports, one, { kind: "deny", rule: "tool.unknown", reason: `there is no tool "${input.tool}"` });
    if (!ports.granted(input.attempt.agent).has(input.tool)) {
      const reason = `agent "${input.attempt.agent}" is not granted "${input.tool}"; add it to the agent's tools`;
      return denied(ports, one, { kind: "deny", rule: "allow-list", reason });
    }
    const outside = outsideOf(ports, input);
    if (outside !== undefined) return denied(ports, one, outside);
    const checked = check(tool, input.args, ports.codec);
    return checked instanceof Promise
      ? checked.then((result) => weigh(ports, one, tool, result))
      : weigh(ports, one, tool, checked);
  };

/**
 * A call in a delegated task is made on behalf of everybody on its chain: whoever of them may not make it, nor may have
 * it made by another.
 */
function outsideOf({ granted }: JudgePorts, { attempt, tool }: JudgeInput): Verdict | undefined {
  const { chain = [], authority } = attempt;
  const lacking = chain.find((agent) => !granted(agent).has(tool));
  if (lacking === undefined && (authority === undefined || authority.tools.includes(tool))) return undefined;
  const reason =
    lacking === undefined
      ? `"${tool}" was not given with task "${attempt.task}"`
      : `"${tool}" would be called on behalf of agent "${lacking}", which is not granted it`;
  return { kind: "deny", rule: "delegation.authority", reason };
}

type Checked =
  | { readonly kind: "ok"; readonly args: unknown }
  | { readonly kind: "issues"; readonly issues: readonly string[] };

function check(tool: AnyTool, args: Json, codec: CodecPort): Checked | Promise<Checked> {
  const given = giveOut(args, codec);
  if (tool.input === undefined) return { kind: "ok", args: given };
  try {
    const result = tool.input["~standard"].validate(given);
    return result instanceof Promise ? result.then(checkedOf, thrown) : checkedOf(result);
  } catch (error) {
    return thrown(error);
  }
}

const checkedOf = (result: StandardSchemaV1.Result<unknown>): Checked =>
  result.issues === undefined
    ? { kind: "ok", args: result.value }
    : { kind: "issues", issues: result.issues.map(issueText) };

const thrown = (error: unknown): Checked => ({ kind: "issues", issues: [`the schema failed: ${messageOf(error)}`] });

export const issueText = ({ message, path }: StandardSchemaV1.Issue): string => {
  const at = path?.map((part) => String(typeof part === "object" ? part.key : part)).join(".") ?? "";
  return at === "" ? message : `${at}: ${message}`;
};

/** What a schema has left as it was, or where there is none, has been taken in already; as text it is canonical. */
const argumentsIn = (checked: unknown, given: Json, tool: AnyTool, codec: CodecPort): Taken =>
  checked === given && Object.isFrozen(given)
    ? { value: given, text: JSON.stringify(given) }
    : takeIn(checked, `the arguments of "${tool.name}"`, codec);

function weigh(ports: JudgePorts, one: Case, tool: AnyTool, checked: Checked): Judged | Promise<Judged> {
  if (checked.kind === "issues")
    return denied(ports, one, { kind: "deny", rule: "schema.input", reason: checked.issues.join("; ") });
  try {
    const { value, text } = argumentsIn(checked.args, one.input.args, tool, ports.codec);
    const call: ToolCall = { tool: tool.name, args: value, digest: ports.sha256(text) };
    const flowing = flowOf(tool, call, one.input.flow, ports.codec);
    const judged = (verdict: Verdict): Judged => carrying(judgement(ports, one, tool, call, verdict), flowing);
    const verdict = decide(ports, one, tool, call, flowing);
    return verdict instanceof Promise ? verdict.then(judged) : judged(verdict);
  } catch (error) {
    return denied(ports, one, { kind: "deny", rule: "schema.input", reason: messageOf(error) });
  }
}

const carrying = (judged: Judged, { labels }: Flowing): Judged =>
  labels === undefined ? judged : { ...judged, labels };

function decide(
  ports: JudgePorts,
  one: Case,
  tool: AnyTool,
  call: ToolCall,
  flowing: Flowing,
): Verdict | Promise<Verdict> {
  // Of two that ask, the first is what a person is told: where the arguments come from, before that the tool always asks.
  const own: readonly Verdict[] = [
    { kind: "allow", rule: "allow-list" },
    ...flowing.verdicts,
    ...askFor(tool, call, ports.codec),
  ];
  const { policy, input, now } = one;
  const earlier = input.earlier ?? null;
  if (policy === undefined) return judgedAgain(earlier, strictest(own));
  const request: PolicyRequest = {
    ...requestOf(input.attempt, now, input.flow?.labels),
    action: tool.model === undefined ? "call" : "model",
    resource: tool.model ?? tool.name,
    call,
    effect: tool.effect ?? "once",
  };
  // The policy's verdict first: of equals, its rule is named.
  const joined = (said: Verdict): Verdict => {
    const verdict = strictest([said, ...own]);
    return judgedAgain(earlier, verdict.kind === "deny" ? verdict : namingAlso(verdict, rulesOf(said)));
  };
  const said = ask({ ...ports.authority, policy }, request);
  return said instanceof Promise ? said.then(joined) : joined(said);
}

/** What a policy is told whatever it is asked about. */
export const requestOf = (
  { run, agent, chain = [agent], task }: Attempt,
  { at, state }: RunNow,
  labels: Labels | undefined,
): Pick<PolicyRequest, "run" | "agent" | "chain" | "task" | "labels" | "remaining" | "at"> => ({
  run,
  agent,
  chain,
  task,
  ...(labels === undefined ? {} : { labels: { integrity: labels.integrity, readers: labels.readers } }),
  remaining: remainingOf(state.ledger),
  at,
});

/** The policy as a judgement names it: not at all where it is the one the run was started with. */
export function policyOf(policy: PolicyPort | undefined, { state }: RunNow): { readonly policy?: string | null } {
  const id = policy?.id ?? null;
  return id === (state.settings.policy ?? null) ? {} : { policy: id };
}

/** What the tool itself says about approval. A rule that throws asks. */
function askFor(tool: AnyTool, call: ToolCall, codec: CodecPort): readonly Verdict[] {
  const ask: Verdict = { kind: "ask", rule: "tool.needs-approval", reason: `"${tool.name}" asks for approval` };
  if (typeof tool.needsApproval !== "function") return tool.needsApproval === true ? [ask] : [];
  try {
    return tool.needsApproval(giveOut(call.args, codec)) === false ? [] : [ask];
  } catch (error) {
    return [{ ...ask, reason: `"${tool.name}" could not say whether it needs approval: ${messageOf(error)}` }];
  }
}

function judgement(ports: JudgePorts, one: Case, tool: AnyTool, call: ToolCall, verdict: Verdict): Judged {
  const isChanged = one.input.args !== call.args && JSON.stringify(one.input.args) !== JSON.stringify(call.args);
  const known = {
    ...policyOf(one.policy, one.now),
    effect: tool.effect ?? ("once" as const),
    call: { digest: digestFor(call, tool, verdict), ...(isChanged ? { args: call.args } : {}) },
    ...(tool.poll === undefined ? {} : { maxIdentical: tool.poll.maxIdentical }),
    ...(tool.model === undefined ? {} : { thinks: true as const }),
    ...(tool.timeoutMs === undefined ? {} : { timeoutMs: tool.timeoutMs }),
    ...(tool.cheaper === undefined ? {} : { cheaper: tool.cheaper }),
    ...(tool.revision === undefined ? {} : { revision: tool.revision.slice(0, SYMBOL) }),
  };
  try {
    const args = giveOut(call.args, ports.codec);
    return { verdict, ...known, ...holdOf(tool.estimate?.(args)), ...keysOf(ports, tool, args) };
  } catch (error) {
    const reason = `"${tool.name}": ${messageOf(error)}`;
    return { verdict: { kind: "deny", rule: "budget.unknown-price", reason }, ...known };
  }
}

/** In full where a person's word or another attempt is held against it; else as much as tells two calls apart. */
const digestFor = ({ digest }: ToolCall, { effect = "once" }: AnyTool, { kind }: Verdict): string =>
  kind === "ask" || effect === "once" || effect === "reconcilable" ? digest : digest.slice(0, SYMBOL);

/** What a call may cost at most. */
function holdOf(estimate: { readonly costUsd?: number; readonly tokens?: number } = {}): {
  readonly hold?: Partial<Cost>;
} {
  const { costUsd = 0, tokens = 0 } = estimate;
  assertAmount("costUsd", costUsd);
  assertAmount("tokens", tokens);
  if (costUsd === 0 && tokens === 0) return {};
  return {
    hold: {
      ...(costUsd === 0 ? {} : { costMicroUsd: microUsd(costUsd) }),
      ...(tokens === 0 ? {} : { tokens: Math.ceil(tokens) }),
    },
  };
}

function assertAmount(name: string, amount: number): void {
  if (!(Number.isFinite(amount) && amount >= 0)) throw new Error(`its estimate of ${name} is ${String(amount)}`);
}

/** What makes two calls the same, where the tool says so: to the loop rule, and to a person who has said no. */
function keysOf(ports: JudgePorts, tool: AnyTool, args: unknown): Pick<Judged, "symbol" | "fingerprint" | "dedupe"> {
  const { loopKey, dedupeKey } = tool;
  if (loopKey === undefined && dedupeKey === undefined) return {};
  const keyOf = (value: Json, what: string): string =>
    ports.sha256(`${tool.name}\n${canonical(takeIn(value, what, ports.codec).value)}`).slice(0, SYMBOL);
  return {
    ...(loopKey === undefined ? {} : { symbol: keyOf(loopKey(args), "loopKey") }),
    ...same(
      dedupeKey === undefined ? undefined : keyOf(dedupeKey === true ? (args as Json) : dedupeKey(args), "dedupeKey"),
    ),
  };
}

/** One key, to other tasks and to a person. */
const same = (key: string | undefined): Pick<Judged, "fingerprint" | "dedupe"> =>
  key === undefined ? {} : { fingerprint: key, dedupe: key };

function denied(ports: JudgePorts, { input, policy, now }: Case, verdict: Verdict): Judged {
  return {
    verdict,
    ...policyOf(policy, now),
    effect: "once",
    call: { digest: ports.sha256(canonical(input.args)) },
  };
}
