/** Feed driver: a feed with time moved by hand, and an application that is connected to it. */
import { Feed } from "../../actors/feed/feed.ts";
import { feedInspection } from "../../actors/feed/feed-inspection.ts";
import type { FeedConnection, FeedLimits } from "../../src/contracts/feed.ts";
import type { InspectionPort } from "../../src/contracts/inspection.ts";
import { type HandTime, handTime } from "../../src/testing/hand-time.ts";

export interface FeedDriver {
  readonly feed: Feed;
  readonly port: InspectionPort;
  readonly time: HandTime;
  /** @throws Error when there are as many connections as there may be. */
  connect(): FeedConnection;
}

export function feedDriver(limits: Partial<FeedLimits> = {}): FeedDriver {
  const time = handTime(1_900_000_000_000);
  let ids = 0;
  const feed = new Feed({ clock: time, newId: () => `app_${++ids}`, limits });
  return {
    feed,
    time,
    port: feedInspection(feed),
    connect: () => {
      const connection = feed.connect();
      if (connection === undefined) throw new Error("no more connections");
      return connection;
    },
  };
}

export const frame = {
  actor: (sessionId: string, more: object = {}): string =>
    JSON.stringify({
      type: "@xstate.actor",
      sessionId,
      rootId: "x:0",
      name: sessionId,
      snapshot: { status: "active" },
      ...more,
    }),
  event: (sessionId: string, type: string, more: object = {}): string =>
    JSON.stringify({ type: "@xstate.event", sessionId, rootId: "x:0", event: { type }, ...more }),
  snapshot: (sessionId: string, type: string, snapshot: object, more: object = {}): string =>
    JSON.stringify({ type: "@xstate.snapshot", sessionId, rootId: "x:0", event: { type }, snapshot, ...more }),
};
