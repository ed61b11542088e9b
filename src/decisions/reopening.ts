/**
 * Reopening: what was settled is in question again, or is done again by others.
 */
import type { AgentName } from "../contracts/ids.ts";
import type { Json } from "../contracts/json.ts";
import type { TaskStatus } from "../contracts/plan.ts";
import { unmetOf } from "./layout.ts";
import { attemptsOf, inOrder, isSettled, type Schedule, type TaskState } from "./schedule.ts";

/** Gives a task that is not running to another agent. */
export function reassignTo(schedule: Schedule, position: number, agent: AgentName): Schedule {
  const { gaveUp = [], ...task } = schedule.tasks[position] as TaskState;
  const given = { ...task, agent, gaveUp: [...gaveUp, task.agent], attemptsOfOthers: attemptsOf(task) };
  return { ...schedule, tasks: schedule.tasks.with(position, given) };
}

/** Takes tasks back that are done or running, as if they had not begun; their attempts stay counted. */
export function reopen(schedule: Schedule, positions: ReadonlySet<number>): Schedule {
  const opened = schedule.tasks.map((task, position): TaskState => {
    if (!positions.has(position)) return task;
    const { output: _output, sharedFrom: _sharedFrom, disputed: _disputed, ...rest } = task;
    return { ...rest, status: "waiting", attemptsOfOthers: attemptsOf(task) };
  });
  return recount({ ...schedule, tasks: opened });
}

/** What waits on what, counted anew. Done once for each task, so that it may follow any change. */
function recount(schedule: Schedule): Schedule {
  const { tasks: before } = schedule;
  const tasks = before.map((task): TaskState => {
    if (task.status !== "waiting" && task.status !== "ready") return task;
    const unmet = unmetOf(before, task);
    return { ...task, unmet, status: unmet === 0 ? "ready" : "waiting" };
  });
  const count = (status: TaskStatus): number => tasks.filter((task) => task.status === status).length;
  const queue = tasks.flatMap((task, position) => (task.status === "ready" ? [position] : []));
  const isOpen = ({ status, delegation }: TaskState) => delegation !== undefined && !isSettled(status);
  const { delegated: _, ...rest } = schedule;
  const delegated = tasks.flatMap((task, position) => (isOpen(task) ? [position] : []));
  return {
    ...rest,
    ...(schedule.delegated === undefined ? {} : { delegated }),
    tasks,
    ready: queue.toSorted((a, b) => inOrder(tasks, a, b)),
    running: count("running"),
    backingOff: count("backing-off"),
    settled: tasks.filter(({ status }) => isSettled(status)).length,
    // A delegated task fails its delegator's request, not the run.
    failed: tasks.filter(({ status, delegation }) => status === "failed" && delegation === undefined).length,
  };
}

/** Puts the output of a completed task in question: what needs it and has not begun waits (C5 of cross-check). */
export function dispute(schedule: Schedule, position: number): Schedule {
  const task = schedule.tasks[position] as TaskState;
  return recount({ ...schedule, tasks: schedule.tasks.with(position, { ...task, disputed: true }) });
}

/** Ends the dispute, with another output where that one lost. */
export function settleDispute(schedule: Schedule, position: number, output?: Json): Schedule {
  const task = schedule.tasks[position];
  if (task === undefined) return schedule;
  const { disputed: _, ...rest } = task;
  const next = output === undefined ? rest : { ...rest, output };
  return recount({ ...schedule, tasks: schedule.tasks.with(position, next) });
}
