import type { ActorId, AgentName, Digest, PersonId, RequestId, TaskId, ToolName } from "./ids.ts";
import type { Json } from "./json.ts";
import type { EffectClass } from "./tools.ts";
import type { Milliseconds, Timestamp } from "./units.ts";

/**
 * What a person is asked:
 * - `approve`: may this call be made? (approve, edit, reject)
 * - `answer`: a question of an agent (answer, reject)
 * - `unknown`: did this call happen? (approve: make it again; answer: it happened, with this value; reject: treat it as failed)
 * - `grant`: the run is over budget (approve: raise the caps that are named, by the amounts named; edit: by other amounts; reject: end with what there is)
 * - `continue`: the run repeats itself (approve: go on; reject: end)
 * - `accept`: the result did not pass (approve: take it as it is; reject: end)
 * - `resolve`: two answers contradict each other (answer "kept" or "refused"; approve: the first stands; reject: nobody
 *   decided)
 */
export type QuestionKind = "approve" | "answer" | "unknown" | "grant" | "continue" | "accept" | "resolve";

export type DecisionKind = "approve" | "edit" | "reject" | "answer";

/** Rendered by the runtime from frozen values, never by an agent. */
export interface Question {
  readonly kind: QuestionKind;
  /** One line, ours. */
  readonly title: string;
  readonly tool?: ToolName;
  /** The exact value that is bound: arguments, question text, facts. */
  readonly subject: Json;
  /** Of `subject`. A decision must carry it. */
  readonly digest: Digest;
  readonly reason: string;
  /** Who asks, and on whose behalf where the task was delegated: none of them may decide. `accountable`: who answers for it. */
  readonly requester: {
    readonly agent?: AgentName;
    readonly task?: TaskId;
    readonly chain?: readonly AgentName[];
    readonly accountable?: PersonId;
  };
  /** Of a call: what a crash would mean for it. */
  readonly effect?: EffectClass;
  /** What the agent says about it. Untrusted, bounded, shown apart. */
  readonly rationale?: string;
}

/** A question before the host has computed its digest. */
export type QuestionDraft = Omit<Question, "digest">;

/** Who is asked next, and when. */
export interface Escalation {
  readonly role: string;
  readonly afterMs: Milliseconds;
}

export interface ApprovalSettings {
  /** A question nobody answers is refused after this long. Default 7 days. */
  readonly expiresMs?: Milliseconds;
  /** First in the ladder. Default "owner". */
  readonly role?: string;
  /** Whoever is on the ladder may decide from their rung on; those before them still may. */
  readonly escalations?: readonly Escalation[];
  /** How many different people must approve. One who refuses is enough. Default 1. */
  readonly quorum?: number;
  /**
   * Who is of which role. With it, nobody decides whose role is not asked. Without it, anybody may who is no agent.
   * `owner` is the run's owner unless it stands here.
   */
  readonly roles?: { readonly [role: string]: readonly PersonId[] };
  /** Whoever is accountable for a task does not decide what it asks for, nor the run's owner what the run does. */
  readonly separateDuties?: boolean;
  /** Decisions of one person within an hour from which on an alarm is recorded. Default 30. */
  readonly alarmPerHour?: number;
}

/** An open question as the inbox shows it. */
export interface ApprovalRequest extends Question {
  readonly id: RequestId;
  readonly actor: ActorId;
  readonly role: string;
  readonly askedAt: Timestamp;
  readonly expiresAt: Timestamp;
  /** How many people must approve, where it takes more than one, and who has. */
  readonly quorum?: number;
  readonly approvals?: readonly PersonId[];
}

/** A person's word, bound to what they were shown. */
export interface Decision {
  readonly requestId: RequestId;
  readonly digest: Digest;
  readonly decision: DecisionKind;
  readonly by: PersonId;
  /** The edited arguments, or the answer. */
  readonly value?: Json;
  readonly reason?: string;
}

/** How a question ended. It starts as `expired`: silence refuses. */
export type ApprovalOutcome =
  | {
      readonly kind: "approved";
      /** The last of them. */
      readonly by: PersonId;
      readonly digest: Digest;
      /** All of them, where it took more than one. */
      readonly approvers?: readonly PersonId[];
    }
  | { readonly kind: "edited"; readonly by: PersonId; readonly value: Json }
  | { readonly kind: "answered"; readonly by: PersonId; readonly value: Json }
  | { readonly kind: "rejected"; readonly by: PersonId; readonly reason: string }
  | { readonly kind: "expired" };

/** What `decide` tells the person. A refused decision changes nothing and is on record. */
export type DecisionReceipt =
  | {
      readonly accepted: true;
      /** Other people who must approve too, before anything happens. Absent: none. */
      readonly missing?: number;
    }
  | {
      readonly accepted: false;
      readonly code:
        | "approval.closed"
        | "approval.counted"
        | "approval.expired"
        | "approval.forged"
        | "approval.requester"
        | "approval.role"
        | "approval.unknown"
        | "value.invalid";
      readonly reason: string;
    };

/** A decision a person made, as it counts for how tired they may be. */
export interface Decided {
  readonly by: PersonId;
  readonly at: Timestamp;
  readonly decision: DecisionKind;
  /** How long the question had been open. Nobody has looked at it for longer. */
  readonly openMs: Milliseconds;
}
