/**
 * Registry: the actors of a run, and the effects and timers that belong to each. Outside XState's `children`, where
 * starting and stopping are quadratic.
 *
 * R3  An actor that ends takes its children, timers and effects with it.
 */
import type { ActorId, EffectKey } from "../../src/contracts/ids.ts";
import type { Json } from "../../src/contracts/json.ts";
import type { EffectClass } from "../../src/contracts/tools.ts";
import type { Logic, Snapshot } from "./logic.ts";
import { type Timer, Timers, timerKey } from "./timers.ts";

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

export type NewActor = Pick<ActorRecord, "id" | "kind" | "parent" | "logic" | "mind">;

export class Registry {
  readonly actors = new Map<ActorId, ActorRecord>();
  readonly pending = new Map<EffectKey, PendingEffect>();
  readonly timers = new Timers();

  add(actor: NewActor, snapshot: Snapshot | undefined): ActorRecord {
    const record: ActorRecord = {
      ...actor,
      // Set by the actor's first transition, before anything can look at it.
      snapshot: snapshot as Snapshot,
      children: new Set(),
      effects: new Set(),
      timers: new Set(),
    };
    this.actors.set(actor.id, record);
    if (actor.parent !== null) this.actors.get(actor.parent)?.children.add(actor.id);
    return record;
  }

  addEffect(effect: PendingEffect): void {
    this.pending.set(effect.key, effect);
    this.actors.get(effect.actor)?.effects.add(effect.key);
  }

  /** The effect is over, or no longer wanted. */
  takeEffect(key: EffectKey): PendingEffect | undefined {
    const effect = this.pending.get(key);
    if (effect === undefined) return undefined;
    this.pending.delete(key);
    this.actors.get(effect.actor)?.effects.delete(key);
    return effect;
  }

  setTimer(timer: Timer): void {
    this.timers.set(timer);
    this.actors.get(timer.actor)?.timers.add(timerKey(timer.actor, timer.id));
  }

  cancelTimer(actor: ActorId, key: string): void {
    this.timers.delete(key);
    this.actors.get(actor)?.timers.delete(key);
  }

  /** Ends an actor and everything below it; gives the effects that are no longer wanted. */
  remove(id: ActorId): readonly EffectKey[] {
    const actor = this.actors.get(id);
    if (actor === undefined) return [];
    const stopped = this.strip(actor);
    this.actors.delete(id);
    if (actor.parent !== null) this.actors.get(actor.parent)?.children.delete(id);
    return stopped;
  }

  /** Takes from an actor all that belongs to it, and leaves the actor. */
  strip(actor: ActorRecord): readonly EffectKey[] {
    const stopped: EffectKey[] = [];
    for (const child of [...actor.children]) stopped.push(...this.remove(child));
    for (const key of actor.timers) this.timers.delete(key);
    actor.timers.clear();
    for (const key of [...actor.effects]) {
      this.takeEffect(key);
      stopped.push(key);
    }
    return stopped;
  }
}
