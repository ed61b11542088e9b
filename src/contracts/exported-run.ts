/** Exported run: a run as one file carries it, for whoever has no server to ask. Plain JSON; see docs/export.md. */
import type {
  ActorView,
  ChainBadge,
  Chart,
  Difference,
  EntryRow,
  Moment,
  Overview,
  RunRow,
  Sequence,
  Why,
} from "./inspection.ts";
import type { Timestamp } from "./units.ts";

export interface ExportedRun {
  /** Of the protocol of inspection. */
  readonly version: number;
  readonly product: string;
  readonly writtenAt: Timestamp;
  readonly summary: RunRow;
  readonly overview: Overview;
  readonly chain: ChainBadge;
  readonly charts: readonly { readonly name: string; readonly chart: Chart }[];
  /** In order; those left out are missing. */
  readonly rows: readonly EntryRow[];
  /** In order; a moment between two of them is shown as the one before it. */
  readonly moments: readonly Moment[];
  /** From each of the moments to the next. */
  readonly differences: readonly Difference[];
  readonly actors: readonly ActorView[];
  readonly whys: readonly Why[];
  readonly sequence: Sequence;
  /** What the file does not hold, in sentences. */
  readonly left: readonly string[];
}
