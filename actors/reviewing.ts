/** Reviewing: holds an output against schema and evaluators. */
import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { ValidateInput } from "../machines/orchestrator-events.ts";
import { messageOf } from "../src/contracts/errors.ts";
import type { Checks, Evaluator, Review, Score } from "../src/contracts/evaluation.ts";
import type { Json } from "../src/contracts/json.ts";
import type { Assignment } from "../src/contracts/plan.ts";
import type { CodecPort } from "../src/contracts/ports.ts";
import type { EffectContext } from "../src/contracts/tools.ts";
import { missingFrom } from "../src/decisions/delegation-request.ts";
import { costSaid, review, type Scored } from "../src/decisions/evaluation.ts";
import { issueText } from "./judge.ts";
import { giveOut } from "./values.ts";

/** An output to be reviewed, and how whoever reviews it is known to services. */
export interface Reviewed {
  readonly output: Json;
  readonly assignment: Assignment | undefined;
  readonly codec: CodecPort;
  readonly context: EffectContext;
}

/** What a delegator expects of an output is checked beside what the agent's own definition does. */
export function expecting(checks: Checks | undefined, expect: readonly string[] | undefined): Checks | undefined {
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

/** The result of the run has passed its checks, and all that the objective asks for holds. */
export function validate(
  validation: Checks | undefined,
  { unmet }: ValidateInput,
  reviewed: Reviewed,
): Review | Promise<Review> {
  const findings = unmet.map((name) => ({ source: "acceptance", message: `"${name}" does not hold` }));
  const done = evaluate(validation, reviewed);
  const taken = (one: Review): Review =>
    findings.length === 0 ? one : { ...one, accepted: false, findings: [...one.findings, ...findings] };
  return done instanceof Promise ? done.then(taken) : taken(done);
}

/** Checks an output by schema and evaluators; at once when all of them answer at once. */
export function evaluate(checks: Checks | undefined, reviewed: Reviewed): Review | Promise<Review> {
  const evaluators = checks?.evaluators ?? [];
  const value = giveOut(reviewed.output, reviewed.codec);
  const issues = checks?.schema === undefined ? [] : issuesOf(checks.schema, value);
  const scores = evaluators.map((evaluator) => score(evaluator, reviewed));
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

/** An evaluator that throws has not passed the output. */
function score(evaluator: Evaluator, { output, assignment, context }: Reviewed): Scored | Promise<Scored> {
  const scored = (answer: Score): Scored => ({
    evaluator: evaluator.name,
    threshold: evaluator.threshold ?? 1,
    score: answer.score,
    findings: answer.findings ?? [],
    ...(evaluator.estimate === undefined ? {} : { cost: costSaid(evaluator.estimate, answer) }),
    ...(evaluator.rubric === undefined ? {} : { rubric: evaluator.rubric }),
  });
  const thrown = (error: unknown): Scored =>
    scored({ score: Number.NaN, findings: [`the evaluator failed: ${messageOf(error)}`] });
  // Each of them is asked under a key of its own.
  const own: EffectContext = {
    idempotencyKey: `${context.idempotencyKey}/${evaluator.name}`,
    wait: (ms) => context.wait(ms),
    get signal() {
      return context.signal;
    },
  };
  try {
    const answer = evaluator.evaluate(output, assignment, own);
    return answer instanceof Promise ? answer.then(scored, thrown) : scored(answer);
  } catch (error) {
    return thrown(error);
  }
}
