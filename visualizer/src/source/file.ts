/**
 * Source over a file: the run that the document carries with it. Nothing changes, nothing can be done, nothing is asked of
 * anybody. What the file does not hold is answered by what it holds next to it, or refused in words.
 */

import type { ExportedRun } from "../../../src/contracts/exported-run.ts";
import type { ActorId } from "../../../src/contracts/ids.ts";
import type { ActorView, Difference, EntryRow, Moment, Rows, RowsQuery } from "../../../src/contracts/inspection.ts";
import type { Seq } from "../../../src/contracts/units.ts";
import { LOOK_ONLY, type Source, SourceError, type Standing } from "../source.ts";

const refuse = (): Promise<never> =>
  Promise.reject(new SourceError("file.read-only", "this is a file: nothing can be done in it"));

const missing = (what: string): SourceError => new SourceError("file.left-out", `the file does not hold ${what}`);

export function fileSource(file: ExportedRun): Source {
  const standing: Standing = {
    connection: { kind: "file", writtenAt: file.writtenAt },
    can: LOOK_ONLY,
    hasApprover: false,
    product: file.product,
  };
  const held = <Item>(item: Item | undefined, what: string): Item => {
    if (item === undefined) throw missing(what);
    return item;
  };
  return {
    onStanding(told) {
      told(standing);
      return () => undefined;
    },
    connect: () => undefined,
    watch: () => () => undefined,
    watchAll: () => () => undefined,
    runs: async () => [file.summary],
    inbox: async () => file.summary.pendingApprovals,
    overview: async () => file.overview,
    rows: async (_, query) => rowsOf(file, query),
    moment: async (_, seq) => ({ ...held(momentAt(file.moments, seq), "a moment"), ...limitsOf(file) }),
    actor: async (_, actor, seq) =>
      held(actorAt(file.actors, actor, seq), `what ${actor} remembered at ${seq ?? "the end"}`),
    sequence: async (_, from, to) => {
      const messages = file.sequence.messages.filter(({ seq }) => seq >= from && seq <= to);
      const lanes = new Set(messages.flatMap((message) => [message.from, message.to]));
      return { ...file.sequence, lanes: file.sequence.lanes.filter(({ id }) => lanes.has(id)), messages };
    },
    difference: async (_, from, to) => differenceOf(file, from, to),
    why: async (_, seq) =>
      held(
        file.whys.find((why) => why.seq === seq),
        `the reasons of entry ${seq}`,
      ),
    chain: async () => file.chain,
    chart: async (_, name) => held(file.charts.find((one) => one.name === name)?.chart, `the chart ${name}`),
    decide: refuse,
    control: refuse,
    fork: refuse,
    export: refuse,
  };
}

/** What the file leaves out is said wherever it is looked at. */
const limitsOf = ({ left }: ExportedRun): Pick<Moment, "limited"> =>
  left.length === 0 ? {} : { limited: `this file leaves out ${left.join("; ")}` };

/** The last at or before `seq`; before the first, the first. */
const momentAt = (moments: readonly Moment[], seq: Seq = Number.POSITIVE_INFINITY): Moment | undefined =>
  moments.findLast((moment) => moment.seq <= seq) ?? moments[0];

const actorAt = (views: readonly ActorView[], actor: ActorId, seq: Seq = Number.POSITIVE_INFINITY) =>
  views.findLast((view) => view.node.id === actor && view.seq <= seq);

function rowsOf({ rows, summary }: ExportedRun, query: RowsQuery): Rows {
  const { from, limit, marks, actor, search, backwards = false } = query;
  const { run, head } = summary;
  if (marks === undefined && actor === undefined && search === undefined && !backwards)
    return { run, head, rows: stretchOf(rows, from, Math.min(head, from + limit - 1)) };
  const wanted = search?.toLowerCase() ?? "";
  const found = rows.filter(
    (row) =>
      (backwards ? row.seq <= from : row.seq >= from) &&
      (actor === undefined || row.to === actor) &&
      (marks === undefined || row.marks.some((mark) => marks.includes(mark))) &&
      row.summary.toLowerCase().includes(wanted),
  );
  return { run, head, rows: backwards ? found.slice(Math.max(0, found.length - limit)) : found.slice(0, limit) };
}

/** Every number has its row: one that was left out says so. */
function stretchOf(rows: readonly EntryRow[], from: Seq, to: Seq): readonly EntryRow[] {
  const found = new Map(rows.filter(({ seq }) => seq >= from && seq <= to).map((row) => [row.seq, row]));
  const before = rows.findLast(({ seq }) => seq <= from) ?? rows[0];
  if (before === undefined) return [];
  const gap: EntryRow = { ...before, event: "", summary: "left out of this file", marks: [] };
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, n) => found.get(from + n) ?? { ...gap, seq: from + n });
}

/** Of the moments next to them: what changed from each to the next, taken together. */
function differenceOf({ moments, differences }: ExportedRun, from: Seq, to: Seq): Difference {
  const [first, last] = [momentAt(moments, from)?.seq ?? 0, momentAt(moments, to)?.seq ?? 0];
  const changes = new Map<string, Difference["changes"][number]>();
  for (const step of differences.filter((one) => one.from >= first && one.to <= last))
    for (const { path, before, after } of step.changes) {
      const began = changes.has(path) ? changes.get(path)?.before : before;
      changes.set(path, {
        path,
        ...(began === undefined ? {} : { before: began }),
        ...(after === undefined ? {} : { after }),
      });
    }
  return { from: first, to: last, changes: [...changes.values()] };
}
