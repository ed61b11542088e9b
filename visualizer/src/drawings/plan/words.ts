/** Words of a plan: what a task's card says, and what is said of it. */
import type { TaskNode } from "../../../../src/contracts/inspection.ts";
import type { Timestamp } from "../../../../src/contracts/units.ts";
import { duration } from "../../state/format.ts";
import { clip, said } from "../text.ts";

/** Of a card: its name, and its other lines. */
const COLUMNS = { name: 23, line: 31 } as const;

/** How long it has taken, or takes since it began. */
export function tookOf({ startedAt, endedAt }: TaskNode, at: Timestamp): string | undefined {
  return startedAt === undefined ? undefined : duration(Math.max(0, (endedAt ?? at) - startedAt));
}

export function cardLines(task: TaskNode, at: Timestamp): readonly [name: string, people: string, state: string] {
  const took = tookOf(task, at);
  const state = [
    task.sharedFrom === undefined ? task.status : `as ${clip(task.sharedFrom, 12)}`,
    ...(took === undefined ? [] : [took]),
    ...(task.attempts > 1 ? [`try ${task.attempts}`] : []),
  ];
  return [
    clip(task.id, COLUMNS.name),
    clip(`${clip(task.agent, 16)} for ${task.accountable}`, COLUMNS.line),
    clip(state.join(" · "), COLUMNS.line),
  ];
}

/** All that is known of a task, for the tooltip and for those who listen. */
export function taskWords(task: TaskNode, at: Timestamp): readonly string[] {
  const took = tookOf(task, at);
  const needs =
    task.needs.length === 0 ? "needs nothing" : `needs ${task.needs.map((need) => clip(need, 40)).join(", ")}`;
  return [
    `${clip(task.id, 80)}: ${task.status}${task.critical ? ", on the critical path" : ""}${task.optional ? ", optional" : ""}`,
    ...(task.goal === undefined ? [] : [task.goal]),
    `agent ${task.agent}, accountable ${task.accountable}`,
    `${task.attempts} ${task.attempts === 1 ? "attempt" : "attempts"}${took === undefined ? "" : `, ${took}`}`,
    needs,
    ...(task.delegatedBy === undefined ? [] : [`delegated by ${task.delegatedBy}`]),
    ...(task.sharedFrom === undefined ? [] : [`has the output of ${task.sharedFrom}`]),
    ...(task.failure === undefined ? [] : [task.failure]),
  ].map(said);
}

/** Where the arrows lead: along what it needs and what needs it, and up and down the list. */
export function nextTask(tasks: readonly TaskNode[], at: string | undefined, key: string): string | undefined {
  const n = tasks.findIndex(({ id }) => id === at);
  const task = tasks[n];
  if (task === undefined) return tasks[0]?.id;
  if (key === "ArrowLeft") return task.needs.find((need) => tasks.some(({ id }) => id === need)) ?? task.id;
  if (key === "ArrowRight") return tasks.find(({ needs }) => needs.includes(task.id))?.id ?? task.id;
  if (key === "Home") return tasks[0]?.id;
  if (key === "End") return tasks.at(-1)?.id;
  return tasks[n + (key === "ArrowUp" ? -1 : 1)]?.id ?? task.id;
}
