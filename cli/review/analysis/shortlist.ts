/** The first of a list, and how many there are in all. What every tool returns instead of a list without end. */
export interface Shortlist<T> {
  readonly items: readonly T[];
  readonly total: number;
  /** `total` less those shown. */
  readonly leftOut: number;
}

export function shortlist<T>(all: readonly T[], most = 20): Shortlist<T> {
  const items = all.slice(0, most);
  return { items, total: all.length, leftOut: all.length - items.length };
}

/** Keeps the best `most` of a stream, whatever its length and order. */
export interface Best<T> {
  add(item: T): void;
  list(): Shortlist<T>;
}

/** `compare` must tell any two items apart, or the list depends on the order of the stream. */
export function best<T>(most: number, compare: (a: T, b: T) => number): Best<T> {
  const slack = most * 4;
  let kept: T[] = [];
  let total = 0;
  return {
    add(item) {
      total += 1;
      kept.push(item);
      if (kept.length > slack) kept = kept.sort(compare).slice(0, most);
    },
    list() {
      const items = kept.toSorted(compare).slice(0, most);
      return { items, total, leftOut: total - items.length };
    },
  };
}

/** One decimal of a percentage, as a number from 0 to 1 with three decimals. */
export const share = (part: number, whole: number): number =>
  whole === 0 ? 0 : Math.round((part / whole) * 1000) / 1000;
