/** What an agent's chart does about labels: it carries those of everything its mind has been told. */
import type { RulingOf } from "../src/contracts/commands.ts";
import type { JsonObject } from "../src/contracts/json.ts";
import type { InFlow, Tracked } from "../src/contracts/labels.ts";
import { areSame, hear, tracked, UNKNOWN } from "../src/decisions/labels.ts";
import type { AgentContext, AgentEvent } from "./agent-events.ts";
import { recording } from "./commands.ts";

/** The context once it has heard how an act ended. */
export function heard({ flow, attempt }: AgentContext, event: AgentEvent): { readonly flow?: InFlow } {
  if (flow === undefined) return {};
  const told = toldBy(event, flow, `${attempt.actor}/`);
  if (told === undefined) return {};
  const labels = hear(flow.labels, told);
  return labels === flow.labels ? {} : { flow: { ...flow, labels } };
}

function toldBy(event: AgentEvent, { rules }: InFlow, acts: string): Tracked | undefined {
  // A value that came without labels is one that nobody can vouch for. A refusal is in our own words.
  if (event.type === "act.settled")
    return (
      event.labels ?? (event.result.kind === "refused" ? undefined : tracked(UNKNOWN, "an act", `${acts}${event.n}`))
    );
  if (event.type !== "question.answered" || rules.answers === undefined) return undefined;
  return tracked(rules.answers, "a person's answer", `${acts}${event.ref}`);
}

/** What comes out of the attempt: of an extractor whose output has its shape, trusted; else all it has heard. */
function outOf({ flow, extracted }: AgentContext): Tracked | undefined {
  if (flow === undefined || extracted === undefined) return flow?.labels;
  const { readers, from } = flow.labels;
  const open = extracted.readers ?? readers;
  if (open === "public") return { integrity: "trusted", readers: open };
  return { integrity: "trusted", readers: open, ...(from === undefined ? {} : { from }) };
}

export function labelsOf(context: AgentContext): { readonly labels?: JsonObject } {
  const labels = outOf(context);
  return labels === undefined ? {} : { labels: labels as unknown as JsonObject };
}

/** Whether the output was let through in spite of what its agent has heard (I-F5). */
function isDeclassified(context: AgentContext): boolean {
  const labels = outOf(context);
  return context.flow !== undefined && labels !== undefined && !areSame(labels, context.flow.labels);
}

export const declassifiedBy = (context: AgentContext): { readonly declassified?: number } =>
  isDeclassified(context) ? { declassified: 1 } : {};

function extraction(context: AgentContext): RulingOf | undefined {
  if (context.flow === undefined || !isDeclassified(context)) return undefined;
  const { integrity, readers } = context.flow.labels;
  return {
    rule: "flow.declassified",
    verdict: "extracted",
    reason: `the output of task "${context.attempt.task}" says no more than its shape allows`,
    data: { integrity, readers },
  };
}

export const flowActions = { noteExtraction: recording(extraction) };
