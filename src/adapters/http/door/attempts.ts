/**
 * Attempts: how many wrong tokens are listened to.
 *
 * T1  Beyond a few wrong tokens from one address none is compared for a while, right or wrong, the machine's own
 *     addresses not excepted (A-HTTP-07).
 * T2  A connection that has shown right tokens, and no wrong one, is not shut out by what others try.
 */
import type { Duplex } from "node:stream";
import type { Milliseconds } from "../../../contracts/units.ts";
import type { AttemptLimits } from "../limits.ts";

/** So many addresses are remembered; those beyond share one count. */
const ADDRESSES = 1_024;

export class Attempts {
  readonly #limits: AttemptLimits;
  readonly #now: () => number;
  readonly #wrong = new Map<string, { readonly count: number; readonly at: number; readonly isTold: boolean }>();
  readonly #known = new WeakSet<Duplex>();

  constructor(limits: AttemptLimits, now: () => number = () => performance.now()) {
    this.#limits = limits;
    this.#now = now;
  }

  /** Milliseconds to wait before a token from there is looked at; 0: none. */
  wait(address: string, connection: Duplex): Milliseconds {
    if (this.#known.has(connection)) return 0;
    const over = this.#count(this.#keyOf(address)) - (this.#limits.wrongTokens - 1);
    return over > 0 ? Math.ceil(over * this.#limits.forgiveMs) : 0;
  }

  right(connection: Duplex): void {
    this.#known.add(connection);
  }

  /** Tells whether it was the one that shut its sender out; of the same sender once, until all is forgiven. */
  wrong(address: string, connection: Duplex): boolean {
    this.#known.delete(connection);
    const key = this.#keyOf(address);
    const count = this.#count(key) + 1;
    const wasTold = this.#wrong.get(key)?.isTold ?? false;
    const isTold = wasTold || count > this.#limits.wrongTokens - 1;
    this.#wrong.set(key, { count, at: this.#now(), isTold });
    return isTold && !wasTold;
  }

  /** What is left of the count by now. */
  #count(key: string): number {
    const kept = this.#wrong.get(key);
    if (kept === undefined) return 0;
    const left = kept.count - (this.#now() - kept.at) / this.#limits.forgiveMs;
    if (left > 0) return left;
    this.#wrong.delete(key);
    return 0;
  }

  #keyOf(address: string): string {
    const key = neighbourOf(address);
    return this.#wrong.has(key) || this.#wrong.size < ADDRESSES ? key : "others";
  }
}

/** Both loopback addresses are one neighbour. */
const neighbourOf = (address: string): string => (/^(?:::1|(?:::ffff:)?127\..*)$/.test(address) ? "loopback" : address);
