/**
 * Explain: why is this entry in the journal?
 *
 * V1  Every chain ends at the start: the objective.
 * V2  A cause is an earlier entry, found by key: the intent of an outcome, the act of a call, the question of a decision.
 */
import { type ActorId, agentActorIn, ORCHESTRATOR } from "../contracts/ids.ts";
import type { JournalEntry, Ruling } from "../contracts/journal.ts";
import type { Seq } from "../contracts/units.ts";

/** One link of the chain. */
export interface Cause {
  readonly seq: Seq;
  readonly kind: JournalEntry["kind"];
  readonly why: string;
}

export interface Explanation {
  readonly entry: JournalEntry;
  /** What came in, in a sentence. */
  readonly summary: string;
  /** The conclusions of this entry, with their rules; verdicts on calls included. */
  readonly rulings: readonly Ruling[];
  /** From this entry back to the objective. */
  readonly because: readonly Cause[];
  readonly objective: string;
}

/** `because` as it was found, from the entry back to `start`. */
export function explanationOf(entry: JournalEntry, because: readonly Cause[], start: JournalEntry): Explanation {
  return {
    entry,
    summary: summaryOf(entry),
    rulings: [...verdictsOf(entry, policyOf(start)), ...entry.ruled],
    because,
    objective: String(start.event["objective"] ?? ""),
  };
}

const policyOf = ({ event }: JournalEntry): string | undefined =>
  (event["settings"] as { readonly policy?: string } | undefined)?.policy;

/** What a judge, or a policy that was asked about a read or write, has answered. */
interface Judged {
  readonly verdict?: {
    readonly kind: string;
    readonly rule: string;
    readonly rules?: readonly string[];
    readonly reason?: string;
  };
  readonly policy?: string | null;
}

/** Verdicts on acts stand in the answers of judges. `started` is the policy that is meant where they name none. */
export function verdictsOf(
  { kind, key, event, answered }: JournalEntry,
  started: string | undefined,
): readonly Ruling[] {
  const late = kind === "outcome" && key !== undefined ? [{ key, event }] : [];
  return [...late, ...answered].flatMap(({ key, event }) => {
    const at = /\/(?:judge|authorise)\//.exec(key)?.index;
    const { verdict, policy = started } = (event["output"] ?? {}) as Judged;
    if (at === undefined || verdict === undefined) return [];
    const { rule, rules, reason } = verdict;
    const ruling: Ruling = {
      actor: key.slice(0, at),
      rule,
      verdict: verdict.kind,
      data: { policy: policy ?? "allow-list", ...(rules === undefined ? {} : { rules }) },
    };
    return [reason === undefined ? ruling : { ...ruling, reason }];
  });
}

/** Where the cause of an entry is looked for: the last entry before it that fits. */
export interface Search {
  readonly why: string;
  /** Stands in the text of every entry that fits, as JSON. */
  readonly mentions: string;
  readonly fits: (one: JournalEntry) => boolean;
}

/** Of these, the first that finds something gives the cause. Where none does, it is the start. */
export function searchesOf({ kind, key, to }: JournalEntry): readonly Search[] {
  switch (kind) {
    case "start":
      return [];
    case "outcome":
    case "late":
      return [
        {
          why: `${key} was decided here`,
          mentions: JSON.stringify(key),
          fits: ({ intents }) => intents.some((intent) => intent.key === key),
        },
        ...birthsOf(to),
      ];
    case "request":
      return [
        {
          why: `${to} was answered here`,
          mentions: JSON.stringify(to),
          fits: ({ replies }) => replies.some((reply) => reply.to === to),
        },
        ...birthsOf(to),
      ];
    case "signal":
    case "timer":
      return birthsOf(to);
  }
}

/** Where an actor came from. The orchestrator is there from the start. */
export function birthsOf(actor: ActorId): readonly Search[] {
  if (actor === ORCHESTRATOR) return [];
  const task = taskIn(actor);
  const delegated: Search = {
    why: `${task} was delegated here`,
    mentions: JSON.stringify(task),
    fits: ({ ruled }) => ruled.some(({ rule, data }) => rule === "delegation.granted" && data?.["task"] === task),
  };
  const born: Search = {
    why: `${actor} was started here`,
    mentions: JSON.stringify(actor),
    fits: ({ moved }) => moved.some((move) => move.actor === actor && move.path[0] === ""),
  };
  return task.includes("/") ? [delegated, born] : [born];
}

/** Why an entry follows from the start, where nothing nearer is found. */
export const STARTED = "the run was started with this objective";

/** The task an actor works on: `draft/0` of `draft/0#1/3`. */
const taskIn = (actor: ActorId): string => agentActorIn(actor)?.replace(/#\d+$/, "") ?? "";

/** What came in, in a sentence. */
export function summaryOf(entry: JournalEntry): string {
  const { kind, to, event, key, by } = entry;
  switch (kind) {
    case "start":
      return `The run was started: ${String(event["objective"] ?? "")}`;
    case "signal":
      return `${by?.kind ?? "somebody"} ${by?.id ?? ""} sent ${event.type} to ${to}`;
    case "request": {
      const act = event["act"] as { readonly [Field in "kind" | "tool" | "key" | "agent"]?: string } | undefined;
      if (act?.kind === "delegate") return `${to} asked to delegate to ${act.agent ?? "?"}`;
      return `${to} asked to ${act?.kind === "tool" ? `call ${act.tool ?? "?"}` : `${act?.kind ?? "act"} ${act?.key ?? ""}`.trim()}`;
    }
    case "outcome":
      return `${String(key)} ${event.type === "effect.failed" ? "failed" : "was done"}`;
    case "timer":
      return `The time for ${event.type} of ${to} was reached`;
    case "late":
      return `${String(key)} ended after it was no longer wanted; it was not applied`;
  }
}
