/** What a tool gate does about labels: what its agent hears with a result, and what it lets through. */
import type { RulingOf } from "../src/contracts/commands.ts";
import type { Labels, Tracked } from "../src/contracts/labels.ts";
import { areSame, OUTSIDE, tracked } from "../src/decisions/labels.ts";
import { recording } from "./commands.ts";
import type { ToolGateContext } from "./tool-gate-events.ts";

/** Labels of a result: what the tool adds to what its agent has heard already. A refusal is in our own words. */
export function heardWith({ flow, result, judgement, extracted, tool, actor }: ToolGateContext): {
  readonly labels?: Tracked;
} {
  if (flow === undefined || result.kind === "refused") return {};
  return { labels: tracked(extracted ?? judgement?.labels ?? OUTSIDE, tool, actor) };
}

/** A call that only a person's word let through. */
const isCleared = ({ flow, judgement, sent }: ToolGateContext): boolean =>
  flow !== undefined && sent && judgement?.verdict.kind === "ask" && judgement.verdict.rule.startsWith("flow.");

/** What an extractor has let through: its output, where that carries less than what it was made of. */
const isExtracted = ({ extracted, judgement }: ToolGateContext): boolean =>
  extracted !== undefined && !areSame(extracted, judgement?.labels ?? OUTSIDE);

/** How many values this gate has let through in spite of their labels (I-F5). */
export function declassifiedBy(context: ToolGateContext): { readonly declassified?: number } {
  const times = (isCleared(context) ? 1 : 0) + (isExtracted(context) ? 1 : 0);
  return times === 0 ? {} : { declassified: times };
}

const ruling = (verdict: string, reason: string, from: Labels): RulingOf => ({
  rule: "flow.declassified",
  verdict,
  reason,
  data: { integrity: from.integrity, readers: from.readers },
});

/** Runs before `markSent`: a call that is made again is let through once. */
function clearance(context: ToolGateContext): RulingOf | undefined {
  const { flow, judgement, sent } = context;
  if (flow === undefined || sent || judgement === null || !isCleared({ ...context, sent: true })) return undefined;
  const reason = judgement.verdict.kind === "ask" ? judgement.verdict.reason : "";
  return ruling("approved", `a person has approved exactly these arguments: ${reason}`, flow.labels);
}

function extraction(context: ToolGateContext): RulingOf | undefined {
  if (!isExtracted(context)) return undefined;
  const { judgement, tool } = context;
  return ruling("extracted", `"${tool}" has said no more than its shape allows`, judgement?.labels ?? OUTSIDE);
}

export const flowActions = { noteClearance: recording(clearance), noteExtraction: recording(extraction) };
