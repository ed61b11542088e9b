/** The names things go by. All are strings; the brand keeps one from being used for another. */

declare const brand: unique symbol;
type Id<Kind extends string> = string & { readonly [brand]?: Kind };

/** One execution of an objective. Made at the door from a random id; never from user data. */
export type RunId = Id<"run">;
/** An actor inside a run, by path: `orchestrator`, `draft#1` (task, attempt), `draft#1/3` (its third act). */
export type ActorId = Id<"actor">;
/** A task of the plan: letters, digits, `.`, `_`, `-`. A part of it that was delegated: `draft/0`, `draft/0/1`. */
export type TaskId = Id<"task">;
export type AgentName = Id<"agent">;
export type ToolName = Id<"tool">;
/** Names one effect for ever: `draft#1/3/execute/0`. With the run id before it, the idempotency key a tool receives. */
export type EffectKey = Id<"effect">;
/** A question to a person: `<run>:<approval actor>`. */
export type RequestId = Id<"request">;
/** A signal left in a store for the owner of a run. */
export type SignalId = Id<"signal">;
/** A person, or a system acting for one, as the embedding application has authenticated it. */
export type PersonId = Id<"person">;
/** SHA-256 of a canonical JSON text, lower-case hex. */
export type Digest = Id<"digest">;

/** The agent actor at the head of an actor's path: `draft/0#1` of `draft/0#1/3/approve/0`. Undefined for the root's own. */
export function agentActorIn(actor: ActorId): ActorId | undefined {
  return /^.*#\d+(?=\/|$)/.exec(actor)?.[0];
}

/** The root actor of every run. */
export const ORCHESTRATOR: ActorId = "orchestrator";

/** What a user may name an agent, tool or task: no separators of ours, no look-alikes, no control characters. */
export const NAME_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

export const requestIdOf = (run: RunId, approval: ActorId): RequestId => `${run}:${approval}`;

/** Splits a request id into the run and the approval actor in it; undefined when it is neither. */
export function parseRequestId(id: RequestId): { readonly run: RunId; readonly approval: ActorId } | undefined {
  const at = id.indexOf(":");
  return at > 0 && at < id.length - 1 ? { run: id.slice(0, at), approval: id.slice(at + 1) } : undefined;
}
