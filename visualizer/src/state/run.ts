/**
 * Run: what the page knows of the run that is open.
 *
 * R1  Whoever follows sees the head; whoever does not sees the moment they chose, whatever arrives.
 * R2  The head never goes back.
 */
import type { RunId } from "../../../src/contracts/ids.ts";
import type { EntryRow, Moment, Overview, StreamData } from "../../../src/contracts/inspection.ts";
import type { Seq } from "../../../src/contracts/units.ts";
import { extended } from "./overview.ts";
import { NO_PAGES, type Pages, withRows } from "./pages.ts";

export interface RunState {
  readonly run: RunId;
  readonly head: Seq;
  /** What was chosen. Undefined: the head is followed. */
  readonly wanted: Seq | undefined;
  readonly moment: Moment | undefined;
  /** The newest moment that arrived, for those who turn to the head. */
  readonly latest: Moment | undefined;
  readonly overview: Overview | undefined;
  /** Entries that were not sent: the overview is asked for anew. */
  readonly isStale: boolean;
  readonly pages: Pages;
  readonly failure: string | undefined;
}

export type RunChange =
  | { readonly kind: "overview"; readonly overview: Overview }
  /** `asked`: what it is the answer to; a file may hold only an earlier one. */
  | { readonly kind: "moment"; readonly moment: Moment; readonly asked?: Seq }
  | { readonly kind: "told"; readonly data: StreamData }
  | { readonly kind: "rows"; readonly rows: readonly EntryRow[]; readonly head: Seq }
  | { readonly kind: "seek"; readonly seq: Seq | undefined }
  | { readonly kind: "failed"; readonly reason: string };

export const openRun = (run: RunId, wanted: Seq | undefined): RunState => ({
  run,
  head: 0,
  wanted,
  moment: undefined,
  latest: undefined,
  overview: undefined,
  isStale: false,
  pages: NO_PAGES,
  failure: undefined,
});

export function reduceRun(state: RunState, change: RunChange): RunState {
  switch (change.kind) {
    case "overview":
      return grown({ ...state, overview: change.overview, isStale: false, failure: undefined }, change.overview.head);
    case "moment":
      return withMoment(state, change.moment, change.asked);
    case "told":
      return told(state, change.data);
    case "rows":
      return grown({ ...state, pages: withRows(state.pages, change.rows) }, change.head);
    case "seek":
      return sought(state, change.seq);
    case "failed":
      return { ...state, failure: change.reason };
  }
}

const grown = (state: RunState, head: Seq): RunState => (head > state.head ? { ...state, head } : state);

function sought(state: RunState, seq: Seq | undefined): RunState {
  const wanted = seq === undefined ? undefined : Math.max(1, state.head === 0 ? seq : Math.min(seq, state.head));
  const moment = wanted === undefined ? (state.latest ?? state.moment) : state.moment;
  return { ...state, wanted, moment };
}

function withMoment(state: RunState, moment: Moment, asked: Seq = moment.seq): RunState {
  const isNewest = moment.seq >= (state.latest?.seq ?? 0);
  const next = grown({ ...state, failure: undefined, latest: isNewest ? moment : state.latest }, moment.head);
  const isShown = state.wanted === undefined ? isNewest : asked === state.wanted;
  return isShown ? { ...next, moment } : next;
}

function told(state: RunState, data: StreamData): RunState {
  if (data.kind === "moment") return withMoment(state, data.moment);
  if (data.kind === "gap") return grown({ ...state, isStale: true }, data.to);
  if (data.kind !== "rows") return state;
  const pages = withRows(state.pages, data.rows);
  const overview = state.overview === undefined ? undefined : extended(state.overview, data.rows);
  return grown({ ...state, pages, overview }, data.head);
}

/** The number of the entry that is shown. */
export const shownSeq = ({ wanted, head }: RunState): Seq => wanted ?? head;
