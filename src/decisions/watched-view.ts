/**
 * Watched view: what is shown of an application that tells of its actors?
 *
 * V1  All of it is what was told. Where the protocol of inspection has a place for what such an application does not
 *     have (a plan, a budget, a blackboard, people to be asked), it is empty.
 */
import type { RunId } from "../contracts/ids.ts";
import type {
  ActorNode,
  EntryRow,
  Mark,
  Moment,
  Overview,
  Sequence,
  SequenceMessage,
} from "../contracts/inspection.ts";
import type { Json } from "../contracts/json.ts";
import type { RunStatus } from "../contracts/report.ts";
import type { Seq } from "../contracts/units.ts";
import { NOTHING } from "./budget.ts";
import { standing, type WatchedActor, type WatchedEntry, type WatchedState } from "./watched-state.ts";

/** Who sends what nobody else sends: timers of the application, and its own code. */
const APPLICATION = "application";
const MOST_WORDS = 200;

/** What is known of the application as a whole. */
export interface Watched {
  readonly run: RunId;
  readonly name: string;
  readonly root: string;
  readonly connected: boolean;
}

export function rowOf(entry: WatchedEntry, before: WatchedActor | undefined, state: string): EntryRow {
  const { seq, at, kind, actor, event } = entry;
  return {
    seq,
    at,
    kind,
    to: actor,
    event: event.type,
    summary: summaryOf(entry, before),
    state,
    marks: marksOf(entry, before),
  };
}

function summaryOf({ actor, source, event, snapshot, born }: WatchedEntry, before: WatchedActor | undefined): string {
  const now = snapshot === undefined ? "" : standing(snapshot);
  if (born !== undefined) return cut(`${actor} begins${now === "" ? "" : ` in ${now}`}`);
  const sent = `${source === undefined || source === actor ? "" : `${source} → `}${actor}: ${event.type}`;
  if (snapshot === undefined) return cut(`${sent}; what came of it was not told`);
  const was = before === undefined ? "" : standing(before.snapshot);
  return cut(was === now ? sent : `${sent}; ${was} → ${now}`);
}

const cut = (text: string): string => (text.length > MOST_WORDS ? `${text.slice(0, MOST_WORDS - 1)}…` : text);

function marksOf({ snapshot, born }: WatchedEntry, before: WatchedActor | undefined): readonly Mark[] {
  if (snapshot === undefined) return ["late"];
  const moved = born === undefined && before !== undefined && standing(before.snapshot) !== standing(snapshot);
  return [...(moved ? (["state"] as const) : []), ...(snapshot.status === "error" ? (["failed"] as const) : [])];
}

export function nodeOf({ id, chart, parent, snapshot }: WatchedActor): ActorNode {
  const { active, status } = snapshot;
  return { id, chart, ...(parent === undefined ? {} : { parent }), active, status };
}

const STATUS: { readonly [status in ActorNode["status"]]: RunStatus } = {
  active: "running",
  done: "completed",
  error: "failed",
  stopped: "cancelled",
};

/** An application that is gone while its root was active can go on no more, as far as is seen here. */
export function statusOf({ connected, root }: Watched, { actors }: WatchedState): RunStatus {
  const status = STATUS[actors.get(root)?.snapshot.status ?? "active"];
  return status === "running" && !connected ? "cancelled" : status;
}

export const objectiveOf = ({ name, connected }: Watched): string =>
  `${name}: an XState application, watched from outside${connected ? "" : "; it has disconnected"}`;

export function momentOf(watched: Watched, state: WatchedState, row: EntryRow | undefined, head: Seq): Moment {
  const root = state.actors.get(watched.root)?.snapshot;
  return {
    run: watched.run,
    seq: row?.seq ?? 0,
    head,
    at: row?.at ?? 0,
    name: watched.name,
    objective: objectiveOf(watched),
    status: statusOf(watched, state),
    state: root === undefined ? "" : standing(root),
    taken: state.taken === undefined ? [] : [state.taken],
    actors: [...state.actors.values()].map(nodeOf),
    actorsLeft: state.left,
    tasks: [],
    budget: {
      limits: {},
      spent: NOTHING,
      held: NOTHING,
      overCommitted: [],
      parts: [],
      efficiency: {},
      untrusted: 0,
      over: NOTHING,
      warnings: [],
      choices: [],
      grants: [],
    },
    board: [],
    questions: [],
    decided: [],
    loops: [],
    conflicts: [],
    shares: [],
    quarantines: [],
    denials: [],
    findings: [],
    ...(root?.output === undefined ? {} : { output: parsed(root.output) }),
    ...(root?.error === undefined ? {} : { failure: root.error }),
  };
}

export function sequenceOf(run: RunId, entries: readonly WatchedEntry[]): Sequence {
  const messages = entries.map(messageOf);
  const lanes = new Set(messages.flatMap(({ from, to }) => [from, to]));
  return {
    run,
    lanes: [...lanes].map((id) => ({ id, label: id, kind: id === APPLICATION ? "outside" : "actor" })),
    messages,
  };
}

function messageOf({ seq, at, kind, actor, source, event, born, snapshot }: WatchedEntry): SequenceMessage {
  const from = source ?? born?.parent ?? (kind === "timer" ? actor : APPLICATION);
  const said = {
    start: "message",
    signal: "signal",
    request: "message",
    outcome: "outcome",
    timer: "timer",
    late: "message",
  } as const;
  return {
    seq,
    at,
    from,
    to: actor,
    kind: said[kind],
    label: born === undefined ? event.type : "begins",
    ...(snapshot === undefined ? { refused: true } : {}),
  };
}

export function overviewOf(run: RunId, rows: readonly EntryRow[], buckets: number): Overview {
  const size = Math.max(1, Math.ceil(rows.length / Math.max(1, buckets)));
  const groups = Array.from({ length: Math.ceil(rows.length / size) }, (_, n) => rows.slice(n * size, (n + 1) * size));
  return {
    run,
    head: rows.at(-1)?.seq ?? 0,
    firstAt: rows[0]?.at ?? 0,
    lastAt: rows.at(-1)?.at ?? 0,
    buckets: groups.map((group) => ({
      from: group[0]?.seq ?? 0,
      to: group.at(-1)?.seq ?? 0,
      at: group[0]?.at ?? 0,
      state: mostOf(group.map(({ state }) => state)),
      marks: Object.fromEntries(countsOf(group.flatMap(({ marks }) => marks))),
      spent: NOTHING,
      held: NOTHING,
    })),
  };
}

/** A map: names are the application's, `constructor` among them. */
function countsOf<Name extends string>(names: readonly Name[]): ReadonlyMap<Name, number> {
  const counts = new Map<Name, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

const mostOf = (names: readonly string[]): string =>
  [...countsOf(names)].reduce((most, one) => (one[1] > most[1] ? one : most), ["", 0])[0];

/** All that stands, as one value: what is compared between two moments. */
export const worldOf = ({ actors }: WatchedState): Json =>
  Object.fromEntries(
    [...actors.values()].map(({ id, snapshot }) => [
      id,
      { state: standing(snapshot), status: snapshot.status, context: parsed(snapshot.context) },
    ]),
  );

/** Of a text that was written from JSON. */
export const parsed = (text: string): Json => JSON.parse(text) as Json;
