/**
 * Run feed: what is new in one run, for all who watch it, worked out once for all of them.
 *
 * F1  At most ten times a second, by the clock; while more is new than is told, at most four times. While nothing is
 *     new, nothing is told.
 * F2  At most 200 rows are told at once; of more, the last, after a gap that says which are left out.
 */
import type { EntryRow, Moment, StreamData } from "../../src/contracts/inspection.ts";
import type { ClockPort } from "../../src/contracts/ports.ts";
import type { Milliseconds, Seq } from "../../src/contracts/units.ts";

/** What is new in a run: its last rows, and how it stands after them. */
export interface Frame {
  readonly head: Seq;
  /** At most as many as are asked for, up to the head. */
  readonly rows: readonly EntryRow[];
  readonly moment: Moment;
}

export interface RunFeedPorts {
  readonly clock: ClockPort;
  /** Undefined while the head is where it was; `soon` asks to be asked again in a moment. */
  readonly frame: (known: Seq, rows: number) => Promise<Frame | "soon" | undefined>;
}

interface Watcher {
  sent: Seq;
  readonly told: (data: StreamData) => void;
}

const EVERY_MS: Milliseconds = 100;
/** Nobody reads so fast; and watching should cost such a run little. */
const EVERY_MS_FAST: Milliseconds = 250;
const SOON_MS: Milliseconds = 20;
const MOST_ROWS = 200;

export class RunFeed {
  readonly #ports: RunFeedPorts;
  readonly #watchers = new Set<Watcher>();
  #known: Seq = 0;
  #cancel: (() => void) | undefined;
  #isBusy = false;

  constructor(ports: RunFeedPorts) {
    this.#ports = ports;
  }

  get isWatched(): boolean {
    return this.#watchers.size > 0;
  }

  watch(after: Seq, told: (data: StreamData) => void): () => void {
    const watcher: Watcher = { sent: after, told };
    this.#watchers.add(watcher);
    // Whoever comes is told how it stands, even if nothing is new.
    this.#known = 0;
    this.#next(0);
    return () => {
      this.#watchers.delete(watcher);
      if (this.#watchers.size > 0) return;
      this.#cancel?.();
      this.#cancel = undefined;
    };
  }

  #next(ms: Milliseconds): void {
    this.#cancel?.();
    const { clock } = this.#ports;
    this.#cancel = clock.at(clock.now() + ms, () => void this.#tick(), { background: true });
  }

  async #tick(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    const restMs = await this.#tell();
    this.#isBusy = false;
    if (this.#watchers.size > 0) this.#next(restMs);
  }

  /** Tells what is new, and returns how long to rest then. */
  async #tell(): Promise<Milliseconds> {
    try {
      const frame = await this.#ports.frame(this.#known, MOST_ROWS);
      if (frame === "soon") return SOON_MS;
      if (frame === undefined) return EVERY_MS;
      const isFast = this.#known > 0 && frame.head - this.#known > MOST_ROWS;
      this.#known = frame.head;
      const all = partsOf(frame);
      for (const watcher of [...this.#watchers]) tell(watcher, frame, all);
      return isFast ? EVERY_MS_FAST - SOON_MS : EVERY_MS;
    } catch {
      // A store that is busy now is asked again.
      return EVERY_MS;
    }
  }
}

/** What most are told, and all at the same time: one value for all of them, so that a server writes it once. */
const partsOf = ({ head, rows, moment }: Frame) =>
  ({ rows: { kind: "rows", rows, head }, moment: { kind: "moment", moment } }) as const;

/** A watcher that throws is told no less, and disturbs nobody. */
function tell(watcher: Watcher, { head, rows }: Frame, all: ReturnType<typeof partsOf>): void {
  const fresh = rows.filter(({ seq }) => seq > watcher.sent);
  const first = fresh[0]?.seq ?? head + 1;
  const parts: StreamData[] = [];
  if (first > watcher.sent + 1) parts.push({ kind: "gap", from: watcher.sent + 1, to: first - 1 });
  if (fresh.length > 0) parts.push(fresh.length === rows.length ? all.rows : { kind: "rows", rows: fresh, head });
  watcher.sent = Math.max(watcher.sent, head);
  for (const data of [...parts, all.moment]) {
    try {
      watcher.told(data);
    } catch {
      // Its own affair.
    }
  }
}
