/**
 * Loop: does this run repeat itself, or get nowhere? Acts are watched by task, by blackboard key and over the whole team;
 * requests by who asks whom; plans by what they say.
 *
 * L1  Rows of acts are judged by the rules of the stream; what an agent says about its acts is no part of them.
 * L2  A key that goes back and forth between tasks is a loop of both, whatever else they do meanwhile.
 * L3  A refused repeat counts like the call itself: the veto does not reset the streak.
 * L4  Interventions are counted over the whole run, and each further one is stronger.
 * L5  A plan that was in force before, with nothing completed since, is a loop whatever was done under it.
 * L6  A question to a model is a thought. Thoughts are a row of their own that every act ends: acts that repeat are seen
 *     whatever is thought between them, and thoughts only where nothing is done.
 */

import type { Digest, TaskId } from "../contracts/ids.ts";
import type { Detector, LoopEvidence, LoopStep } from "../contracts/loops.ts";
import { withoutRow, withRow } from "./record.ts";
import { type Asked, ask } from "./request.ts";
import { isAbout, isStale, NO_STREAM, note, type Repetition, type Seen, type Stream, startAnew } from "./stream.ts";
import { NO_TEAM, noteTeam, type Team } from "./team.ts";

export interface Loops {
  /** Of the running tasks, by task. */
  readonly streams: { readonly [task: string]: Stream };
  /** Thoughts since the last act, by task. Absent: none. */
  readonly thoughts?: { readonly [task: string]: Stream };
  readonly team: Team;
  /** Writes, by blackboard key. */
  readonly keys: { readonly [key: string]: Stream };
  /** Requests, by who asks whom. */
  readonly asked: { readonly [edge: string]: readonly Asked[] };
  /** Plans that were in force, each with what was completed when it came. */
  readonly plans: readonly string[];
  /** Calls nobody may make again, as `task call`. */
  readonly forbidden: readonly string[];
  /** A call a task is to make no other of its kind, until it has found out something new; by task. */
  readonly paused: { readonly [task: string]: Seen };
  readonly interventions: number;
}

export const NO_LOOPS: Loops = {
  streams: {},
  team: NO_TEAM,
  keys: {},
  asked: {},
  plans: [],
  forbidden: [],
  paused: {},
  interventions: 0,
};

export interface Observed {
  readonly loops: Loops;
  readonly evidence?: LoopEvidence;
}

/** Keys and edges remembered; the oldest is forgotten first. */
const MAX_ROWS = 64;

const rowOf = <Row>(rows: { readonly [name: string]: Row }, name: string): Row | undefined =>
  Object.hasOwn(rows, name) ? rows[name] : undefined;

/** Notes one settled or refused act of a task. `rounds` is how often a loop comes round before it is one. */
export function observe(loops: Loops, task: TaskId, step: LoopStep, rounds?: number): Observed {
  return step.thinks === true
    ? observeThought(loops, task, step, rounds)
    : observeAct(withoutThoughts(loops, task), task, step, rounds);
}

function observeThought(loops: Loops, task: TaskId, step: LoopStep, rounds: number | undefined): Observed {
  const { stream, repetition } = note(rowOf(loops.thoughts ?? {}, task) ?? NO_STREAM, step, rounds);
  const next: Loops = { ...loops, thoughts: withRow(loops.thoughts ?? {}, task, stream) };
  return repetition === undefined
    ? { loops: next }
    : { loops: next, evidence: { ...repetition, task, call: step.call } };
}

const withoutThoughts = (loops: Loops, task: TaskId): Loops =>
  loops.thoughts === undefined || !Object.hasOwn(loops.thoughts, task)
    ? loops
    : { ...loops, thoughts: withoutRow(loops.thoughts, task) };

function observeAct(loops: Loops, task: TaskId, step: LoopStep, rounds: number | undefined): Observed {
  const { stream, repetition } = note(rowOf(loops.streams, task) ?? NO_STREAM, step, rounds);
  const seen = stream.seen.at(-1) as Seen;
  const { team, repetition: shared } = noteTeam(loops.team, task, step, isStale(seen));
  const next: Loops = {
    ...loops,
    streams: withRow(loops.streams, task, stream),
    team,
    paused: seen.earlier === 0 && step.outcome === "completed" ? unpaused(loops, task) : loops.paused,
  };
  const found = repetition ?? shared;
  return found === undefined ? { loops: next } : { loops: next, evidence: { ...found, task, call: step.call } };
}

const unpaused = ({ paused }: Loops, task: TaskId): Loops["paused"] =>
  Object.hasOwn(paused, task) ? withoutRow(paused, task) : paused;

/** Notes what a task wrote under a key (L2). `content` tells two values apart. */
export function observeWrite(
  loops: Loops,
  key: string,
  { task, step, content }: { readonly task: TaskId; readonly step: string; readonly content: string },
): Observed {
  const written: LoopStep = {
    step,
    tool: key,
    call: String(task),
    places: [],
    result: content,
    outcome: "completed",
    reads: false,
    says: "done",
    poll: null,
  };
  const { stream, repetition } = note(rowOf(loops.keys, key) ?? NO_STREAM, written);
  const next: Loops = { ...loops, keys: bounded(withRow(loops.keys, key, stream)) };
  const isBetween = repetition !== undefined && new Set(authorsOf(stream, repetition)).size > 1;
  return isBetween ? { loops: next, evidence: { ...repetition, task } } : { loops: next };
}

const authorsOf = ({ seen }: Stream, { steps }: Repetition): readonly string[] =>
  seen.filter(({ step }) => steps.includes(step)).map(({ call }) => call);

/** Notes a request: the text that one gives another to work on or to answer. */
export function observeRequest(
  loops: Loops,
  edge: string,
  { task, step, text }: { readonly task: TaskId; readonly step: string; readonly text: string },
): Observed {
  const { asked, steps } = ask(rowOf(loops.asked, edge) ?? [], step, text);
  const next: Loops = { ...loops, asked: bounded(withRow(loops.asked, edge, asked)) };
  if (steps === undefined) return { loops: next };
  return { loops: next, evidence: { detector: "same-request", task, period: 1, count: steps.length, steps } };
}

/** Plans remembered. */
const MAX_PLANS = 32;

/** Notes the plan that comes into force; `plan` names what it says and what is completed (L5). */
export function observePlan(loops: Loops, plan: string): Observed {
  const plans = [...loops.plans, plan].slice(-MAX_PLANS);
  const count = plans.filter((one) => one === plan).length;
  if (count === 1) return { loops: { ...loops, plans } };
  return { loops: { ...loops, plans }, evidence: { detector: "same-plan", task: "", period: 1, count, steps: [] } };
}

function bounded<Row>(rows: { readonly [name: string]: Row }): { readonly [name: string]: Row } {
  const [oldest, ...others] = Object.keys(rows);
  return oldest !== undefined && others.length >= MAX_ROWS ? withoutRow(rows, oldest) : rows;
}

/** A call as it is proposed. */
export interface Proposed {
  readonly symbol: Digest;
  readonly tool: string;
  readonly places: readonly string[];
}

/** Whether a task may not make a call now. */
export function isForbidden(loops: Loops, task: TaskId, { symbol, tool, places }: Proposed): boolean {
  if (loops.forbidden.includes(`${task} ${symbol}`)) return true;
  const paused = rowOf(loops.paused, task);
  return paused !== undefined && isAbout(paused, tool, places);
}

/**
 * Forbids what was repeated to the task that repeated it, and counts the intervention. What follows is counted anew: it
 * is to be heeded.
 */
export function intervene(loops: Loops, { detector, task, call }: LoopEvidence): Loops {
  const stream = rowOf(loops.streams, task);
  const last = stream?.seen.at(-1);
  const isForbidden = call === undefined || loops.forbidden.includes(`${task} ${call}`);
  return {
    ...withoutThoughts(loops, task),
    streams: stream === undefined ? loops.streams : withRow(loops.streams, task, startAnew(stream)),
    team: NO_TEAM,
    keys: {},
    asked: {},
    paused: detector === "same-result" && last !== undefined ? withRow(loops.paused, task, last) : loops.paused,
    forbidden: isForbidden ? loops.forbidden : [...loops.forbidden, `${task} ${call}`],
    interventions: loops.interventions + 1,
  };
}

/** Forgets the acts of a task that has ended; what was forbidden stays so. */
export function forget(loops: Loops, task: TaskId): Loops {
  const left = withoutThoughts(loops, task);
  if (!Object.hasOwn(left.streams, task)) return left;
  return { ...left, streams: withoutRow(left.streams, task), paused: unpaused(left, task) };
}

export type Rung = "nudge" | "reassign" | "replan" | "ask" | "stop";

export interface LoopOptions {
  readonly interventions: number;
  readonly maxInterventions: number;
  /** There is a call to forbid: the agent hears of it when it makes it again. */
  readonly canForbid: boolean;
  readonly hasFallback: boolean;
  readonly canReplan: boolean;
  readonly asksPeople: boolean;
}

/** What to do about it: first a word, then another agent or plan, then a person, then the end. */
export function chooseRung(options: LoopOptions): Rung {
  if (options.interventions >= options.maxInterventions) return options.asksPeople ? "ask" : "stop";
  if (options.interventions === 0 && options.canForbid) return "nudge";
  if (options.hasFallback) return "reassign";
  if (options.canReplan) return "replan";
  return options.asksPeople ? "ask" : "stop";
}

const accounts: Readonly<Record<Detector, (evidence: LoopEvidence) => string>> = {
  period: ({ period, count }) =>
    period === 1
      ? `got the same result from the same call ${count} times in a row`
      : `went round a cycle of ${period} acts ${count} times`,
  "same-result": ({ count }) => `got the same result from ${count} calls in a row about the same thing`,
  "same-failure": ({ count }) => `met the same failure ${count} times in a row`,
  "nothing-new": ({ count, steps }) => `did nothing new in ${count} of its last ${steps.length} acts`,
  "same-reading": ({ count }) => `and others read the same text ${count} times under different names`,
  "same-request": ({ count }) => `asked much the same of the same one ${count} times`,
  "same-plan": () => "",
  drift: ({ count }) => `worked on something else than it was given in most of its ${count} acts`,
};

/** The evidence in a sentence. */
export const accountOf = (evidence: LoopEvidence): string =>
  evidence.detector === "same-plan"
    ? `the new plan is one that was in force before, and nothing was completed since; it came ${evidence.count} times`
    : `task "${evidence.task}" ${accounts[evidence.detector](evidence)}`;
