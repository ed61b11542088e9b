/**
 * Feed: what an application that is not ours tells of its actors, in the messages of `@statelyai/inspect` (0.7). It is
 * looked at and nothing else: nothing of it enters a run, and nothing is sent back.
 */
import type { Json } from "./json.ts";
import type { Timestamp } from "./units.ts";

export interface FeedPort {
  /** An application has connected. Undefined: there are as many as there may be. */
  connect(): FeedConnection | undefined;
}

export interface FeedConnection {
  /** One frame. False: it speaks something else; close the connection. */
  receive(text: string): boolean;
  /** The connection has ended. What was told stays to be looked at. */
  closed(): void;
}

/** How much of it is kept. Beyond that the oldest goes. */
export interface FeedLimits {
  /** Of one frame, UTF-16 units. Default 1,048,576. */
  readonly frame: number;
  /** Default 16. */
  readonly connections: number;
  /** Root actors, of all connections. Default 16. */
  readonly runs: number;
  /** Of one run; those beyond are not shown. Default 1,000. */
  readonly actors: number;
  /** Of one run. Default 5,000. */
  readonly entries: number;
  /** Of one run, UTF-16 units: its entries, its charts, what its actors remember. Default 4,194,304. */
  readonly retained: number;
  /** Frames that one connection may send in a second; what is more is counted and left out. Default 2,000. */
  readonly rate: number;
}

export const DEFAULT_FEED_LIMITS: FeedLimits = {
  frame: 1_048_576,
  connections: 16,
  runs: 16,
  actors: 1_000,
  entries: 5_000,
  retained: 4_194_304,
  rate: 2_000,
};

/** A frame, read. `root` and `parent` are session ids: names of the application's own, good for one connection. */
export type FeedMessage =
  | (FeedAddress & {
      readonly kind: "actor";
      readonly parent?: string;
      readonly name: string;
      /** The configuration of its chart. Absent: it is no statechart. */
      readonly definition?: Json;
      readonly snapshot: FeedSnapshot;
    })
  | (FeedAddress & { readonly kind: "event"; readonly source?: string; readonly event: FeedEvent })
  | (FeedAddress & { readonly kind: "snapshot"; readonly event: FeedEvent; readonly snapshot: FeedSnapshot });

export interface FeedAddress {
  readonly session: string;
  readonly root: string;
  /** When it happened, as its sender says. */
  readonly at?: Timestamp;
}

export interface FeedEvent {
  /** One line, nothing in it hidden. */
  readonly type: string;
  /** The whole event as JSON text, bounded. */
  readonly text: string;
}

export interface FeedSnapshot {
  readonly status: "active" | "done" | "error" | "stopped";
  /** Paths of the active states, those they stand in first; empty for an actor that is no statechart. */
  readonly active: readonly string[];
  /** JSON texts, bounded. */
  readonly context: string;
  readonly output?: string;
  readonly error?: string;
}
