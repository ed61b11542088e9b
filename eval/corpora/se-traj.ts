/** Repair agents on real bugs; people coded each pair of consecutive actions. */
import { eventsOf, type LogEvent, rowsOf } from "./log.ts";

interface Labels {
  readonly loop: boolean | null;
  readonly loop_onset_step: number | null;
  readonly resolved?: boolean;
  readonly pairs: readonly { readonly prev: number; readonly step: number; readonly action_action: string }[];
}

export interface CodedRun {
  readonly id: string;
  readonly events: readonly LogEvent[];
  /** Two repetitions in a row, as people coded them; null between yes and no. */
  readonly isLoop: boolean | null;
  readonly onset: number | null;
  readonly isResolved: boolean;
  readonly pairs: readonly { readonly step: number; readonly isRepetition: boolean }[];
}

export const codedRuns = (dir: string, split: string): readonly CodedRun[] =>
  rowsOf<Labels>(dir, "se_traj", split).map(({ id, steps, labels }) => ({
    id,
    events: eventsOf(steps, ({ to }) => to),
    isLoop: labels.loop,
    onset: labels.loop_onset_step,
    isResolved: labels.resolved === true,
    pairs: labels.pairs.map(({ step, action_action }) => ({ step, isRepetition: action_action === "Repetition" })),
  }));
