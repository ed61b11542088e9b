/**
 * Fork: a new run begins where another one, its origin, stood after an entry. What becomes of what was under way there?
 *
 * K1  What the origin's journal says it came to, it came to: nothing that has happened is done again.
 * K2  What changes nothing, and came to nothing that is known, is begun again.
 * K3  What may have happened under the origin's keys is never begun under those of the fork by itself: a person is asked,
 *     or there is no fork at this entry.
 */
import type { Message } from "../contracts/journal.ts";
import type { EffectClass } from "../contracts/tools.ts";

export type InFlight =
  /** Its outcome is taken over. */
  | { readonly kind: "carried" }
  /** It is begun again, as after a crash. */
  | { readonly kind: "again" }
  /** Its outcome is lost, as after a crash: the call's gate asks a person. */
  | { readonly kind: "asked" }
  | { readonly kind: "refused"; readonly reason: string };

export interface Effect {
  readonly src: string;
  readonly effect: EffectClass;
}

/** `outcome`: what the origin's journal says of it after that entry. */
export function inFlight({ src, effect }: Effect, outcome: Message | undefined): InFlight {
  if (src === "reconcile") return reconciling(outcome);
  // The function of an agent takes up its acts from the journal; a planner or a judge is asked again.
  if (src !== "execute") return { kind: "again" };
  if (outcome?.type === "effect.done") return { kind: "carried" };
  const isKnown = outcome !== undefined && !isLost(outcome);
  switch (effect) {
    case "read":
      return { kind: "again" };
    case "idempotent":
      return refused(isKnown ? "failed there, and would be tried again" : "has no outcome there");
    case "reconcilable":
      return isKnown ? { kind: "carried" } : refused("has no outcome there");
    case "once":
      return { kind: isKnown ? "carried" : "asked" };
  }
}

/** Only the origin's keys can be asked about. */
const reconciling = (outcome: Message | undefined): InFlight =>
  (outcome?.["output"] as { readonly kind?: unknown } | null | undefined)?.kind === "done"
    ? { kind: "carried" }
    : refused("is asked about under the origin's key");

/** A call that was made under the origin's keys, and is about to be made again under the same. */
export function isBetweenTries(state: string, sent: boolean, effect: EffectClass | undefined): boolean {
  return sent && (effect === "idempotent" || effect === "reconcilable") && RETURNING.has(state);
}

const RETURNING: ReadonlySet<string> = new Set(["judging", "holding", "failing", "backing-off"]);

export const betweenTries = "was made there, and is about to be made again";

const isLost = ({ failure }: Message): boolean =>
  (failure as { readonly code?: unknown } | null | undefined)?.code === "effect.unknown";

const refused = (reason: string): InFlight => ({ kind: "refused", reason });
