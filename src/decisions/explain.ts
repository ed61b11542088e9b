/**
 * Explain: why is this entry in the journal?
 *
 * V1  Every chain ends at the start: the objective.
 * V2  A cause is an earlier entry, found by key: the intent of an outcome, the act of a call, the question of a decision.
 */
import { type ActorId, agentActorIn } from "../contracts/ids.ts";
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

export function explain(entries: readonly JournalEntry[], seq: Seq): Explanation | undefined {
  const entry = entries[seq - 1];
  if (entry === undefined || entry.seq !== seq) return undefined;
  const because: Cause[] = [];
  for (let cause = causeOf(entries, entry); cause !== undefined; ) {
    because.push({ seq: cause.entry.seq, kind: cause.entry.kind, why: cause.why });
    cause = causeOf(entries, cause.entry);
  }
  return {
    entry,
    summary: summaryOf(entry),
    rulings: [...verdictsOf(entry), ...entry.ruled],
    because,
    objective: String(entries[0]?.event["objective"] ?? ""),
  };
}

/** Verdicts on calls stand in the answers of judges. */
function verdictsOf(entry: JournalEntry): readonly Ruling[] {
  return entry.answered.flatMap(({ key, event }) => {
    const output = event["output"] as
      | {
          readonly verdict?: { readonly kind: string; readonly rule: string; readonly reason?: string };
          readonly policy?: string;
        }
      | undefined;
    if (!key.includes("/judge/") || output?.verdict === undefined) return [];
    const { kind, rule, reason } = output.verdict;
    const ruling: Ruling = {
      actor: key.slice(0, key.indexOf("/judge/")),
      rule,
      verdict: kind,
      data: { policy: output.policy ?? "allow-list" },
    };
    return [reason === undefined ? ruling : { ...ruling, reason }];
  });
}

interface Found {
  readonly entry: JournalEntry;
  readonly why: string;
}

/** The entry that made this one happen. */
function causeOf(entries: readonly JournalEntry[], entry: JournalEntry): Found | undefined {
  const before = entries.slice(0, entry.seq - 1);
  const last = (why: string, test: (one: JournalEntry) => boolean): Found | undefined => {
    const found = before.findLast(test);
    return found === undefined ? undefined : { entry: found, why };
  };
  const born = (actor: ActorId): Found | undefined =>
    delegated(actor) ??
    last(`${actor} was started here`, (one) => one.moved.some((move) => move.actor === actor && move.path[0] === ""));
  const delegated = (actor: ActorId): Found | undefined => {
    const task = taskIn(actor);
    return task.includes("/")
      ? last(`${task} was delegated here`, (one) =>
          one.ruled.some(({ rule, data }) => rule === "delegation.granted" && data?.["task"] === task),
        )
      : undefined;
  };
  switch (entry.kind) {
    case "start":
      return undefined;
    case "outcome":
    case "late":
      return (
        last(`${entry.key} was decided here`, (one) => one.intents.some(({ key }) => key === entry.key)) ??
        born(entry.to) ??
        start(before)
      );
    case "request":
      return (
        last(`${entry.to} was answered here`, (one) => one.replies.some(({ to }) => to === entry.to)) ??
        born(entry.to) ??
        start(before)
      );
    case "signal":
    case "timer":
      return born(entry.to) ?? start(before);
  }
}

const start = (before: readonly JournalEntry[]): Found | undefined =>
  before[0] === undefined ? undefined : { entry: before[0], why: "the run was started with this objective" };

/** The task an actor works on: `draft/0` of `draft/0#1/3`. */
const taskIn = (actor: ActorId): string => agentActorIn(actor)?.replace(/#\d+$/, "") ?? "";

function summaryOf(entry: JournalEntry): string {
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
