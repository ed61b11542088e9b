/**
 * Export: a run, collected through the port of inspection into one value that a file can carry. Bounded: where there is too
 * much, what matters most is taken first, and what is left out is said.
 */
import { RuntimeError } from "../src/contracts/errors.ts";
import type { ExportedRun } from "../src/contracts/exported-run.ts";
import type { RunId } from "../src/contracts/ids.ts";
import {
  type ActorView,
  type Chart,
  type Difference,
  type EntryRow,
  INSPECTION_VERSION,
  INTERVENTIONS,
  type InspectionPort,
  type Moment,
  type Sequence,
  type Why,
} from "../src/contracts/inspection.ts";
import type { Seq, Timestamp } from "../src/contracts/units.ts";
import { keyframesOf } from "../src/decisions/keyframes.ts";

/** UTF-16 units of JSON. Moments, actors and reasons are added until it is reached. */
const MOST_LENGTH = 12_000_000;
/** Of a journal that is longer, the beginning and the end. */
const MOST_ROWS = 20_000;
const MOST_MESSAGES = 4_000;
const MOST_MOMENTS = 400;
/** Of one moment: the orchestrator, and those of whom people ask. */
const MOST_ACTORS = 12;
const PAGE = 500;
const STRETCH = 2_000;
const BUCKETS = 400;

export async function exportedRun(
  port: InspectionPort,
  run: RunId,
  writtenAt: Timestamp,
  maxLength = MOST_LENGTH,
): Promise<ExportedRun> {
  const summary = (await port.runs({ search: run, limit: 500 })).find((row) => row.run === run);
  if (summary === undefined) throw new RuntimeError("run.unknown", `there is no run ${run}`);
  const { head } = summary;
  const rows = await rowsOf(port, run, head);
  const stops = rows.filter(({ marks }) => marks.some((mark) => INTERVENTIONS.includes(mark))).map(({ seq }) => seq);
  const room = new Room(maxLength - JSON.stringify(rows).length);
  const keyframes = keyframesOf({ head, interventions: stops, most: MOST_MOMENTS });
  const moments = inOrder(await room.fill(keyframes, (seq) => port.moment(run, seq)));
  const kept = moments.map(({ seq }) => seq);
  const actors = await room.fill(actorsIn(moments), ({ actor, seq }) => port.actor(run, actor, seq));
  const whys = await room.fill([...new Set([...stops, ...kept])], (seq) => port.why(run, seq));
  const pairs = kept.slice(1).map((to, n) => [kept[n] ?? 0, to] as const);
  const differences = await room.fill(pairs, ([from, to]) => port.difference(run, from, to));
  return {
    ...{ version: INSPECTION_VERSION, product: "bailiwick", writtenAt, summary, rows, moments },
    overview: await port.overview(run, BUCKETS),
    chain: await port.chain(run),
    charts: await chartsOf(port, run, moments),
    actors: actors.toSorted((a, b) => a.seq - b.seq),
    whys: inOrder(whys),
    differences: differences.toSorted((a, b) => a.from - b.from),
    sequence: await sequenceOf(port, run, head),
    left: leftOut({ head, rows, moments, whys, differences, actors }),
  };
}

const inOrder = <Item extends { readonly seq: Seq }>(items: readonly Item[]): readonly Item[] => [
  ...new Map(items.toSorted((a, b) => a.seq - b.seq).map((item) => [item.seq, item])).values(),
];

/** What still fits. */
class Room {
  #left: number;

  constructor(left: number) {
    this.#left = left;
  }

  /** Asks for one after the other until there is no more room; what cannot be had is passed over. */
  async fill<Key, Item>(keys: readonly Key[], ask: (key: Key) => Promise<Item | undefined>): Promise<readonly Item[]> {
    const items: Item[] = [];
    for (const key of keys) {
      if (this.#left <= 0) break;
      const item = await ask(key).catch(() => undefined);
      if (item === undefined) continue;
      this.#left -= JSON.stringify(item).length;
      // The first is kept whatever it takes: a file without a moment shows nothing.
      if (this.#left > 0 || items.length === 0) items.push(item);
    }
    return items;
  }
}

async function rowsOf(port: InspectionPort, run: RunId, head: Seq): Promise<readonly EntryRow[]> {
  const half = MOST_ROWS / 2;
  const stretches: readonly (readonly [Seq, Seq])[] =
    head <= MOST_ROWS
      ? [[1, head]]
      : [
          [1, half],
          [head - half + 1, head],
        ];
  const rows: EntryRow[] = [];
  for (const [first, last] of stretches)
    for (let from = first; from <= last; from += PAGE) {
      const page = await port.rows(run, { from, limit: Math.min(PAGE, last - from + 1) });
      rows.push(...page.rows);
    }
  return rows;
}

const actorsIn = (moments: readonly Moment[]) =>
  moments.flatMap(({ seq, actors }) => actors.slice(0, MOST_ACTORS).map(({ id }) => ({ seq, actor: id })));

async function chartsOf(
  port: InspectionPort,
  run: RunId,
  moments: readonly Moment[],
): Promise<readonly { readonly name: string; readonly chart: Chart }[]> {
  const names = [...new Set(moments.flatMap(({ actors }) => actors.map(({ chart }) => chart)))];
  const charts = await Promise.all(names.map((name) => port.chart(run, name).catch(() => undefined)));
  return names.flatMap((name, n) => {
    const chart = charts[n];
    return chart === undefined ? [] : [{ name, chart }];
  });
}

/** The last stretch of it. */
async function sequenceOf(port: InspectionPort, run: RunId, head: Seq): Promise<Sequence> {
  const lanes = new Map<string, Sequence["lanes"][number]>();
  const messages: Sequence["messages"][number][] = [];
  for (let from = Math.max(1, head - MOST_MESSAGES + 1); from <= head; from += STRETCH) {
    const part = await port.sequence(run, from, Math.min(head, from + STRETCH - 1));
    for (const lane of part.lanes) lanes.set(lane.id, lane);
    messages.push(...part.messages);
  }
  return { run, lanes: [...lanes.values()], messages };
}

interface Held {
  readonly head: Seq;
  readonly rows: readonly EntryRow[];
  readonly moments: readonly Moment[];
  readonly whys: readonly Why[];
  readonly differences: readonly Difference[];
  readonly actors: readonly ActorView[];
}

function leftOut({ head, rows, moments, whys }: Held): readonly string[] {
  const missing = head - rows.length;
  return [
    ...(missing > 0 ? [`${missing} of ${head} entries, from the middle of the journal`] : []),
    ...(moments.length < head
      ? [
          `${head - moments.length} of ${head} moments: those kept are the interventions and evenly spaced ones between them`,
        ]
      : []),
    ...(whys.length < head ? [`the reasons of ${head - whys.length} of ${head} entries`] : []),
    ...(head > MOST_MESSAGES ? [`messages before entry ${head - MOST_MESSAGES + 1}`] : []),
  ];
}
