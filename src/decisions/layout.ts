/**
 * Layout: a plan becomes a schedule. What an earlier plan has brought about stays.
 */
import type { TaskId } from "../contracts/ids.ts";
import type { Finding, Plan, Task } from "../contracts/plan.ts";
import type { RunSettings } from "../contracts/settings.ts";
import { needsOf } from "./plan.ts";
import { DEFAULT_BACKOFF } from "./retry.ts";
import { inOrder, isSettled, NO_TASKS, ready, type Schedule, type TaskState } from "./schedule.ts";
import { workKey } from "./twin.ts";

/** Lays out a valid plan. Tasks completed under an earlier plan keep their outputs, under the same id; delegated ones stay on record. */
export function layOut(
  plan: Plan,
  settings: RunSettings,
  before: Schedule = NO_TASKS,
  findings: readonly Finding[] = [],
): Schedule {
  const attempts = new Map([...before.retired, ...before.tasks.map((task) => [task.id, task.attempt] as const)]);
  const kept = before.tasks.filter((task) => task.status === "completed" || task.delegation !== undefined);
  const done = new Set(kept.map((task) => task.id));
  const fresh = plan.tasks.filter((task) => !done.has(task.id));
  const positions = new Map([...kept, ...fresh].map((task, position) => [task.id, position]));
  const idOf = (position: number): TaskId => (before.tasks[position] as TaskState).id;
  const keptStates = kept.map(({ twin: _twin, followers: _followers, checkers: _checkers, ...task }) => ({
    ...task,
    // What an output was built on stays on record, as far as that was kept too.
    needs: task.needs.flatMap(([name, need]) => {
      const position = done.has(idOf(need)) ? positions.get(idOf(need)) : undefined;
      return position === undefined ? [] : [[name, position] as const];
    }),
    dependents: [] as number[],
  }));
  const freshStates = fresh.map((task) => lay(task, positions, settings, attempts.get(task.id) ?? 0, findings));
  const tasks = tieCheckers(pairTwins([...keptStates, ...freshStates]), positions);
  tasks.forEach((task, position) => {
    for (const [, need] of task.needs) (tasks[need]?.dependents as number[] | undefined)?.push(position);
  });
  const counted = tasks.map((task) =>
    isSettled(task.status) ? task : ready({ ...task, unmet: unmetOf(tasks, task) }),
  );
  const queue = counted.flatMap((task, position) => (task.status === "ready" ? [position] : []));
  queue.sort((a, b) => inOrder(counted, a, b));
  return {
    tasks: counted,
    ready: queue,
    running: 0,
    backingOff: 0,
    settled: keptStates.length,
    failed: 0,
    retired: [...attempts].filter(([id, count]) => count > 0 && !positions.has(id)),
    ...(plan.output === undefined ? {} : { output: plan.output }),
  };
}

/** What a task waits for: its needs with their cross-checks and disputes, and the twin before it. */
export function unmetOf(tasks: readonly TaskState[], { needs, twin, crossCheck }: TaskState): number {
  const isOpen = (position: number): boolean => !isSettled(tasks[position]?.status ?? "waiting");
  let unmet = twin !== undefined && isOpen(twin) ? 1 : 0;
  for (const [, need] of needs) {
    if (isOpen(need)) unmet++;
    const task = tasks[need];
    // A cross-check may need what it checks.
    if (task === undefined || task.id === crossCheck) continue;
    unmet += (task.checkers ?? []).filter(isOpen).length + (task.disputed === true ? 1 : 0);
  }
  return unmet;
}

/** Tells each task which others cross-check it. */
function tieCheckers(tasks: readonly TaskState[], positions: ReadonlyMap<TaskId, number>): readonly TaskState[] {
  if (tasks.every(({ crossCheck }) => crossCheck === undefined)) return tasks;
  const tied = [...tasks];
  tasks.forEach(({ crossCheck }, position) => {
    const head = crossCheck === undefined ? undefined : positions.get(crossCheck);
    if (head === undefined) return;
    const { checkers = [], ...task } = tied[head] as TaskState;
    tied[head] = { ...task, checkers: [...checkers, position] };
  });
  return tied;
}

/** Ties each task to the one before it that is the same work (P3 of twin). */
function pairTwins(tasks: readonly TaskState[]): readonly TaskState[] {
  const last = new Map<string, number>();
  const paired = [...tasks];
  tasks.forEach((task, position) => {
    const needs = task.needs.map(([name, need]) => [name, tasks[need]?.id ?? ""] as const);
    const key = workKey({ ...task, needs });
    if (key === undefined) return;
    const twin = last.get(key);
    last.set(key, position);
    if (twin === undefined || task.status === "completed") return;
    paired[position] = { ...task, twin };
    paired[twin] = { ...(paired[twin] as TaskState), followers: [position] };
  });
  return paired;
}

function lay(
  task: Task,
  positions: ReadonlyMap<TaskId, number>,
  settings: RunSettings,
  attempts: number,
  findings: readonly Finding[],
): TaskState {
  return {
    id: task.id,
    agent: task.agent,
    goal: task.goal ?? "",
    input: task.input ?? null,
    needs: needsOf(task).map(([name, id]) => [name, positions.get(id) ?? -1] as const),
    dependents: [],
    optional: task.optional ?? false,
    priority: task.priority ?? 0,
    retries: task.retries ?? settings.retries,
    backoffMs: task.backoffMs ?? DEFAULT_BACKOFF,
    timeoutMs: task.timeoutMs ?? settings.agents.find(({ name }) => name === task.agent)?.timeoutMs ?? null,
    accountable: task.accountable ?? settings.owner,
    status: "waiting",
    attempt: attempts,
    attemptsBefore: attempts,
    unmet: 0,
    ...(task.crossCheck === undefined ? {} : { crossCheck: task.crossCheck }),
    ...(task.partial === true ? { partial: true as const } : {}),
    ...(task.produces === undefined ? {} : { produces: task.produces }),
    findings: findings.filter((finding) => finding.task === undefined || finding.task === task.id),
  };
}
