/**
 * Request: is the same one asked for much the same again and again?
 *
 * Q1  Two requests are alike when they share half of their words, and half of what they name exactly: numbers, quoted
 *     texts, addresses. The same words about another item are another request.
 * Q2  A request that is like four of the last sixteen to the same one is the fifth of its kind: nothing comes of it.
 */

const ASKINGS = 5;
const ALIKE = 1 / 2;
const WINDOW = 16;
/** Words looked at; a request is known by its beginning. */
const MAX_WORDS = 96;

/** One request as it is remembered. */
export interface Asked {
  readonly step: string;
  readonly words: readonly string[];
  readonly names: readonly string[];
}

export interface Asking {
  readonly asked: readonly Asked[];
  /** The earlier requests it is like, and itself; when they are enough. */
  readonly steps?: readonly string[];
}

const WORD = /[\p{L}\p{N}]+/gu;
const NAME = /https?:\/\/\S+|"[^"\n]+"|“[^”\n]+”|'[^'\n]+'|\p{N}[\p{N}\p{L}.,/-]*/gu;

export function ask(asked: readonly Asked[], step: string, text: string): Asking {
  const one = askedOf(step, text);
  const alike = asked.filter((other) => isAlike(one, other));
  const next = [...asked.slice(1 - WINDOW), one];
  if (alike.length + 1 < ASKINGS) return { asked: next };
  return { asked: next, steps: [...alike.map((other) => other.step), step] };
}

function askedOf(step: string, text: string): Asked {
  const lower = text.slice(0, MAX_WORDS * 16).toLowerCase();
  return { step, words: unique(lower.match(WORD)), names: unique(lower.match(NAME)?.join(" ").match(WORD)) };
}

const unique = (words: readonly string[] | null | undefined): readonly string[] =>
  [...new Set(words ?? [])].slice(0, MAX_WORDS);

const isAlike = (one: Asked, other: Asked): boolean =>
  shared(one.words, other.words) >= ALIKE && shared(one.names, other.names) >= ALIKE;

/** The share of what stands in both, of what stands in either. Nothing and nothing are the same. */
function shared(one: readonly string[], other: readonly string[]): number {
  const known = new Set(one);
  const both = other.filter((word) => known.has(word)).length;
  const either = one.length + other.length - both;
  return either === 0 ? 1 : both / either;
}
