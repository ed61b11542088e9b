import type { ActorId, AgentName, RunId, TaskId, ToolName } from "./ids.ts";
import type { Json } from "./json.ts";
import type { Seq, Timestamp } from "./units.ts";

/** What an agent may propose. */
export type Act =
  | { readonly kind: "tool"; readonly tool: ToolName; readonly args: Json; readonly rationale?: string }
  | { readonly kind: "ask"; readonly question: string; readonly details?: Json }
  | { readonly kind: "read"; readonly key: string }
  | { readonly kind: "write"; readonly key: string; readonly value: Json; readonly expect?: number };

/** An attempt at a task, as its actors know it. Set by the orchestrator, never by an agent. */
export interface Attempt {
  readonly run: RunId;
  /** The agent actor: `<task>#<attempt>`. */
  readonly actor: ActorId;
  readonly agent: AgentName;
  /** Who delegated the task, the outermost first; last the agent itself. Absent: nobody but the plan. */
  readonly chain?: readonly AgentName[];
  readonly task: TaskId;
  /** Of the task in the plan. */
  readonly position: number;
  readonly number: number;
  /** The entry that started it, and its time. */
  readonly since: Seq;
  readonly startedAt: Timestamp;
}
