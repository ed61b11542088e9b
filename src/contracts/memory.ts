/** Memory: what one run leaves for others. It is kept apart from journals, by scope, and can be forgotten. */
import type { AgentName, RunId, TaskId } from "./ids.ts";
import type { Milliseconds, Timestamp } from "./units.ts";

/** Something to be remembered. */
export interface NewMemory {
  /** Whose memory it is: a team, a customer, a subject. What is remembered in one is not recalled in another. */
  readonly scope: string;
  readonly text: string;
  readonly tags?: readonly string[];
  /** Who remembers it. */
  readonly by: { readonly run: RunId; readonly agent: AgentName; readonly task: TaskId };
  /** Remembering twice under one key remembers once. */
  readonly key: string;
}

export interface Memory extends Omit<NewMemory, "key"> {
  readonly id: string;
  readonly at: Timestamp;
}

export interface MemoryQuery {
  readonly scope: string;
  /** Words; what has more of the rarer ones comes first. Without any: what is newest. */
  readonly words: string;
  /** Default 10. */
  readonly limit?: number;
}

/** How much a scope keeps. What is beyond it is forgotten. */
export interface Retention {
  readonly maxAgeMs?: Milliseconds;
  readonly maxCount?: number;
}

/**
 * What every memory must keep:
 * E1  What was remembered is recalled by this and any later process, in its own scope only.
 * E2  One key in one scope is one memory, however often it is remembered.
 * E3  What is too old, or beyond the count of its scope, is not recalled, and is gone with the next thing remembered.
 * E4  What was forgotten is gone: no recall brings it back, and no file of the memory holds its text.
 */
export interface MemoryPort {
  remember(memory: NewMemory): Promise<Memory>;
  recall(query: MemoryQuery): Promise<readonly Memory[]>;
  /** Forgets one memory, or a whole scope; tells how many there were. */
  forget(what: { readonly scope: string; readonly id?: string }): Promise<number>;
  close(): Promise<void>;
}
