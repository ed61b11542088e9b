/**
 * Team: do all of them together still find out anything?
 *
 * M1  Of the last acts of all tasks, at least a quarter must not have been done twice before by their own task.
 * M2  Four reads in a row, by several tasks and under several names, that bring the same text are one read too many.
 */
import type { TaskId } from "../contracts/ids.ts";
import type { LoopStep } from "../contracts/loops.ts";
import { withLast } from "./record.ts";
import type { Repetition } from "./stream.ts";

const WINDOW = 24;
const NEWS = WINDOW / 4;
const READINGS = 4;

interface TeamAct {
  readonly step: string;
  readonly task: TaskId;
  readonly call: string;
  readonly isStale: boolean;
  /** What a read brought, if it says something. */
  readonly reading: string | null;
}

export type Team = readonly TeamAct[];

export const NO_TEAM: Team = [];

/** Notes one act of a task. Polls are left out: they are meant to bring nothing new. */
export function noteTeam(
  team: Team,
  task: TaskId,
  { step, call, result, outcome, reads, says, poll }: LoopStep,
  isStale: boolean,
): { readonly team: Team; readonly repetition?: Repetition } {
  if (poll !== null) return { team };
  const reading = reads && outcome === "completed" && says === "something" ? result : null;
  const next: Team = withLast(team, { step, task, call, isStale, reading }, WINDOW);
  const repetition = isStale ? nothingNew(next) : isRead(team, reading) ? sameReading(next, reading) : undefined;
  return repetition === undefined ? { team: next } : { team: next, repetition };
}

/** Whether the last that was read says the same. */
function isRead(team: Team, reading: string | null): reading is string {
  return reading !== null && team.findLast((act) => act.reading !== null)?.reading === reading;
}

const isOfSeveral = (acts: Team): boolean => new Set(acts.map(({ task }) => task)).size > 1;

function nothingNew(team: Team): Repetition | undefined {
  const news = team.filter(({ isStale }) => !isStale).length;
  if (team.length < WINDOW || news > NEWS || !isOfSeveral(team)) return undefined;
  return { detector: "nothing-new", period: 1, count: WINDOW - news, steps: team.map(({ step }) => step) };
}

function sameReading(team: Team, reading: string): Repetition | undefined {
  const reads = team.filter((act) => act.reading !== null);
  const alike = reads.slice(reads.findLastIndex((act) => act.reading !== reading) + 1);
  const names = new Set(alike.map(({ call }) => call));
  if (alike.length < READINGS || names.size < READINGS || !isOfSeveral(alike)) return undefined;
  return { detector: "same-reading", period: 1, count: alike.length, steps: alike.map(({ step }) => step) };
}
