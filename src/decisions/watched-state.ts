/**
 * Watched state: how do the actors of an application stand after what it told?
 *
 * Y1  The state after an entry follows from the state before it and the entry alone.
 * Y2  Actors are bounded; those beyond are counted.
 */
import type { FeedEvent, FeedSnapshot } from "../contracts/feed.ts";
import type { ActorId } from "../contracts/ids.ts";
import type { Taken } from "../contracts/inspection.ts";
import type { InputKind } from "../contracts/journal.ts";
import type { Seq, Timestamp } from "../contracts/units.ts";
import type { DefinitionChart } from "./definition-chart.ts";
import { edgesTaken } from "./watched-edges.ts";

/** One thing that an application told: an actor was born, or has processed an event. */
export interface WatchedEntry {
  readonly seq: Seq;
  readonly at: Timestamp;
  readonly kind: InputKind;
  readonly actor: ActorId;
  /** Who sent the event. Absent: the application. */
  readonly source?: ActorId;
  /** What its sender was doing. */
  readonly cause?: Seq;
  readonly event: FeedEvent;
  readonly born?: { readonly chart: string; readonly parent?: ActorId };
  /** Absent: the event was sent, and it was not told what came of it. */
  readonly snapshot?: FeedSnapshot;
}

export interface WatchedActor {
  readonly id: ActorId;
  readonly chart: string;
  readonly parent?: ActorId;
  readonly snapshot: FeedSnapshot;
  readonly visits: ReadonlyMap<string, number>;
}

export interface WatchedState {
  readonly actors: ReadonlyMap<ActorId, WatchedActor>;
  readonly left: number;
  readonly taken?: Taken;
}

export const NOTHING_WATCHED: WatchedState = { actors: new Map(), left: 0 };

export interface Scenery {
  readonly charts: ReadonlyMap<string, DefinitionChart>;
  readonly maxActors: number;
}

/** The state after the entries, beginning from `state`, which is left as it is. */
export function after(state: WatchedState, entries: Iterable<WatchedEntry>, scenery: Scenery): WatchedState {
  const actors = new Map(state.actors);
  let { left, taken } = state;
  for (const entry of entries) {
    const before = actors.get(entry.actor);
    if (before === undefined && entry.born !== undefined && actors.size >= scenery.maxActors) left += 1;
    const next = actorAfter(before, entry, scenery);
    if (next === undefined || (before === undefined && actors.size >= scenery.maxActors)) continue;
    actors.set(entry.actor, next.actor);
    taken = next.taken ?? taken;
  }
  return { actors, left, ...(taken === undefined ? {} : { taken }) };
}

interface Next {
  readonly actor: WatchedActor;
  readonly taken?: Taken;
}

function actorAfter(before: WatchedActor | undefined, entry: WatchedEntry, { charts }: Scenery): Next | undefined {
  const { actor: id, event, born, snapshot } = entry;
  if (born !== undefined && snapshot !== undefined)
    return { actor: { id, ...born, snapshot, visits: visited(new Map(), snapshot.active, []) } };
  if (before === undefined || snapshot === undefined) return undefined;
  const chart = charts.get(before.chart);
  const was = before.snapshot;
  const entered = snapshot.active.filter((path) => !was.active.includes(path));
  const changed =
    entered.length > 0 || was.active.length !== snapshot.active.length || was.context !== snapshot.context;
  const step = { event: event.type, before: was.active, after: snapshot.active, changed };
  const edges = chart === undefined ? [] : edgesTaken(chart, step);
  return {
    actor: { ...before, snapshot, visits: visited(before.visits, entered, edges) },
    taken: { actor: id, path: [standing(was), standing(snapshot)], edges },
  };
}

function visited(
  visits: ReadonlyMap<string, number>,
  ...lists: readonly (readonly string[])[]
): ReadonlyMap<string, number> {
  const counted = new Map(visits);
  for (const id of lists.flat()) counted.set(id, (counted.get(id) ?? 0) + 1);
  return counted;
}

/** The innermost active states, as one name. */
export const standing = ({ active, status }: FeedSnapshot): string =>
  active.filter((path) => !active.some((other) => other.startsWith(`${path}.`))).join(", ") || status;
