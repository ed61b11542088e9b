import type { ActorId, AgentName, TaskId } from "./ids.ts";
import type { Json } from "./json.ts";
import type { Tracked } from "./labels.ts";
import type { Seq, Timestamp } from "./units.ts";

/** Who wrote a value, in which task. */
export interface Author {
  readonly agent: AgentName;
  readonly task: TaskId;
  readonly actor: ActorId;
}

/** One shared value. `version` starts at 1 and grows by one with each write. */
export interface Entry {
  readonly key: string;
  readonly version: number;
  readonly value: Json;
  readonly author: Author;
  readonly at: Timestamp;
  /** Of what its writer had heard; where labels are used. */
  readonly labels?: Tracked;
}

/** A wish to write. `expect` is the version the writer last saw: 0 for "not there yet"; absent: whatever is there. */
export interface Write {
  readonly key: string;
  readonly value: Json;
  readonly expect?: number;
  /** Set by the runtime, never by the writer. */
  readonly labels?: Tracked;
}

/** Two writers, one key. The first stands until somebody decides otherwise; both stay on record. */
export interface Conflict {
  readonly id: string;
  readonly key: string;
  readonly kept: { readonly author: Author; readonly value: Json; readonly version: number };
  readonly refused: { readonly author: Author; readonly value: Json; readonly labels?: Tracked };
  readonly resolution?: { readonly rule: string; readonly winner: "kept" | "refused"; readonly reason: string };
  readonly opened: Seq;
}
