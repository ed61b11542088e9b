import type { Authority, DelegateAct } from "./delegation.ts";
import type { ActorId, AgentName, PersonId, RunId, TaskId, ToolName } from "./ids.ts";
import type { Json } from "./json.ts";
import type { Seq, Timestamp } from "./units.ts";

/** What an agent may propose. */
export type Act =
  | { readonly kind: "tool"; readonly tool: ToolName; readonly args: Json; readonly rationale?: string }
  | { readonly kind: "ask"; readonly question: string; readonly details?: Json }
  | { readonly kind: "read"; readonly key: string }
  | { readonly kind: "write"; readonly key: string; readonly value: Json; readonly expect?: number }
  | DelegateAct;

/** An attempt at a task, as its actors know it. Set by the orchestrator, never by an agent. */
export interface Attempt {
  readonly run: RunId;
  /** The agent actor: `<task>#<attempt>`. */
  readonly actor: ActorId;
  readonly agent: AgentName;
  readonly task: TaskId;
  /** The person who answers for the task. */
  readonly accountable?: PersonId;
  /** Of the task in the plan. */
  readonly position: number;
  readonly number: number;
  /** The entry that started it, and its time. */
  readonly since: Seq;
  readonly startedAt: Timestamp;
  /** Of a delegated task: on whose behalf, the outermost delegator first, its own agent last. Absent: its agent alone. */
  readonly chain?: readonly AgentName[];
  /** Of a delegated task: what may be done in it. Absent: all that its agent is granted. */
  readonly authority?: Authority;
}
