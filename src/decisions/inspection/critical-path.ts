/**
 * Critical path: the chain of tasks that takes longest, each waiting for the one before it.
 *
 * P1  No other chain of tasks, each needing the one before, takes longer in sum.
 */

/** Tasks by position, and what each needs, by position. */
export interface Timed {
  readonly needs: readonly number[];
  /** How long it took, takes, or is thought to take. */
  readonly ms: number;
}

/** Positions on the longest chain. Of chains of the same length, the one that ends first in the list. */
export function criticalPath(tasks: readonly Timed[]): ReadonlySet<number> {
  const ends = chainsOf(tasks);
  let end = -1;
  for (const [task, chain] of ends.entries()) if ((chain?.ms ?? -1) > (ends[end]?.ms ?? -1)) end = task;
  const path = new Set<number>();
  for (let task = end; task >= 0 && !path.has(task); task = ends[task]?.after ?? -1) path.add(task);
  return path;
}

interface Chain {
  /** Of the longest chain that ends here. */
  readonly ms: number;
  readonly after: number;
}

/** Worked off without recursion: a plan may be a chain of thousands. */
function chainsOf(tasks: readonly Timed[]): readonly (Chain | undefined)[] {
  const chains: (Chain | undefined)[] = tasks.map(() => undefined);
  const left = tasks.map(({ needs }) => new Set(needs).size);
  const dependents = tasks.map((): number[] => []);
  for (const [task, { needs }] of tasks.entries()) for (const need of new Set(needs)) dependents[need]?.push(task);
  const open = [...left.keys()].filter((task) => left[task] === 0);
  // What comes free on the way is worked off in the same sweep.
  for (const task of open) {
    chains[task] = chainOf(tasks[task] as Timed, chains);
    for (const dependent of dependents[task] ?? []) {
      left[dependent] = (left[dependent] ?? 0) - 1;
      if (left[dependent] === 0) open.push(dependent);
    }
  }
  return chains;
}

function chainOf({ needs, ms }: Timed, chains: readonly (Chain | undefined)[]): Chain {
  let after = -1;
  for (const need of needs) if (after < 0 || (chains[need]?.ms ?? 0) > (chains[after]?.ms ?? 0)) after = need;
  return { ms: ms + (chains[after]?.ms ?? 0), after };
}
