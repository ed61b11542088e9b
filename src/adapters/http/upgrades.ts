/**
 * Upgrades: which WebSockets there are. Any other path, and any other protocol, is refused. A page says who it is with its
 * first frame; an application that feeds, with the address it was given.
 */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { FeedPort } from "../../contracts/feed.ts";
import { callerOf, type Guard } from "./guard.ts";
import { heartbeat } from "./heartbeat.ts";
import type { Limits } from "./limits.ts";
import { feedPath, isFeedPath, refuseUpgrade } from "./listener.ts";
import { answerOf, Refusal } from "./refusal.ts";
import type { Stream } from "./stream.ts";

export interface UpgradePorts {
  readonly stream: Stream;
  readonly feed: FeedPort | undefined;
  readonly guard: Guard;
  readonly limits: Limits;
  readonly failed: (error: unknown) => void;
}

export const STREAM_PATH = "/v1/stream";

export class Upgrades {
  readonly #ports: UpgradePorts;
  readonly #pages: WebSocketServer;
  readonly #others: WebSocketServer;
  readonly #fed = new Set<WebSocket>();

  constructor(ports: UpgradePorts) {
    this.#ports = ports;
    this.#pages = serverOf(ports.limits.maxFrameBytes);
    this.#others = serverOf(ports.limits.maxBodyBytes);
  }

  readonly open = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    try {
      this.#admit(request, socket, head);
    } catch (error) {
      refuseUpgrade(socket, answerOf(error));
    }
  };

  #admit(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { stream, feed, guard } = this.#ports;
    const path = request.url ?? "";
    const isFeed = isFeedPath(path);
    if (isFeed) guard.feeder(path.slice(feedPath("").length), callerOf(request));
    if (request.headers.upgrade?.toLowerCase() !== "websocket") throw OTHER;
    if (path === STREAM_PATH)
      return this.#pages.handleUpgrade(request, socket, head, (page) => stream.open(page, callerOf(request)));
    if (!isFeed || feed === undefined) throw UNKNOWN;
    this.#others.handleUpgrade(request, socket, head, (fed) => this.#hear(fed, feed));
  }

  #hear(fed: WebSocket, feed: FeedPort): void {
    const connection = feed.connect();
    if (connection === undefined) return fed.close(1013, "too many applications feed already");
    this.#fed.add(fed);
    const beating = heartbeat(fed, this.#ports.limits.heartbeatMs);
    fed.on("error", () => fed.terminate());
    fed.on("message", (bytes, isBinary) => {
      if (isBinary || !this.#takesIn(() => connection.receive(String(bytes))))
        fed.close(1008, "that is no message of @statelyai/inspect");
    });
    fed.once("close", () => {
      clearInterval(beating);
      this.#fed.delete(fed);
      connection.closed();
    });
  }

  /** Nothing that is fed ends the process it is fed to. */
  #takesIn(receive: () => boolean): boolean {
    try {
      return receive();
    } catch (error) {
      this.#ports.failed(error);
      return false;
    }
  }

  close(): void {
    this.#ports.stream.close();
    for (const fed of this.#fed) fed.close(1001);
  }
}

const serverOf = (maxPayload: number): WebSocketServer =>
  new WebSocketServer({ noServer: true, maxPayload, clientTracking: false });

const UNKNOWN = new Refusal(404, "route.unknown", "there is no stream here by that name");
const OTHER = new Refusal(400, "upgrade.unknown", "only a WebSocket is spoken here");
