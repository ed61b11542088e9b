/**
 * Overview: a whole journal in so many buckets.
 *
 * W1  Every entry is in one bucket; a bucket's marks are those of its entries, counted.
 * W2  A bucket's amounts are those after its last entry; where they are not known, those before.
 */
import type { Amount } from "../../contracts/budget.ts";
import type { RunId } from "../../contracts/ids.ts";
import type { Mark, Overview } from "../../contracts/inspection.ts";
import type { Seq, Timestamp } from "../../contracts/units.ts";

/** What is known of the amounts of a run after an entry. */
export interface Amounts {
  readonly seq: Seq;
  readonly spent: Amount;
  readonly held: Amount;
  readonly efficiency?: { readonly costMicroUsd?: number; readonly tokens?: number };
}

/** What a stretch of entries comes to. */
export interface Tally {
  /** The one most of them are in; the first of those that are most. */
  readonly state: string;
  readonly marks: { readonly [Name in Mark]?: number };
}

/** A journal as the overview needs it; entries are asked for by seq, from 1. */
export interface Indexed {
  readonly head: Seq;
  at(seq: Seq): Timestamp;
  tally(from: Seq, to: Seq): Tally;
  /** The last that are known at or before an entry. */
  amounts(seq: Seq): Amounts;
}

const MOST = 2_000;

export function overviewOf(run: RunId, journal: Indexed, buckets: number): Overview {
  const { head } = journal;
  const count = Math.max(1, Math.min(head, MOST, Math.floor(buckets)));
  const edges = Array.from(
    { length: count },
    (_, n) => [Math.floor((n * head) / count) + 1, Math.floor(((n + 1) * head) / count)] as const,
  );
  return {
    run,
    head,
    firstAt: journal.at(1),
    lastAt: journal.at(head),
    buckets: edges.map(([from, to]) => bucketOf(journal, from, to)),
  };
}

function bucketOf(journal: Indexed, from: Seq, to: Seq): Overview["buckets"][number] {
  const { state, marks } = journal.tally(from, to);
  const { spent, held, efficiency } = journal.amounts(to);
  return {
    from,
    to,
    at: journal.at(from),
    state,
    marks,
    spent,
    held,
    ...(efficiency === undefined ? {} : { efficiency }),
  };
}
