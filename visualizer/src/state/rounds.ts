/** Rounds: the steps of a loop, cut where it comes round. */
export interface Rounds {
  /** Steps before the first whole round. */
  readonly before: readonly string[];
  readonly rounds: readonly (readonly string[])[];
}

/** Counted from the end, where the loop was seen: the last step ends a round. */
export function roundsOf(steps: readonly string[], period: number): Rounds {
  const size = Math.max(1, period);
  if (size === 1) return { before: [], rounds: steps.length === 0 ? [] : [steps] };
  const first = steps.length % size;
  const rounds: (readonly string[])[] = [];
  for (let at = first; at < steps.length; at += size) rounds.push(steps.slice(at, at + size));
  return { before: steps.slice(0, first), rounds };
}
