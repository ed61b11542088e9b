/**
 * Watched history: the last entries of an application, and the state they begin from. The oldest go into that state when
 * there are too many.
 */
import type { FeedLimits } from "../../src/contracts/feed.ts";
import type { EntryRow } from "../../src/contracts/inspection.ts";
import type { Seq } from "../../src/contracts/units.ts";
import {
  after,
  NOTHING_WATCHED,
  type Scenery,
  type WatchedEntry,
  type WatchedState,
} from "../../src/decisions/watched-state.ts";

interface Kept {
  readonly entry: WatchedEntry;
  readonly row: EntryRow;
  readonly size: number;
}

/** So much goes at once when there is too much. */
const SHARE = 0.1;
/** Of what a run may keep. */
const ENTRIES = 0.5;
/** What an entry takes beside its texts, in UTF-16 units; an estimate. */
const OVERHEAD = 300;

export class WatchedHistory {
  readonly #limits: FeedLimits;
  readonly #scenery: Scenery;
  #base: WatchedState = NOTHING_WATCHED;
  #baseRow: EntryRow | undefined;
  #kept: Kept[] = [];
  #size = 0;

  constructor(limits: FeedLimits, scenery: Scenery) {
    this.#limits = limits;
    this.#scenery = scenery;
  }

  get head(): Seq {
    return (this.#kept.at(-1)?.row ?? this.#baseRow)?.seq ?? 0;
  }

  get rows(): readonly EntryRow[] {
    return this.#kept.map(({ row }) => row);
  }

  get entries(): readonly WatchedEntry[] {
    return this.#kept.map(({ entry }) => entry);
  }

  add(entry: WatchedEntry, row: EntryRow): void {
    const { context = "", output = "", error = "" } = entry.snapshot ?? {};
    const size = OVERHEAD + entry.event.text.length + context.length + output.length + error.length;
    this.#kept.push({ entry, row, size });
    this.#size += size;
    if (this.#kept.length > this.#limits.entries || this.#size > this.#limits.retained * ENTRIES) this.#drop();
  }

  /** After `seq`; what is older than the oldest that is kept is not known, and the state before it is given. */
  stateAt(seq: Seq): WatchedState {
    const until = this.#kept.filter(({ row }) => row.seq <= seq).map(({ entry }) => entry);
    return after(this.#base, until, this.#scenery);
  }

  rowAt(seq: Seq): EntryRow | undefined {
    return this.#kept.findLast(({ row }) => row.seq <= seq)?.row ?? this.#baseRow;
  }

  #drop(): void {
    const gone = this.#kept.splice(0, Math.ceil(this.#kept.length * SHARE));
    const entries = gone.map(({ entry }) => entry);
    this.#base = after(this.#base, entries, this.#scenery);
    this.#baseRow = gone.at(-1)?.row;
    this.#size -= gone.reduce((sum, { size }) => sum + size, 0);
  }
}
