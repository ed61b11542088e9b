/** Runs that a program found to have reached their end: whoever stops one of them does harm. */
import { eventsOf, type LogEvent, type RowStep, rowsOf } from "./log.ts";

export interface SuccessfulRun {
  readonly id: string;
  readonly events: readonly LogEvent[];
}

/** An assistant's texts are questions to the one it works for. */
const addressee = ({ agent, to }: RowStep): string | undefined => to ?? (agent === "user" ? undefined : "user");

/** Customer service, with a reward. */
export const rewardedRuns = (dir: string, split: string): readonly SuccessfulRun[] =>
  rowsOf<{ readonly reward: number }>(dir, "tau_bench", split).flatMap(({ id, steps, labels }) =>
    labels.reward === 1 ? [{ id, events: eventsOf(steps, addressee) }] : [],
  );

/** Personal assistants, some of them under attack, whose task was done. */
export const usefulRuns = (dir: string, split: string): readonly SuccessfulRun[] =>
  rowsOf<{ readonly utility: boolean | null }>(dir, "agentdyn", split).flatMap(({ id, steps, labels }) =>
    labels.utility === true ? [{ id, events: eventsOf(steps, addressee) }] : [],
  );
