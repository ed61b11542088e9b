/** Delegation: an agent hands a part of its task to another agent, with a part of what it may do itself. */
import type { Failure } from "./errors.ts";
import type { ActorId, AgentName, TaskId, ToolName } from "./ids.ts";
import type { Json } from "./json.ts";
import type { Milliseconds, Timestamp } from "./units.ts";

/** What may be done in a task. A part of it never exceeds the whole. */
export interface Authority {
  readonly tools: readonly ToolName[];
  /** Blackboard keys: exact, or a prefix ending in `/*`; `*` for all. */
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  /** Levels of delegation below this task. */
  readonly depth: number;
  /** It must have ended by then. Absent: no deadline. */
  readonly until?: Timestamp;
}

/** What is asked of the other agent, and what it is given for it. What is not named is given as the delegator has it. */
export interface DelegationRequest {
  /** What is to be achieved, in words. Default: the objective of the run. */
  readonly objective?: string;
  readonly input?: Json;
  /** Each of these may name less than the delegator has, never more. */
  readonly tools?: readonly ToolName[];
  readonly reads?: readonly string[];
  readonly writes?: readonly string[];
  readonly depth?: number;
  /** From now to its end, retries included. */
  readonly timeoutMs?: Milliseconds;
  /** Fields that its output must have; without them it has not passed. */
  readonly expect?: readonly string[];
}

/** Proposes a part of the task to another agent. */
export interface DelegateAct extends DelegationRequest {
  readonly kind: "delegate";
  readonly agent: AgentName;
}

/** How a delegated task came to be. */
export interface Delegation {
  /** The task it is a part of; what it spends is spent for that one too. */
  readonly parent: TaskId;
  /** The attempt that delegated it, and the number of the act by which it did. */
  readonly by: ActorId;
  readonly n: number;
  /** On whose behalf: the outermost delegator first, the one that delegated it last. */
  readonly chain: readonly AgentName[];
  /** What it was given. Its agent's own grant narrows it further. */
  readonly authority: Authority;
  readonly request: DelegateAct;
}

/** What became of a delegated task, as its delegator is told. Failure is a value: it does not end the delegator. */
export type Delegated =
  | { readonly kind: "completed"; readonly task: TaskId; readonly output: Json }
  | { readonly kind: "failed"; readonly task: TaskId; readonly failure: Failure };

/** How far delegation goes. */
export interface DelegationSettings {
  /** Levels below a task of the plan. Default 3. */
  readonly depth?: number;
  /** Parts of one task that are open at once. Default 8. */
  readonly width?: number;
  /** Delegated tasks of a run. Default 64. */
  readonly total?: number;
}
