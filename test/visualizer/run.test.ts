/** What the page knows of the run that is open, whatever arrives and in whatever order. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EntryRow, Moment, Overview } from "../../src/contracts/inspection.ts";
import { bucketAt, extended, placeOf, seqAt, stripOf } from "../../visualizer/src/state/overview.ts";
import { missing, NO_PAGES, PAGE, rowAt, withRows } from "../../visualizer/src/state/pages.ts";
import { openRun, type RunChange, type RunState, reduceRun, shownSeq } from "../../visualizer/src/state/run.ts";

const row = (seq: number, more: Partial<EntryRow> = {}): EntryRow => ({
  seq,
  at: seq * 10,
  kind: "request",
  to: "draft#1",
  event: "act.proposed",
  summary: `entry ${seq}`,
  state: "executing",
  marks: [],
  ...more,
});
const moment = (seq: number, head = seq): Moment => ({ seq, head, state: "executing" }) as Moment;
const rows = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => row(from + at));
const reached = (...changes: readonly RunChange[]): RunState => changes.reduce(reduceRun, openRun("run", undefined));

const seqs = fc.integer({ min: 1, max: 30 });
const changes = fc.oneof(
  fc.tuple(seqs, seqs).map(([a, b]): RunChange => ({ kind: "moment", moment: moment(Math.min(a, b), Math.max(a, b)) })),
  seqs.map((head): RunChange => ({ kind: "told", data: { kind: "rows", rows: [row(head)], head } })),
  seqs.map((to): RunChange => ({ kind: "told", data: { kind: "gap", from: 1, to } })),
  fc.option(seqs, { nil: undefined }).map((seq): RunChange => ({ kind: "seek", seq })),
);

describe("the run that is open", () => {
  it("R1 shows those who follow the newest moment, and the others the one they chose", () => {
    fc.assert(
      fc.property(fc.array(changes, { maxLength: 30 }), (all) => {
        let state = openRun("run", undefined);
        let newest = 0;
        for (const change of all) {
          const before = state;
          state = reduceRun(state, change);
          if (change.kind === "moment") newest = Math.max(newest, change.moment.seq);
          if (state.wanted === undefined) expect(state.moment?.seq ?? 0).toBe(newest);
          else if (state.moment !== before.moment) expect(state.moment?.seq).toBe(state.wanted);
        }
      }),
    );
  });

  it("R2 never has its head go back", () => {
    fc.assert(
      fc.property(fc.array(changes, { maxLength: 30 }), (all) => {
        let head = 0;
        let state = openRun("run", undefined);
        for (const change of all) {
          state = reduceRun(state, change);
          expect(state.head).toBeGreaterThanOrEqual(head);
          head = state.head;
        }
      }),
    );
  });

  it("turns to the newest moment it has when the head is followed again", () => {
    const state = reached(
      { kind: "moment", moment: moment(5, 9) },
      { kind: "seek", seq: 5 },
      { kind: "told", data: { kind: "moment", moment: moment(9) } },
    );
    expect(state.moment?.seq).toBe(5);
    expect(reduceRun(state, { kind: "seek", seq: undefined }).moment?.seq).toBe(9);
  });

  it("does not take a moment that comes late for the newest", () => {
    const state = reached(
      { kind: "moment", moment: moment(9) },
      { kind: "seek", seq: 5 },
      { kind: "moment", moment: moment(5, 9) },
    );
    expect(reduceRun(state, { kind: "seek", seq: undefined }).moment?.seq).toBe(9);
  });

  it("shows the nearest earlier moment where a file answers with that", () => {
    const chosen = reached({ kind: "moment", moment: moment(9) }, { kind: "seek", seq: 7 });
    expect(reduceRun(chosen, { kind: "moment", moment: moment(4, 9), asked: 7 }).moment?.seq).toBe(4);
    expect(reduceRun(chosen, { kind: "moment", moment: moment(4, 9) }).moment?.seq).toBe(9);
  });

  it("seeks no further than from the first entry to the head", () => {
    const state = reached({ kind: "moment", moment: moment(9) });
    expect(shownSeq(reduceRun(state, { kind: "seek", seq: 70 }))).toBe(9);
    expect(shownSeq(reduceRun(state, { kind: "seek", seq: -3 }))).toBe(1);
  });

  it("asks for the overview anew after a gap", () => {
    expect(reached({ kind: "told", data: { kind: "gap", from: 3, to: 8 } })).toMatchObject({ isStale: true, head: 8 });
  });
});

describe("pages of the journal", () => {
  it("P1 have each row at its own number, in whatever order they come", () => {
    const stretches = fc.array(fc.tuple(fc.integer({ min: 1, max: 900 }), fc.integer({ min: 0, max: 250 })));
    fc.assert(
      fc.property(stretches, (all) => {
        const oracle = new Map<number, EntryRow>();
        let pages = NO_PAGES;
        for (const [from, more] of all) {
          const given = rows(from, from + more);
          pages = withRows(pages, given);
          for (const one of given) oracle.set(one.seq, one);
        }
        for (let seq = 1; seq <= 1_200; seq += 1) expect(rowAt(pages, seq)).toEqual(oracle.get(seq));
      }),
      { numRuns: 30 },
    );
  });

  it("P2 are asked for again where the journal has grown past them, and else once", () => {
    const half = withRows(NO_PAGES, rows(1, PAGE + 50));
    expect(missing(half, { from: 1, to: PAGE + 50, head: PAGE + 50 })).toEqual([]);
    expect(missing(half, { from: 1, to: PAGE + 80, head: PAGE + 60 })).toEqual([PAGE + 1]);
    expect(missing(NO_PAGES, { from: PAGE - 1, to: PAGE * 3, head: PAGE * 2 })).toEqual([1, PAGE + 1]);
  });

  it("are forgotten, the oldest first, when there are more than a hundred", () => {
    let pages = NO_PAGES;
    for (let page = 0; page < 130; page += 1) pages = withRows(pages, rows(page * PAGE + 1, (page + 1) * PAGE));
    expect(Object.keys(pages.rows)).toHaveLength(100);
    expect(rowAt(pages, 1)).toBeUndefined();
    expect(rowAt(pages, 130 * PAGE)).toBeDefined();
  });
});

describe("the overview", () => {
  const spent = { costMicroUsd: 5, tokens: 0, steps: 1, toolCalls: 1 };
  const strip: Overview = {
    run: "run",
    head: 20,
    firstAt: 0,
    lastAt: 200,
    buckets: [
      { from: 1, to: 10, at: 10, state: "planning", marks: { asked: 1 }, spent, held: spent },
      { from: 11, to: 20, at: 110, state: "executing", marks: {}, spent, held: spent },
    ],
  };

  it("takes in rows that come after it, and no row twice", () => {
    const fresh = [row(20), row(21, { marks: ["denied"] }), row(22, { state: "paused" })];
    const grown = extended(strip, fresh);
    expect(grown).toMatchObject({ head: 22, lastAt: 220 });
    expect(grown.buckets).toHaveLength(3);
    expect(bucketAt(grown, 21)).toMatchObject({ from: 21, to: 22, state: "paused", marks: { denied: 1 }, spent });
    expect(extended(grown, fresh)).toBe(grown);
  });

  it("finds the entry under the pointer that is drawn there", () => {
    fc.assert(
      fc.property(seqs, seqs, (a, b) => {
        const [seq, head] = [Math.min(a, b), Math.max(a, b)];
        expect(seqAt(placeOf(seq, head), head)).toBe(seq);
      }),
    );
    expect([seqAt(-1, 9), seqAt(0, 9), seqAt(1, 9), seqAt(2, 9)]).toEqual([1, 1, 9, 9]);
  });

  it("is drawn from one edge to the other, one rectangle for each stretch in a state", () => {
    const { states, ticks, line } = stripOf(strip, 20);
    expect(states).toEqual([
      { x: 0, width: 500, state: "planning" },
      { x: 500, width: 500, state: "executing" },
    ]);
    expect(ticks.map(({ mark }) => mark)).toEqual(["asked"]);
    expect(line.startsWith("M0.00 ") && line.includes("L1000.00 ")).toBe(true);
  });

  it("makes one tick, the weightiest, of those that would cover each other", () => {
    const buckets = Array.from({ length: 1_000 }, (_, at) => ({
      ...(strip.buckets[1] as Overview["buckets"][number]),
      from: at + 1,
      to: at + 1,
      marks: at % 50 === 3 ? { loop: 1 } : { replanned: 1 },
    }));
    const { ticks } = stripOf({ ...strip, buckets, head: 1_000 }, 1_000);
    expect(ticks.length).toBeLessThanOrEqual(112);
    expect(ticks.filter(({ mark }) => mark === "loop")).toHaveLength(20);
  });
});
