/**
 * Parts: which parts of a run have caps of their own, and in which of them is an act held?
 *
 * K1  An act is held in its task, in its agent, in those that delegated it, and in the run; a cap of a part never widens that of the whole.
 * K2  A part lives as long as the run: attempts, agents that take over and new plans draw on what is left of it.
 */
import type { Part, PartLimits, PartNumber } from "../contracts/budget.ts";
import type { AgentName } from "../contracts/ids.ts";
import type { Plan } from "../contracts/plan.ts";
import type { AgentGrant } from "../contracts/settings.ts";
import { openPart } from "./budget.ts";
import { partLimitsOf } from "./limits.ts";
import type { RunState } from "./run-state.ts";

const NO_PARTS: readonly PartNumber[] = [];

/** The parts of agents come first, in the order of the agents. */
export const agentParts = (agents: readonly AgentGrant[]): readonly Part[] =>
  agents.flatMap(({ name, limits }) => (limits === undefined ? [] : [openPart(`agent:${name}`, limits)]));

function partOfAgent(agents: readonly AgentGrant[], name: AgentName): PartNumber | undefined {
  let number = 0;
  for (const agent of agents) {
    if (agent.name === name) return agent.limits === undefined ? undefined : number;
    if (agent.limits !== undefined) number++;
  }
  return undefined;
}

/** Opens the parts of a plan's tasks, and tells the tasks which are theirs. */
export function openTaskParts(state: RunState, plan: Plan): RunState {
  const budgets = new Map<string, PartLimits>();
  for (const { id, budget } of plan.tasks) if (budget !== undefined) budgets.set(`task:${id}`, partLimitsOf(budget));
  if (budgets.size === 0) return state;
  const parts = [...state.ledger.parts];
  const numbers = new Map(parts.map(({ name }, number) => [name, number]));
  for (const [name, limits] of budgets) {
    const known = numbers.get(name);
    if (known === undefined) numbers.set(name, parts.push(openPart(name, limits)) - 1);
    else parts[known] = { ...(parts[known] as Part), limits };
  }
  const tasks = state.schedule.tasks.map((task) => {
    const part = budgets.has(`task:${task.id}`) ? numbers.get(`task:${task.id}`) : undefined;
    return part === undefined ? task : { ...task, part };
  });
  return { ...state, ledger: { ...state.ledger, parts }, schedule: { ...state.schedule, tasks } };
}

/**
 * The path of an act from its task to the run, without the run: each part once. What a delegated task spends is spent for
 * the task it is a part of too, and for the agent that delegated it.
 */
export function partsOf(
  { ledger, schedule, settings }: Pick<RunState, "ledger" | "schedule" | "settings">,
  position: number,
): readonly PartNumber[] {
  if (ledger.parts.length === 0) return NO_PARTS;
  const parts = new Set<PartNumber>();
  for (let task = schedule.tasks[position]; task !== undefined; ) {
    const agent = partOfAgent(settings.agents, task.agent);
    if (task.part !== undefined) parts.add(task.part);
    if (agent !== undefined) parts.add(agent);
    const parent = task.delegation?.parent;
    task = parent === undefined ? undefined : schedule.tasks.find(({ id }) => id === parent);
  }
  return [...parts];
}
