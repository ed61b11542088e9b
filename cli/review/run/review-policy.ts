/** Review policy: reading is free; the one write is asked about, unless whoever started the review allowed it. */
import type { PolicyPort } from "../../../index.ts";
import { VERDICT_KEY } from "../agents/verdict-choice.ts";

export interface WriteConsent {
  /** Who said `--yes`; undefined: ask. */
  readonly allowedBy: string | undefined;
}

/** Its id stands beside each verdict in the journal, so that the journal says who allowed what. */
export const reviewPolicy = ({ allowedBy }: WriteConsent): PolicyPort => ({
  id: allowedBy === undefined ? "review: ask before writing" : `review: --yes, given by ${allowedBy}`,
  decide: ({ action, resource, call, effect }) => {
    if (action === "model") return { kind: "allow", rule: "review.model" };
    if (effect === "read") return { kind: "allow", rule: "review.read" };
    if (action === "write" && resource === VERDICT_KEY) return { kind: "allow", rule: "review.verdict" };
    if (call.tool !== "write-report")
      return { kind: "deny", rule: "review.unknown-write", reason: `a review has no use for "${call.tool}"` };
    if (allowedBy !== undefined) return { kind: "allow", rule: "review.write-allowed" };
    return { kind: "ask", rule: "review.ask-before-writing", reason: "it is the one thing a review changes" };
  },
});
