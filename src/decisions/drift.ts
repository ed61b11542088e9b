/**
 * Drift: does a task work on something else than it was given?
 *
 * D1  An act is outside when it names places and none of them shares a word with the objective, the task's goal or its
 *     input. An act that names none says nothing about it.
 * D2  The share of acts outside is an average that forgets: it looks back about ten acts, and alarms above one half.
 */
import type { Json } from "../contracts/json.ts";

export interface Drift {
  /** 0 to 1. */
  readonly ratio: number;
  /** Acts that could be judged. */
  readonly acts: number;
}

const NO_DRIFT: Drift = { ratio: 0, acts: 0 };
const LOOKS_BACK = 10;
const WEIGHT = 2 / (LOOKS_BACK + 1);
const ALARM = 1 / 2;

/** What a task was given. */
export interface Given {
  readonly objective: string;
  readonly goal: string;
  readonly input: Json;
}

export function noteAct(drift: Drift = NO_DRIFT, places: readonly string[], given: Given): Drift {
  if (places.length === 0) return drift;
  const outside = isOutside(places, given) ? 1 : 0;
  return { ratio: drift.ratio + WEIGHT * (outside - drift.ratio), acts: drift.acts + 1 };
}

export const isDrifting = ({ ratio, acts }: Drift): boolean => acts >= LOOKS_BACK && ratio > ALARM;

/** Characters of an input that are looked at. */
const MAX_INPUT = 4_000;
const WORD = /[\p{L}\p{N}]{3,}/gu;

const wordsOf = (text: string): readonly string[] => text.toLowerCase().match(WORD) ?? [];

function isOutside(places: readonly string[], { objective, goal, input }: Given): boolean {
  const text = `${objective} ${goal} ${input === null ? "" : JSON.stringify(input).slice(0, MAX_INPUT)}`;
  const known = new Set(wordsOf(text));
  return !places.some((place) => wordsOf(place).some((word) => known.has(word)));
}
