/**
 * Restart: is this agent worth starting again, or does it only ever fail?
 *
 * S1  More than `max` failed attempts within `withinMs`, with no success in between, are too many, over all its tasks.
 * S2  One success clears the count.
 */
import type { AgentName } from "../contracts/ids.ts";
import type { FailureSettings } from "../contracts/settings.ts";
import type { Timestamp } from "../contracts/units.ts";
import { withoutRow, withRow } from "./record.ts";

/** When each agent has failed lately, by agent; never more than one past the most allowed. */
export interface Restarts {
  readonly [agent: AgentName]: readonly Timestamp[];
}

export function countFailure(
  restarts: Restarts,
  agent: AgentName,
  at: Timestamp,
  { max = 10, withinMs = 60_000 }: NonNullable<FailureSettings["restarts"]> = {},
): { readonly restarts: Restarts; readonly isTooMany: boolean } {
  const before = Object.hasOwn(restarts, agent) ? (restarts[agent] as readonly Timestamp[]) : [];
  const recent = [...before, at].filter((time) => time > at - withinMs).slice(-(max + 1));
  return { restarts: withRow(restarts, agent, recent), isTooMany: recent.length > max };
}

export const clearFailures = (restarts: Restarts, agent: AgentName): Restarts =>
  Object.hasOwn(restarts, agent) ? withoutRow(restarts, agent) : restarts;
