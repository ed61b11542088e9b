/**
 * Conflict: which of two values stands?
 *
 * C1  Without a better reason, the first writer's.
 * C2  A resolution names its rule and its reason, and the losing side stays in the record.
 * C3  A conflict is resolved once.
 */
import type { Conflict, Entry, Tally } from "../contracts/blackboard.ts";
import type { Cost } from "../contracts/tools.ts";
import type { Timestamp } from "../contracts/units.ts";
import type { Blackboard } from "./blackboard.ts";
import { hear } from "./labels.ts";

export type Resolution = NonNullable<Conflict["resolution"]>;

/** What the rules make of a conflict: a resolution, or nobody's, to be put to a person or not. */
export type Ladder = (
  | Resolution
  | { readonly winner: "nobody"; readonly reason: string; readonly asks: boolean; readonly votes?: Tally }
) & {
  /** Of a judge who has a price and was asked. */
  readonly cost?: Cost;
};

export const FIRST_WRITER: Resolution = {
  winner: "kept",
  rule: "conflict.first-writer",
  reason: "the first writer's value stands until a rule or a person says otherwise",
};

export const isOpen = (conflict: Conflict): boolean => conflict.resolution === undefined;

/** Records the resolution, and writes the refused value as a new version when it won. */
export function resolve(
  conflicts: readonly Conflict[],
  board: Blackboard,
  id: string,
  resolution: Resolution,
  at: Timestamp,
): { readonly conflicts: readonly Conflict[]; readonly board: Blackboard } {
  const conflict = conflicts.find((one) => one.id === id);
  if (conflict === undefined || !isOpen(conflict)) return { conflicts, board };
  const resolved = conflicts.map((one) => (one.id === id ? { ...one, resolution } : one));
  if (resolution.winner === "kept" || conflict.kind === "answer") return { conflicts: resolved, board };
  return { conflicts: resolved, board: { ...board, [conflict.key]: next(board[conflict.key], conflict, at) } };
}

function next(standing: Entry | undefined, conflict: Conflict, at: Timestamp): Entry {
  const { author, labels } = conflict.refused;
  return {
    key: conflict.key,
    version: (standing?.version ?? conflict.kept.version) + 1,
    value: conflict.refused.value,
    author,
    at,
    // The choice was made with both values in view.
    ...(labels === undefined
      ? {}
      : { labels: standing?.labels === undefined ? labels : hear(labels, standing.labels) }),
  };
}
