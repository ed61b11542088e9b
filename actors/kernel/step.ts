/** Step: what one input causes, as it is collected; and the events in which charts hear of effects. */
import type { ReplyTo, RulingOf } from "../../src/contracts/commands.ts";
import type { Failure } from "../../src/contracts/errors.ts";
import type { ActorId, EffectKey } from "../../src/contracts/ids.ts";
import type { Answer, Consequences, Intent, Message, Move, Reply, Ruling } from "../../src/contracts/journal.ts";
import type { Json } from "../../src/contracts/json.ts";
import type { Snapshot } from "./logic.ts";
import type { PendingEffect } from "./registry.ts";
import { stateName } from "./state-name.ts";

export interface Step extends Consequences {
  /** Effects that are no longer wanted. */
  readonly stopped: readonly EffectKey[];
}

export class StepRecord implements Step {
  readonly moved: Move[] = [];
  readonly ruled: Ruling[] = [];
  readonly answered: Answer[] = [];
  readonly intents: Intent[] = [];
  readonly replies: Reply[] = [];
  readonly stopped: EffectKey[] = [];
  /** The output of the outcome being worked on: a reply that is this very value need not be written twice. */
  readonly #output: unknown;

  constructor(outcome?: Message) {
    this.#output = (outcome?.["output"] as { readonly output?: unknown } | undefined)?.output;
  }

  move(actor: ActorId, before: Snapshot | undefined, after: Snapshot): void {
    if (before?.value === after.value) return;
    const from = before === undefined ? "" : stateName(before.value);
    const to = stateName(after.value);
    if (from === to) return;
    const last = this.moved.at(-1);
    if (last?.actor === actor) (last.path as string[]).push(to);
    else this.moved.push({ actor, path: [from, to] });
  }

  rule(actor: ActorId, ruling: RulingOf): void {
    this.ruled.push({ actor, ...ruling });
  }

  intend({ key, src, effect }: PendingEffect): void {
    this.intents.push({ key, src, effect });
  }

  reply(to: ActorId, { n, result }: ReplyTo): void {
    const same =
      result.kind === "completed" &&
      result.edited === undefined &&
      result.value !== null &&
      result.value === this.#output;
    this.replies.push(same ? { to, n } : { to, n, result });
  }
}

export const doneEvent = (invoke: string, output: Json): Message => ({
  type: doneTypeOf(invoke),
  output,
  actorId: invoke,
});

/** Each made once: tables are looked up by it, and a text made anew is hashed anew. */
const doneTypes = new Map<string, string>();

function doneTypeOf(invoke: string): string {
  const known = doneTypes.get(invoke);
  if (known !== undefined) return known;
  const type = `xstate.done.actor.${invoke}`;
  // An agent's chart may name as many as it likes.
  if (doneTypes.size < MOST_TYPES) doneTypes.set(invoke, type);
  return type;
}

const MOST_TYPES = 1_000;

export const errorEvent = (invoke: string, failure: Failure): Message => ({
  type: `xstate.error.actor.${invoke}`,
  error: { ...failure },
  actorId: invoke,
});

/** The journal says `effect.done` or `effect.failed`; the chart hears of it as XState says it. */
export function heardOf({ invoke, key }: PendingEffect, event: Message): Message {
  const failed = event.type === "effect.failed";
  if (invoke === null) {
    return failed
      ? { type: "perform.failed", key, failure: event["failure"] }
      : { type: "perform.done", key, output: event["output"] };
  }
  return failed
    ? errorEvent(invoke, event["failure"] as unknown as Failure)
    : doneEvent(invoke, event["output"] as Json);
}
