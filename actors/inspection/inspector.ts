/** Inspector: what may be seen of the runs of a store. Reads only: no lease is taken and nothing is performed. */
import { pathsOf } from "../../src/charts/chart-paths.ts";
import type { ApprovalRequest } from "../../src/contracts/approvals.ts";
import { RuntimeError } from "../../src/contracts/errors.ts";
import type { ActorId, RunId } from "../../src/contracts/ids.ts";
import type {
  ActorView,
  ChainBadge,
  Chart,
  ChartPaths,
  Difference,
  InspectionPort,
  Moment,
  Overview,
  Rows,
  RowsQuery,
  RunQuery,
  RunRow,
  Sequence,
  StreamData,
  Why,
} from "../../src/contracts/inspection.ts";
import type { ClockPort, HashPort, StorePort } from "../../src/contracts/ports.ts";
import type { Milliseconds, Seq } from "../../src/contracts/units.ts";
import type { Lookouts } from "../host/lookouts.ts";
import type { Logics } from "../kernel/core.ts";
import { TracedCharts } from "../kernel/traced.ts";
import { listFeed } from "./list-feed.ts";
import { RunFeed } from "./run-feed.ts";
import { RunInspection } from "./run-inspection.ts";
import { openQuestions, runRows } from "./run-list.ts";
import type { TimelinePorts } from "./timeline.ts";

export interface InspectorPorts {
  readonly store: StorePort;
  readonly clock: ClockPort;
  readonly sha256: HashPort;
  readonly logics: Logics;
  /** Of the runs that are in memory here. Absent: there are none. */
  readonly lookouts?: Lookouts;
}

interface Watched {
  readonly feed: RunFeed;
  readonly end: () => void;
}

/** Runs of which more is kept than their journals; of those looked at last. */
const KEPT = 16;

/** Of the list of runs, so many are watched: the newest. */
const LISTED = 200;

export class Inspector implements InspectionPort {
  readonly #ports: InspectorPorts;
  readonly #of: TimelinePorts;
  readonly #runs = new Map<RunId, RunInspection>();
  readonly #watched = new Map<RunId, Watched>();

  constructor(ports: InspectorPorts) {
    this.#ports = ports;
    this.#of = { store: ports.store, sha256: ports.sha256, charts: new TracedCharts(ports.logics) };
  }

  runs(query: RunQuery): Promise<readonly RunRow[]> {
    return runRows(this.#ports.store, query);
  }

  inbox(): Promise<readonly ApprovalRequest[]> {
    return openQuestions(this.#ports.store);
  }

  async overview(run: RunId, buckets: number): Promise<Overview> {
    return (await this.#run(run)).overview(buckets);
  }

  async rows(run: RunId, query: RowsQuery): Promise<Rows> {
    return (await this.#run(run)).rows(query);
  }

  async moment(run: RunId, seq?: Seq): Promise<Moment> {
    return (await this.#run(run)).moment(seq);
  }

  async actor(run: RunId, actor: ActorId, seq?: Seq): Promise<ActorView | undefined> {
    return (await this.#run(run)).actor(actor, seq);
  }

  async sequence(run: RunId, from: Seq, to: Seq): Promise<Sequence> {
    return (await this.#run(run)).sequence(from, to);
  }

  async difference(run: RunId, from: Seq, to: Seq): Promise<Difference> {
    return (await this.#run(run)).difference(from, to);
  }

  async why(run: RunId, seq: Seq): Promise<Why> {
    return (await this.#run(run)).why(seq);
  }

  async chain(run: RunId): Promise<ChainBadge> {
    return (await this.#run(run)).chain();
  }

  async chart(run: RunId, name: string): Promise<Chart> {
    return (await this.#run(run)).chart(name);
  }

  async paths(run: RunId, chart: string): Promise<ChartPaths> {
    return pathsOf((await this.#run(run)).chart(chart));
  }

  watch(run: RunId, after: Seq, told: (data: StreamData) => void): () => void {
    const watched = this.#watched.get(run) ?? this.#watchedOf(run);
    this.#watched.set(run, watched);
    const unwatch = watched.feed.watch(after, told);
    return () => {
      unwatch();
      if (watched.feed.isWatched || this.#watched.get(run) !== watched) return;
      watched.end();
      this.#watched.delete(run);
    };
  }

  #watchedOf(run: RunId): Watched {
    let end: (() => void) | undefined;
    let isOver = false;
    const frame = async (known: Seq, rows: number) => {
      const inspection = await this.#run(run);
      if (!isOver) end ??= this.#ports.lookouts?.add(run, inspection.look);
      return inspection.frame(known, rows);
    };
    const over = (): void => {
      isOver = true;
      end?.();
    };
    return { feed: new RunFeed({ clock: this.#ports.clock, frame }), end: over };
  }

  watchAll(told: (data: StreamData) => void, everyMs?: Milliseconds): () => void {
    const ports = { clock: this.#ports.clock, runs: () => this.runs({ limit: LISTED }), inbox: () => this.inbox() };
    return listFeed(ports, told, everyMs);
  }

  /** What is known of a run. Those looked at last are kept. */
  async #run(run: RunId): Promise<RunInspection> {
    const known = this.#runs.get(run);
    if (known === undefined && (await this.#ports.store.summary(run)) === undefined)
      throw new RuntimeError("run.unknown", `there is no run "${run}" in this store; list them with "bailiwick runs"`);
    const found = this.#runs.get(run) ?? new RunInspection(this.#of, run);
    this.#runs.delete(run);
    this.#runs.set(run, found);
    for (const [oldest] of this.#runs)
      if (this.#runs.size > KEPT && !this.#watched.has(oldest)) this.#runs.delete(oldest);
    return found;
  }
}
