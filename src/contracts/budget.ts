import type { MicroUsd, Milliseconds, Timestamp, Tokens } from "./units.ts";

/** Caps of one run, cumulative over resumes. An absent cap does not bind. */
export interface Limits {
  readonly costMicroUsd?: MicroUsd;
  readonly tokens?: Tokens;
  /** From start to end, waiting included. */
  readonly wallMs?: Milliseconds;
  /** Acts of agents: tool calls, questions, reads and writes. */
  readonly steps?: number;
  readonly toolCalls?: number;
}

/** What one act holds before it happens, and settles to afterwards. */
export interface Amount {
  readonly costMicroUsd: MicroUsd;
  readonly tokens: Tokens;
  readonly steps: number;
  readonly toolCalls: number;
}

/** The balance of a run. Always `spent + reserved <= limit`, for every cap that binds. */
export interface Ledger {
  readonly limits: Limits;
  readonly startedAt: Timestamp;
  readonly spent: Amount;
  readonly reserved: Amount;
  /** Open holds by the actor that asked. */
  readonly holds: { readonly [holder: string]: Amount };
}

export type Pot = keyof Limits;

export type HoldDecision =
  | { readonly kind: "granted"; readonly ledger: Ledger }
  | { readonly kind: "refused"; readonly pot: Pot; readonly reason: string };
