/** What a chart may tell the host to do: named actions without a body. Effects are `invoke`s, or `perform` where their number is open. */
import type { ActorId } from "./ids.ts";
import type { Message, Ruling } from "./journal.ts";
import type { Json } from "./json.ts";
import type { ActResult, EffectClass, Keyed } from "./tools.ts";
import type { Milliseconds } from "./units.ts";

/** Input of every effect: its key, and what a crash means for it. */
export interface EffectInput extends Keyed {
  readonly effect: EffectClass;
}

/** Sends an event to another actor of the run, after this transition. */
export interface Tell {
  readonly to: ActorId;
  readonly event: Message;
}

/** Starts an actor as a child of the sender. `logic` names one of the run's charts; an approval's question gets its digest and its time here. */
export interface Spawn {
  readonly id: ActorId;
  readonly logic: "agent" | "tool-gate" | "approval";
  readonly input: Json;
}

/** Performs an effect that no state waits for. Its end arrives as `perform.done` or `perform.failed`. */
export interface Perform extends EffectInput {
  readonly src: string;
  readonly input: Json;
}

/** Delivers an event to the sender itself after a time, once. A wait of the same id replaces it. */
export interface Wait {
  readonly id: string;
  readonly ms: Milliseconds;
  readonly event: Message;
}

/** Answers the n-th act of the live agent this actor stands for. */
export interface ReplyTo {
  readonly n: number;
  readonly result: ActResult;
}

/** A ruling, before the host adds whose it is. */
export type RulingOf = Omit<Ruling, "actor">;

export type Command =
  | { readonly type: "tell"; readonly params: Tell }
  | { readonly type: "spawn"; readonly params: Spawn }
  | { readonly type: "perform"; readonly params: Perform }
  | { readonly type: "wait"; readonly params: Wait }
  | { readonly type: "reply"; readonly params: ReplyTo }
  | { readonly type: "record"; readonly params: RulingOf };
