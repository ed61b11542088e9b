/** Timers: the due times of a run. Journalled, absolute, fired once; they outlive the process and any distance. */
import type { ActorId } from "../../src/contracts/ids.ts";
import type { Message } from "../../src/contracts/journal.ts";
import type { Timestamp } from "../../src/contracts/units.ts";

export interface Timer {
  readonly actor: ActorId;
  readonly id: string;
  readonly due: Timestamp;
  readonly event: Message;
}

export const timerKey = (actor: ActorId, id: string): string => `${actor}|${id}`;

/** All timers of a run. The next one is known without a search, except after it has fired or was called off. */
export class Timers {
  readonly #timers = new Map<string, Timer>();
  #next: Timer | undefined;

  set(timer: Timer): void {
    const key = timerKey(timer.actor, timer.id);
    this.delete(key);
    this.#timers.set(key, timer);
    if (this.#next !== undefined && timer.due < this.#next.due) this.#next = timer;
  }

  get(key: string): Timer | undefined {
    return this.#timers.get(key);
  }

  delete(key: string): void {
    if (this.#next !== undefined && this.#timers.get(key) === this.#next) this.#next = undefined;
    this.#timers.delete(key);
  }

  /** The earliest; of those due at once, the one set first. */
  next(): Timer | undefined {
    if (this.#next === undefined) {
      for (const timer of this.#timers.values())
        if (this.#next === undefined || timer.due < this.#next.due) this.#next = timer;
    }
    return this.#next;
  }

  all(): readonly Timer[] {
    return [...this.#timers.values()];
  }
}
