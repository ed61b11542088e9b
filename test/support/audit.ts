/**
 * Audit: I-P1, held against a journal alone. Every call that is begun has a decision before it: an allow, or an ask and a
 * person's word; on the same arguments, and under the policy that is in force when it is begun.
 */
import { sha256 } from "../../src/adapters/hash.ts";
import type { JournalEntry, Message } from "../../src/contracts/journal.ts";
import type { Json } from "../../src/contracts/json.ts";
import type { RunSettings } from "../../src/contracts/settings.ts";
import type { Judged } from "../../src/contracts/tools.ts";
import { canonical } from "../../src/decisions/ingest.ts";

/** The wait of a failed try that was granted another. */
const BACKOFF = "xstate.after.backoff.gate.backing-off";

/** What the journal says of one call so far. */
interface Call {
  /** Undefined for a call of an agent that is a chart: its acts follow from its chart, and stand in no entry. */
  readonly args: Json | undefined;
  readonly judged?: Judged;
  readonly policy?: string | null;
  /** The digest of what a person has agreed to. */
  readonly word?: string;
  /** It was begun, and nothing since says that it may be begun again. */
  readonly isBegun?: boolean;
}

export interface Audited {
  readonly startPolicy: string | null;
  readonly policy: string | null;
  readonly calls: ReadonlyMap<string, Call>;
  readonly faults: readonly string[];
  /** Calls begun, by effect key, with the digest of their arguments. */
  readonly begun: ReadonlyMap<string, string>;
}

export const NOTHING: Audited = { startPolicy: null, policy: null, calls: new Map(), faults: [], begun: new Map() };

export const digestOf = (args: Json): string => sha256(canonical(args));

/** What is known after one entry more. */
export function audit(before: Audited, entry: JournalEntry): Audited {
  let now = received(before, entry);
  for (const { key, event } of entry.answered) now = answered(now, key, event);
  for (const { actor, rule, verdict, data } of entry.ruled)
    if (rule === "approval.decided") now = decided(now, actor, verdict, String(data?.["digest"]), entry.event);
  for (const { key, src } of entry.intents) if (src === "execute") now = begun(now, key, entry.seq);
  return now;
}

function received(now: Audited, { kind, to, key, event }: JournalEntry): Audited {
  const act = event["act"] as { readonly kind?: string; readonly args?: Json } | undefined;
  if (kind === "start") {
    const policy = (event["settings"] as unknown as RunSettings | undefined)?.policy ?? null;
    return { ...now, startPolicy: policy, policy };
  }
  if (kind === "request" && act?.kind === "tool")
    return withCall(now, `${to}/${String(event["n"])}`, { args: act.args });
  if (kind === "signal" && event.type === "policy.changed") return { ...now, policy: event["policy"] as string | null };
  if (kind === "timer" && event.type === BACKOFF && isRepeatable(now, to)) return withCall(now, to, { isBegun: false });
  if (kind === "outcome" && key !== undefined) return answered(now, key, event);
  return now;
}

/** An answer of a judge, or of a tool that was asked what became of its call. */
function answered(now: Audited, key: string, event: Message): Audited {
  const [gate = "", kind] = split(key);
  const output = event["output"] as unknown;
  if (kind === "reconcile" && (output as { readonly kind?: string } | null)?.kind === "absent")
    return withCall(now, gate, { isBegun: false });
  if (kind === "execute") return event["failure"] === undefined ? now : lost(now, gate, event);
  const judged = output as Judged | null | undefined;
  if (kind !== "judge" || judged === null || judged === undefined) return now;
  const policy = judged.policy === undefined ? now.startPolicy : judged.policy;
  const args = judged.call.args ?? now.calls.get(gate)?.args;
  return withCall(now, gate, { judged, policy, args, isBegun: false });
}

/** Nobody knows whether a call was made: one that only reads, or comes to the same when it is repeated, may be made again. */
function lost(now: Audited, gate: string, event: Message): Audited {
  const { code } = event["failure"] as { readonly code?: string };
  return code === "effect.unknown" && isRepeatable(now, gate) ? withCall(now, gate, { isBegun: false }) : now;
}

const isRepeatable = (now: Audited, gate: string): boolean =>
  ["read", "idempotent"].includes(now.calls.get(gate)?.judged?.effect ?? "");

/** A person's word: on the arguments as they are, or on those they have made of them. */
function decided(now: Audited, actor: string, decision: string, digest: string, event: Message): Audited {
  const [gate = "", kind] = split(actor);
  if (kind !== "approve" && kind !== "unknown") return now;
  if (decision === "approve") return withCall(now, gate, { word: digest, isBegun: false });
  const value = (event["word"] as { readonly value?: Json } | undefined)?.value;
  return decision === "edit" && value !== undefined ? withCall(now, gate, { args: value, word: digestOf(value) }) : now;
}

function begun(now: Audited, key: string, seq: number): Audited {
  const [gate = ""] = split(key);
  const call = now.calls.get(gate);
  const digest = call?.args === undefined ? (call?.judged?.call.digest ?? "") : digestOf(call.args);
  const faults = faultsOf(now, call, digest).map((fault) => `entry ${seq}, ${key}: ${fault}`);
  const after = withCall(now, gate, { isBegun: true });
  return { ...after, faults: [...now.faults, ...faults], begun: new Map([...now.begun, [key, digest]]) };
}

function faultsOf(now: Audited, call: Call | undefined, digest: string): readonly string[] {
  if (call?.judged === undefined) return ["begun, and never judged"];
  const { verdict, call: judged } = call.judged;
  const faults: string[] = [];
  if (call.isBegun === true) faults.push("begun twice on one decision");
  if (call.policy !== now.policy) faults.push(`judged under ${call.policy}, begun under ${now.policy}`);
  if (judged.digest === "" || !digest.startsWith(judged.digest))
    faults.push("begun with other arguments than were judged");
  if (verdict.kind === "deny") faults.push("begun, although it was denied");
  if (verdict.kind === "ask" && call.word !== digest) faults.push("begun without a person's word on these arguments");
  return faults;
}

const split = (key: string): readonly string[] => {
  const parts = key.split("/");
  return [parts.slice(0, -2).join("/"), parts.at(-2) ?? ""];
};

function withCall(now: Audited, gate: string, more: Partial<Call>): Audited {
  const call: Call = { args: undefined, ...now.calls.get(gate), ...more };
  return { ...now, calls: new Map([...now.calls, [gate, call]]) };
}
