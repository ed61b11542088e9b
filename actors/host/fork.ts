/**
 * Fork: a new run that begins where another one stood after an entry.
 *
 * Its history is the other's, told again with the new run's id, and moved in time so that it ends now: what was left of a
 * deadline, of a budget of time, of the time to answer a question, is left. What had been spent is spent. The chain of
 * hashes is its own, and its first entry says where it comes from.
 */
import { RuntimeError } from "../../src/contracts/errors.ts";
import type { EffectKey, RunId } from "../../src/contracts/ids.ts";
import type { JournalEntry, Message } from "../../src/contracts/journal.ts";
import type { Json, JsonObject } from "../../src/contracts/json.ts";
import type { ClockPort, Holder, StorePort } from "../../src/contracts/ports.ts";
import type { Judgement } from "../../src/contracts/tools.ts";
import type { Milliseconds, Seq } from "../../src/contracts/units.ts";
import { betweenTries, inFlight, isBetweenTries } from "../../src/decisions/fork.ts";
import type { Core } from "../kernel/core.ts";
import { readEntry, skimEntry } from "../kernel/entry.ts";
import { pagesOf } from "../kernel/pages.ts";
import { type RetellPorts, retell } from "../kernel/retell.ts";
import { stateName } from "../kernel/state-name.ts";
import { RunView } from "./run-view.ts";

export interface ForkPorts extends RetellPorts {
  readonly clock: ClockPort;
  readonly holder: Holder;
  readonly leaseMs: Milliseconds;
}

/** What the first entry of a fork says beside what its origin's said. */
interface Origin {
  readonly run: RunId;
  readonly seq: Seq;
  /** Of the origin's entry. */
  readonly hash: string;
  readonly shiftMs: Milliseconds;
  /** What the origin's effects came to that were under way. */
  readonly outcomes: { readonly [key: EffectKey]: Json };
}

export interface ForkOf {
  readonly origin: RunId;
  readonly seq: Seq;
  /** The id of the new run. */
  readonly run: RunId;
}

/**
 * Writes the new run, whole or not at all. @throws RuntimeError `run.unknown`; `run.closed` where the origin was over;
 * `effect.unknown` for an entry that leaves a call under way which would be made twice; and what a replay throws.
 */
export async function fork(ports: ForkPorts, { origin, seq, run }: ForkOf): Promise<void> {
  const { store, clock, holder, leaseMs } = ports;
  const last = await entryAt(store, origin, seq);
  const [{ hash } = { hash: "" }] = await store.read(origin, seq - 1, 1);
  const now = clock.now();
  const shiftMs = Math.max(0, now - last.at);
  const told = (outcomes: Origin["outcomes"]) =>
    retell(ports, {
      origin,
      until: seq,
      shiftMs,
      begin: (start) => ({ ...start, run, origin: { run: origin, seq, hash, shiftMs, outcomes } satisfies JsonObject }),
    });
  const draft = await told({});
  const outcomes = await outcomesOf(draft.core, store, { origin, seq, run });
  const { core, head, at, entries, blobs } = Object.keys(outcomes).length === 0 ? draft : await told(outcomes);
  const summary = new RunView(core, now, at).newSummary({ seq: head.seq, at });
  if (summary === undefined) throw new RuntimeError("store.failed", `run ${run} has no summary`);
  await store.create(run, summary, holder, now + leaseMs, { entries, blobs });
}

async function entryAt(store: StorePort, run: RunId, seq: Seq): Promise<JournalEntry> {
  const [stored] = Number.isSafeInteger(seq) && seq >= 1 ? await store.read(run, seq - 1, 1) : [];
  if (stored !== undefined) return readEntry(run, stored, store);
  const head = (await store.head(run))?.seq ?? 0;
  throw new RuntimeError("run.unknown", `run ${run} has no entry ${seq}; it has ${head}`);
}

/** What was under way at the entry and has ended since. Refuses an entry at which too little is known of it. */
async function outcomesOf(core: Core, store: StorePort, of: ForkOf): Promise<Origin["outcomes"]> {
  if (core.isOver)
    throw new RuntimeError("run.closed", `run ${of.origin} was over at entry ${of.seq}: fork it at an earlier one`);
  assertNoneBetweenTries(core, of);
  const pending = [...core.pending.values()].filter(({ src }) => src === "execute" || src === "reconcile");
  const ended =
    pending.length === 0
      ? new Map<EffectKey, Message>()
      : await endsAfter(store, of, new Set(pending.map(({ key }) => key)));
  const outcomes: Record<EffectKey, Json> = {};
  for (const effect of pending) {
    const outcome = ended.get(effect.key);
    const fate = inFlight(effect, outcome);
    if (fate.kind === "refused") throw unforkable(of, effect.key, fate.reason);
    if (fate.kind === "carried" && outcome !== undefined) outcomes[effect.key] = outcome as unknown as Json;
  }
  return outcomes;
}

function assertNoneBetweenTries(core: Core, of: ForkOf): void {
  for (const { id, kind, snapshot } of core.actors.values()) {
    if (kind !== "tool-gate") continue;
    const { sent, judgement } = snapshot.context as { readonly sent: boolean; readonly judgement: Judgement | null };
    if (isBetweenTries(stateName(snapshot.value), sent, judgement?.effect)) throw unforkable(of, id, betweenTries);
  }
}

const unforkable = ({ origin, seq }: ForkOf, what: string, reason: string): RuntimeError =>
  new RuntimeError(
    "effect.unknown",
    `run ${origin} cannot be forked at entry ${seq}: ${what} ${reason}; under the keys of another run it would happen twice. Fork at an entry before it was begun, or after it has ended`,
  );

/** Outcomes of these effects in the entries after `seq`. */
async function endsAfter(
  store: StorePort,
  { origin, seq }: ForkOf,
  keys: ReadonlySet<EffectKey>,
): Promise<ReadonlyMap<EffectKey, Message>> {
  const ends = new Map<EffectKey, Message>();
  for await (const page of pagesOf(store, origin, seq)) {
    for (const stored of page) {
      const { kind, key } = skimEntry(origin, stored);
      if (kind !== "outcome" || key === undefined || !keys.has(key)) continue;
      ends.set(key, (await readEntry(origin, stored, store)).event);
    }
    if (ends.size === keys.size) break;
  }
  return ends;
}

/** What a fork takes over of what was under way in its origin; empty for a run that is no fork. */
export async function carriedInto(store: StorePort, run: RunId): Promise<ReadonlyMap<EffectKey, Message>> {
  const { event } = await entryAt(store, run, 1);
  const { outcomes = {} } = (event["origin"] ?? {}) as unknown as Partial<Origin>;
  return new Map(Object.entries(outcomes).map(([key, outcome]) => [key, outcome as unknown as Message]));
}
