/** Taken: what an entry moved, and by which edges. */
import type { ActorId } from "../../src/contracts/ids.ts";
import type { Taken } from "../../src/contracts/inspection.ts";
import type { Move } from "../../src/contracts/journal.ts";
import type { TracedStep } from "../kernel/traced.ts";

/**
 * The moves of an entry in order, each with its edges; then, with a path of one state, the edges of charts that took
 * some and stayed. A move is all that an actor goes through until another one moves: as many steps as its path is long.
 */
export function takenBy(moved: readonly Move[], steps: readonly TracedStep[]): readonly Taken[] {
  const left = Map.groupBy(steps, ({ actor }) => actor);
  const moves = moved.map(({ actor, path }) => ({
    actor,
    path,
    edges: movedBy(left.get(actor) ?? [], path.length - 1),
  }));
  const stayed = [...left].flatMap(([actor, rest]) => stayedBy(actor, rest));
  return [...moves, ...stayed];
}

/** Takes so many moving steps off the front, with those before them that stayed. */
function movedBy(steps: TracedStep[], count: number): readonly string[] {
  let [taken, moves] = [0, 0];
  while (moves < count && taken < steps.length) if (steps[taken++]?.isMoved === true) moves++;
  return steps.splice(0, taken).flatMap(({ edges }) => edges);
}

function stayedBy(actor: ActorId, steps: readonly TracedStep[]): readonly Taken[] {
  const edges = steps.flatMap((step) => step.edges);
  const state = steps.at(-1)?.state;
  return state === undefined || edges.length === 0 ? [] : [{ actor, path: [state], edges }];
}
