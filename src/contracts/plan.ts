import type { Caps } from "./budget.ts";
import type { Authority } from "./delegation.ts";
import type { AgentName, PersonId, TaskId } from "./ids.ts";
import type { Json } from "./json.ts";
import type { Milliseconds } from "./units.ts";

/** One piece of work: what, by whom, after what. */
export interface Task {
  readonly id: TaskId;
  /** The one agent responsible for doing it. */
  readonly agent: AgentName;
  /** What is to be achieved, in words. */
  readonly goal?: string;
  /** Fixed input for the agent. */
  readonly input?: Json;
  /** Tasks that must be completed first; their outputs arrive under these names (a list: under the task ids). */
  readonly needs?: readonly TaskId[] | Readonly<Record<string, TaskId>>;
  /** The one person or role that answers for it. Default: the run's owner. */
  readonly accountable?: PersonId;
  /** The run may complete without it; its dependants then start with its output missing. */
  readonly optional?: boolean;
  /** Higher starts first among ready tasks. Default 0. */
  readonly priority?: number;
  /** Attempts after the first. Default: the orchestrator's. */
  readonly retries?: number;
  /** Wait before the second attempt, doubled for each further one. Default 1,000 ms. */
  readonly backoffMs?: Milliseconds;
  /**
   * The task whose work it does once more on purpose: it shares no call and no output with any other, and its output is
   * compared with that task's.
   */
  readonly crossCheck?: TaskId;
  /** When no attempt passes its checks, the best output is taken; the report lists what was wanting. */
  readonly partial?: boolean;
  /** Keys of the blackboard that it must write: an attempt that says it is done and has not written them has failed. */
  readonly produces?: readonly string[];
  /** Longest an attempt may take, waiting for people not counted out. Default: its agent's, or none. */
  readonly timeoutMs?: Milliseconds;
  /** Caps of this task, over all its attempts. They bind beside those of its agent and of the run. */
  readonly budget?: Caps;
}

/** A dependency graph of tasks. */
export interface Plan {
  readonly tasks: readonly Task[];
  /** The task whose output is the run's. Default: an object of the outputs of all tasks nothing depends on. */
  readonly output?: TaskId;
}

/** A fault found in a plan. */
export interface PlanFault {
  readonly code:
    | "empty"
    | "invalid-id"
    | "duplicate-id"
    | "unknown-agent"
    | "unknown-task"
    | "missing-input"
    | "cycle"
    | "invalid-value";
  readonly task?: TaskId;
  readonly message: string;
}

export type TaskStatus = "waiting" | "ready" | "running" | "backing-off" | "completed" | "failed" | "skipped";

/** What an agent is told about its task. */
export interface Assignment {
  readonly objective: string;
  readonly task: TaskId;
  readonly goal: string;
  readonly input: Json;
  /** Outputs of the tasks this one needs, by name. */
  readonly inputs: { readonly [name: string]: Json };
  /** 1 for the first. */
  readonly attempt: number;
  /** What was wrong with earlier attempts or the earlier plan. */
  readonly findings: readonly Finding[];
  readonly accountable: PersonId;
  /** Of a delegated task: by whom, what it may do for it, and the fields its output must have. */
  readonly delegatedBy?: AgentName;
  readonly authority?: Authority;
  readonly expect?: readonly string[];
}

/** Something an evaluator, a schema or a decision found wanting. */
export interface Finding {
  readonly source: string;
  readonly message: string;
  readonly task?: TaskId;
  /** What the evaluator that found it looks for. */
  readonly rubric?: string;
}
