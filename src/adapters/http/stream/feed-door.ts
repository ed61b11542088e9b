/** Feed door: takes in what another application tells, and tells it nothing. */
import type { WebSocket } from "ws";
import type { FeedConnection, FeedPort } from "../../../contracts/feed.ts";
import type { Milliseconds } from "../../../contracts/units.ts";
import { heartbeat } from "./heartbeat.ts";
import { CLOSE } from "./reader.ts";

export interface FeedDoorPorts {
  readonly feed: FeedPort;
  readonly heartbeatMs: Milliseconds;
  readonly failed: (error: unknown) => void;
}

export function takeIn(fed: WebSocket, { feed, heartbeatMs, failed }: FeedDoorPorts): void {
  fed.on("error", () => fed.terminate());
  const connection = feed.connect();
  if (connection === undefined) return fed.close(CLOSE.full, "too many applications feed already");
  heartbeat(fed, heartbeatMs);
  fed.on("message", (bytes, isBinary) => {
    if (isBinary || !isTaken(connection, String(bytes), failed))
      fed.close(CLOSE.unread, "that is no message of @statelyai/inspect");
  });
  fed.once("close", () => connection.closed());
}

/** Nothing that is fed ends the process it is fed to. */
function isTaken(connection: FeedConnection, text: string, failed: FeedDoorPorts["failed"]): boolean {
  try {
    return connection.receive(text);
  } catch (error) {
    failed(error);
    return false;
  }
}
