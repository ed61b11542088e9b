/** Watched run: one root actor of an application, and all that it has told. */
import type { FeedEvent, FeedLimits, FeedMessage, FeedSnapshot } from "../../src/contracts/feed.ts";
import type { ActorId, RunId } from "../../src/contracts/ids.ts";
import type { Chart, EntryRow, Moment } from "../../src/contracts/inspection.ts";
import type { InputKind } from "../../src/contracts/journal.ts";
import type { RunSummary } from "../../src/contracts/report.ts";
import type { Seq, Timestamp } from "../../src/contracts/units.ts";
import { leftOut } from "../../src/decisions/feed-message.ts";
import {
  after,
  NOTHING_WATCHED,
  type Scenery,
  standing,
  type WatchedEntry,
  type WatchedState,
} from "../../src/decisions/watched-state.ts";
import { momentOf, objectiveOf, rowOf, statusOf, type Watched } from "../../src/decisions/watched-view.ts";
import { LOGIC, WatchedCharts } from "./watched-charts.ts";
import { WatchedHistory } from "./watched-history.ts";
import { WatchedNames } from "./watched-names.ts";
import { type Told, WatchedOrder } from "./watched-order.ts";

export class WatchedRun {
  readonly run: RunId;
  /** When the first thing happened that it told. */
  createdAt: Timestamp;
  connected = true;
  readonly #limits: FeedLimits;
  readonly #charts: WatchedCharts;
  readonly #names = new WatchedNames();
  readonly #order = new WatchedOrder();
  readonly #scenery: Scenery;
  readonly #history: WatchedHistory;
  #now: WatchedState = NOTHING_WATCHED;
  #root: ActorId | undefined;
  #memories = 0;
  #lastAt: Timestamp = 0;

  constructor(run: RunId, limits: FeedLimits, at: Timestamp) {
    this.run = run;
    this.createdAt = at;
    this.#limits = limits;
    this.#charts = new WatchedCharts(limits.retained);
    this.#scenery = { charts: this.#charts.byKey, maxActors: limits.actors };
    this.#history = new WatchedHistory(limits, this.#scenery);
  }

  get head(): Seq {
    return this.#history.head;
  }

  get rows(): readonly EntryRow[] {
    return this.#history.rows;
  }

  get entries(): readonly WatchedEntry[] {
    return this.#history.entries;
  }

  chart(key: string): Chart | undefined {
    return this.#charts.byKey.get(key)?.chart;
  }

  get about(): Watched {
    const root = this.#root ?? "";
    return { run: this.run, name: root, root, connected: this.connected };
  }

  summary(): RunSummary {
    const root = this.#now.actors.get(this.about.root);
    return {
      run: this.run,
      name: this.about.name,
      objective: objectiveOf(this.about),
      status: statusOf(this.about, this.#now),
      state: root === undefined ? "" : standing(root.snapshot),
      createdAt: this.createdAt,
      updatedAt: this.#history.rowAt(this.head)?.at ?? this.createdAt,
      head: this.head,
      pendingApprovals: [],
    };
  }

  stateAt(seq: Seq): WatchedState {
    return seq >= this.head ? this.#now : this.#history.stateAt(seq);
  }

  moment(seq: Seq): Moment {
    return momentOf(this.about, this.stateAt(seq), this.#history.rowAt(seq), this.head);
  }

  take(message: FeedMessage, now: Timestamp): void {
    const at = Math.max(this.#lastAt, Math.min(message.at ?? now, now));
    if (this.#lastAt === 0) this.createdAt = at;
    this.#lastAt = at;
    this.#order.moveTo(now);
    const actor = this.#names.of(message.session);
    if (message.kind === "actor" && actor === undefined) this.#birth(message, at);
    if (message.kind === "event") this.#sent(message, actor ?? this.#stranger(message.session, at), at);
    if (message.kind === "snapshot")
      this.#order.processed(actor ?? this.#stranger(message.session, at), { ...message, at });
    this.settle(now);
  }

  /** Takes in what has waited for its snapshot long enough. True: something still waits. */
  settle(now: Timestamp): boolean {
    this.#order.moveTo(now);
    this.#order.take((told, cause) => this.#add(told, cause));
    return this.#order.isOpen;
  }

  /** So many frames were left out. */
  missed(count: number, at: Timestamp): void {
    const type = `${count} messages left out: more than ${this.#limits.rate} in a second`;
    this.#add({ at, actor: this.about.root, event: { type, text: JSON.stringify({ type }) } });
  }

  #sent({ event, source }: FeedMessage & { readonly kind: "event" }, actor: ActorId, at: Timestamp): void {
    // Waited for since the actor was told of.
    if (event.type === BIRTH.type) return;
    const by = source === undefined ? undefined : this.#names.of(source);
    this.#order.sent({ at, actor, event, ...(by === undefined ? {} : { source: by }) });
  }

  #birth(message: FeedMessage & { readonly kind: "actor" }, at: Timestamp): void {
    if (this.#names.size > this.#limits.actors * 2) return;
    const actor = this.#names.give(message.session, message.name);
    if (message.session === message.root) this.#root = actor;
    this.#root ??= actor;
    const parent = message.parent === undefined ? undefined : this.#names.of(message.parent);
    const chart = message.definition === undefined ? LOGIC : this.#charts.keyOf(message.name, message.definition);
    const born = { chart, ...(parent === undefined ? {} : { parent }) };
    this.#order.born({ at, actor, event: BIRTH, born, snapshot: message.snapshot });
  }

  /** Told of before it was introduced: the inspector keeps 200 messages for a connection that is late. */
  #stranger(session: string, at: Timestamp): ActorId {
    const snapshot: FeedSnapshot = { status: "active", active: [], context: "null" };
    this.#birth({ kind: "actor", session, root: session, name: session, snapshot }, at);
    return this.#names.of(session) ?? this.about.root;
  }

  #add(told: Told, cause?: Seq): Seq {
    const before = this.#now.actors.get(told.actor);
    if (told.event.type === BIRTH.type && isAlike(before?.snapshot, told.snapshot)) return this.head;
    const entry: WatchedEntry = {
      ...told,
      ...(told.snapshot === undefined ? {} : { snapshot: this.#within(told.snapshot, before?.snapshot) }),
      ...(cause === undefined ? {} : { cause }),
      seq: this.head + 1,
      kind: kindOf(told),
    };
    this.#now = after(this.#now, [entry], this.#scenery);
    const root = this.#now.actors.get(this.about.root);
    this.#history.add(entry, rowOf(entry, before, root === undefined ? "" : standing(root.snapshot)));
    return entry.seq;
  }

  /** What actors remember is bounded together: beyond it, it is said to be left out. */
  #within(snapshot: FeedSnapshot, before: FeedSnapshot | undefined): FeedSnapshot {
    const more = snapshot.context.length - (before?.context.length ?? 0);
    const fits = this.#memories + more <= this.#limits.retained * MEMORIES;
    const context = fits ? snapshot.context : leftOut(snapshot.context);
    this.#memories += context.length - (before?.context.length ?? 0);
    return { ...snapshot, context };
  }
}

/** What every actor is sent first. What comes of it is how it begins. */
const BIRTH: FeedEvent = { type: "xstate.init", text: JSON.stringify({ type: "xstate.init" }) };

/** The share of what a run may keep that its actors may remember. */
const MEMORIES = 0.25;

const isAlike = (a: FeedSnapshot | undefined, b: FeedSnapshot | undefined): boolean =>
  a !== undefined &&
  b !== undefined &&
  a.status === b.status &&
  a.context === b.context &&
  a.active.join() === b.active.join();

function kindOf({ event: { type }, born, source, snapshot }: Told): InputKind {
  if (born !== undefined || type === BIRTH.type) return "start";
  if (snapshot === undefined) return "late";
  if (type.startsWith("xstate.after.")) return "timer";
  if (type.startsWith("xstate.")) return "outcome";
  return source === undefined ? "signal" : "request";
}
