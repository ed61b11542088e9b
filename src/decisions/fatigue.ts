/**
 * Fatigue: does a person still look at what they approve?
 *
 * F1  Nobody can have looked at a question for longer than it was open: that time is the most that can have been given
 *     to it, whatever a client says.
 * F2  An alarm changes no decision. It is recorded once each time it begins, and shown where the next question is.
 */
import type { Decided } from "../contracts/approvals.ts";
import type { PersonId } from "../contracts/ids.ts";
import type { Milliseconds, Timestamp } from "../contracts/units.ts";

/** How one person has decided within the last hour. */
export interface Fatigue {
  readonly by: PersonId;
  readonly decisions: number;
  /** Half of the questions were open for no longer. */
  readonly medianOpenMs: Milliseconds;
  /** Decided sooner than anybody reads. */
  readonly quick: number;
  readonly isAlarming: boolean;
}

const HOUR: Milliseconds = 3_600_000;
/** Sooner than this, nobody has read a question and thought about it. */
const QUICK: Milliseconds = 1_000;
const QUICK_ALARM = 5;
const PER_HOUR = 30;

/** Decisions that a run remembers, and so the highest rate that an alarm can be set to. */
export const KEPT = 100;

export const note = (decided: readonly Decided[], one: Decided): readonly Decided[] => [
  ...decided.slice(Math.max(0, decided.length - KEPT + 1)),
  one,
];

/** Each person who has decided within the last hour, the busiest first. */
export function fatigueOf(decided: readonly Decided[], now: Timestamp, alarmPerHour = PER_HOUR): readonly Fatigue[] {
  const people = Map.groupBy(
    decided.filter(({ at }) => at > now - HOUR),
    ({ by }) => by,
  );
  return [...people]
    .map(([by, theirs]) => {
      const open = theirs.map(({ openMs }) => openMs).toSorted((a, b) => a - b);
      const quick = open.filter((ms) => ms < QUICK).length;
      const decisions = theirs.length;
      return {
        by,
        decisions,
        medianOpenMs: open[(open.length - 1) >> 1] ?? 0,
        quick,
        isAlarming: decisions >= alarmPerHour || quick >= QUICK_ALARM,
      };
    })
    .toSorted((a, b) => b.decisions - a.decisions);
}

/** Whether an alarm begins with the last of these decisions. */
export function alarmOf(decided: readonly Decided[], alarmPerHour?: number): Fatigue | undefined {
  const last = decided.at(-1);
  if (last === undefined) return undefined;
  const theirs = (all: readonly Decided[]): Fatigue | undefined =>
    fatigueOf(all, last.at, alarmPerHour).find(({ by }) => by === last.by);
  const now = theirs(decided);
  return now?.isAlarming === true && theirs(decided.slice(0, -1))?.isAlarming !== true ? now : undefined;
}
