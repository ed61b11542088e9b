/**
 * Effects: the performing side of a run. An effect starts only after its intent is durable, at most once at a time,
 * and ends in one outcome.
 *
 * F1  An outcome of an effect that is no longer wanted is reported as late, never applied.
 * F2  An effect that throws, rejects or hangs cannot harm the host.
 * F3  An effect that was told to stop and does not, is not waited for past its grace; what it still says is late.
 */
import { type Failure, toFailure } from "../../src/contracts/errors.ts";
import type { EffectKey } from "../../src/contracts/ids.ts";
import type { Message } from "../../src/contracts/journal.ts";
import type { Json } from "../../src/contracts/json.ts";
import type { Judgement } from "../../src/contracts/tools.ts";
import type { Timestamp } from "../../src/contracts/units.ts";
import type { RunState } from "../../src/decisions/run-state.ts";
import type { PendingEffect } from "../kernel/registry.ts";

/** How an effect is told to stop. Most never look at the signal: it is made for those that do. */
export class Stop {
  #controller: AbortController | undefined;
  #stopped = false;

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#stopped) this.#controller.abort();
    return this.#controller.signal;
  }

  now(): void {
    this.#stopped = true;
    this.#controller?.abort();
  }
}

/** Where a run stands while an entry is worked off. */
export interface RunNow {
  /** Of the entry. */
  readonly at: Timestamp;
  readonly state: RunState;
}

/** Performs one kind of effect: gives plain JSON, now or later; throws or rejects to fail. */
export type Performer = (effect: PendingEffect, stop: Stop, now: RunNow) => Json | Promise<Json>;

export type Performers = { readonly [src: string]: Performer };

export const effectDone = (output: Json): Message => ({ type: "effect.done", output });
export const effectFailed = (failure: Failure): Message => ({ type: "effect.failed", failure: { ...failure } });

/** Whether money or tokens are held for an effect. */
export function isPaid(effect: PendingEffect): boolean {
  if (effect.src !== "execute") return false;
  const { judgement } = effect.input as unknown as { readonly judgement: Judgement };
  return judgement.hold !== undefined && judgement.hold.costMicroUsd + judgement.hold.tokens > 0;
}

interface Flight {
  readonly effect: PendingEffect;
  readonly stop: Stop;
  /** It was told to stop, and has had its grace (F3). */
  isForsaken: boolean;
}

export class Effects {
  readonly #performers: Performers;
  readonly #now: () => RunNow;
  readonly #ended: (effect: PendingEffect, event: Message) => void;
  readonly #flights = new Map<EffectKey, Flight>();
  /** Effects asked whether they can answer at once, and that could not: already under way. */
  readonly #begun = new Map<EffectKey, { readonly stop: Stop; readonly promise: Promise<Json> }>();

  constructor(performers: Performers, now: () => RunNow, ended: (effect: PendingEffect, event: Message) => void) {
    this.#performers = performers;
    this.#now = now;
    this.#ended = ended;
  }

  get size(): number {
    return this.#flights.size;
  }

  has(key: EffectKey): boolean {
    return this.#flights.has(key);
  }

  /** Whether one that is waited for is so. */
  some(is: (effect: PendingEffect) => boolean): boolean {
    for (const { effect, isForsaken } of this.#flights.values()) if (!isForsaken && is(effect)) return true;
    return false;
  }

  /** Waits for it no longer. */
  forsake(key: EffectKey): void {
    const flight = this.#flights.get(key);
    if (flight !== undefined) flight.isForsaken = true;
  }

  /** Asks an effect that changes nothing for its answer, here and now. Undefined when it needs time. */
  answer(effect: PendingEffect): Message | undefined {
    const stop = new Stop();
    const result = this.#perform(effect, stop);
    if (!("promise" in result)) return result.event;
    this.#begun.set(effect.key, { stop, promise: result.promise });
    return undefined;
  }

  start(effect: PendingEffect): void {
    if (this.#flights.has(effect.key)) return;
    const begun = this.#begun.get(effect.key);
    this.#begun.delete(effect.key);
    const stop = begun?.stop ?? new Stop();
    this.#flights.set(effect.key, { effect, stop, isForsaken: false });
    const result = begun ?? this.#perform(effect, stop);
    if ("event" in result) {
      queueMicrotask(() => this.#end(effect, result.event));
      return;
    }
    result.promise.then(
      (output) => this.#end(effect, effectDone(output)),
      (error: unknown) => this.#end(effect, effectFailed(toFailure(error, "tool.failed"))),
    );
  }

  #perform(effect: PendingEffect, stop: Stop): { readonly event: Message } | { readonly promise: Promise<Json> } {
    const performer = this.#performers[effect.src];
    try {
      if (performer === undefined) throw new Error(`nothing performs "${effect.src}"`);
      const result = performer(effect, stop, this.#now());
      return result instanceof Promise ? { promise: result } : { event: effectDone(result) };
    } catch (error) {
      return { event: effectFailed(toFailure(error, "tool.failed")) };
    }
  }

  #end(effect: PendingEffect, event: Message): void {
    if (this.#flights.get(effect.key)?.effect !== effect) return;
    this.#flights.delete(effect.key);
    this.#ended(effect, event);
  }

  /** Tells an effect to stop. It stays in flight until it ends, so that what it still says is noted as late. */
  abort(key: EffectKey): void {
    this.#flights.get(key)?.stop.now();
    this.#begun.get(key)?.stop.now();
    this.#begun.delete(key);
  }

  /** Forgets everything; what still ends is heard by nobody. */
  drop(): void {
    for (const { stop } of this.#flights.values()) stop.now();
    this.#flights.clear();
    for (const { stop } of this.#begun.values()) stop.now();
    this.#begun.clear();
  }
}
