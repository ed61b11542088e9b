/**
 * Plan: is it one that can be carried out?
 *
 * P1  Every fault is found and named, not only the first.
 * P2  An accepted plan has unique ids, known agents, bound inputs and no cycle.
 */
import { type AgentName, NAME_PATTERN, type TaskId } from "../contracts/ids.ts";
import type { Plan, PlanFault, Task } from "../contracts/plan.ts";
import type { AgentGrant } from "../contracts/settings.ts";
import { capFaults } from "./limits.ts";

const isTask = (task: unknown): task is Task => typeof task === "object" && task !== null && !Array.isArray(task);

/** An object that hides its text, as JSON may, has none to show otherwise. */
const said = (value: unknown): string => (typeof value === "object" ? JSON.stringify(value) : String(value));

/** The dependencies of a task as `[name, task]`. */
export function needsOf(task: Task): readonly (readonly [string, TaskId])[] {
  if (typeof task.needs !== "object" || task.needs === null) return [];
  return Array.isArray(task.needs)
    ? task.needs.map((id: TaskId) => [id, id] as const)
    : Object.entries(task.needs as Readonly<Record<string, TaskId>>);
}

/** All faults of a plan. `settled` are tasks of an earlier plan whose outputs may be needed. */
export function faultsOf(
  plan: Plan,
  agents: readonly AgentGrant[],
  settled: ReadonlySet<TaskId> = new Set(),
): readonly PlanFault[] {
  if (!Array.isArray(plan?.tasks) || plan.tasks.length === 0) {
    return [{ code: "empty", message: "the plan has no tasks; give at least one" }];
  }
  const grants = new Map(agents.map((agent) => [agent.name, agent]));
  // A plan may come from a model: what is no task is a fault like any other.
  const tasks = plan.tasks.filter(isTask);
  const faults: PlanFault[] = plan.tasks.flatMap((task, at) =>
    isTask(task) ? [] : [{ code: "invalid-value", message: `tasks[${at}] is not an object` }],
  );
  const known = new Set([...settled, ...tasks.map((task) => task.id)]);
  const seen = new Set<TaskId>();
  for (const task of tasks) {
    faults.push(...faultsOfTask(task, grants, known));
    if (seen.has(task.id))
      faults.push({
        code: "duplicate-id",
        task: task.id,
        message: `task "${said(task.id)}" is in the plan twice; ids must be unique`,
      });
    seen.add(task.id);
  }
  if (plan.output !== undefined && !known.has(plan.output)) {
    faults.push({
      code: "unknown-task",
      message: `the plan's output is task "${said(plan.output)}", which it does not have`,
    });
  }
  const cycle = findCycle(tasks);
  if (cycle !== undefined) {
    faults.push({
      code: "cycle",
      task: cycle[0] as TaskId,
      message: `these tasks wait for each other: ${cycle.join(" → ")}; remove one of the needs`,
    });
  }
  return faults;
}

function faultsOfTask(
  task: Task,
  grants: ReadonlyMap<AgentName, AgentGrant>,
  known: ReadonlySet<TaskId>,
): readonly PlanFault[] {
  const faults: PlanFault[] = [];
  const fault = (code: PlanFault["code"], message: string): void => {
    faults.push({ code, task: task.id, message });
  };
  if (typeof task.id !== "string" || !NAME_PATTERN.test(task.id)) {
    fault("invalid-id", `task id ${JSON.stringify(task.id)}: use letters, digits, ".", "_", "-", at most 64`);
  }
  const agent = grants.get(task.agent);
  if (agent === undefined) {
    fault(
      "unknown-agent",
      `task "${said(task.id)}" is for agent "${said(task.agent)}"; there are: ${[...grants.keys()].join(", ") || "none"}`,
    );
  }
  if (task.needs !== undefined && (typeof task.needs !== "object" || task.needs === null))
    fault("invalid-value", `task "${said(task.id)}": needs is ${said(task.needs)}; give task ids`);
  const needs = needsOf(task);
  const { crossCheck } = task;
  if (crossCheck !== undefined && (!known.has(crossCheck) || crossCheck === task.id))
    fault("unknown-task", `task "${said(task.id)}" cross-checks "${said(crossCheck)}"; name another task of the plan`);
  for (const [, need] of needs) {
    if (!known.has(need))
      fault("unknown-task", `task "${said(task.id)}" needs "${said(need)}", which the plan does not have`);
  }
  const { produces } = task;
  if (produces !== undefined && !(Array.isArray(produces) && produces.every((key) => typeof key === "string")))
    fault("invalid-value", `task "${said(task.id)}": produces is ${said(produces)}; give keys of the blackboard`);
  const given = new Set([...needs.map(([name]) => name), ...inputNames(task)]);
  for (const name of agent?.requires ?? []) {
    if (!given.has(name))
      fault(
        "missing-input",
        `task "${said(task.id)}": agent "${said(task.agent)}" requires "${name}"; bind it in needs or give it in input`,
      );
  }
  for (const [field, least] of [
    ["retries", 0],
    ["backoffMs", 0],
    ["timeoutMs", 1],
  ] as const) {
    const value = task[field];
    if (value !== undefined && !(Number.isSafeInteger(value) && value >= least)) {
      fault("invalid-value", `task "${said(task.id)}": ${field} is ${said(value)}; give a whole number from ${least}`);
    }
  }
  if (task.budget !== undefined)
    for (const message of capFaults(task.budget, "budget"))
      fault("invalid-value", `task "${said(task.id)}": ${message}`);
  if (task.priority !== undefined && !Number.isFinite(task.priority))
    fault("invalid-value", `task "${said(task.id)}": priority is not a number`);
  for (const [field, type] of [
    ["optional", "boolean"],
    ["goal", "string"],
    ["accountable", "string"],
  ] as const) {
    const value: unknown = task[field];
    if (value !== undefined && typeof value !== type)
      fault("invalid-value", `task "${said(task.id)}": ${field} is not a ${type}`);
  }
  return faults;
}

const inputNames = (task: Task): readonly string[] =>
  typeof task.input === "object" && task.input !== null && !Array.isArray(task.input) ? Object.keys(task.input) : [];

/** One cycle, as `a → b → a`, found by depth-first search without recursion; undefined when there is none. */
function findCycle(tasks: readonly Task[]): readonly TaskId[] | undefined {
  const needs = new Map(tasks.map((task) => [task.id, needsOf(task).map(([, need]) => need)]));
  const state = new Map<TaskId, "open" | "closed">();
  for (const task of tasks) {
    const path: { readonly id: TaskId; next: number }[] = state.has(task.id) ? [] : [{ id: task.id, next: 0 }];
    if (path.length > 0) state.set(task.id, "open");
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const need = needs.get(top.id)?.[top.next++];
      if (need === undefined) {
        state.set(top.id, "closed");
        path.pop();
      } else if (state.get(need) === "open") {
        const ids = path.map((step) => step.id);
        return [...ids.slice(ids.indexOf(need)), need];
      } else if (!state.has(need) && needs.has(need)) {
        state.set(need, "open");
        path.push({ id: need, next: 0 });
      }
    }
  }
  return undefined;
}
