/** Task graph: the plan as it stands, with the times of its tasks and the longest chain among them. */
import type { TaskId } from "../../contracts/ids.ts";
import type { TaskNode } from "../../contracts/inspection.ts";
import type { TaskStatus } from "../../contracts/plan.ts";
import type { Timestamp } from "../../contracts/units.ts";
import { attemptsOf, isSettled, type Schedule, type TaskState } from "../schedule.ts";
import { criticalPath } from "./critical-path.ts";

/** When the first attempt at a task began, and when the last one ended. */
export interface TaskTimes {
  readonly startedAt?: Timestamp;
  readonly endedAt?: Timestamp;
}

export interface Clocked {
  readonly at: Timestamp;
  readonly isOver: boolean;
  readonly timesOf: (task: TaskId) => TaskTimes;
}

export function taskGraph({ tasks }: Schedule, { at, isOver, timesOf }: Clocked): readonly TaskNode[] {
  const times = tasks.map((task) => timesShown(task, timesOf(task.id)));
  const taken = times.map(({ startedAt, endedAt = at }) => (startedAt === undefined ? undefined : endedAt - startedAt));
  const ended = taken.filter((_, n) => times[n]?.endedAt !== undefined).filter((ms) => ms !== undefined);
  // A task that has not begun is thought to take as long as those that have ended.
  const typical = ended.length === 0 ? 1 : ended.reduce((sum, ms) => sum + ms, 0) / ended.length;
  const positions = tasks.map(({ needs }) => needs.map(([, position]) => position));
  const critical = criticalPath(
    tasks.map((task, n) => ({ needs: positions[n] ?? [], ms: taken[n] ?? (isSettled(task.status) ? 0 : typical) })),
  );
  return tasks.map((task, n) => ({
    ...nodeOf(task, isOver),
    needs: (positions[n] ?? []).map((position) => tasks[position]?.id ?? ""),
    ...times[n],
    critical: critical.has(n),
  }));
}

/** A task that is at work again has not ended, whatever its earlier attempts did. */
function timesShown({ status }: TaskState, { startedAt, endedAt }: TaskTimes): TaskTimes {
  return {
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(endedAt === undefined || !isSettled(status) ? {} : { endedAt }),
  };
}

const UNSETTLED: ReadonlySet<TaskStatus> = new Set(["waiting", "ready", "running", "backing-off"]);

const nodeOf = (task: TaskState, isOver: boolean): Omit<TaskNode, "needs" | "critical"> => ({
  id: task.id,
  agent: task.agent,
  ...(task.goal === "" ? {} : { goal: task.goal }),
  accountable: task.accountable,
  status: isOver && UNSETTLED.has(task.status) ? "stopped" : task.status,
  attempts: attemptsOf(task),
  optional: task.optional,
  ...(task.delegation === undefined ? {} : { delegatedBy: task.delegation.parent }),
  ...(task.sharedFrom === undefined ? {} : { sharedFrom: task.sharedFrom }),
  ...(task.failure === undefined ? {} : { failure: `${task.failure.code}: ${task.failure.message}` }),
});
