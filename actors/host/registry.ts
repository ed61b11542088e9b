/** Registry: the actors of a run by id, with what belongs to each. Outside XState's `children`, which is quadratic. */
import type { ActorId, EffectKey } from "../../src/contracts/ids.ts";
import type { Message } from "../../src/contracts/journal.ts";
import type { Json } from "../../src/contracts/json.ts";
import type { EffectClass } from "../../src/contracts/tools.ts";
import type { Timestamp } from "../../src/contracts/units.ts";
import type { Logic, Snapshot } from "./logic.ts";

/** The calls a chart-minded agent has under way: act number to the id of the invoke that waits. */
export interface MindCalls {
  next: number;
  readonly waiting: Map<number, string>;
}

export interface ActorRecord {
  readonly id: ActorId;
  /** `agent`, `tool-gate` … or `mind:<agent>`. */
  readonly kind: string;
  readonly parent: ActorId | null;
  readonly logic: Logic;
  snapshot: Snapshot;
  readonly children: Set<ActorId>;
  readonly effects: Set<EffectKey>;
  readonly timers: Set<string>;
  readonly mind?: MindCalls;
}

export interface PendingEffect {
  readonly key: EffectKey;
  readonly actor: ActorId;
  readonly src: string;
  readonly effect: EffectClass;
  readonly input: Json;
  /** The invoke that waits for it; null for an effect that no state waits for. */
  readonly invoke: string | null;
}

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
