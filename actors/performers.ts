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
import { type ErrorCode, messageOf, RuntimeError } from "../src/contracts/errors.ts";
import type { AcceptanceCheck, Achieved, Checks, Evaluator, Review, Score } from "../src/contracts/evaluation.ts";
import type { AgentName, RunId, TaskId } from "../src/contracts/ids.ts";
import type { Json } from "../src/contracts/json.ts";
import type { Assignment, Plan } from "../src/contracts/plan.ts";
import type { CodecPort, HashPort } from "../src/contracts/ports.ts";
import type { AgentGrant } from "../src/contracts/settings.ts";
import type { AnyTool, Cost, Executed, Judgement, Reconciled, Reported, ToolContext } from "../src/contracts/tools.ts";
import { microUsd } from "../src/contracts/units.ts";
import { missingFrom } from "../src/decisions/delegation-request.ts";
import { economise } from "../src/decisions/economy.ts";
import { review, type Scored } from "../src/decisions/evaluation.ts";
import { ingest } from "../src/decisions/ingest.ts";
import { chooseRung } from "../src/decisions/loop.ts";
import { faultsOf } from "../src/decisions/plan.ts";
import { SYMBOL, settledText } from "../src/decisions/symbol.ts";
import { type AuthoriseInput, authorise } from "./authorise.ts";
import type { AnyAgent } from "./define-agent.ts";
import { extracted, extractedOutput } from "./extraction.ts";
import type { Performers, Stop } from "./host/effects.ts";
import { issueText, judge } from "./judge.ts";
import { measure } from "./measure.ts";
import type { PolicyHolder } from "./policy.ts";
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
    execute: ({ input }, stop) => execute(ports, as<ExecuteInput>(input), stop) as Promise<unknown> as Promise<Json>,
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
  readonly #stop: Stop;
  /** What the call has said it cost, last. */
  cost: Reported | undefined;

  constructor({ attempt, callKey }: ExecuteInput, stop: Stop) {
    this.idempotencyKey = `${attempt.run}/${callKey}`;
    this.run = attempt.run;
    this.agent = attempt.agent;
    this.task = attempt.task;
    this.#stop = stop;
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

async function execute(ports: PerformerPorts, input: ExecuteInput, stop: Stop): Promise<Executed> {
  const { call } = input.judgement;
  const tool = toolOf(ports, call.tool);
  assertJudged(tool, input.judgement);
  const context = new CallContext(input, stop);
  let output: unknown;
  try {
    output = await tool.run(giveOut(frozen(call.args), ports.codec), context);
  } catch (error) {
    throw toolFailed(tool, error);
  }
  const { value, text } = takeIn(output, `the output of "${tool.name}"`, ports.codec);
  return {
    output: value,
    digest: ports.sha256(settledText(text)).slice(0, SYMBOL),
    ...(context.cost === undefined ? {} : { cost: context.cost }),
    ...extracted(tool, value, input.judgement.labels),
  };
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

/** Anything can be thrown, hostile getters included. */
function isSaying(code: ErrorCode, error: unknown): boolean {
  try {
    return error instanceof RuntimeError && error.code === code;
  } catch {
    return false;
  }
}

/**
 * Whatever a tool throws becomes a failure that names the tool. It may say that the call itself is at fault, and, of a
 * call that is not simply made again, that its outcome is lost.
 */
function toolFailed({ name, effect = "once" }: AnyTool, error: unknown): RuntimeError {
  const options = { cause: error };
  if (isSaying("tool.rejected", error))
    return new RuntimeError("tool.rejected", `"${name}": ${messageOf(error)}`, options);
  const isLost = isSaying("effect.unknown", error) && (effect === "once" || effect === "reconcilable");
  return new RuntimeError(isLost ? "effect.unknown" : "tool.failed", `"${name}" failed: ${messageOf(error)}`, options);
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
