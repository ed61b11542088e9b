/** MCP report: what a run came to, no longer than a client can take. */
import type { Json, JsonObject } from "../../contracts/json.ts";
import type { RunReport } from "../../contracts/report.ts";

export interface Fitted {
  readonly shown: Json;
  readonly isWhole: boolean;
}

/** The value where its text has no more than `room` characters; else the beginning of its text, and how much is left out. */
export function fitted(value: unknown, room: number): Fitted {
  const text = JSON.stringify(value ?? null);
  if (text.length <= room) return { shown: (value ?? null) as Json, isWhole: true };
  return { shown: { beginning: text.slice(0, room).toWellFormed(), omitted: text.length - room }, isWhole: false };
}

/** In a few words, for a client that only wants to know whether to go on. */
export function statusOf({
  run,
  status,
  state,
  progress,
  spend,
  failure,
  pendingApprovals,
  tasks,
}: RunReport): JsonObject {
  return {
    run,
    status,
    state,
    progress,
    tasks: tasks.length,
    tasksDone: tasks.filter((task) => task.status === "completed").length,
    spentUsd: spend.costMicroUsd / 1_000_000,
    toolCalls: spend.toolCalls,
    questions: pendingApprovals.slice(0, 20).map(({ id, title }) => ({ question: id, title })),
    ...(failure === undefined ? {} : { failure: { ...failure } }),
  };
}

const PARTS = ["output", "partial", "tasks", "findings", "conflicts", "quarantines", "acceptance", "budget"] as const;

/** The half of the room is for the output; what is left is shared by the other parts. */
export function reportIn(report: RunReport, room: number): JsonObject {
  const parts = PARTS.filter((part) => report[part] !== undefined);
  const share = (part: string): number =>
    Math.floor(room / (part === "output" || part === "partial" ? 2 : 2 * PARTS.length));
  return {
    ...statusOf(report),
    ...Object.fromEntries(parts.map((part) => [part, fitted(report[part], share(part)).shown])),
  };
}
