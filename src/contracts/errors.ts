import type { CallUsage } from "./prices.ts";

/**
 * Every way the runtime can fail, by code. A code is public API: never renamed, never reused.
 * `retry` says whether the same request may succeed later.
 */
export const errorCodes = {
  "agent.diverged": { retry: false },
  "agent.failed": { retry: true },
  "agent.flooded": { retry: false },
  "agent.quarantined": { retry: false },
  "agent.stopped": { retry: false },
  "agent.timeout": { retry: true },
  "agent.unsupported": { retry: false },
  "approval.closed": { retry: false },
  "approval.counted": { retry: false },
  "approval.expired": { retry: false },
  "approval.forged": { retry: false },
  "approval.rejected": { retry: false },
  "approval.requester": { retry: false },
  "approval.role": { retry: false },
  "approval.unknown": { retry: false },
  "board.conflict": { retry: true },
  "board.denied": { retry: false },
  "budget.exceeded": { retry: false },
  "budget.unknown-price": { retry: false },
  "config.invalid": { retry: false },
  "delegation.denied": { retry: false },
  "delegation.limit": { retry: false },
  "delegation.widens": { retry: false },
  "effect.unknown": { retry: false },
  "journal.corrupt": { retry: false },
  "loop.detected": { retry: false },
  "machine.failed": { retry: false },
  "machine.version": { retry: false },
  "model.busy": { retry: true },
  "model.malformed": { retry: true },
  "model.refused": { retry: false },
  "model.rejected": { retry: false },
  "model.swapped": { retry: false },
  "model.truncated": { retry: true },
  "model.unavailable": { retry: true },
  "output.invalid": { retry: true },
  "plan.invalid": { retry: true },
  "planner.failed": { retry: true },
  "policy.denied": { retry: false },
  "policy.failed": { retry: false },
  "policy.invalid": { retry: false },
  "run.cancelled": { retry: false },
  "run.closed": { retry: false },
  "run.diverged": { retry: false },
  "run.fenced": { retry: true },
  "run.owned": { retry: true },
  "run.unknown": { retry: false },
  "schema.invalid": { retry: false },
  "store.busy": { retry: true },
  "store.failed": { retry: true },
  "store.readonly": { retry: false },
  "store.version": { retry: false },
  "tool.failed": { retry: true },
  "tool.rejected": { retry: false },
  "tool.timeout": { retry: true },
  "tool.unavailable": { retry: true },
  "tool.unknown": { retry: false },
  "value.invalid": { retry: false },
  "value.too-deep": { retry: false },
  "value.too-large": { retry: false },
} as const;

export type ErrorCode = keyof typeof errorCodes;

/** The JSON form of an error: what snapshots, the journal and the wire carry. */
export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  /** How long the one who was asked wants to be left alone before it is asked again. */
  readonly retryAfterMs?: number;
  /** Of a call that failed: what it says it has cost all the same. Absent: nobody knows, so its hold. */
  readonly cost?: { readonly costMicroUsd?: number | null; readonly tokens?: number | null };
}

/** What is said of an error beside its message. */
export interface ErrorDetails extends Pick<Failure, "retryAfterMs" | "cost"> {
  readonly cause?: unknown;
  /** Of a call of a model that failed: what its provider says it used. Null: it was turned away, and used nothing. */
  readonly usage?: CallUsage | null;
}

/** Thrown across a door or a port. Refusals inside a run are values; this is for what nobody decided. */
export class RuntimeError extends Error {
  override readonly name = "RuntimeError";
  readonly code: ErrorCode;
  readonly retryAfterMs?: number;
  readonly cost?: NonNullable<Failure["cost"]>;
  readonly usage?: CallUsage | null;

  constructor(code: ErrorCode, message: string, { cause, ...details }: ErrorDetails = {}) {
    super(message, cause === undefined ? {} : { cause });
    this.code = code;
    Object.assign(this, details);
  }

  get retryable(): boolean {
    return errorCodes[this.code].retry;
  }
}

/** Reduces anything thrown to a {@link Failure}; `code` names the place when the error does not. */
export function toFailure(error: unknown, code: ErrorCode): Failure {
  if (error instanceof RuntimeError) return failureOf(error);
  return { code, message: messageOf(error) };
}

const failureOf = ({ code, message, retryAfterMs, cost }: RuntimeError): Failure => ({
  code,
  message,
  ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  ...(cost === undefined ? {} : { cost }),
});

const MAX_MESSAGE = 2_000;

/** The text of anything that can be thrown, `undefined` and hostile getters included; bounded. */
export function messageOf(error: unknown): string {
  try {
    const text = error instanceof Error ? error.message : String(error);
    return (text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE)}…` : text).toWellFormed();
  } catch {
    return "an error that cannot be read";
  }
}
