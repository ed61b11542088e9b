/**
 * Recovery: what becomes of an effect whose outcome was never recorded?
 *
 * Y1  What changes nothing, or is safe to repeat under the same key, is performed again.
 * Y2  Everything else is unknown: the chart that asked for it reconciles, or asks a person. Never silently again.
 * Y3  What was paid for is never performed again under the hold it had: the chart that asked for it holds anew.
 */
import type { Intent } from "../contracts/journal.ts";

export type RecoveryDecision = "perform-again" | "report-unknown";

/** `isPaid`: money or tokens are held for it. */
export function recover(intent: Pick<Intent, "effect">, isPaid = false): RecoveryDecision {
  switch (intent.effect) {
    case "read":
    case "idempotent":
      return isPaid ? "report-unknown" : "perform-again";
    case "reconcilable":
    case "once":
      return "report-unknown";
  }
}
