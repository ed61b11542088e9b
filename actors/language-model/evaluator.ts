/** Evaluator: a language model that scores the work of others. */
import type { Evaluator, Score } from "../../src/contracts/evaluation.ts";
import type { Json, JsonObject } from "../../src/contracts/json.ts";
import type { Estimate } from "../../src/contracts/tools.ts";
import { filled, promptUse } from "../../src/decisions/prompt.ts";
import { EVALUATOR_PROMPT } from "../../src/decisions/prompts/judge.ts";
import { asTold, MOST_ASKED } from "./asked-twice.ts";
import { type ModelUse, worstCase } from "./question.ts";

export interface LanguageModelEvaluator extends ModelUse {
  readonly name: string;
  /** What it looks for. Trusted. */
  readonly rubric: string;
  /** The least score that passes. Default 0.7. */
  readonly threshold?: number;
}

const MOST_FINDINGS = 10;
const MOST_LENGTH = 500;

/**
 * An evaluator that is a language model. It says a number and findings, and nothing else of it counts; a judgement that
 * is none is asked for once more, and then the output has not passed.
 */
export function languageModelEvaluator(options: LanguageModelEvaluator): Evaluator {
  const { name, rubric, threshold = 0.7 } = options;
  return {
    name,
    rubric,
    threshold,
    estimate: worstCase(options, MOST_ASKED),
    prompt: promptUse(EVALUATOR_PROMPT, rubric),
    evaluate: async (output, assignment, context) => {
      const asked = {
        prompt: filled(EVALUATOR_PROMPT, { rubric, findings: String(MOST_FINDINGS) }),
        words: [],
        data: { ...(assignment === undefined ? {} : { task: taskOf(assignment) }), work: output },
        output: { name: "judgement", schema: SCHEMA },
      };
      const { read, ...cost } = await asTold(options, asked, context, scoreIn);
      return { ...(read ?? { score: 0, findings: ["the judge gave no judgement"] }), ...cost } satisfies Score &
        Estimate;
    },
  };
}

const taskOf = ({ objective, goal, input }: { objective: string; goal: string; input: Json }): Json => ({
  objective,
  goal,
  input,
});

const SCHEMA: JsonObject = {
  type: "object",
  properties: {
    score: { type: "number", minimum: 0, maximum: 1 },
    findings: { type: "array", maxItems: MOST_FINDINGS, items: { type: "string" } },
  },
  required: ["score", "findings"],
};

function scoreIn(value: Json): Pick<Score, "score" | "findings"> | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const { score, findings = [] } = value as JsonObject;
  if (typeof score !== "number" || score < 0 || score > 1 || !Array.isArray(findings)) return undefined;
  const said = findings.filter((one): one is string => typeof one === "string").slice(0, MOST_FINDINGS);
  return { score, findings: said.map((one) => one.slice(0, MOST_LENGTH).toWellFormed()) };
}
