/**
 * Attempts: how many wrong tokens are listened to.
 *
 * T1  Beyond a few wrong tokens from one address none is compared for a while, right or wrong, the machine's own
 *     addresses not excepted (A-HTTP-07).
 * T2  A connection that has shown right tokens, and no wrong one, is not shut out by what others try.
 */
import type { Duplex } from "node:stream";
import type { Milliseconds } from "../../contracts/units.ts";

export interface AttemptLimits {
  /** Wrong tokens in a row. */
  readonly wrongTokens: number;
  /** How long until one more is forgiven. */
  readonly forgiveMs: Milliseconds;
}

/** So many addresses are remembered; those beyond share one count. */
const ADDRESSES = 1_024;

export class Attempts {
  readonly #limits: AttemptLimits;
  readonly #now: () => number;
  readonly #wrong = new Map<string, { count: number; at: number }>();
  readonly #known = new WeakSet<Duplex>();

  constructor(limits: AttemptLimits, now: () => number = () => performance.now()) {
    this.#limits = limits;
    this.#now = now;
  }

  /** Milliseconds to wait before a token from there is looked at; 0: none. */
  wait(address: string, connection: Duplex): Milliseconds {
    if (this.#known.has(connection)) return 0;
    const { wrongTokens, forgiveMs } = this.#limits;
    const count = this.#countOf(keyOf(address));
    return count < wrongTokens ? 0 : Math.ceil((count - wrongTokens + 1) * forgiveMs);
  }

  right(connection: Duplex): void {
    this.#known.add(connection);
  }

  /** Tells whether it was the one that shut its sender out. */
  wrong(address: string, connection: Duplex): boolean {
    this.#known.delete(connection);
    const key = this.#wrong.has(keyOf(address)) || this.#wrong.size < ADDRESSES ? keyOf(address) : "others";
    const count = this.#countOf(key) + 1;
    this.#wrong.set(key, { count, at: this.#now() });
    return count >= this.#limits.wrongTokens;
  }

  #countOf(key: string): number {
    const kept = this.#wrong.get(key) ?? this.#wrong.get(this.#wrong.size < ADDRESSES ? key : "others");
    if (kept === undefined) return 0;
    const left = kept.count - (this.#now() - kept.at) / this.#limits.forgiveMs;
    if (left > 0) return left;
    this.#wrong.delete(key);
    return 0;
  }
}

/** Both loopback addresses are one neighbour. */
const keyOf = (address: string): string => (/^(?:::1|(?:::ffff:)?127\..*)$/.test(address) ? "loopback" : address);
