/**
 * Feed: applications that tell of their actors, and what is seen of them. Bounded in every direction: what comes in is
 * anybody's who has the address. Nothing of it reaches a run.
 */
import {
  DEFAULT_FEED_LIMITS,
  type FeedConnection,
  type FeedLimits,
  type FeedMessage,
  type FeedPort,
} from "../../src/contracts/feed.ts";
import type { RunId } from "../../src/contracts/ids.ts";
import type { ClockPort } from "../../src/contracts/ports.ts";
import type { Timestamp } from "../../src/contracts/units.ts";
import { readFrame } from "../../src/decisions/feed-message.ts";
import { PATIENCE_MS } from "./watched-order.ts";
import { WatchedRun } from "./watched-run.ts";

export interface FeedOptions {
  readonly clock: ClockPort;
  readonly newId: () => RunId;
  readonly limits?: Partial<FeedLimits>;
}

/** After so many frames that are none, a connection is ended. */
const MOST_REFUSED = 10;
const SECOND = 1_000;

export class Feed implements FeedPort {
  readonly clock: ClockPort;
  readonly #newId: () => RunId;
  readonly #limits: FeedLimits;
  readonly #runs = new Map<RunId, WatchedRun>();
  readonly #observers = new Set<(run: RunId) => void>();
  readonly #settling = new Set<WatchedRun>();
  #connections = 0;

  constructor({ clock, newId, limits }: FeedOptions) {
    this.clock = clock;
    this.#newId = newId;
    this.#limits = { ...DEFAULT_FEED_LIMITS, ...limits };
  }

  get runs(): readonly WatchedRun[] {
    return [...this.#runs.values()];
  }

  run(id: RunId): WatchedRun | undefined {
    return this.#runs.get(id);
  }

  /** Hears of each run that has changed. Returns a function that ends it. */
  observe(observer: (run: RunId) => void): () => void {
    this.#observers.add(observer);
    return () => this.#observers.delete(observer);
  }

  connect(): FeedConnection | undefined {
    if (this.#connections >= this.#limits.connections) return undefined;
    this.#connections += 1;
    const roots = new Map<string, WatchedRun>();
    const pace = new Pace(this.#limits.rate);
    let refused = 0;
    let open = true;
    return {
      receive: (text) => {
        const now = this.clock.now();
        if (!pace.allows(now)) return true;
        const missed = pace.missed();
        if (missed > 0) for (const run of roots.values()) this.#told(run, () => run.missed(missed, now));
        const read = readFrame(text, this.#limits.frame);
        if (read.kind === "message") this.#take(roots, read.message, now);
        if (read.kind === "refused") refused += 1;
        return refused < MOST_REFUSED;
      },
      closed: () => {
        if (!open) return;
        open = false;
        this.#connections -= 1;
        for (const run of roots.values())
          this.#told(run, () => {
            run.connected = false;
          });
      },
    };
  }

  #take(roots: Map<string, WatchedRun>, message: FeedMessage, now: Timestamp): void {
    const run = roots.get(message.root) ?? this.#begin(now);
    if (run === undefined) return;
    roots.set(message.root, run);
    this.#told(run, () => run.take(message, now));
    if (run.settle(now)) this.#settleLater(run);
  }

  /** Nothing may come any more that says what became of an event. */
  #settleLater(run: WatchedRun): void {
    if (this.#settling.has(run)) return;
    this.#settling.add(run);
    this.clock.at(
      this.clock.now() + PATIENCE_MS,
      () => {
        this.#settling.delete(run);
        this.#told(run, () => run.settle(this.clock.now()));
      },
      { background: true },
    );
  }

  /** The place of the oldest whose application is gone is taken. Undefined: all are connected. */
  #begin(now: Timestamp): WatchedRun | undefined {
    if (this.#runs.size >= this.#limits.runs) {
      const oldest = this.runs.find(({ connected }) => !connected);
      if (oldest === undefined) return undefined;
      this.#runs.delete(oldest.run);
    }
    const run = new WatchedRun(this.#newId(), this.#limits, now);
    this.#runs.set(run.run, run);
    return run;
  }

  #told(run: WatchedRun, change: () => void): void {
    change();
    for (const observer of this.#observers) observer(run.run);
  }
}

/** Frames in the current second. */
class Pace {
  readonly #rate: number;
  #second = 0;
  #count = 0;
  #missed = 0;

  constructor(rate: number) {
    this.#rate = rate;
  }

  allows(now: Timestamp): boolean {
    const second = Math.floor(now / SECOND);
    if (second !== this.#second) [this.#second, this.#count] = [second, 0];
    this.#count += 1;
    if (this.#count <= this.#rate) return true;
    this.#missed += 1;
    return false;
  }

  /** Since it was last asked. */
  missed(): number {
    const missed = this.#missed;
    this.#missed = 0;
    return missed;
  }
}
