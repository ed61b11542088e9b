/**
 * Request: is the same one asked for much the same again and again?
 *
 * Q1  Two requests are alike when they share half of their words, and half of what they name: numbers, quoted texts,
 *     addresses, paths, identifiers, words with a capital. The same words about another item are another request.
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
/** Quoted texts, addresses, paths and identifiers, numbers, and words with a capital inside a sentence. */
const NAME =
  /https?:\/\/\S+|"[^"\n]+"|“[^”\n]+”|'[^'\n]+'|[\p{L}\p{N}]+[./\\_@#][\p{L}\p{N}]\S*|\p{N}[\p{N}\p{L}.,/-]*|(?<=\p{Ll}[,;:]? )\p{Lu}[\p{L}\p{N}]+/gu;
/https?:\/\/\S+|"[^"\n]+"|“[^”\n]+”|'[^'\n]+'|[\p{L}\p{N}]+[./\\_@#][\p{L}\p{N}]\S*|\p{N}[\p{N}\p{L}.,/-]*/gu;

export function ask(asked: readonly Asked[], step: string, text: string): Asking {
  const one = askedOf(step, text);
  const alike = asked.filter((other) => isAlike(one, other));
  const next = [...asked.slice(1 - WINDOW), one];
  if (alike.length + 1 < ASKINGS) return { asked: next };
  return { asked: next, steps: [...alike.map((other) => other.step), step] };
}

function askedOf(step: string, text: string): Asked {
  const beginning = text.slice(0, MAX_WORDS * 16);
  return { step, words: wordsOf(beginning), names: wordsOf(beginning.match(NAME)?.join(" ") ?? "") };
}

const wordsOf = (text: string): readonly string[] => unique(text.toLowerCase().match(WORD));

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
