/** Feed inspection: what is asked about a run, answered of an application that tells of its actors. */
import { pathsOf } from "../../src/charts/chart-paths.ts";
import { RuntimeError } from "../../src/contracts/errors.ts";
import type { ActorId, RunId } from "../../src/contracts/ids.ts";
import type { ActorView, Chart, InspectionPort, RunQuery, StreamData } from "../../src/contracts/inspection.ts";
import type { Seq } from "../../src/contracts/units.ts";
import { differenceOf, whyOf } from "../../src/decisions/watched-reasons.ts";
import { rowsOf } from "../../src/decisions/watched-rows.ts";
import { nodeOf, objectiveOf, overviewOf, parsed, sequenceOf } from "../../src/decisions/watched-view.ts";
import type { Feed } from "./feed.ts";
import { LOGIC } from "./watched-charts.ts";
import type { WatchedRun } from "./watched-run.ts";

const TELL_EVERY_MS = 100;
/** Of one event of the stream; see `StreamData`. */
const MOST_ROWS = 200;
const MOST_MESSAGES = 2_000;

/** Drawn of an actor that is no statechart. */
const ALONE: Chart = {
  name: LOGIC,
  states: [{ id: "", key: LOGIC, kind: "atomic", entry: [], exit: [], invokes: [] }],
  edges: [],
};

export function feedInspection(feed: Feed): InspectionPort {
  const find = (run: RunId): WatchedRun => {
    const found = feed.run(run);
    if (found === undefined)
      throw new RuntimeError("run.unknown", `no application is watched as ${run}; it may be gone`);
    return found;
  };
  return {
    runs: async (query) => listed(feed, query),
    overview: async (run, buckets) => overviewOf(run, find(run).rows, buckets),
    rows: async (run, query) => rowsOf(run, find(run).rows, query),
    moment: async (run, seq) => find(run).moment(seq ?? find(run).head),
    actor: async (run, actor, seq) => viewOf(find(run), actor, seq ?? find(run).head),
    sequence: async (run, from, to) => {
      const entries = find(run).entries.filter(({ seq }) => seq >= from && seq <= to);
      return sequenceOf(run, entries.slice(-MOST_MESSAGES));
    },
    difference: async (run, from, to) => {
      const watched = find(run);
      return differenceOf({ seq: from, state: watched.stateAt(from) }, { seq: to, state: watched.stateAt(to) });
    },
    why: async (run, seq) => {
      const watched = find(run);
      const [before, now] = [seq - 1, seq].map((at) => ({ seq: at, state: watched.stateAt(at) })) as [At, At];
      const { rows, entries, about } = watched;
      const found = whyOf({ rows, entries, seq, objective: objectiveOf(about) });
      if (found === undefined) throw new RuntimeError("run.unknown", `entry ${seq} of ${run} is not kept`);
      return { ...found, changes: differenceOf(before, now).changes };
    },
    chain: async (run) => {
      find(run);
      return {
        whole: false,
        none: true,
        seq: 0,
        reason: "an application that is watched from outside keeps no journal here",
      };
    },
    chart: async (run, name) => chartIn(find(run), name),
    paths: async (run, name) => pathsOf(chartIn(find(run), name)),
    inbox: async () => [],
    watch: (run, after, told) => watchOne(feed, find(run), { after, told }),
    watchAll: (told, everyMs = TELL_EVERY_MS) => {
      const tell = (): void => told({ kind: "runs", rows: listed(feed, {}) });
      return coalesced(feed, { everyMs, tell, isOf: () => true });
    },
  };
}

function chartIn(watched: WatchedRun, name: string): Chart {
  const made = name === LOGIC ? ALONE : watched.chart(name);
  if (made === undefined) throw new RuntimeError("run.unknown", `${watched.run} has no chart of that name`);
  return made;
}

type At = Parameters<typeof differenceOf>[0];

function listed(feed: Feed, { status, search = "", before = Infinity, limit = 50 }: RunQuery) {
  const wanted = search.toLowerCase();
  return feed.runs
    .map((run) => run.summary())
    .filter((one) => status === undefined || one.status === status)
    .filter((one) => `${one.run} ${one.objective}`.toLowerCase().includes(wanted))
    .filter((one) => one.createdAt < before)
    .toSorted((a, b) => b.createdAt - a.createdAt)
    .slice(0, limit);
}

function viewOf(watched: WatchedRun, id: ActorId, seq: Seq): ActorView | undefined {
  const actor = watched.stateAt(seq).actors.get(id);
  if (actor === undefined) return undefined;
  return {
    run: watched.run,
    seq,
    node: nodeOf(actor),
    context: parsed(actor.snapshot.context),
    // A guard is a function of theirs, and stays with them.
    guards: [],
    visits: Object.fromEntries(actor.visits),
  };
}

interface Watching {
  readonly after: Seq;
  readonly told: (data: StreamData) => void;
}

function watchOne(feed: Feed, watched: WatchedRun, { after, told }: Watching): () => void {
  let seen = after;
  const tell = (): void => {
    const fresh = watched.rows.filter(({ seq }) => seq > seen);
    const rows = fresh.slice(-MOST_ROWS);
    const first = rows[0]?.seq ?? watched.head + 1;
    if (first > seen + 1) told({ kind: "gap", from: seen + 1, to: first - 1 });
    if (rows.length > 0) told({ kind: "rows", rows, head: watched.head });
    seen = watched.head;
    told({ kind: "moment", moment: watched.moment(seen) });
  };
  return coalesced(feed, {
    everyMs: TELL_EVERY_MS,
    tell,
    isOf: (run) => run === watched.run,
    now: watched.head > after,
  });
}

interface Telling {
  readonly everyMs: number;
  readonly tell: () => void;
  readonly isOf: (run: RunId) => boolean;
  readonly now?: boolean;
}

/** Tells a moment after the first change, of all that came in the meantime. */
function coalesced(feed: Feed, { everyMs, tell, isOf, now = false }: Telling): () => void {
  let cancel: (() => void) | undefined;
  const later = (): void => {
    cancel ??= feed.clock.at(
      feed.clock.now() + everyMs,
      () => {
        cancel = undefined;
        tell();
      },
      { background: true },
    );
  };
  const stop = feed.observe((run) => (isOf(run) ? later() : undefined));
  if (now) later();
  return () => {
    stop();
    cancel?.();
  };
}
