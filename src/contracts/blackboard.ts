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

/** One answer, and whose it is. */
export interface Side {
  readonly author: Author;
  readonly value: Json;
  /** The least score its review gave it, from 0 to 1, where it was scored. */
  readonly confidence?: number;
}

/** Who stands behind which answer. Voters of one lineage count once. */
export interface Vote {
  readonly agent: AgentName;
  readonly side: "kept" | "refused";
  readonly lineage: string;
}

/** A vote as counted: the weight of each side, how many voted, and how many of them count. */
export interface Tally {
  readonly kept: number;
  readonly refused: number;
  readonly cast: number;
  readonly effective: number;
}

/** Something only one answer says, or both say differently; `path` is empty for the whole. */
export interface OpenClaim {
  readonly path: string;
  readonly kept?: Json;
  readonly refused?: Json;
}

/**
 * Two answers to one question: two writers of a key (`write`, the default), or tasks that cross-check each other
 * (`answer`). The first stands until somebody decides otherwise; all stay on record.
 */
export interface Conflict {
  readonly id: string;
  readonly kind?: "write" | "answer";
  /** Of the blackboard; the task whose work was cross-checked. */
  readonly key: string;
  readonly kept: Side & { readonly version: number };
  readonly refused: Side & { readonly labels?: Tracked };
  /** Further answers that fewer stand behind. */
  readonly others?: readonly Side[];
  readonly votes?: readonly Vote[];
  /** In what the two differ, the first 50, and how many more there are. */
  readonly claims?: readonly OpenClaim[];
  readonly claimsLeft?: number;
  /** The vote, where it was counted and did not decide. */
  readonly tally?: Tally;
  readonly resolution?: {
    readonly rule: string;
    readonly winner: "kept" | "refused";
    readonly reason: string;
    readonly votes?: Tally;
  };
  readonly opened: Seq;
}
