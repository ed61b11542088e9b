/** Page socket: the stream as a page has it, with what it heard. */
import { once } from "node:events";
import { WebSocket } from "ws";
import type { Served } from "../../src/adapters/http.ts";
import { INSPECTION_VERSION, type StreamCommand, type StreamEvent } from "../../src/contracts/inspection.ts";

export class PageSocket {
  readonly socket: WebSocket;
  readonly lines: string[] = [];
  readonly closed: Promise<number>;
  #heard: (() => void) | undefined;

  constructor({ url, port }: Pick<Served, "url" | "port">, headers: Readonly<Record<string, string>> = {}) {
    const address = url.startsWith("http:") ? url.replace(/^http/, "ws") : `ws://127.0.0.1:${port}`;
    this.socket = new WebSocket(`${address}/v1/stream`, { headers });
    this.socket.on("message", (bytes) => {
      this.lines.push(String(bytes));
      this.#heard?.();
    });
    this.closed = new Promise((resolve) => {
      this.socket.once("close", resolve);
      this.socket.once("unexpected-response", (_, { statusCode = 0 }) => resolve(statusCode));
      this.socket.on("error", () => {});
    });
  }

  get events(): readonly StreamEvent[] {
    return this.lines.map((line) => JSON.parse(line) as StreamEvent);
  }

  async opened(): Promise<this> {
    await once(this.socket, "open");
    return this;
  }

  send(command: StreamCommand | string): this {
    this.socket.send(typeof command === "string" ? command : JSON.stringify(command));
    return this;
  }

  hello(token: string, version = INSPECTION_VERSION): this {
    return this.send({ kind: "hello", token, version });
  }

  /** Resolves once that many events have come. */
  async heard(count: number): Promise<readonly StreamEvent[]> {
    while (this.lines.length < count)
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
    return this.events;
  }
}

/** A page that has said hello, and whose server has heard it. */
export async function openPage(served: Served, token = served.token): Promise<PageSocket> {
  const page = await new PageSocket(served).opened();
  page.hello(token);
  await answered(page);
  return page;
}

/** All that was sent before has arrived: an answer to a ping comes after it. */
export async function answered({ socket }: PageSocket): Promise<void> {
  const pong = once(socket, "pong");
  socket.ping();
  await pong;
}
