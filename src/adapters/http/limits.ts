/** Limits: how much of a server one caller, or all of them, can take up (A-HTTP-10). */
import type { Milliseconds } from "../../contracts/units.ts";

export interface AttemptLimits {
  /** Wrong tokens in a row. */
  readonly wrongTokens: number;
  /** How long until one more is forgiven. */
  readonly forgiveMs: Milliseconds;
}

export interface Limits extends AttemptLimits {
  readonly maxBodyBytes: number;
  readonly maxHeaderBytes: number;
  readonly maxConnections: number;
  /** Until all headers, and until the whole request, must have come. */
  readonly headersMs: Milliseconds;
  readonly requestMs: Milliseconds;
  /** A connection on which nothing moves. */
  readonly idleMs: Milliseconds;
  readonly maxReaders: number;
  /** Opened, and not yet named. */
  readonly maxStrangers: number;
  readonly helloMs: Milliseconds;
  /** Runs that one reader watches. */
  readonly maxWatches: number;
  /** From one reader, within a second. */
  readonly maxCommands: number;
  readonly maxFrameBytes: number;
  /** Bytes on their way to a reader, beyond which what is new is kept back. */
  readonly maxPendingBytes: number;
  /** Rows kept back for a run; of more than that, the last. */
  readonly maxPendingRows: number;
  /** A reader that has not taken what is on its way within this time is dropped. */
  readonly drainMs: Milliseconds;
  readonly heartbeatMs: Milliseconds;
}

export const LIMITS: Limits = {
  wrongTokens: 10,
  forgiveMs: 1_000,
  maxBodyBytes: 1_048_576,
  maxHeaderBytes: 16_384,
  maxConnections: 256,
  headersMs: 10_000,
  requestMs: 20_000,
  idleMs: 60_000,
  maxReaders: 32,
  maxStrangers: 16,
  helloMs: 5_000,
  maxWatches: 8,
  maxCommands: 50,
  maxFrameBytes: 16_384,
  maxPendingBytes: 1_048_576,
  maxPendingRows: 400,
  drainMs: 15_000,
  heartbeatMs: 15_000,
};
