/**
 * Backlog: what a reader is still to be told of one run, or of all; bounded however little of it is taken.
 *
 * B1  Of moments, lists of runs and inboxes only the latest is kept.
 * B2  Rows beyond the bound are forgotten, the oldest first, and the gap says which.
 * B3  What is told in the end is in order: the gap, the rows after it, the moment after them.
 */
import type { EntryRow, StreamData } from "../../../contracts/inspection.ts";
import type { Seq } from "../../../contracts/units.ts";

type Rows = Extract<StreamData, { readonly kind: "rows" }>;
type Latest = Extract<StreamData, { readonly kind: "moment" | "runs" | "inbox" }>;

export class Backlog {
  readonly #maxRows: number;
  readonly #latest = new Map<Latest["kind"], Latest>();
  #gap: { from: Seq; to: Seq } | undefined;
  #rows: EntryRow[] = [];
  /** The rows as they were told, while they are all there is of them: others may be told the same value. */
  #whole: Rows | undefined;
  #head: Seq = 0;

  constructor(maxRows: number) {
    this.#maxRows = maxRows;
  }

  add(data: StreamData): void {
    if (data.kind === "gap") this.#lose(data.from, data.to);
    else if (data.kind === "rows") this.#addRows(data);
    else this.#latest.set(data.kind, data);
  }

  #addRows(data: Rows): void {
    const { rows, head } = data;
    this.#whole = this.#rows.length === 0 && rows.length <= Math.min(MOST_ROWS, this.#maxRows) ? data : undefined;
    this.#rows.push(...rows);
    this.#head = head;
    const lost = this.#rows.splice(0, Math.max(0, this.#rows.length - this.#maxRows));
    const [first, last] = [lost[0], lost.at(-1)];
    if (first !== undefined && last !== undefined) this.#gap = { from: this.#gap?.from ?? first.seq, to: last.seq };
  }

  /** What was not sent before lies after everything that is kept: so all that is kept goes into it. */
  #lose(from: Seq, to: Seq): void {
    this.#gap = { from: this.#gap?.from ?? this.#rows[0]?.seq ?? from, to };
    this.#forget();
  }

  #forget(): void {
    this.#rows = [];
    this.#whole = undefined;
  }

  get isEmpty(): boolean {
    return this.#gap === undefined && this.#rows.length === 0 && this.#latest.size === 0;
  }

  /** All of it, to be told now. */
  take(): readonly StreamData[] {
    const taken: StreamData[] = [];
    if (this.#gap !== undefined) taken.push({ kind: "gap", ...this.#gap });
    if (this.#whole !== undefined) taken.push(this.#whole);
    else
      for (let at = 0; at < this.#rows.length; at += MOST_ROWS)
        taken.push({ kind: "rows", rows: this.#rows.slice(at, at + MOST_ROWS), head: this.#head });
    taken.push(...this.#latest.values());
    this.#gap = undefined;
    this.#forget();
    this.#latest.clear();
    return taken;
  }
}

/** In one event. */
const MOST_ROWS = 200;
