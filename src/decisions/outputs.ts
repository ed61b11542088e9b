/** Outputs: what a task is given of others, and what a run comes to. */
import type { ErrorCode } from "../contracts/errors.ts";
import type { AgentName } from "../contracts/ids.ts";
import type { Json } from "../contracts/json.ts";
import type { Assignment } from "../contracts/plan.ts";
import type { Schedule, TaskState } from "./schedule.ts";

export function assignmentOf(schedule: Schedule, position: number, objective: string): Assignment {
  const task = schedule.tasks[position] as TaskState;
  const inputs: Record<string, Json> = {};
  for (const [name, need] of task.needs) {
    const output = schedule.tasks[need]?.output;
    if (output !== undefined) inputs[name] = output;
  }
  return {
    objective: task.delegation?.request.objective ?? objective,
    task: task.id,
    goal: task.goal,
    input: task.input,
    inputs,
    attempt: task.attempt,
    findings: task.findings,
    accountable: task.accountable,
    ...(task.delegation === undefined ? {} : { delegatedBy: task.delegation.chain.at(-1) as AgentName }),
    ...(task.delegation?.request.expect === undefined ? {} : { expect: task.delegation.request.expect }),
  };
}

/** The run's output: that of the named task, or of all completed tasks nothing depends on. */
export function outputOf(schedule: Schedule): Json {
  if (schedule.output !== undefined) return schedule.tasks.find((task) => task.id === schedule.output)?.output ?? null;
  const ends = schedule.tasks.filter(
    (task) => task.dependents.length === 0 && task.status === "completed" && task.delegation === undefined,
  );
  return Object.fromEntries(ends.map((task) => [task.id, task.output ?? null]));
}

/** Outputs of everything that was completed. */
export const outputsOf = (schedule: Schedule): { readonly [task: string]: Json } =>
  Object.fromEntries(
    schedule.tasks.filter((task) => task.status === "completed").map((task) => [task.id, task.output ?? null]),
  );

/** Why required tasks failed, first cause first. */
export function causeOf(schedule: Schedule): { readonly code: ErrorCode; readonly message: string } {
  const task = schedule.tasks.find((one) => one.status === "failed");
  return {
    code: task?.failure?.code ?? "agent.failed",
    message: `task "${task?.id ?? "?"}": ${task?.failure?.message ?? "failed"}`,
  };
}
