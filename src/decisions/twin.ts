/**
 * Twin: is this task the same as one before it in the plan, or one that an earlier plan has completed?
 *
 * P3  The same is what has the same goal in words, the same input, the same needs and the same agent. A task without a
 *     goal, and one that cross-checks another, is like no other.
 * P4  A twin waits for the one before it and shares its output; if that fails, the twin does the work itself.
 */
import type { AgentName, TaskId } from "../contracts/ids.ts";
import type { Json } from "../contracts/json.ts";
import { canonical } from "./ingest.ts";

/** What two tasks are compared by. */
export interface Work {
  readonly goal: string;
  readonly agent: AgentName;
  readonly input: Json;
  readonly needs: readonly (readonly [name: string, task: TaskId])[];
  readonly crossCheck?: TaskId;
}

/** The same words, whatever the case and the space between them. Signs count: C++ is not C#. */
const normalised = (goal: string): string => goal.normalize("NFKC").toLowerCase().replaceAll(/\s+/g, " ").trim();

/** The key of a piece of work; undefined where it has none. */
export function workKey({ goal, agent, input, needs, crossCheck }: Work): string | undefined {
  const words = normalised(goal);
  if (words === "" || crossCheck !== undefined) return undefined;
  const bound = needs.map(([name, task]) => `${name}=${task}`).toSorted();
  return [agent, words, canonical(input), ...bound].join("\n");
}
