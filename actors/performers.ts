/** Performers: what each effect of the charts does, bound to the application's tools, agents and rules. */
import type { ReviewInput } from "../machines/agent-events.ts";
import type { EconomiseInput, InterveneInput, PlanInput, ValidateInput } from "../machines/orchestrator-events.ts";
import type { ExecuteInput, JudgeInput } from "../machines/tool-gate-events.ts";
import { messageOf, RuntimeError } from "../src/contracts/errors.ts";
import type { AcceptanceCheck, Achieved, Checks } from "../src/contracts/evaluation.ts";
import type { AgentName, RunId, TaskId } from "../src/contracts/ids.ts";
import type { Json } from "../src/contracts/json.ts";
import type { ClockPort, CodecPort, HashPort } from "../src/contracts/ports.ts";
import type { AgentGrant } from "../src/contracts/settings.ts";
import type {
  AnyTool,
  Asking,
  EffectContext,
  Executed,
  Judgement,
  Reconciled,
  Reported,
  ToolContext,
} from "../src/contracts/tools.ts";
import { type Milliseconds, microUsd } from "../src/contracts/units.ts";
import { economise } from "../src/decisions/economy.ts";
import { ingest } from "../src/decisions/ingest.ts";
import { chooseRung } from "../src/decisions/loop.ts";
import type { Redact } from "../src/decisions/redaction.ts";
import { SYMBOL, settledText } from "../src/decisions/symbol.ts";
import { type AuthoriseInput, authorise } from "./authorise.ts";
import type { AnyAgent } from "./define-agent.ts";
import { extracted, extractedOutput } from "./extraction.ts";
import type { Performers, RunNow, Stop } from "./host/effects.ts";
import { judge, requestOf } from "./judge.ts";
import type { PendingEffect } from "./kernel/registry.ts";
import { measure } from "./measure.ts";
import { type Planner, plan } from "./planning.ts";
import { ask, type PolicyHolder } from "./policy.ts";
import type { Prompts } from "./prompts.ts";
import { type ConflictRules, type ResolveInput, resolveConflict } from "./resolver.ts";
import { evaluate, expecting, validate } from "./reviewing.ts";
import { giveOut, takeIn } from "./values.ts";

export interface PerformerPorts {
  readonly agents: ReadonlyMap<string, AnyAgent>;
  readonly grants: readonly AgentGrant[];
  readonly tools: ReadonlyMap<string, AnyTool>;
  readonly planner: Planner;
  readonly authority: PolicyHolder;
  readonly validation: Checks | undefined;
  readonly conflicts: ConflictRules | undefined;
  readonly acceptance: readonly AcceptanceCheck[];
  readonly sha256: HashPort;
  readonly codec: CodecPort;
  readonly prompts: Prompts;
  readonly redact?: Redact | undefined;
}

const as = <Input>(input: Json): Input => input as unknown as Input;

export function performers(ports: PerformerPorts): Performers {
  const granted = new Map(ports.grants.map((grant) => [grant.name as string, new Set<string>(grant.tools)]));
  const none = new Set<string>();
  const contextOf = contextBy(ports.authority.clock);
  const judging = judge({ ...ports, granted: (agent) => granted.get(agent) ?? none });
  return {
    plan: (effect, stop, now) =>
      plan(ports, as<PlanInput>(effect.input), contextOf(effect, stop, now)) as unknown as Json,
    judge: ({ input }, _, now) => judging(as<JudgeInput>(input), now) as unknown as Json,
    authorise: ({ input }, _, now) => authorise(ports, as<AuthoriseInput>(input), now) as unknown as Json,
    execute: ({ input }, stop, now) =>
      execute(ports, as<ExecuteInput>(input), stop, now) as Promise<unknown> as Promise<Json>,
    reconcile: ({ input }, stop) =>
      reconcile(ports, as<ExecuteInput>(input), stop) as Promise<unknown> as Promise<Json>,
    review: (effect, stop, now) => {
      const { attempt, assignment, output } = as<ReviewInput>(effect.input);
      const agent = ports.agents.get(attempt.agent);
      const context = contextOf(effect, stop, now);
      const review = evaluate(expecting(agent, assignment.expect), { output, assignment, codec: ports.codec, context });
      return extractedOutput(review, agent, output) as unknown as Json;
    },
    validate: (effect, stop, now) => {
      const input = as<ValidateInput>(effect.input);
      const context = contextOf(effect, stop, now);
      const reviewed = { output: input.output, assignment: undefined, codec: ports.codec, context };
      return validate(ports.validation, input, reviewed) as unknown as Json;
    },
    measure: ({ input }) => measure(ports.acceptance, as<Achieved>(input)) as unknown as Json,
    intervene: ({ input }) => chooseRung(as<InterveneInput>(input).options),
    economise: ({ input }) => economise(as<EconomiseInput>(input).options),
    resolve: (effect, stop, now) =>
      resolveConflict(ports.conflicts, as<ResolveInput>(effect.input), contextOf(effect, stop, now)) as unknown as Json,
  };
}

/** How whoever performs an effect is known to services, and told to stop. */
const contextBy =
  (clock: ClockPort) =>
  ({ key }: PendingEffect, stop: Stop, { state: { run } }: RunNow): EffectContext => ({
    idempotencyKey: `${run}/${key}`,
    wait: (ms) => waited(clock, ms, stop.signal),
    get signal() {
      return stop.signal;
    },
  });

function waited(clock: ClockPort, ms: Milliseconds, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const end = clock.at(clock.now() + ms, resolve);
  const stop = (): void => {
    end();
    reject(new RuntimeError("agent.stopped", "it is no longer waited for"));
  };
  if (signal.aborted) stop();
  else signal.addEventListener("abort", stop, { once: true });
  return promise.finally(() => signal.removeEventListener("abort", stop));
}

class CallContext implements ToolContext {
  readonly idempotencyKey: string;
  readonly run: RunId;
  readonly agent: AgentName;
  readonly task: TaskId;
  readonly asking?: Asking;
  readonly #stop: Stop;
  /** What the call has said it cost, last. */
  cost: Reported | undefined;

  constructor({ attempt, callKey }: ExecuteInput, stop: Stop, asking?: Asking) {
    this.idempotencyKey = `${attempt.run}/${callKey}`;
    this.run = attempt.run;
    this.agent = attempt.agent;
    this.task = attempt.task;
    this.#stop = stop;
    if (asking !== undefined) this.asking = asking;
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** A property, so that a tool may take it out of its context. */
  readonly spent = ({ costUsd, tokens }: { readonly costUsd?: number; readonly tokens?: number }): void => {
    this.cost = {
      ...(costUsd === undefined ? {} : { costMicroUsd: said(microUsd(costUsd)) }),
      ...(tokens === undefined ? {} : { tokens: said(Math.ceil(tokens)) }),
    };
  };
}

/** A number JSON cannot carry is none. */
const said = (amount: number): number | null => (Number.isFinite(amount) ? amount : null);

async function execute(ports: PerformerPorts, input: ExecuteInput, stop: Stop, now: RunNow): Promise<Executed> {
  const { call } = input.judgement;
  const tool = toolOf(ports, call.tool);
  assertJudged(tool, input.judgement);
  const context = new CallContext(
    input,
    stop,
    tool.model === undefined ? undefined : askingOf(ports, input, stop, now),
  );
  let output: unknown;
  try {
    output = await tool.run(giveOut(frozen(call.args), ports.codec), context);
  } catch (error) {
    throw toolFailed(tool, error, context.cost);
  }
  const { value, text } = takeIn(output, `the output of "${tool.name}"`, ports.codec);
  return {
    output: value,
    digest: ports.sha256(settledText(resultText(tool, value, text, ports.codec))).slice(0, SYMBOL),
    ...(context.cost === undefined ? {} : { cost: context.cost }),
    ...extracted(tool, value, input.judgement.labels),
  };
}

/** What a tool that calls a model may ask: for the prompt, and what the policy says of another model. */
function askingOf(
  { prompts, authority, redact }: PerformerPorts,
  { attempt, judgement: { call, effect } }: ExecuteInput,
  stop: Stop,
  now: RunNow,
): Asking {
  return {
    prompt: (digest) => prompts.find(digest, stop.signal),
    ...(redact === undefined ? {} : { redacted: () => redact.stream() }),
    permits: async (model) => {
      const { policy } = authority;
      if (policy === undefined) return { kind: "allow", rule: "allow-list" };
      const request = {
        ...requestOf(attempt, now, undefined),
        action: "model",
        resource: model,
        call,
        effect,
      } as const;
      return ask({ ...authority, policy }, request);
    },
  };
}

/** What tells two results apart. A tool that cannot say it is told apart by all of it. */
function resultText(tool: AnyTool, value: Json, text: string, codec: CodecPort): string {
  if (tool.resultKey === undefined) return text;
  try {
    return takeIn(tool.resultKey(giveOut(value, codec)), "resultKey", codec).text;
  } catch {
    return text;
  }
}

async function reconcile(
  ports: PerformerPorts,
  input: ExecuteInput,
  stop: Stop,
): Promise<Reconciled<Json> & { readonly digest?: string }> {
  const { call } = input.judgement;
  const tool = toolOf(ports, call.tool);
  const context = new CallContext(input, stop);
  const args = giveOut(frozen(call.args), ports.codec);
  let found: Reconciled<unknown>;
  try {
    found = (await tool.reconcile?.(context.idempotencyKey, args, context)) ?? { kind: "unknown" };
  } catch (error) {
    throw toolFailed(tool, error);
  }
  if (found.kind !== "done") return { kind: found.kind === "absent" ? "absent" : "unknown" };
  const { value, text } = takeIn(found.output, `what "${tool.name}" found out`, ports.codec);
  return { kind: "done", output: value, digest: ports.sha256(settledText(text)).slice(0, SYMBOL) };
}

/** Arguments read back from a journal are frozen again, so that no tool can change what was approved. */
function frozen(args: Json): Json {
  if (typeof args !== "object" || args === null || Object.isFrozen(args)) return args;
  const copy = ingest(args);
  return copy.kind === "ok" ? copy.value : args;
}

function toolOf(ports: PerformerPorts, name: string): AnyTool {
  const tool = ports.tools.get(name);
  if (tool === undefined)
    throw new RuntimeError(
      "tool.unknown",
      `there is no tool "${name}" in this process; define it before resuming the run`,
    );
  return tool;
}

/** A-SUP-01: what a policy and a person have allowed is a call of the tool as it was then. */
function assertJudged({ name, revision }: AnyTool, judged: Judgement): void {
  if (judged.revision === revision?.slice(0, SYMBOL)) return;
  throw new RuntimeError("tool.rejected", `"${name}" has changed since this call was judged; propose it again`);
}

/** A failure as the tool itself has put it. Anything can be thrown, hostile getters included. */
function saidBy(error: unknown): RuntimeError | undefined {
  try {
    return error instanceof RuntimeError && typeof error.code === "string" ? error : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whatever a tool throws becomes a failure that names the tool. It may say that the call itself is at fault, and, of a
 * call that is not simply made again, that its outcome is lost. One of a model says what it has cost all the same.
 */
function toolFailed({ name, effect = "once" }: AnyTool, error: unknown, cost?: Reported): RuntimeError {
  const said = saidBy(error);
  const isModels = said?.code.startsWith("model.") === true;
  const isLost = said?.code === "effect.unknown" && (effect === "once" || effect === "reconcilable");
  const details = {
    cause: error,
    ...(said?.retryAfterMs === undefined ? {} : { retryAfterMs: said.retryAfterMs }),
    ...(isModels && cost !== undefined ? { cost } : {}),
  };
  return said !== undefined && (isModels || said.code === "tool.rejected")
    ? new RuntimeError(said.code, `"${name}": ${messageOf(error)}`, details)
    : new RuntimeError(isLost ? "effect.unknown" : "tool.failed", `"${name}" failed: ${messageOf(error)}`, details);
}
