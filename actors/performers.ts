/** Performers: what each effect of the charts does, bound to the application's tools, agents and rules. */
import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { ReviewInput } from "../machines/agent-events.ts";
import type {
  EconomiseInput,
  InterveneInput,
  PlanInput,
  Planned,
  ValidateInput,
} from "../machines/orchestrator-events.ts";
import type { ExecuteInput, JudgeInput } from "../machines/tool-gate-events.ts";
import type { Conflict } from "../src/contracts/blackboard.ts";
import { messageOf, RuntimeError } from "../src/contracts/errors.ts";
import type { AcceptanceCheck, Achieved, Checks, Evaluator, Review, Score } from "../src/contracts/evaluation.ts";
import type { AgentName, RunId, TaskId } from "../src/contracts/ids.ts";
import type { Json } from "../src/contracts/json.ts";
import type { Assignment, Plan } from "../src/contracts/plan.ts";
import type { CodecPort, HashPort } from "../src/contracts/ports.ts";
import type { AgentGrant } from "../src/contracts/settings.ts";
import type { AnyTool, Asking, Cost, Executed, Reconciled, Reported, ToolContext } from "../src/contracts/tools.ts";
import { microUsd } from "../src/contracts/units.ts";
import { missingFrom } from "../src/decisions/delegation-request.ts";
import { economise } from "../src/decisions/economy.ts";
import { review, type Scored } from "../src/decisions/evaluation.ts";
import { ingest } from "../src/decisions/ingest.ts";
import { chooseRung } from "../src/decisions/loop.ts";
import { faultsOf } from "../src/decisions/plan.ts";
import type { Redact } from "../src/decisions/redaction.ts";
import { SYMBOL, settledText } from "../src/decisions/symbol.ts";
import { type AuthoriseInput, authorise } from "./authorise.ts";
import type { AnyAgent } from "./define-agent.ts";
import { extracted, extractedOutput } from "./extraction.ts";
import type { Performers, RunNow, Stop } from "./host/effects.ts";
import { issueText, judge, requestOf } from "./judge.ts";
import { measure } from "./measure.ts";
import { ask, type PolicyHolder } from "./policy.ts";
import type { Prompts } from "./prompts.ts";
import { type ConflictRules, resolveConflict } from "./resolver.ts";
import { giveOut, takeIn } from "./values.ts";

/** What a planner is told. */
export interface PlanRequest {
  readonly objective: string;
  readonly input: Json;
  readonly agents: readonly { readonly name: string; readonly description?: string }[];
  /** What was wrong with the last plan, or with its result. */
  readonly findings: PlanInput["findings"];
  /** Outputs of tasks completed under earlier plans; a new plan may need them by id. */
  readonly completed: { readonly [task: string]: Json };
  /** 1 for the first plan. */
  readonly number: number;
}

/** A fixed plan, or a function that makes one. It may be called again for the same request after a crash. */
export type Planner = Plan | ((request: PlanRequest) => Plan | Promise<Plan>);

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
  const judging = judge({ ...ports, granted: (agent) => granted.get(agent) ?? none });
  return {
    plan: ({ input }) => plan(ports, as<PlanInput>(input)) as unknown as Json,
    judge: ({ input }, _, now) => judging(as<JudgeInput>(input), now) as unknown as Json,
    authorise: ({ input }, _, now) => authorise(ports, as<AuthoriseInput>(input), now) as unknown as Json,
    execute: ({ input }, stop, now) =>
      execute(ports, as<ExecuteInput>(input), stop, now) as Promise<unknown> as Promise<Json>,
    reconcile: ({ input }, stop) =>
      reconcile(ports, as<ExecuteInput>(input), stop) as Promise<unknown> as Promise<Json>,
    review: ({ input }) => {
      const { attempt, assignment, output } = as<ReviewInput>(input);
      const agent = ports.agents.get(attempt.agent);
      const review = evaluate(expecting(agent, assignment.expect), output, assignment, ports.codec);
      return extractedOutput(review, agent, output) as unknown as Json;
    },
    validate: ({ input }) => validate(ports, as<ValidateInput>(input)) as unknown as Json,
    measure: ({ input }) => measure(ports.acceptance, as<Achieved>(input)) as unknown as Json,
    intervene: ({ input }) => chooseRung(as<InterveneInput>(input).options),
    economise: ({ input }) => economise(as<EconomiseInput>(input).options),
    resolve: ({ input }) => resolveConflict(ports.conflicts, as<Conflict>(input)) as unknown as Json,
  };
}

function plan(ports: PerformerPorts, input: PlanInput): Planned | Promise<Planned> {
  const { objective, findings, completed, number } = input;
  const settled = new Set(Object.keys(completed));
  const sound = (made: unknown): Planned => {
    const { value } = takeIn(made, "the plan", ports.codec);
    const taken = value as unknown as Plan;
    return { plan: taken, faults: faultsOf(taken, ports.grants, settled) };
  };
  if (typeof ports.planner !== "function") return sound(ports.planner);
  const agents = [...ports.agents.values()].map(({ name, description }) => ({
    name,
    ...(description === undefined ? {} : { description }),
  }));
  const failed = (error: unknown): never => {
    throw error instanceof RuntimeError
      ? error
      : new RuntimeError("planner.failed", `the planner failed: ${messageOf(error)}`, { cause: error });
  };
  try {
    const made = ports.planner({
      objective,
      input: giveOut(input.input, ports.codec) as Json,
      agents,
      findings,
      completed,
      number,
    });
    return made instanceof Promise ? made.then(sound, failed) : sound(made);
  } catch (error) {
    return failed(error);
  }
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
  const context = new CallContext(
    input,
    stop,
    tool.model === undefined ? undefined : askingOf(ports, input, stop, now),
  );
  let output: unknown;
  try {
    output = await tool.run(giveOut(frozen(call.args), ports.codec), context);
  } catch (error) {
    throw toolFailed(tool.name, error, context.cost);
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
    throw toolFailed(tool.name, error);
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

/** What the tool itself says of its failure. Anything can be thrown, hostile getters included. */
function saidBy(error: unknown): RuntimeError | undefined {
  try {
    return error instanceof RuntimeError && (error.code === "tool.rejected" || error.code.startsWith("model."))
      ? error
      : undefined;
  } catch {
    return undefined;
  }
}

/** Whatever a tool throws becomes a failure that names the tool. One of a model says what it has cost all the same. */
function toolFailed(name: string, error: unknown, cost?: Reported): RuntimeError {
  const said = saidBy(error);
  if (said === undefined)
    return new RuntimeError("tool.failed", `"${name}" failed: ${messageOf(error)}`, { cause: error });
  return new RuntimeError(said.code, `"${name}": ${messageOf(error)}`, {
    cause: error,
    ...(said.retryAfterMs === undefined ? {} : { retryAfterMs: said.retryAfterMs }),
    ...(said.code === "tool.rejected" || cost === undefined ? {} : { cost }),
  });
}

/** The result of the run has passed its checks, and all that the objective asks for holds. */
function validate({ validation, codec }: PerformerPorts, { output, unmet }: ValidateInput): Review | Promise<Review> {
  const findings = unmet.map((name) => ({ source: "acceptance", message: `"${name}" does not hold` }));
  const reviewed = evaluate(validation, output, undefined, codec);
  const taken = (one: Review): Review =>
    findings.length === 0 ? one : { ...one, accepted: false, findings: [...one.findings, ...findings] };
  return reviewed instanceof Promise ? reviewed.then(taken) : taken(reviewed);
}

/** What a delegator expects of an output is checked beside what the agent's own definition does. */
function expecting(checks: Checks | undefined, expect: readonly string[] | undefined): Checks | undefined {
  if (expect === undefined) return checks;
  const expectation: Evaluator = {
    name: "expect",
    evaluate: (output) => {
      const missing = missingFrom(output, expect);
      return { score: missing.length === 0 ? 1 : 0, findings: missing.map((field) => `the output has no "${field}"`) };
    },
  };
  return { ...checks, evaluators: [...(checks?.evaluators ?? []), expectation] };
}

/** Checks an output by schema and evaluators; at once when all of them answer at once. */
function evaluate(
  checks: Checks | undefined,
  output: Json,
  assignment: Assignment | undefined,
  codec: CodecPort,
): Review | Promise<Review> {
  const evaluators = checks?.evaluators ?? [];
  const value = giveOut(output, codec);
  const issues = checks?.schema === undefined ? [] : issuesOf(checks.schema, value);
  const scores = evaluators.map((evaluator) => score(evaluator, output, assignment));
  if (issues instanceof Promise || scores.some((one) => one instanceof Promise)) {
    return Promise.all([issues, Promise.all(scores)]).then(([found, scored]) => review(found, scored));
  }
  return review(issues, scores as readonly Scored[]);
}

function issuesOf(schema: StandardSchemaV1, value: unknown): readonly string[] | Promise<readonly string[]> {
  const thrown = (error: unknown): readonly string[] => [`the schema failed: ${messageOf(error)}`];
  const texts = ({ issues }: StandardSchemaV1.Result<unknown>): readonly string[] => issues?.map(issueText) ?? [];
  try {
    const result = schema["~standard"].validate(value);
    return result instanceof Promise ? result.then(texts, thrown) : texts(result);
  } catch (error) {
    return thrown(error);
  }
}

/** What an evaluator says it cost; what it may cost at most, where it says nothing. */
function costOf(estimate: NonNullable<Evaluator["estimate"]>, said: Score): Cost {
  const { costUsd = 0, tokens = 0 } = said.costUsd === undefined && said.tokens === undefined ? estimate : said;
  return { costMicroUsd: microUsd(costUsd), tokens: Math.ceil(tokens) };
}

/** An evaluator that throws has not passed the output. */
function score(evaluator: Evaluator, output: Json, assignment: Assignment | undefined): Scored | Promise<Scored> {
  const scored = (answer: Score): Scored => ({
    evaluator: evaluator.name,
    threshold: evaluator.threshold ?? 1,
    score: answer.score,
    findings: answer.findings ?? [],
    ...(evaluator.estimate === undefined ? {} : { cost: costOf(evaluator.estimate, answer) }),
    ...(evaluator.rubric === undefined ? {} : { rubric: evaluator.rubric }),
  });
  const thrown = (error: unknown): Scored =>
    scored({ score: Number.NaN, findings: [`the evaluator failed: ${messageOf(error)}`] });
  try {
    const answer = evaluator.evaluate(output, assignment);
    return answer instanceof Promise ? answer.then(scored, thrown) : scored(answer);
  } catch (error) {
    return thrown(error);
  }
}
