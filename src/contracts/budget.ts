import type { PersonId } from "./ids.ts";
import type { MicroUsd, Milliseconds, Timestamp, Tokens } from "./units.ts";

/** Caps as an application writes them. An absent cap does not bind. */
export interface Caps {
  readonly maxCostUsd?: number;
  readonly maxTokens?: Tokens;
  /** Acts of agents: tool calls, refused ones too, reads and writes. */
  readonly maxSteps?: number;
  readonly maxToolCalls?: number;
}

/** Caps of a run: those of {@link Caps}, and time. */
export interface RunCaps extends Caps {
  /** From start to end, waiting for people included. */
  readonly maxWallMs?: Milliseconds;
  /** From start to end, without the time in which the run waits for a person or is paused. */
  readonly maxActiveMs?: Milliseconds;
}

/** Caps of one part of a run: an agent, or a task. They bind beside those of the run, never instead of them. */
export interface PartLimits {
  readonly costMicroUsd?: MicroUsd;
  readonly tokens?: Tokens;
  readonly steps?: number;
  readonly toolCalls?: number;
}

/** Caps of one run, cumulative over resumes. */
export interface Limits extends PartLimits {
  readonly wallMs?: Milliseconds;
  readonly activeMs?: Milliseconds;
}

/** What one act holds before it happens, and settles to afterwards. */
export interface Amount {
  readonly costMicroUsd: MicroUsd;
  readonly tokens: Tokens;
  readonly steps: number;
  readonly toolCalls: number;
}

/** An open hold, and the parts of the run it is held in beside the run itself. */
export interface Hold extends Amount {
  readonly parts?: readonly PartNumber[];
}

/** Place of a part in its ledger. */
export type PartNumber = number;

/** The balance of one part: `agent:writer`, `task:draft`. */
export interface Part {
  readonly name: string;
  readonly limits: PartLimits;
  readonly spent: Amount;
  readonly reserved: Amount;
}

/** The balance of a run. `spent + reserved <= limit` after each hold, for every cap that binds. */
export interface Ledger {
  readonly limits: Limits;
  readonly startedAt: Timestamp;
  readonly spent: Amount;
  readonly reserved: Amount;
  /** Open holds by the actor that asked. */
  readonly holds: { readonly [holder: string]: Hold };
  /** Parts with caps of their own. A list: a plan may have thousands, and a hold changes two. */
  readonly parts: readonly Part[];
  /** Time for which the run waited for people, and since when it does now. */
  readonly idleMs: Milliseconds;
  readonly idleSince: Timestamp | null;
}

export type Pot = keyof Limits;
/** Pots that are counted, not measured. */
export type CountedPot = keyof PartLimits;

export type TimedPot = Exclude<Pot, CountedPot>;

export interface Refused {
  readonly kind: "refused";
  readonly pot: Pot;
  readonly reason: string;
  /** By how much the cap is too low. */
  readonly short: number;
  /** Whose cap. Absent: the run's. */
  readonly part?: PartNumber;
}

export type HoldDecision = { readonly kind: "granted"; readonly ledger: Ledger } | Refused;

/** What to do when a hold was refused. See `economise`. */
export type Economy = "substitute" | "degrade" | "trim" | "ask" | "finish";

/** How a run keeps its budget, beside its caps. */
export interface BudgetSettings {
  /** Shares of a cap at which a warning is recorded, once each. Default 0.5 and 0.8. */
  readonly warnAt?: readonly number[];
  /** What is tried when a cap is reached, in this order; `finish` is always the last. Default: all, cheapest first. */
  readonly onExceeded?: readonly Economy[];
}

/** Caps that a person has agreed to raise, and by how much. */
export type CapGrant = { readonly [pot in Pot]?: number };

/** What was done about a cap that was reached. */
export interface EconomyChoice {
  readonly economy: Economy;
  readonly pot: Pot;
  /** Whose cap. Absent: the run's. */
  readonly part?: string;
  readonly reason: string;
  /** What else could have been done. */
  readonly alternatives: readonly Economy[];
  readonly at: Timestamp;
}

/** A grant, and the person who gave it. */
export interface GrantRecord {
  readonly by: PersonId;
  readonly grant: CapGrant;
  readonly part?: string;
  readonly at: Timestamp;
}

/** Recorded when a share of a cap has been spent. */
export interface BudgetWarning {
  readonly pot: Pot;
  /** `agent:writer`, `task:draft`. Absent: the run. */
  readonly part?: string;
  /** The share that was passed, 0 to 1. */
  readonly share: number;
  readonly spent: number;
  readonly cap: number;
  readonly at: Timestamp;
}
