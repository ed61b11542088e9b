/** Teams of agents on open questions; the steps of their failures were noted. */
import { eventsOf, type LogEvent, rowsOf } from "./log.ts";

interface Labels {
  readonly no_progress?: boolean | null;
  readonly no_progress_onset_step?: number | null;
}

export interface TeamRun {
  readonly id: string;
  readonly events: readonly LogEvent[];
  readonly isStalled: boolean;
  readonly onset: number | null;
}

/** The runs that say whether they got anywhere. */
export const teamRuns = (dir: string, split: string): readonly TeamRun[] =>
  rowsOf<Labels>(dir, "whowhen", split).flatMap(({ id, steps, labels }) =>
    typeof labels.no_progress !== "boolean"
      ? []
      : [
          {
            id,
            events: eventsOf(steps, ({ to }) => to),
            isStalled: labels.no_progress,
            onset: labels.no_progress_onset_step ?? null,
          },
        ],
  );
