/**
 * Session of one run: asks the source for what the panels need, and puts it into the run's state.
 *
 * S1  One moment is asked for at a time; of those wanted meanwhile, only the last is asked for next.
 * S2  A page of the journal is asked for once.
 */
import type { RunId } from "../../../src/contracts/ids.ts";
import { INTERVENTIONS, type Moment } from "../../../src/contracts/inspection.ts";
import type { Seq } from "../../../src/contracts/units.ts";
import type { Source } from "../source.ts";
import { missing, PAGE } from "../state/pages.ts";
import { openRun, type RunChange, type RunState, reduceRun, shownSeq } from "../state/run.ts";
import { createStore, type Store } from "../state/store.ts";

const BUCKETS = 400;
const MOMENTS = 64;
/** How long amounts in the overview may be behind while the run goes on. */
const OVERVIEW_EVERY_MS = 2_000;

export interface RunSession {
  readonly store: Store<RunState, RunChange>;
  /** Begins to watch; returns how to end it. */
  start(): () => void;
  /** Undefined: the head, from now on. */
  seek(seq: Seq | undefined): void;
  /** Makes sure that these rows are on their way. */
  need(from: Seq, to: Seq): void;
  /** The next entry that a person may want to stop at. */
  intervention(direction: "next" | "previous"): Promise<Seq | undefined>;
  reload(): void;
}

export function runSession(source: Source, run: RunId, wanted: Seq | undefined): RunSession {
  const store = createStore(reduceRun, openRun(run, wanted));
  const failed = (error: unknown): void =>
    store.dispatch({ kind: "failed", reason: error instanceof Error ? error.message : String(error) });

  const ask = momentsOf(source, store, failed);
  const asked = new Set<Seq>();

  const need = (from: Seq, to: Seq): void => {
    const { pages, head } = store.get();
    for (const first of missing(pages, { from, to, head })) {
      if (asked.has(first)) continue;
      asked.add(first);
      const got = source.rows(run, { from: first, limit: PAGE });
      got
        .then((rows) => store.dispatch({ kind: "rows", rows: rows.rows, head: rows.head }), failed)
        .finally(() => asked.delete(first));
    }
  };

  const overview = async (): Promise<void> => {
    store.dispatch({ kind: "overview", overview: await source.overview(run, BUCKETS) });
  };

  const reload = (): void => {
    overview().catch(failed);
    ask(store.get().wanted);
  };

  return {
    store,
    need,
    reload,
    start: () => started({ source, store, overview, failed, first: () => ask(store.get().wanted) }),
    seek(seq) {
      store.dispatch({ kind: "seek", seq });
      ask(store.get().wanted);
    },
    async intervention(direction) {
      const isBack = direction === "previous";
      const from = shownSeq(store.get()) + (isBack ? -1 : 1);
      if (from < 1) return undefined;
      const back = isBack ? { backwards: true } : {};
      const { rows } = await source.rows(run, { from, limit: 1, marks: INTERVENTIONS, ...back });
      return rows[0]?.seq;
    },
  };
}

interface Starting {
  readonly source: Source;
  readonly store: Store<RunState, RunChange>;
  readonly overview: () => Promise<void>;
  readonly failed: (error: unknown) => void;
  readonly first: () => void;
}

function started({ source, store, overview, failed, first }: Starting): () => void {
  let stop: (() => void) | undefined;
  let isOver = false;
  let seen = 0;
  const watch = (): void => {
    const { run, head } = store.get();
    seen = head;
    if (!isOver) stop = source.watch(run, head, (data) => store.dispatch({ kind: "told", data }));
  };
  overview().then(watch, failed);
  first();
  const refresh = setInterval(() => {
    const { head, isStale, overview: strip } = store.get();
    const isBehind = strip?.amountsTo !== undefined && strip.amountsTo < head;
    if (head === seen && !isStale && !isBehind) return;
    seen = head;
    overview().catch(failed);
  }, OVERVIEW_EVERY_MS);
  return () => {
    isOver = true;
    clearInterval(refresh);
    stop?.();
  };
}

/** S1. Asks for moments, and keeps the last of them. */
function momentsOf(source: Source, store: Store<RunState, RunChange>, failed: (error: unknown) => void) {
  const kept = new Map<Seq, Moment>();
  let isAsking = false;
  let next: { readonly seq: Seq | undefined } | undefined;

  const keep = (moment: Moment): void => {
    kept.delete(moment.seq);
    kept.set(moment.seq, moment);
    const [oldest] = kept.keys();
    if (kept.size > MOMENTS && oldest !== undefined) kept.delete(oldest);
  };

  const told = (moment: Moment, asked: Seq | undefined): void =>
    store.dispatch({ kind: "moment", moment, ...(asked === undefined ? {} : { asked }) });

  const ask = async (seq: Seq | undefined): Promise<void> => {
    const moment = seq === undefined ? undefined : kept.get(seq);
    if (moment !== undefined) return told(moment, seq);
    if (isAsking) {
      next = { seq };
      return;
    }
    isAsking = true;
    try {
      const got = await source.moment(store.get().run, seq);
      keep(got);
      told(got, seq);
    } catch (error) {
      failed(error);
    }
    isAsking = false;
    const then = next;
    next = undefined;
    if (then !== undefined) await ask(then.seq);
  };
  return (seq: Seq | undefined): void => void ask(seq);
}
