/** What the page asks of its source for one run. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  INTERVENTIONS,
  type Moment,
  type Overview,
  type RowsQuery,
  type StreamData,
} from "../../src/contracts/inspection.ts";
import type { Seq } from "../../src/contracts/units.ts";
import { runSession } from "../../visualizer/src/session/run-session.ts";
import type { Source } from "../../visualizer/src/source.ts";
import { PAGE } from "../../visualizer/src/state/pages.ts";

const moment = (seq: Seq, head: Seq): Moment => ({ seq, head }) as Moment;

/** A run of a thousand entries that answers when it is told to. */
function slowSource() {
  const moments: { readonly seq: Seq | undefined; readonly answer: (failure?: Error) => void }[] = [];
  const asked: RowsQuery[] = [];
  const watched: { readonly after: Seq; readonly told: (data: StreamData) => void }[] = [];
  const head = 1_000;
  let overviews = 0;
  let isWatching = true;
  const source = {
    overview: async (): Promise<Overview> => {
      overviews += 1;
      return { run: "run", head, firstAt: 0, lastAt: 1, buckets: [] };
    },
    moment: (_: string, seq?: Seq) =>
      new Promise<Moment>((resolve, reject) => {
        moments.push({
          seq,
          answer: (failure) => (failure === undefined ? resolve(moment(seq ?? head, head)) : reject(failure)),
        });
      }),
    rows: async (_: string, query: RowsQuery) => {
      asked.push(query);
      return { run: "run", rows: [], head };
    },
    watch: (_: string, after: Seq, told: (data: StreamData) => void) => {
      watched.push({ after, told });
      return () => {
        isWatching = false;
      };
    },
  } as unknown as Source;
  return { source, moments, asked, watched, overviews: () => overviews, isWatching: () => isWatching };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});
const settle = () => vi.advanceTimersByTimeAsync(0);

describe("the session of a run", () => {
  it("S1 asks for one moment at a time, and of those wanted meanwhile for the last only", async () => {
    const { source, moments } = slowSource();
    const session = runSession(source, "run", undefined);
    for (const seq of [10, 20, 30, 40]) session.seek(seq);
    await settle();
    expect(moments.map(({ seq }) => seq)).toEqual([10]);
    moments[0]?.answer();
    await settle();
    expect(moments.map(({ seq }) => seq)).toEqual([10, 40]);
    moments[1]?.answer();
    await settle();
    expect(session.store.get().moment?.seq).toBe(40);
  });

  it("S1 goes on after a moment that could not be had, and says why it could not", async () => {
    const { source, moments } = slowSource();
    const session = runSession(source, "run", undefined);
    session.seek(10);
    session.seek(20);
    moments[0]?.answer(new Error("the server is busy"));
    await settle();
    expect(session.store.get().failure).toBe("the server is busy");
    moments[1]?.answer();
    await settle();
    expect(session.store.get()).toMatchObject({ failure: undefined, moment: { seq: 20 } });
  });

  it("asks for a moment it has seen no second time", async () => {
    const { source, moments } = slowSource();
    const session = runSession(source, "run", undefined);
    for (const seq of [10, 20]) {
      session.seek(seq);
      moments.at(-1)?.answer();
      await settle();
    }
    session.seek(10);
    await settle();
    expect(moments).toHaveLength(2);
    expect(session.store.get().moment?.seq).toBe(10);
  });

  it("S2 asks for a page of the journal once while it is on its way", async () => {
    const { source, asked } = slowSource();
    const session = runSession(source, "run", undefined);
    session.start();
    await settle();
    for (let times = 0; times < 5; times += 1) session.need(1, PAGE + 1);
    expect(asked.map(({ from }) => from)).toEqual([1, PAGE + 1]);
  });

  it("watches from where the overview ends, and no longer than it is open", async () => {
    const { source, watched, isWatching } = slowSource();
    const stop = runSession(source, "run", undefined).start();
    await settle();
    expect(watched.map(({ after }) => after)).toEqual([1_000]);
    stop();
    expect(isWatching()).toBe(false);
  });

  it("begins to watch nothing when it was closed before the overview came", async () => {
    const { source, watched } = slowSource();
    runSession(source, "run", undefined).start()();
    await settle();
    expect(watched).toEqual([]);
  });

  it("asks for the overview again after a gap, and not when nothing has happened", async () => {
    const { source, watched, overviews } = slowSource();
    const stop = runSession(source, "run", undefined).start();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(overviews()).toBe(1);
    watched[0]?.told({ kind: "gap", from: 1_001, to: 1_400 });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(overviews()).toBe(2);
    stop();
  });

  it("looks for interventions from the next entry on, and before the first for none", async () => {
    const { source, asked } = slowSource();
    const session = runSession(source, "run", 1);
    await session.intervention("next");
    expect(await session.intervention("previous")).toBeUndefined();
    expect(asked).toEqual([{ from: 2, limit: 1, marks: INTERVENTIONS }]);
  });
});
