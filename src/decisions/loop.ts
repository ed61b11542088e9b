/**
 * Loop: is this run repeating itself? A symbol is the identity of a call (tool and arguments) with that of its result.
 *
 * L1  `identical` equal symbols in a row within one task are a loop; a poll may declare a higher number.
 * L2  What an agent says about its calls is no part of the symbol.
 * L3  A refused repeat counts like the call itself: the veto does not reset the streak.
 * L4  Interventions are counted over the whole run, and each further one is stronger.
 */
import type { Digest, TaskId } from "../contracts/ids.ts";
import { withoutRow, withRow } from "./record.ts";

export interface Streak {
  readonly symbol: string;
  readonly count: number;
}

export interface Loops {
  /** Of the running tasks, by task. */
  readonly streaks: { readonly [task: string]: Streak };
  /** Calls nobody may make again, as `task call`. */
  readonly forbidden: readonly string[];
  readonly interventions: number;
}

export const NO_LOOPS: Loops = { streaks: {}, forbidden: [], interventions: 0 };

export interface Repeat {
  readonly task: TaskId;
  readonly call: Digest;
  readonly count: number;
}

export type Rung = "nudge" | "reassign" | "replan" | "ask" | "stop";

export interface LoopOptions {
  readonly interventions: number;
  readonly maxInterventions: number;
  readonly hasFallback: boolean;
  readonly canReplan: boolean;
  readonly asksPeople: boolean;
}

/** Notes one settled or refused call; tells of a loop when its streak has reached `identical`. */
export function observe(
  loops: Loops,
  task: TaskId,
  call: Digest,
  result: string,
  identical: number,
): { readonly loops: Loops; readonly repeat?: Repeat } {
  const symbol = `${call} ${result}`;
  // A task may be called "constructor".
  const before = Object.hasOwn(loops.streaks, task) ? loops.streaks[task] : undefined;
  // A refusal for looping carries on the streak of the call it refused (L3).
  const same =
    before !== undefined && (before.symbol === symbol || (result === VETO && before.symbol.startsWith(`${call} `)));
  const count = same ? before.count + 1 : 1;
  const next = { ...loops, streaks: withRow(loops.streaks, task, { symbol: same ? before.symbol : symbol, count }) };
  return count >= identical ? { loops: next, repeat: { task, call, count } } : { loops: next };
}

/** The result of a call that was refused because it repeats. */
export const VETO = "veto";

export const isForbidden = (loops: Loops, task: TaskId, call: Digest): boolean =>
  loops.forbidden.includes(`${task} ${call}`);

/** Forbids a repeated call to its task, and counts the intervention. What follows is counted anew: it is to be heeded. */
export const intervene = (loops: Loops, { task, call }: Repeat): Loops => ({
  streaks: withRow(loops.streaks, task, { symbol: loops.streaks[task]?.symbol ?? `${call} `, count: 0 }),
  forbidden: isForbidden(loops, task, call) ? loops.forbidden : [...loops.forbidden, `${task} ${call}`],
  interventions: loops.interventions + 1,
});

/** Forgets the streak of a task that has ended; what was forbidden stays so. */
export function forget(loops: Loops, task: TaskId): Loops {
  if (!Object.hasOwn(loops.streaks, task)) return loops;
  return { ...loops, streaks: withoutRow(loops.streaks, task) };
}

/** What to do about it: first a word, then another agent or plan, then a person, then the end. */
export function chooseRung(options: LoopOptions): Rung {
  if (options.interventions >= options.maxInterventions) return options.asksPeople ? "ask" : "stop";
  if (options.interventions === 0) return "nudge";
  if (options.hasFallback) return "reassign";
  if (options.canReplan) return "replan";
  return options.asksPeople ? "ask" : "stop";
}
