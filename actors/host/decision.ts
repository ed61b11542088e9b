/**
 * Decision: a person's word on its way into a run, through the application or through the store, and what they are told.
 *
 * A-ID-03  Who it is by is said by the door it came through. Nothing a decision carries can address anything but a
 *          question, or say anything to it but a decision.
 */
import type { Decision, DecisionReceipt } from "../../src/contracts/approvals.ts";
import { RuntimeError } from "../../src/contracts/errors.ts";
import { type ActorId, parseRequestId, type RunId } from "../../src/contracts/ids.ts";
import type { Input, Message } from "../../src/contracts/journal.ts";
import type { Json } from "../../src/contracts/json.ts";
import { ingest } from "../../src/decisions/ingest.ts";
import type { Step } from "../kernel/step.ts";

type Refusal = Extract<DecisionReceipt, { readonly accepted: false }>;

export const refused = (code: Refusal["code"], reason: string): Refusal => ({ accepted: false, code, reason });

/** A decision taken apart: whose question it is about, and what is said. Its parts are plain and frozen. */
export interface Addressed {
  readonly run: RunId;
  readonly approval: ActorId;
  readonly word: Json;
  readonly by: string;
}

/** Takes a decision for one only if it can be read as one. */
export function addressed(decision: unknown): Addressed | Refusal {
  const taken = ingest(decision);
  if (taken.kind === "refused") return refused("value.invalid", taken.failure.message);
  if (typeof taken.value !== "object" || taken.value === null || Array.isArray(taken.value))
    return refused("value.invalid", "a decision is an object with a requestId, a digest, a decision and who it is by");
  const { requestId, ...word } = taken.value as unknown as Decision;
  const parsed = typeof requestId === "string" ? parseRequestId(requestId) : undefined;
  if (parsed === undefined) return refused("approval.unknown", `"${String(requestId)}" is not a request id`);
  return { ...parsed, word: word as unknown as Json, by: String(word.by) };
}

export const isRefusal = (one: Addressed | Refusal): one is Refusal => "accepted" in one;

export const inputOf = ({ approval, word, by }: Addressed): Input => ({
  kind: "signal",
  to: approval,
  event: { type: "question.decide", word } satisfies Message,
  by: { kind: "person", id: by },
});

/** What became of it, as the question ruled. */
export function receiptOf(step: Pick<Step, "ruled">, approval: ActorId): DecisionReceipt {
  const ruling = step.ruled.find(({ actor }) => actor === approval);
  if (ruling === undefined) return refused("approval.unknown", "this is no question");
  const { rule, reason, data } = ruling;
  if (rule === "approval.decided") return { accepted: true };
  if (rule === "approval.approved") return { accepted: true, missing: Number(data?.["missing"]) };
  if (rule === "dead-letter") return CLOSED;
  return refused(rule as Refusal["code"], reason ?? "it does not count");
}

const CLOSED = refused(
  "approval.closed",
  "this question is not open: it was answered, has expired, or was never asked",
);

/** What is told where the run could not take it; anything else is thrown on. */
export function refusalOf(error: unknown): Refusal {
  if (!(error instanceof RuntimeError)) throw error;
  if (error.code === "run.unknown") return refused("approval.unknown", error.message);
  if (error.code === "run.closed") return refused("approval.closed", error.message);
  if (error.code.startsWith("value.")) return refused("value.invalid", error.message);
  throw error;
}

export function readReceipt(text: string): DecisionReceipt {
  return JSON.parse(text) as DecisionReceipt;
}

/** A decision as it lies in the store. */
export function readDecision(body: string): Addressed | Refusal {
  try {
    return addressed(JSON.parse(body));
  } catch {
    return refused("value.invalid", "the signal is not JSON");
  }
}
