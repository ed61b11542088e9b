/**
 * The journal: one entry for one input, with all that came of it. Input enters a run through five doors only:
 *   start    the objective, the settings, the seed of all ids
 *   signal   a person's decision, an application's event, an order to pause or cancel
 *   request  an act a live agent proposes
 *   outcome  the result of an effect
 *   timer    a due time reached
 * A sixth kind, `late`, notes what arrived for an effect that was no longer wanted; it is delivered to nobody.
 *
 * J1  An entry is durable before anything it caused is done, or shown outside the run.
 * J2  Replaying the inputs into fresh actors causes the same consequences; where it does not, the run has diverged.
 * J3  Each entry's hash covers its text and the hash before it.
 */
import type { ActorId, EffectKey, RunId } from "./ids.ts";
import type { Json, JsonObject } from "./json.ts";
import type { ActResult, EffectClass } from "./tools.ts";
import type { Epoch, Seq, Timestamp } from "./units.ts";

/** Of the shape of entries and of the start event. A journal of a newer format is refused. */
export const JOURNAL_FORMAT = 2;

/** Most runs have one owner from start to end: an entry whose text names no epoch is of this one. */
export const FIRST_EPOCH: Epoch = 1;

/** Something an actor receives: an event of a statechart, in plain JSON. */
export interface Message {
  readonly type: string;
  readonly [field: string]: Json | undefined;
}

/** Who sent a signal. Set by the door it came through, never read from its contents. */
export interface Principal {
  readonly kind: "person" | "application" | "guardian";
  readonly id: string;
}

export type InputKind = "start" | "signal" | "request" | "outcome" | "timer" | "late";

export interface Input {
  readonly kind: InputKind;
  readonly to: ActorId;
  readonly event: Message;
  /** The effect an outcome belongs to; the timer that fired. */
  readonly key?: EffectKey;
  readonly by?: Principal;
}

/** The states an actor went through: `["", "judging", "holding"]`; the first is empty when it was born here. */
export interface Move {
  readonly actor: ActorId;
  readonly path: readonly string[];
}

/** A conclusion the run reached, by rule. */
export interface Ruling {
  readonly actor: ActorId;
  readonly rule: string;
  readonly verdict: string;
  readonly reason?: string;
  readonly data?: JsonObject;
}

/** An effect that is to be performed once this entry is durable. */
export interface Intent {
  /** Begins with the id of the actor that asked for it. */
  readonly key: EffectKey;
  readonly src: string;
  readonly effect: EffectClass;
}

/** The answer of an effect that answered at once, inside this entry. */
export interface Answer {
  readonly key: EffectKey;
  readonly event: Message;
}

/** What a live agent is told about its n-th act. Without a result: the output this entry carries. */
export interface Reply {
  readonly to: ActorId;
  readonly n: number;
  readonly result?: ActResult;
}

/** All that one input caused, in order. Empty lists are left out of the text. */
export interface Consequences {
  readonly moved: readonly Move[];
  readonly ruled: readonly Ruling[];
  readonly answered: readonly Answer[];
  readonly intents: readonly Intent[];
  readonly replies: readonly Reply[];
}

export interface JournalEntry extends Input, Consequences {
  readonly run: RunId;
  readonly seq: Seq;
  readonly at: Timestamp;
  readonly epoch: Epoch;
}

/** An entry as a store keeps it. `body` is the exact text that `hash` covers; `blob` names a payload kept apart. */
export interface StoredEntry {
  readonly seq: Seq;
  readonly body: string;
  /** SHA-256 of the previous entry's hash (empty for the first), a newline, and `body`; lower-case hex. */
  readonly hash: string;
}
