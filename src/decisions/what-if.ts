/**
 * What if: how would a recorded run have been decided under another policy, or other caps?
 *
 * I1  Each recorded call is decided again, in the order in which it was decided, by the rules that decide in a run.
 * I2  A call that would not have been made costs nothing of what is left; one that was made costs what it did.
 * I3  What nobody knows counts at its worst: a call that was not made then and would be now costs its hold.
 * I4  Proposals are taken as they were made: what agents would have done instead is not guessed.
 */
import type { Amount, Ledger, Limits, PartNumber, Refused } from "../contracts/budget.ts";
import type { ActorId } from "../contracts/ids.ts";
import type { Verdict } from "../contracts/tools.ts";
import type { Difference, Fate, Recorded, Recording, WhatIf } from "../contracts/what-if.ts";
import { hold, openLedger, openPart, release, rest, settle, wake } from "./budget.ts";
import { STEP } from "./run-state.ts";
import { usageOf } from "./usage.ts";
import { strictest } from "./verdict.ts";

type Judged = Extract<Recorded, { readonly kind: "judged" }>;

/** A call between its judgement and its end, as it was and as it would be. */
interface OpenCall {
  readonly judged: Judged;
  readonly verdict: Verdict;
  readonly was: Fate;
  readonly would: Fate;
  readonly refused?: Refused;
}

interface Books {
  ledger: Ledger;
  readonly open: Map<ActorId, OpenCall>;
  readonly ended: OpenCall[];
}

export interface Conditions {
  /** Of the policy that was asked anew. */
  readonly policy?: string;
  /** Its verdicts, by the place of the judgement among the events. Where there is none, that on record stands. */
  readonly verdicts?: ReadonlyMap<number, Verdict>;
  /** Caps in place of those the run had. */
  readonly limits?: Limits;
}

export function whatIf(recording: Recording, { policy, verdicts, limits }: Conditions): WhatIf {
  const caps = limits ?? recording.limits;
  const held = new Set(
    recording.events.flatMap((one) => (one.kind === "held" || one.kind === "spared" ? [one.gate] : [])),
  );
  const books = booksOf(recording, caps);
  const then = booksOf(recording, {});
  recording.events.forEach((one, place) => {
    decide(books, one, verdicts?.get(place), held);
    decide(then, one, undefined, held);
  });
  const calls = [...books.ended, ...books.open.values()].toSorted((a, b) => a.judged.seq - b.judged.seq);
  const firstStop = calls.find(({ would }) => would === "stopped")?.judged.seq;
  return {
    run: recording.run,
    ...(policy === undefined ? {} : { policy }),
    limits: caps,
    calls: calls.length,
    fates: fatesOf(calls),
    differences: calls.filter(({ was, would }) => was !== would).map(differenceOf),
    ...(firstStop === undefined ? {} : { firstStop }),
    was: then.ledger.spent,
    would: books.ledger.spent,
  };
}

const booksOf = ({ startedAt, parts }: Recording, limits: Limits): Books => ({
  ledger: openLedger(
    limits,
    startedAt,
    parts.map(({ name, limits: own }) => openPart(name, own)),
  ),
  open: new Map(),
  ended: [],
});

/** Rules that stand before any policy; another one does not change what they said. */
const OWN_RULES = /^(allow-list$|tool\.|schema\.|budget\.|delegation\.|flow\.)/;

function decide(books: Books, one: Recorded, verdict: Verdict | undefined, held: ReadonlySet<ActorId>): void {
  switch (one.kind) {
    case "judged":
      return judge(books, one, verdict, held);
    case "held":
      return open(books, one);
    case "spared":
      return close(books, one.gate, books.ledger);
    case "settled":
      return end(books, one);
    case "shared":
      books.ledger = pay(books.ledger, "act", STEP, one);
      return;
    case "rested":
      books.ledger = rest(books.ledger, one.at);
      return;
    case "woken":
      books.ledger = wake(books.ledger, one.at);
  }
}

function judge(books: Books, one: Judged, anew: Verdict | undefined, held: ReadonlySet<ActorId>): void {
  const { gate, verdict: then } = one;
  const verdict = anew === undefined ? then : OWN_RULES.test(then.rule) ? strictest([then, anew]) : anew;
  // Judged again: the arguments were edited, or a cheaper tool was taken.
  books.ledger = release(books.ledger, gate);
  const wasStopped = then.kind !== "deny" && !held.has(gate);
  const was = wasStopped ? "stopped" : FATES[then.kind];
  books.open.set(gate, { judged: one, verdict, was, would: FATES[verdict.kind] });
  if (verdict.kind === "deny") books.ledger = pay(books.ledger, gate, STEP, one);
  // Nobody knows when it would have been held, and what it would have cost.
  else if (!held.has(gate)) {
    open(books, one);
    books.ledger = settle(books.ledger, gate);
  }
}

const FATES = { allow: "allowed", ask: "asked", deny: "denied" } as const;

/** Holds the worst case of a call; a second time for one that was made again. */
function open(books: Books, { gate, at }: { readonly gate: ActorId; readonly at: number }): void {
  const call = books.open.get(gate);
  if (call === undefined || call.would === "denied" || call.would === "stopped") return;
  const ledger = settle(books.ledger, gate);
  const amount: Amount = { ...STEP, ...call.judged.hold, toolCalls: 1 };
  const decision = hold(ledger, gate, amount, at, partsOf(ledger, call.judged));
  books.ledger = decision.kind === "granted" ? decision.ledger : ledger;
  if (decision.kind === "refused") books.open.set(gate, { ...call, would: "stopped", refused: decision });
}

function end(books: Books, { gate, sent, cost }: Extract<Recorded, { readonly kind: "settled" }>): void {
  const call = books.open.get(gate);
  const held = books.ledger.holds[gate];
  if (call === undefined || held === undefined) return close(books, gate, books.ledger);
  const actual = cost === null ? undefined : usageOf(held, cost).actual;
  close(books, gate, settle(books.ledger, gate, sent ? actual : STEP));
}

function close(books: Books, gate: ActorId, ledger: Ledger): void {
  const call = books.open.get(gate);
  books.ledger = ledger;
  books.open.delete(gate);
  if (call !== undefined) books.ended.push(call);
}

/** A step that is made at once; where there is none left, it is not made. */
function pay(ledger: Ledger, holder: string, amount: Amount, act: { readonly at: number } & Owner): Ledger {
  const decision = hold(ledger, `${holder} pays`, amount, act.at, partsOf(ledger, act));
  return decision.kind === "granted" ? settle(decision.ledger, `${holder} pays`) : ledger;
}

interface Owner {
  readonly agent: string;
  readonly task: string;
}

const partsOf = ({ parts }: Ledger, { agent, task }: Owner): readonly PartNumber[] =>
  [`task:${task}`, `agent:${agent}`]
    .map((name) => parts.findIndex((part) => part.name === name))
    .filter((number) => number >= 0);

function fatesOf(calls: readonly OpenCall[]): WhatIf["fates"] {
  const fates = { allowed: 0, asked: 0, denied: 0, stopped: 0 };
  for (const { would } of calls) fates[would]++;
  return fates;
}

function differenceOf({ judged, verdict, was, would, refused }: OpenCall): Difference {
  const { seq, at, gate: act, agent, task, call } = judged;
  const why = refused === undefined ? verdict : { rule: `budget.${refused.pot}`, reason: refused.reason };
  const reason = "reason" in why ? { reason: why.reason } : {};
  return { seq, at, act, agent, task, call, was, would, rule: why.rule, ...reason };
}
