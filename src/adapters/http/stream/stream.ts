/**
 * Stream: the WebSockets of pages that watch. A stranger says who they are with their first frame, soon, or is gone;
 * the token stands nowhere else (A-HTTP-04, A-HTTP-06).
 */
import { randomBytes } from "node:crypto";
import type { WebSocket } from "ws";
import { INSPECTION_VERSION, type InspectionPort, type StreamCommand } from "../../../contracts/inspection.ts";
import type { Caller, Guard } from "../door/guard.ts";
import type { Limits } from "../limits.ts";
import { Refusal } from "../refusal.ts";
import { commandIn } from "./command.ts";
import { envelopes } from "./envelope.ts";
import { heartbeat } from "./heartbeat.ts";
import { CLOSE, Reader } from "./reader.ts";

export interface StreamPorts {
  readonly inspection: InspectionPort;
  readonly guard: Guard;
  readonly limits: Limits;
  readonly failed: (error: unknown) => void;
}

export class Stream {
  readonly #ports: StreamPorts;
  readonly #name = randomBytes(6).toString("base64url");
  readonly #lineOf = envelopes();
  readonly #strangers = new Set<WebSocket>();
  readonly #readers = new Map<WebSocket, Reader>();
  #opened = 0;

  constructor(ports: StreamPorts) {
    this.#ports = ports;
  }

  open(socket: WebSocket, caller: Caller): void {
    const { limits } = this.#ports;
    socket.on("error", () => socket.terminate());
    if (this.#strangers.size >= limits.maxStrangers) return socket.close(CLOSE.full, "too many wait at the door");
    this.#strangers.add(socket);
    const late = setTimeout(() => socket.close(CLOSE.late, "say hello first, and soon"), limits.helloMs).unref();
    const left = budgetOf(limits.maxCommands);
    socket.on("message", (bytes, isBinary) => {
      const command = isBinary ? undefined : commandIn(String(bytes));
      if (command === undefined || !left()) return this.#refuse(socket);
      const reader = this.#readers.get(socket);
      if (reader !== undefined) return command.kind === "hello" ? this.#refuse(socket) : reader.hear(command);
      clearTimeout(late);
      this.#greet(socket, command, caller);
    });
    heartbeat(socket, limits.heartbeatMs);
    socket.once("close", () => {
      clearTimeout(late);
      this.#strangers.delete(socket);
      this.#readers.get(socket)?.stop();
      this.#readers.delete(socket);
    });
  }

  #greet(socket: WebSocket, command: StreamCommand, caller: Caller): void {
    const { guard, limits, inspection, failed } = this.#ports;
    if (command.kind !== "hello") return this.#refuse(socket);
    try {
      const viewer = guard.viewer(command.token, caller);
      if (command.version !== INSPECTION_VERSION)
        return socket.close(CLOSE.version, `this server speaks version ${INSPECTION_VERSION}`);
      if (this.#readers.size >= limits.maxReaders) return socket.close(CLOSE.full, "too many pages are open");
      this.#strangers.delete(socket);
      const name = `${this.#name}-${++this.#opened}`;
      this.#readers.set(socket, new Reader(socket, viewer, { inspection, limits, name, lineOf: this.#lineOf, failed }));
    } catch (error) {
      if (!(error instanceof Refusal)) this.#ports.failed(error);
      socket.close(CLOSE.token, "the token is not this server's");
    }
  }

  #refuse(socket: WebSocket): void {
    socket.close(CLOSE.invalid, "that is no command, or one too many");
  }

  close(): void {
    for (const socket of this.#strangers) socket.close(CLOSE.goingAway);
    for (const reader of this.#readers.values()) reader.close(CLOSE.goingAway, "the server stops");
  }
}

/** Whether one more is within what a second allows. */
function budgetOf(perSecond: number): () => boolean {
  let [left, at] = [perSecond, performance.now()];
  return () => {
    const now = performance.now();
    left = Math.min(perSecond, left + ((now - at) / 1_000) * perSecond);
    at = now;
    left -= 1;
    return left >= 0;
  };
}
