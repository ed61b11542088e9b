/**
 * Stream: does a row of acts repeat itself, or bring nothing new?
 *
 * R1  A cycle of any period from 1 to 16 is found when it has come round three times, at its last step.
 * R2  Strange steps between do not hide a cycle, as long as they are few and each is new.
 * R3  Different arguments are no progress when the result stays the same and a place is common to all: three in a row.
 * R4  A failure that comes five times in a row, whatever the arguments, will come again.
 * R5  A declared poll is no part of any cycle; it has a number of its own.
 * R6  Only what came after the last intervention counts, and a refusal for looping counts as the call it refused.
 *
 * One window of the last acts is all that is kept; a step that is new costs one look through it.
 */
import type { Detector, LoopStep } from "../contracts/loops.ts";
import { withLast } from "./record.ts";

export const MAX_PERIOD = 16;
const ROUNDS = 3;
const SAME_FAILURE = 5;
/** Acts kept: three rounds of the longest cycle, and the strange steps between. */
const WINDOW = 64;
/** Of the acts that are looked at for news, at least a quarter must not have been done twice before. */
const NEWS_WINDOW = 24;
const NEWS = NEWS_WINDOW / 4;
/** Strange steps that may stand in a cycle: one in five. */
const STRANGE = 5;

/** One act in the window. */
export interface Seen {
  readonly step: string;
  readonly call: string;
  readonly tool: string;
  readonly places: readonly string[];
  readonly result: string;
  /** What it came to: a failure, the finding of something, or no more than that it is done. */
  readonly end: "failed" | "found" | "done";
  /** How often it was done in a row, up to here. */
  readonly times: number;
  /** How often it was done before, in this window. */
  readonly earlier: number;
  readonly kind: "read" | "poll" | "act";
}

export interface Stream {
  readonly seen: readonly Seen[];
  /** How many of the last acts count: those since the last intervention. */
  readonly counted: number;
}

export const NO_STREAM: Stream = { seen: [], counted: 0 };

/** The result of a call that was refused because it repeats. */
export const VETO = "veto";

export interface Repetition {
  readonly detector: Detector;
  readonly period: number;
  readonly count: number;
  readonly steps: readonly string[];
}

export interface Noted {
  readonly stream: Stream;
  readonly repetition?: Repetition;
}

/** Notes one act, and tells whether the row repeats itself, as often as `rounds` says. */
export function note(stream: Stream, step: LoopStep, rounds: number = ROUNDS): Noted {
  const seen = seenOf(stream, step);
  const next: Stream = {
    seen: withLast(stream.seen, seen, WINDOW),
    counted: Math.min(stream.counted + 1, WINDOW),
  };
  const repetition = repetitionOf(next, step.poll ?? rounds);
  return repetition === undefined ? { stream: next } : { stream: next, repetition };
}

/** What follows is counted anew; what was done before is still known, so that doing it again is nothing new. */
export const startAnew = (stream: Stream): Stream => ({ ...stream, counted: 0 });

function seenOf(stream: Stream, step: LoopStep): Seen {
  const { call, tool, places, poll, reads, outcome } = step;
  const refused = step.result === VETO ? refusedOf(stream.seen, step) : undefined;
  const pair: Pair = { call, result: refused?.result ?? step.result };
  const before = lastOf(stream, poll !== null);
  return {
    step: step.step,
    call,
    tool,
    places,
    result: pair.result,
    end: refused?.end ?? endOf(step),
    times: before !== undefined && isEqual(before, pair) ? before.times + 1 : 1,
    earlier: countOf(stream.seen, pair),
    kind: poll !== null ? "poll" : reads && outcome === "completed" ? "read" : "act",
  };
}

/** What a refusal for looping carries on: the last such call, or the last about the same place (R6). */
const refusedOf = (seen: readonly Seen[], { call, tool, places }: LoopStep): Seen | undefined =>
  seen.findLast((one) => one.call === call) ?? seen.findLast((one) => isAbout(one, tool, places));

function endOf({ outcome, reads, says }: LoopStep): Seen["end"] {
  if (outcome !== "completed" || (reads && says === "nothing")) return "failed";
  return says === "something" ? "found" : "done";
}

/** The act before, as far as it counts; to an act that is no poll, polls are not there. */
function lastOf({ seen, counted }: Stream, isPoll: boolean): Seen | undefined {
  for (let at = seen.length - 1; at >= seen.length - counted; at--) {
    const one = seen[at] as Seen;
    if (isPoll || one.kind !== "poll") return one;
  }
  return undefined;
}

type Pair = Pick<Seen, "call" | "result">;

/** The same call with the same result. */
const isEqual = (one: Pair, other: Pair): boolean => one.call === other.call && one.result === other.result;

function countOf(seen: readonly Seen[], act: Pair): number {
  let count = 0;
  for (const one of seen) if (isEqual(one, act)) count++;
  return count;
}

/** It was done twice before: doing it again is no news. */
export const isStale = ({ earlier }: Seen): boolean => earlier >= ROUNDS - 1;

const countedOf = ({ seen, counted }: Stream): readonly Seen[] =>
  counted === seen.length ? seen : seen.slice(seen.length - counted);

/** Whether an act was a call of the same tool with a place in common. */
export const isAbout = (seen: Seen, tool: string, places: readonly string[]): boolean =>
  seen.tool === tool && seen.places.some((place) => places.includes(place));

function repetitionOf(stream: Stream, rounds: number): Repetition | undefined {
  const all = countedOf(stream);
  const last = all.at(-1) as Seen;
  if (last.times >= rounds)
    return { detector: "period", period: 1, count: last.times, steps: stepsOf(all, last.times) };
  if (last.kind === "poll" || (last.earlier === 0 && last.end === "done")) return undefined;
  const row = all.some(({ kind }) => kind === "poll") ? all.filter(({ kind }) => kind !== "poll") : all;
  return (
    (last.earlier === 0 ? undefined : (cycle(row, rounds) ?? cycleAmongStrangers(row, rounds))) ??
    sameResult(row, last, rounds) ??
    sameFailure(row, last, rounds) ??
    (isStale(last) ? nothingNew(row) : undefined)
  );
}

/** The last acts as far back as they are alike, if there are enough. */
function tail(
  row: readonly Seen[],
  detector: Detector,
  isAlike: (seen: Seen) => boolean,
  least: number,
): Repetition | undefined {
  const first = row.findLastIndex((seen) => !isAlike(seen)) + 1;
  const count = row.length - first;
  if (count < least) return undefined;
  return { detector, period: 1, count, steps: stepsOf(row, count) };
}

/** Whether two acts came to the same (R3). Reading the same text under another name needs no place in common. */
export const isSame = (one: Seen, other: Seen): boolean =>
  one.tool === other.tool &&
  one.result === other.result &&
  one.end === other.end &&
  // A success that says nothing, such as "ok", is as good as any other.
  one.end !== "done" &&
  ((other.kind === "read" && other.end === "found") || isAbout(one, other.tool, other.places));

const sameResult = (row: readonly Seen[], last: Seen, rounds: number): Repetition | undefined =>
  tail(row, "same-result", (one) => isSame(one, last), Math.max(rounds, ROUNDS));

function sameFailure(row: readonly Seen[], last: Seen, rounds: number): Repetition | undefined {
  if (last.end !== "failed") return undefined;
  const isAlike = (one: Seen): boolean => one.end === "failed" && one.tool === last.tool && one.result === last.result;
  return tail(row, "same-failure", isAlike, Math.max(rounds, SAME_FAILURE));
}

const stepsOf = (row: readonly Seen[], length: number): readonly string[] =>
  row.slice(-Math.min(length, ROUNDS * MAX_PERIOD)).map(({ step }) => step);

/** The smallest period in which the row has come round often enough (R1). */
function cycle(row: readonly Seen[], rounds: number): Repetition | undefined {
  for (let period = 2; period <= MAX_PERIOD; period++) {
    const length = matches(row, period) + period;
    if (length >= rounds * period)
      return { detector: "period", period, count: Math.floor(length / period), steps: stepsOf(row, length) };
  }
  return undefined;
}

/** How far back each act equals the one a period before it. */
function matches(row: readonly Seen[], period: number): number {
  let count = 0;
  for (let at = row.length - 1; at >= period && isEqual(row[at] as Seen, row[at - period] as Seen); at--) count++;
  return count;
}

/**
 * A cycle with strange steps in it (R2). Strange is what stands only once in the row. Two different acts at least: an
 * act that is done again between new ones, as a test is between edits, is ordinary work.
 */
function cycleAmongStrangers(row: readonly Seen[], rounds: number): Repetition | undefined {
  if (countOf(row, row.at(-1) as Seen) < rounds) return undefined;
  const times = new Map<string, number>();
  const symbols = row.map(({ call, result }) => `${call} ${result}`);
  for (const symbol of symbols) times.set(symbol, (times.get(symbol) ?? 0) + 1);
  const places = symbols.flatMap((symbol, place) => ((times.get(symbol) as number) > 1 ? [place] : []));
  const known = places.map((place) => row[place] as Seen);
  for (let period = 2; period <= MAX_PERIOD; period++) {
    const length = rounds * period;
    if (matches(known, period) < length - period) continue;
    const span = row.length - (places.at(-length) as number);
    if ((span - length) * STRANGE > span) continue;
    return { detector: "period", period, count: rounds, steps: stepsOf(known, length) };
  }
  return undefined;
}

/** Most of the last acts had been done twice before, in whatever order they came. */
function nothingNew(row: readonly Seen[]): Repetition | undefined {
  if (row.length < NEWS_WINDOW) return undefined;
  const window = row.slice(-NEWS_WINDOW);
  const news = window.filter((one) => !isStale(one)).length;
  if (news > NEWS) return undefined;
  return { detector: "nothing-new", period: 1, count: NEWS_WINDOW - news, steps: stepsOf(window, NEWS_WINDOW) };
}
