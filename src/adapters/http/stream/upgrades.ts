/**
 * Upgrades: which WebSockets there are. Any other path, and any other protocol, is refused. A page says who it is with its
 * first frame; an application that feeds, with the address it was given.
 */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import type { FeedPort } from "../../../contracts/feed.ts";
import type { Milliseconds } from "../../../contracts/units.ts";
import { callerOf, type Guard } from "../door/guard.ts";
import { feedPath, isFeedPath, refuseUpgrade } from "../door/listener.ts";
import type { Limits } from "../limits.ts";
import { answerOf, Refusal } from "../refusal.ts";
import { takeIn } from "./feed-door.ts";
import { CLOSE } from "./reader.ts";
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
    const { stream, feed, guard, limits } = this.#ports;
    const path = request.url ?? "";
    const isFeed = isFeedPath(path);
    if (isFeed) guard.feeder(path.slice(feedPath("").length), callerOf(request));
    if (request.headers.upgrade?.toLowerCase() !== "websocket") throw OTHER;
    if (path === STREAM_PATH)
      return this.#pages.handleUpgrade(request, socket, head, (page) => stream.open(page, callerOf(request)));
    if (!isFeed || feed === undefined) throw UNKNOWN;
    this.#others.handleUpgrade(request, socket, head, (fed) => takeIn(fed, { ...this.#ports, ...limits, feed }));
  }

  /** Says goodbye, and waits for no answer of those who do not read. */
  async close(): Promise<void> {
    this.#ports.stream.close();
    const open = [...this.#pages.clients, ...this.#others.clients];
    const closed = open.map((socket) => new Promise((resolve) => socket.once("close", resolve)));
    for (const socket of open) socket.close(CLOSE.goingAway);
    const patience = setTimeout(() => {
      for (const socket of open) socket.terminate();
    }, GOODBYE_MS);
    await Promise.all(closed);
    clearTimeout(patience);
  }
}

const GOODBYE_MS: Milliseconds = 500;

const serverOf = (maxPayload: number): WebSocketServer => new WebSocketServer({ noServer: true, maxPayload });

const UNKNOWN = new Refusal(404, "route.unknown", "there is no stream here by that name");
const OTHER = new Refusal(400, "upgrade.unknown", "only a WebSocket is spoken here");
