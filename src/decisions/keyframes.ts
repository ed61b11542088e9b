/**
 * Keyframes: which moments of a run does a file carry, when it cannot carry all?
 *
 * F1  The last and the first, always. Then each is the one that most is missing without: interventions and evenly spaced
 *     moments in turn, the spaces halved again and again.
 * F2  However many of them fit, those that do are the beginning of the list.
 */
import type { Seq } from "../contracts/units.ts";

export interface Choice {
  readonly head: Seq;
  /** In order. */
  readonly interventions: readonly Seq[];
  readonly most: number;
}

export function keyframesOf({ head, interventions, most }: Choice): readonly Seq[] {
  const chosen = new Set<Seq>(head < 1 ? [] : [head, 1]);
  const stops = halved(interventions.length).map((at) => interventions[at] ?? head);
  const spaced = halved(Math.min(head, most)).map((at, _, all) => 1 + Math.floor((at * head) / all.length));
  for (let n = 0; chosen.size < most && n < Math.max(stops.length, spaced.length); n++)
    for (const seq of [stops[n], spaced[n]]) if (seq !== undefined && chosen.size < most) chosen.add(seq);
  return [...chosen].slice(0, most);
}

/** 0 to `length - 1`, the middle first, then the middles of what is left on both sides, and so on. */
function halved(length: number): readonly number[] {
  const order: number[] = [];
  const spans: (readonly [from: number, to: number])[] = [[0, length]];
  for (const [from, to] of spans) {
    if (from >= to) continue;
    const middle = Math.floor((from + to) / 2);
    order.push(middle);
    spans.push([from, middle], [middle + 1, to]);
  }
  return order;
}
