/**
 * Progress: how much of the objective is reached, as a number from 0 to 1?
 *
 * R5  Where the application says what makes the objective reached, progress is what share of that holds; else, what share
 *     of the tasks is done. What agents say of it counts for nothing.
 * R6  It is measured a hundred times at most in a plan of any size, and always when all tasks have settled.
 * R7  Once all of it holds, what is optional and has not settled is not needed any more.
 */

import type { Command } from "../contracts/commands.ts";
import type { Failure } from "../contracts/errors.ts";
import type { Acceptance } from "../contracts/evaluation.ts";
import type { Json } from "../contracts/json.ts";
import { leaveOut } from "./assignment.ts";
import { outputsOf } from "./outputs.ts";
import type { Moment, Reaction, RunState } from "./run-state.ts";
import { isFinished, trimmable } from "./schedule.ts";

const MEASUREMENTS = 100;

export const MEASURE = "measure/";

/** How far the tasks are, where nothing else is said. */
export function shareDone({ schedule: { settled, failed, tasks } }: RunState): number {
  return tasks.length === 0 ? 0 : (settled - failed) / tasks.length;
}

/** Brings progress up to date; asks for a measurement, where the objective has criteria and enough has changed. */
export function followProgress(state: RunState): Reaction {
  const { acceptance: criteria = [] } = state.settings;
  if (criteria.length === 0) {
    const progress = shareDone(state);
    return { state: progress === state.progress ? state : { ...state, progress }, commands: [] };
  }
  const { schedule, measurements: measured } = state;
  const step = Math.max(1, Math.ceil(schedule.tasks.length / MEASUREMENTS));
  const isDue = Math.abs(schedule.settled - measured.settled) >= step || isFinished(schedule);
  if (state.measuring || !isDue || schedule.settled === measured.settled) return { state, commands: [] };
  const measure: Command = {
    type: "perform",
    params: {
      key: `${MEASURE}${measured.times}`,
      effect: "read",
      src: "measure",
      input: { outputs: outputsOf(schedule), board: valuesOf(state.board) },
    },
  };
  const next = { settled: schedule.settled, times: measured.times + 1 };
  return { state: { ...state, measuring: true, measurements: next }, commands: [measure] };
}

const valuesOf = (board: RunState["board"]): { readonly [key: string]: Json } =>
  Object.fromEntries(Object.entries(board).map(([key, { value }]) => [key, value]));

const MET: Failure = { code: "agent.stopped", message: "the objective is reached; it is not needed any more" };

/** Takes a measurement. One that failed leaves things as they were. */
export function settleMeasure(state: RunState, acceptance: Acceptance | null, moment: Moment): Reaction {
  const { acceptance: criteria = [] } = state.settings;
  const known = acceptance ?? state.acceptance;
  const scores = criteria.map((name) => (Object.hasOwn(known, name) ? (known[name] ?? 0) : 0));
  const progress = scores.reduce((sum, score) => sum + score, 0) / Math.max(1, criteria.length);
  const next: RunState = { ...state, acceptance: known, progress, measuring: false };
  if (progress < 1 || isFinished(state.schedule)) return { state: next, commands: [] };
  return leaveOut(next, trimmable(next.schedule), MET, moment);
}

/** What of the objective is not reached, for those who review the result. */
export const unmetCriteria = ({ settings: { acceptance: criteria = [] }, acceptance }: RunState): readonly string[] =>
  criteria.filter((name) => !(Object.hasOwn(acceptance, name) && acceptance[name] === 1));
