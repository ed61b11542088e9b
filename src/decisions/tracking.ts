/**
 * Tracking: the labels of what a run passes on: to its planner, to its tasks, over its blackboard.
 *
 * I-F1  An attempt begins with the join of all it is told: what the run was given, its plan, the outputs it needs, what
 *       was found wanting before. What comes out of it carries what it has heard since.
 * I-F2  All of it is derived from the journal; a restart changes nothing.
 *
 * A run without labels has no `flow`, and nothing here happens.
 */
import type { InFlow, Tracked } from "../contracts/labels.ts";
import { hear, tracked, UNKNOWN } from "./labels.ts";
import type { RunState } from "./run-state.ts";
import type { Schedule, TaskState } from "./schedule.ts";

/** Labels a new plan: its planner was told what came of every task before it. */
export function trackPlan(state: RunState, schedule: Schedule): RunState {
  if (state.flow === undefined) return { ...state, schedule };
  const labels = state.schedule.tasks.reduce((all, task) => hear(all, labelsOf(task)), state.flow.labels);
  const tasks = schedule.tasks.map((task) => (task.status === "completed" ? task : { ...task, given: labels }));
  return { ...state, schedule: { ...schedule, tasks }, flow: { ...state.flow, labels } };
}

/** What an attempt is told at its start, and the rules it is under. */
export function flowOf({ flow, settings, schedule }: RunState, task: TaskState): { readonly flow?: InFlow } {
  if (flow === undefined) return {};
  const given = task.given ?? UNKNOWN;
  const labels = task.needs.reduce((all, [, position]) => {
    const need = schedule.tasks[position];
    return need?.output === undefined ? all : hear(all, labelsOf(need));
  }, given);
  return { flow: { rules: settings.flow ?? {}, labels } };
}

/** Of what came out of a task; of what it was told, while nothing has. */
const labelsOf = (task: TaskState): Tracked => task.labels ?? task.given ?? UNKNOWN;

/** Keeps the labels of a task's output. */
export const trackOutput = (state: RunState, position: number, labels: Tracked | undefined): RunState =>
  state.flow === undefined ? state : mark(state, position, { labels: labels ?? lost(position) });

/** The next attempt is told why this one failed, in words that carry what it has heard. */
export function trackFailure(state: RunState, position: number, labels: Tracked | undefined): RunState {
  const task = state.schedule.tasks[position];
  if (state.flow === undefined || task === undefined) return state;
  return mark(state, position, { given: hear(task.given ?? UNKNOWN, labels ?? lost(position)) });
}

/** An attempt that ended without a word about its labels. */
const lost = (position: number): Tracked => tracked(UNKNOWN, `an attempt at task ${position} that was lost`);

function mark(state: RunState, position: number, marks: Pick<TaskState, "given" | "labels">): RunState {
  const task = state.schedule.tasks[position];
  if (task === undefined) return state;
  const tasks = state.schedule.tasks.with(position, { ...task, ...marks });
  return { ...state, schedule: { ...state.schedule, tasks } };
}

export const countDeclassified = (state: RunState, times: number | undefined): RunState =>
  state.flow === undefined || times === undefined
    ? state
    : { ...state, flow: { ...state.flow, declassified: state.flow.declassified + times } };
