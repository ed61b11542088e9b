/** Planner: a language model that plans. What it says is a plan when the rules of plans find no fault in it. */
import type { Json, JsonObject } from "../../src/contracts/json.ts";
import type { PlanFault } from "../../src/contracts/plan.ts";
import { filled, promptUse } from "../../src/decisions/prompt.ts";
import { PLANNER_PROMPT } from "../../src/decisions/prompts/planner.ts";
import type { PlanRequest, PricedPlan, PricedPlanner } from "../planning.ts";
import { type ModelUse, question, worstCase } from "./question.ts";

export interface LanguageModelPlanner extends ModelUse {
  /** What it should know beside the objective and the agents' descriptions. Trusted. */
  readonly instructions?: string;
  /** Tasks of one plan, at most. Default 20. */
  readonly maxTasks?: number;
}

/**
 * A planner that is a language model. It chooses among the agents of the orchestrator and no others. A plan with faults is
 * sent back to it once, with what is wrong; after that the run has failed (F-MOD-16).
 *
 * @example
 * ```ts
 * const planner = languageModelPlanner({ model, prices, instructions: "Small plans." });
 * const orchestrator = createOrchestrator({ name: "press", agents: { researcher, writer }, planner });
 * ```
 */
export function languageModelPlanner(options: LanguageModelPlanner): PricedPlanner {
  const { instructions = "", maxTasks = 20 } = options;
  return {
    estimate: worstCase(options),
    prompt: promptUse(PLANNER_PROMPT, instructions),
    plan: async (request, context): Promise<PricedPlan> => {
      const names = request.agents.map(({ name }) => name);
      const said = await question(
        options,
        {
          prompt: filled(PLANNER_PROMPT, { instructions, agents: names.join(", "), tasks: String(maxTasks) }),
          words: [`Objective: ${request.objective}`],
          data: dataOf(request),
          output: { name: "plan", schema: schemaOf(names, maxTasks) },
        },
        context,
      );
      const { kind: _, ...cost } = said;
      if (said.kind === "unusable") return { ...costOnly(cost), plan: NONE, faults: [fault(said.reason)] };
      return { ...costOnly(cost), ...planOf(said.value, maxTasks) };
    },
  };
}

const costOnly = ({ costUsd, tokens }: { readonly costUsd?: number; readonly tokens?: number }) => ({
  ...(costUsd === undefined ? {} : { costUsd }),
  ...(tokens === undefined ? {} : { tokens }),
});

const NONE: Json = { tasks: [] };

const fault = (message: string): PlanFault => ({ code: "invalid-value", message: `no plan came: ${message}` });

/** What of a task is the planner's to say. Who answers for it, what it may cost and how often it is tried is not. */
const SAYS = ["id", "agent", "goal", "input", "needs", "optional", "priority", "crossCheck"] as const;

function planOf(value: Json, maxTasks: number): Pick<PricedPlan, "plan" | "faults"> {
  const { tasks, output } = isObject(value) ? value : {};
  if (!Array.isArray(tasks)) return { plan: NONE, faults: [fault("it has no list of tasks")] };
  const plan = { tasks: tasks.map(taskOf), ...(output === undefined || output === null ? {} : { output }) };
  if (tasks.length <= maxTasks) return { plan };
  return { plan, faults: [fault(`it has ${tasks.length} tasks; ${maxTasks} is the most`)] };
}

const taskOf = (task: Json): Json =>
  isObject(task)
    ? Object.fromEntries(
        SAYS.flatMap((name) => (task[name] === undefined || task[name] === null ? [] : [[name, task[name]]])),
      )
    : task;

const isObject = (value: Json): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const dataOf = ({ agents, input, findings, completed }: PlanRequest): { readonly [name: string]: Json } => ({
  agents: agents as unknown as Json,
  ...(input === null ? {} : { "input of the run": input }),
  ...(findings.length === 0 ? {} : { findings: findings as unknown as Json }),
  ...(Object.keys(completed).length === 0 ? {} : { completed }),
});

const TEXT: JsonObject = { type: "string" };

const schemaOf = (agents: readonly string[], maxTasks: number): JsonObject => ({
  type: "object",
  properties: {
    tasks: {
      type: "array",
      minItems: 1,
      maxItems: maxTasks,
      items: {
        type: "object",
        properties: {
          id: TEXT,
          agent: { type: "string", enum: agents },
          goal: TEXT,
          input: {},
          needs: { type: "array", items: TEXT },
          optional: { type: "boolean" },
          priority: { type: "integer" },
          crossCheck: TEXT,
        },
        required: ["id", "agent", "goal"],
      },
    },
    output: TEXT,
  },
  required: ["tasks"],
});
