/** Overview: the whole journal in one strip; what arrives is added until the strip is asked for anew. */
import { type EntryRow, INTERVENTIONS, type Mark, type Overview } from "../../../src/contracts/inspection.ts";
import type { Seq } from "../../../src/contracts/units.ts";
import { lineOf } from "./series.ts";

type Bucket = Overview["buckets"][number];

const marksWith = (marks: Bucket["marks"], more: readonly Mark[]): Bucket["marks"] => {
  const all: { [Name in Mark]?: number } = { ...marks };
  for (const mark of more) all[mark] = (all[mark] ?? 0) + 1;
  return all;
};

/** The strip with rows that came after it. What was spent stands as it was: rows do not say. */
export function extended(overview: Overview, rows: readonly EntryRow[]): Overview {
  const fresh = rows.filter(({ seq }) => seq > overview.head);
  const end = fresh.at(-1);
  if (end === undefined) return overview;
  const buckets = [...overview.buckets];
  const width = Math.max(1, Math.ceil(overview.head / Math.max(1, buckets.length)));
  for (const { seq, at, state, marks } of fresh) {
    const last = buckets.at(-1);
    if (last === undefined || seq - last.from >= width) buckets.push(bucketFrom(last, { seq, at, state, marks }));
    else buckets[buckets.length - 1] = { ...last, to: seq, state, marks: marksWith(last.marks, marks) };
  }
  return { ...overview, buckets, head: end.seq, lastAt: end.at };
}

const NOTHING = { costMicroUsd: 0, tokens: 0, steps: 0, toolCalls: 0 };

const bucketFrom = (
  last: Bucket | undefined,
  { seq, at, state, marks }: Pick<EntryRow, "seq" | "at" | "state" | "marks">,
): Bucket => ({
  from: seq,
  to: seq,
  at,
  state,
  marks: marksWith({}, marks),
  spent: last?.spent ?? NOTHING,
  held: last?.held ?? NOTHING,
});

/** Stretches in one state, for the band. */
interface Stretch {
  readonly from: Seq;
  readonly to: Seq;
  readonly state: string;
}

function stretchesOf(overview: Overview): readonly Stretch[] {
  const stretches: Stretch[] = [];
  for (const { from, to, state } of overview.buckets) {
    const last = stretches.at(-1);
    if (last?.state === state) stretches[stretches.length - 1] = { ...last, to };
    else stretches.push({ from, to, state });
  }
  return stretches;
}

export const bucketAt = (overview: Overview, seq: Seq): Bucket | undefined =>
  overview.buckets.find(({ from, to }) => seq >= from && seq <= to);

/** Each entry has a cell of the strip; it is in the middle of it. From 0 to 1. */
export const placeOf = (seq: Seq, head: Seq): number => (seq - 0.5) / Math.max(1, head);

export const seqAt = (place: number, head: Seq): Seq =>
  Math.max(1, Math.min(head, Math.floor(place * Math.max(1, head)) + 1));

/** The strip as a drawing of 1000 by 40: where each entry is, what was spent, where a person may want to stop. */
export interface Strip {
  readonly line: string;
  readonly area: string;
  readonly ticks: readonly { readonly x: number; readonly mark: Mark }[];
  readonly states: readonly { readonly x: number; readonly width: number; readonly state: string }[];
}

const [WIDTH, FLOOR, RISE] = [1000, 26, 22];

/** Ticks that would cover each other become one, the weightiest of them. */
const APART = 9;

function apart(ticks: Strip["ticks"]): Strip["ticks"] {
  const kept: Strip["ticks"][number][] = [];
  const weight = (mark: Mark): number => INTERVENTIONS.indexOf(mark);
  for (const tick of ticks) {
    const last = kept.at(-1);
    if (last === undefined || tick.x - last.x >= APART) kept.push(tick);
    else if (weight(tick.mark) < weight(last.mark)) kept[kept.length - 1] = { x: last.x, mark: tick.mark };
  }
  return kept;
}

type Points = readonly (readonly [x: number, y: number])[];

/** From the first pixel to the last, whatever the middle of the outermost cells. */
function toEdges(points: Points): Points {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return [];
  return [[0, first[1]], ...points, [WIDTH, last[1]]];
}

export function stripOf(overview: Overview, head: Seq): Strip {
  const x = (seq: Seq): number => placeOf(seq, head) * WIDTH;
  const spentIn = ({ spent }: Bucket): number => spent.costMicroUsd || spent.steps;
  const most = Math.max(1, ...overview.buckets.map(spentIn));
  const heights = overview.buckets.map((bucket) => [x(bucket.to), FLOOR - (spentIn(bucket) / most) * RISE] as const);
  const line = lineOf(toEdges(heights));
  return {
    line,
    area: line === "" ? "" : `M0 ${FLOOR}L${line.slice(1)}L${WIDTH} ${FLOOR}Z`,
    ticks: apart(
      overview.buckets.flatMap(({ from, to, marks }) => {
        const mark = INTERVENTIONS.find((one) => (marks[one] ?? 0) > 0);
        return mark === undefined ? [] : [{ x: x((from + to) / 2), mark }];
      }),
    ),
    states: stretchesOf(overview).map(({ from, to, state }) => ({
      x: ((from - 1) / Math.max(1, head)) * WIDTH,
      width: Math.max(1.5, ((to - from + 1) / Math.max(1, head)) * WIDTH),
      state,
    })),
  };
}
