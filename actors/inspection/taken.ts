/** Taken: what an entry moved, and by which edges. */
import type { Taken } from "../../src/contracts/inspection.ts";
import type { Move } from "../../src/contracts/journal.ts";
import type { TracedStep } from "../kernel/traced.ts";

/**
 * The moves of an entry in order, each with its edges; and between them, with a path of one state, the edges of charts
 * that took some and stayed. A move is all that an actor goes through until another one moves.
 */
export function takenBy(moved: readonly Move[], steps: readonly TracedStep[]): readonly Taken[] {
  const taken: (Taken & { readonly edges: string[] })[] = [];
  let moves = 0;
  let moving: (typeof taken)[number] | undefined;
  for (const { actor, edges, state, isMoved } of steps) {
    const last = taken.at(-1);
    if (isMoved && moving?.actor === actor) moving.edges.push(...edges);
    else if (isMoved) {
      moving = { actor, path: moved[moves++]?.path ?? [state], edges: [...edges] };
      taken.push(moving);
    } else if (last?.actor === actor) last.edges.push(...edges);
    else taken.push({ actor, path: [state], edges: [...edges] });
  }
  return taken;
}
