/**
 * Schedule: which tasks may start, and what follows when one ends?
 *
 * T1  A task starts only when all it needs is completed; an optional one that failed or was skipped counts as settled.
 * T2  Each task runs at most once at a time; a result carries the attempt it belongs to, and an old one changes nothing.
 * T3  Ready tasks start by priority, delegated ones before those of the plan, then by their order.
 * T4  A required task that fails for good makes everything that needs it fail too.
 *
 * Tasks are known by position. All lists are short or shared, so that one event costs little in a plan of thousands.
 */
import type { PartNumber } from "../contracts/budget.ts";
import type { Delegation } from "../contracts/delegation.ts";
import type { Failure } from "../contracts/errors.ts";
import type { ActorId, AgentName, PersonId, TaskId } from "../contracts/ids.ts";
import type { Json } from "../contracts/json.ts";
import type { Tracked } from "../contracts/labels.ts";
import type { Finding, TaskStatus } from "../contracts/plan.ts";
import type { Source } from "../contracts/provenance.ts";
import type { Share } from "../contracts/report.ts";
import type { Milliseconds, Timestamp } from "../contracts/units.ts";
import { hear } from "./labels.ts";

/** An output that did not pass, with its least score and what was wanting. */
export interface Best {
  readonly output: Json;
  readonly score: number;
  readonly findings: readonly Finding[];
}

export interface TaskState {
  readonly id: TaskId;
  readonly agent: AgentName;
  readonly goal: string;
  readonly input: Json;
  readonly needs: readonly (readonly [name: string, position: number])[];
  readonly dependents: readonly number[];
  readonly optional: boolean;
  readonly priority: number;
  readonly retries: number;
  readonly backoffMs: Milliseconds;
  readonly timeoutMs: Milliseconds | null;
  readonly accountable: PersonId;
  /** Where it has caps of its own. */
  readonly part?: PartNumber;
  readonly status: TaskStatus;
  readonly attempt: number;
  /** Attempts of earlier plans; retries count from here. */
  readonly attemptsBefore: number;
  /** Agents that failed for good before this one, and the attempts they took of the plan's. */
  readonly gaveUp?: readonly AgentName[];
  readonly attemptsOfOthers?: number;
  readonly crossCheck?: TaskId;
  /** Tasks that cross-check this one. */
  readonly checkers?: readonly number[];
  /** Its output is in question: what needs it waits. */
  readonly disputed?: true;
  /** The least score its review gave its output. */
  readonly confidence?: number;
  /** The task before it that is the same work, and those after it. */
  readonly twin?: number;
  readonly followers?: readonly number[];
  /** The twin whose output it has taken. */
  readonly sharedFrom?: TaskId;
  /** It takes its best output when none passes; and that output so far. */
  readonly partial?: true;
  readonly best?: Best;
  readonly tookBest?: true;
  /** Keys of the blackboard that it must have written to be done. */
  readonly produces?: readonly string[];
  /** Needs not settled yet. */
  readonly unmet: number;
  readonly output?: Json;
  readonly failure?: Failure;
  readonly findings: readonly Finding[];
  /** Labels of what its attempts are told beside their inputs, and of what came out; where labels are used. */
  readonly given?: Tracked;
  readonly labels?: Tracked;
  /** What its attempts were told, and by whom. */
  readonly sources?: readonly Source[];
  /** Of a task that is no part of the plan: an agent delegated it. */
  readonly delegation?: Delegation;
}

export interface Schedule {
  readonly tasks: readonly TaskState[];
  /** Positions of ready tasks, next first. */
  readonly ready: readonly number[];
  readonly running: number;
  readonly backingOff: number;
  readonly settled: number;
  /** Required tasks that failed for good. */
  readonly failed: number;
  /** Attempts at tasks of earlier plans that this one leaves out: should one return, its actors get new names. */
  readonly retired: readonly (readonly [task: TaskId, attempts: number])[];
  readonly output?: TaskId;
  /** Positions of delegated tasks that have not settled. Absent: none. */
  readonly delegated?: readonly number[];
}

export const NO_TASKS: Schedule = {
  tasks: [],
  ready: [],
  running: 0,
  backingOff: 0,
  settled: 0,
  failed: 0,
  retired: [],
};

export const agentActorOf = (task: TaskState): ActorId => `${task.id}#${task.attempt}`;

export const isSettled = (status: TaskStatus): boolean =>
  status === "completed" || status === "failed" || status === "skipped";

export const isFinished = (schedule: Schedule): boolean => schedule.settled === schedule.tasks.length;

/** Ready, if nothing is left to wait for. */
export const ready = (task: TaskState): TaskState =>
  task.unmet === 0 && task.status === "waiting" ? { ...task, status: "ready" } : task;

/** Which of two ready tasks starts first (T3). */
export const inOrder = (tasks: readonly TaskState[], a: number, b: number): number =>
  (tasks[b] as TaskState).priority - (tasks[a] as TaskState).priority ||
  Number(tasks[b]?.delegation !== undefined) - Number(tasks[a]?.delegation !== undefined) ||
  a - b;

/** Puts a position where its priority belongs. */
function enqueue(queue: readonly number[], tasks: readonly TaskState[], position: number): readonly number[] {
  let low = 0;
  let high = queue.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (inOrder(tasks, queue[middle] as number, position) <= 0) low = middle + 1;
    else high = middle;
  }
  return queue.toSpliced(low, 0, position);
}

/** Takes the next ready task and starts an attempt. */
export function startNext(schedule: Schedule): { readonly schedule: Schedule; readonly position: number } | undefined {
  const position = schedule.ready[0];
  if (position === undefined) return undefined;
  const task = schedule.tasks[position] as TaskState;
  const tasks = schedule.tasks.with(position, { ...task, status: "running", attempt: task.attempt + 1 });
  return { schedule: { ...schedule, tasks, ready: schedule.ready.slice(1), running: schedule.running + 1 }, position };
}

/** Settles the next ready task with the output of its twin, if it has one that is completed. */
export function shareNext(
  schedule: Schedule,
): { readonly schedule: Schedule; readonly position: number; readonly share: Share } | undefined {
  const position = schedule.ready[0];
  const task = position === undefined ? undefined : schedule.tasks[position];
  const twin = task?.twin === undefined ? undefined : schedule.tasks[task.twin];
  if (position === undefined || task === undefined || twin?.status !== "completed") return undefined;
  const share = { task: task.id, from: twin.sharedFrom ?? twin.id };
  const marked = { ...schedule, tasks: schedule.tasks.with(position, { ...task, sharedFrom: share.from }) };
  return { schedule: complete(marked, position, twin.output ?? null), position, share };
}

/** The task at `position`, if that attempt of it is the one running (T2). */
export function runningTask(schedule: Schedule, position: number, attempt: number): TaskState | undefined {
  const task = schedule.tasks[position];
  return task?.status === "running" && task.attempt === attempt ? task : undefined;
}

export function complete(schedule: Schedule, position: number, output: Json, confidence?: number): Schedule {
  return settle(schedule, position, {
    status: "completed",
    output,
    ...(confidence === undefined ? {} : { confidence }),
  });
}

/** Ends a task for good without an output. Required ones take their dependants with them (T4). */
export function giveUp(schedule: Schedule, position: number, failure: Failure): Schedule {
  let after = abandon(schedule, position, failure);
  // Grows while it is walked: a chain of dependants may be longer than the stack is deep.
  const lost = [position];
  for (const one of lost) {
    const task = after.tasks[one] as TaskState;
    if (task.status !== "failed") continue;
    for (const dependent of task.dependents) {
      if (after.tasks[dependent]?.status !== "waiting") continue;
      after = abandon(after, dependent, {
        code: "agent.failed",
        message: `needs task "${task.id}", which failed`,
      });
      lost.push(dependent);
    }
  }
  return after;
}

function abandon(schedule: Schedule, position: number, failure: Failure): Schedule {
  const task = schedule.tasks[position];
  return settle(schedule, position, {
    status: task?.optional && task.delegation === undefined ? "skipped" : "failed",
    failure,
  });
}

function settle(
  schedule: Schedule,
  position: number,
  end: Pick<TaskState, "status" | "output" | "failure" | "confidence">,
): Schedule {
  const task = schedule.tasks[position] as TaskState;
  const tasks = schedule.tasks.with(position, { ...task, ...end });
  const queue = task.status === "ready" ? schedule.ready.filter((one) => one !== position) : schedule.ready;
  // A delegated task fails its delegator's request, not the run.
  const isLost = end.status === "failed" && task.delegation === undefined;
  let after: Schedule = {
    ...schedule,
    tasks,
    ready: queue,
    running: schedule.running - (task.status === "running" ? 1 : 0),
    backingOff: schedule.backingOff - (task.status === "backing-off" ? 1 : 0),
    settled: schedule.settled + 1,
    failed: schedule.failed + (isLost ? 1 : 0),
    ...(task.delegation === undefined
      ? {}
      : { delegated: (schedule.delegated ?? []).filter((one) => one !== position) }),
  };
  if (end.status !== "failed") for (const dependent of task.dependents) after = meet(after, dependent);
  for (const follower of task.followers ?? []) after = meet(after, follower);
  return task.crossCheck === undefined ? after : meetAll(after, task.crossCheck);
}

/** What needs a task, its cross-checks apart, has one thing less to wait for. */
function meetAll(schedule: Schedule, head: TaskId): Schedule {
  let after = schedule;
  for (const dependent of schedule.tasks.find(({ id }) => id === head)?.dependents ?? [])
    if (after.tasks[dependent]?.crossCheck !== head) after = meet(after, dependent);
  return after;
}

function meet(schedule: Schedule, position: number): Schedule {
  const task = schedule.tasks[position];
  if (task === undefined || task.status !== "waiting") return schedule;
  const next = ready({ ...task, unmet: task.unmet - 1 });
  const tasks = schedule.tasks.with(position, next);
  return {
    ...schedule,
    tasks,
    ready: next.status === "ready" ? enqueue(schedule.ready, tasks, position) : schedule.ready,
  };
}

/** Sends a running task to wait for its next attempt, with what was found wanting; or, with another agent, straight back. */
export function postpone(
  schedule: Schedule,
  position: number,
  findings: readonly Finding[],
  agent?: AgentName,
): Schedule {
  const task = schedule.tasks[position] as TaskState;
  const next: TaskState = { ...task, status: "backing-off", findings, agent: agent ?? task.agent };
  const waiting: Schedule = {
    ...schedule,
    tasks: schedule.tasks.with(position, next),
    running: schedule.running - 1,
    backingOff: schedule.backingOff + 1,
  };
  return agent === undefined ? waiting : makeReady(waiting, position);
}

/** Ends the wait of a task that was postponed. */
export function makeReady(schedule: Schedule, position: number): Schedule {
  const task = schedule.tasks[position];
  if (task === undefined || task.status !== "backing-off") return schedule;
  const tasks = schedule.tasks.with(position, { ...task, status: "ready" as const });
  return { ...schedule, tasks, backingOff: schedule.backingOff - 1, ready: enqueue(schedule.ready, tasks, position) };
}

/** Puts a task that was stopped with its attempt back in line, uncounted. */
export function takeBack(schedule: Schedule, position: number): Schedule {
  const task = schedule.tasks[position];
  if (task === undefined || task.status !== "running") return schedule;
  return makeReady(postpone(schedule, position, task.findings), position);
}

export const TRIMMED: Failure = { code: "budget.exceeded", message: "optional; left out to stay within the budget" };

/** Optional tasks that have not settled, as positions. */
export const trimmable = (schedule: Schedule): readonly number[] =>
  schedule.tasks.flatMap((task, position) => (task.optional && !isSettled(task.status) ? [position] : []));

/** Skips tasks, for this reason. */
export const trim = (schedule: Schedule, positions: readonly number[], why: Failure = TRIMMED): Schedule =>
  positions.reduce((after, position) => giveUp(after, position, why), schedule);

/** Keeps an output that did not pass, where it is the best so far of a task that may take it in the end. */
export function keepBest(schedule: Schedule, position: number, best: Best): Schedule {
  const task = schedule.tasks[position];
  if (task?.partial !== true || (task.best !== undefined && task.best.score >= best.score)) return schedule;
  return { ...schedule, tasks: schedule.tasks.with(position, { ...task, best }) };
}

/** Completes a task with the best output it has had. */
export function completeWithBest(schedule: Schedule, position: number, { output, score }: Best): Schedule {
  const task = schedule.tasks[position] as TaskState;
  const marked = { ...schedule, tasks: schedule.tasks.with(position, { ...task, tookBest: true as const }) };
  return complete(marked, position, output, score);
}

/** Hands a running task that its agent has failed to another one, which begins with all its attempts. */
export function handOver(
  schedule: Schedule,
  position: number,
  findings: readonly Finding[],
  agent: AgentName,
): Schedule {
  const { gaveUp = [], ...task } = schedule.tasks[position] as TaskState;
  const handed = { ...task, gaveUp: [...gaveUp, task.agent], attemptsOfOthers: attemptsOf(task) };
  return postpone({ ...schedule, tasks: schedule.tasks.with(position, handed) }, position, findings, agent);
}

/** Adds a delegated task behind all others, ready to start. */
export function append(schedule: Schedule, task: TaskState): Schedule {
  return lineUp({ ...schedule, tasks: [...schedule.tasks, task] }, schedule.tasks.length);
}

/** Takes a delegated task that has ended up again, for another attempt of its delegator. */
export function takeUp(schedule: Schedule, position: number, delegation: Delegation, given?: Tracked): Schedule {
  const { failure: _, ...task } = schedule.tasks[position] as TaskState;
  // What its earlier attempts had heard stands in its findings still.
  const marks = given === undefined ? {} : { given: hear(task.given ?? given, given) };
  const next: TaskState = { ...task, ...marks, status: "ready", attemptsBefore: task.attempt, delegation };
  return lineUp({ ...schedule, tasks: schedule.tasks.with(position, next), settled: schedule.settled - 1 }, position);
}

const lineUp = (schedule: Schedule, position: number): Schedule => ({
  ...schedule,
  ready: enqueue(schedule.ready, schedule.tasks, position),
  delegated: [...(schedule.delegated ?? []), position],
});

/** Positions of the parts that an attempt has delegated and that have not settled. */
export const partsOpenOf = ({ tasks, delegated = [] }: Schedule, actor: ActorId): readonly number[] =>
  delegated.filter((position) => tasks[position]?.delegation?.by === actor);

/** Ends a delegated task whose delegator has ended. */
export const stop = (schedule: Schedule, position: number, failure: Failure): Schedule =>
  settle(schedule, position, { status: "skipped", failure });

/** When an attempt that began then must have ended; undefined where there is no deadline. */
export function attemptEnd({ timeoutMs, delegation }: TaskState, startedAt: Timestamp): Timestamp | undefined {
  const end = Math.min(startedAt + (timeoutMs ?? Infinity), delegation?.authority.until ?? Infinity);
  return end === Infinity ? undefined : end;
}

export const attemptsOf = (task: TaskState): number => task.attempt - task.attemptsBefore;

/** Attempts by the agent that is on it now. */
export const ownAttemptsOf = (task: TaskState): number => attemptsOf(task) - (task.attemptsOfOthers ?? 0);
