/**
 * Blackboard: the shared context, and what a write does to it.
 *
 * K1  A key's versions are 1, 2, 3 …; each names its author.
 * K2  A write with `expect` stands only over exactly that version.
 * K3  An agent reads and writes only keys in its scope.
 * K4  A refused write of another value by another author is a conflict, with both sides; the first writer's stands.
 */
import type { Author, Conflict, Entry, Write } from "../contracts/blackboard.ts";
import type { Seq, Timestamp } from "../contracts/units.ts";
import { canonical } from "./ingest.ts";

export interface Blackboard {
  readonly [key: string]: Entry;
}

export type WriteDecision =
  | { readonly kind: "written"; readonly entry: Entry; readonly board: Blackboard }
  | {
      readonly kind: "refused";
      readonly standing: Entry | undefined;
      readonly reason: string;
      readonly conflict?: Omit<Conflict, "id">;
    };

export const entryOf = (board: Blackboard, key: string): Entry | undefined =>
  Object.hasOwn(board, key) ? board[key] : undefined;

/** Exact, `prefix/*`, or `*`. */
export const inScope = (scope: readonly string[], key: string): boolean =>
  scope.some(
    (pattern) => pattern === "*" || pattern === key || (pattern.endsWith("/*") && key.startsWith(pattern.slice(0, -1))),
  );

export function write(board: Blackboard, wish: Write, author: Author, at: Timestamp, seq: Seq): WriteDecision {
  const standing = entryOf(board, wish.key);
  const version = standing?.version ?? 0;
  if (wish.expect === undefined || wish.expect === version) {
    const entry: Entry = { key: wish.key, version: version + 1, value: wish.value, author, at, ...labelled(wish) };
    return { kind: "written", entry, board: { ...board, [wish.key]: entry } };
  }
  const reason = `"${wish.key}" is at version ${version}, not ${wish.expect}`;
  if (
    standing === undefined ||
    standing.author.actor === author.actor ||
    canonical(standing.value) === canonical(wish.value)
  ) {
    return { kind: "refused", standing, reason };
  }
  return { kind: "refused", standing, reason, conflict: conflictOf(standing, wish, author, seq) };
}

const conflictOf = (standing: Entry, wish: Write, author: Author, seq: Seq): Omit<Conflict, "id"> => ({
  key: wish.key,
  kept: { author: standing.author, value: standing.value, version: standing.version },
  refused: { author, value: wish.value, ...labelled(wish) },
  opened: seq,
});

const labelled = ({ labels }: Write): Pick<Write, "labels"> => (labels === undefined ? {} : { labels });
