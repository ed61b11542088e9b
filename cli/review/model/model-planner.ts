/**
 * Model planner: a model chooses what is looked at and what for; how a review hangs together is not its to say. Each agent
 * has one task, under the name its results are known by; both assessors and the editor are always there.
 */
import {
  languageModelPlanner,
  type ModelUse,
  type Plan,
  type PlanFault,
  type PricedPlanner,
  type Task,
} from "../../../index.ts";
import type { EditorInput } from "../agents/editor.ts";
import { GATHERING } from "../agents/gathered.ts";
import { planOf } from "../run/review-plan.ts";

const INSTRUCTIONS = `You plan the review of a source tree: is it fit to depend on?
- surveyor, librarian, watchman, tester and clerk gather facts. Choose those whose facts matter here; usually all of them. They need nothing.
- sceptic and maintainer judge, each on its own; judge decides between them; editor writes the report. These four are always needed.
- One task for each agent, at most. The goal tells the agent what to look at in this tree.`;

/** Longest goal that is kept. */
const MOST_GOAL = 500;

export function modelPlanner(use: ModelUse, input: EditorInput, isEmpty: () => Promise<boolean>): PricedPlanner {
  const inner = languageModelPlanner({ ...use, instructions: INSTRUCTIONS, maxTasks: 9 });
  return {
    ...inner,
    plan: async (request, context) => {
      // There is nothing to choose.
      if (await isEmpty()) return { plan: judged(planOf(["survey"], input)), costUsd: 0, tokens: 0 };
      // Where things lie on this machine is nothing to plan by.
      const made = await inner.plan({ ...request, input: null }, context);
      return made.faults === undefined ? { ...made, ...conformed(made.plan as Plan, input) } : made;
    },
  };
}

/** The plan of a review in which those gather whom the model has chosen, for what it has said. */
function conformed(
  { tasks }: Plan,
  input: EditorInput,
): { readonly plan: Plan; readonly faults?: readonly PlanFault[] } {
  const whole = judged(planOf(GATHERING, input));
  const faults = faultsIn(tasks, whole.tasks);
  if (faults.length > 0) return { plan: whole, faults };
  const goals = new Map(tasks.map(({ agent, goal }) => [agent, goal]));
  const chosen = GATHERING.filter((id) => goals.has(agentOf(whole.tasks, id)));
  const plan = judged(planOf(chosen.length === 0 ? ["survey"] : chosen, input));
  return { plan: { ...plan, tasks: plan.tasks.map((task) => ({ ...task, ...goalOf(goals.get(task.agent)) })) } };
}

/** With a task for the judge, between the assessors and the editor. */
function judged({ tasks, ...plan }: Plan): Plan {
  const verdict: Task = { id: "verdict", agent: "judge", goal: "Say which verdict stands.", needs: ["risk", "upkeep"] };
  const others = tasks.map((task) =>
    task.agent === "editor" ? { ...task, needs: [...((task.needs ?? []) as readonly string[]), verdict.id] } : task,
  );
  return { ...plan, tasks: [...others, verdict] };
}

const agentOf = (tasks: readonly Task[], id: string): string => tasks.find((task) => task.id === id)?.agent ?? "";

const goalOf = (goal: unknown): Pick<Task, "goal"> =>
  typeof goal === "string" && goal.trim() !== "" ? { goal: goal.slice(0, MOST_GOAL).toWellFormed() } : {};

function faultsIn(tasks: readonly Partial<Task>[], known: readonly Task[]): readonly PlanFault[] {
  const agents = tasks.map((task) => task?.agent);
  const fault = (message: string): PlanFault => ({ code: "invalid-value", message });
  const strange = agents.find((agent) => !known.some((task) => task.agent === agent));
  const twice = agents.find((agent, place) => agents.indexOf(agent) !== place);
  const missing = ["sceptic", "maintainer", "judge", "editor"].find((agent) => !agents.includes(agent));
  return [
    ...(strange === undefined && agents.every((agent) => agent !== undefined)
      ? []
      : [fault(`there is no agent ${JSON.stringify(strange ?? null)}`)]),
    ...(twice === undefined ? [] : [fault(`"${twice}" has two tasks; give it one`)]),
    ...(missing === undefined ? [] : [fault(`"${missing}" has no task, and is always needed`)]),
  ];
}
