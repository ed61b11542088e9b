/**
 * Reader: one page that watches, and how it is told.
 *
 * S1  Telling never waits: what a reader does not take is kept back, bounded, and then replaced by a gap.
 * S2  A reader that takes nothing for too long, or does not answer its heartbeat, is dropped.
 * S3  It is told nothing about a run that it may not see, and not whether there is one.
 */
import type { WebSocket } from "ws";
import { parseRequestId, type RunId } from "../../../contracts/ids.ts";
import type { InspectionPort, StreamCommand, StreamData } from "../../../contracts/inspection.ts";
import type { Viewer } from "../door/credentials.ts";
import type { Limits } from "../limits.ts";
import { Backlog } from "./backlog.ts";
import type { LineOf } from "./envelope.ts";

export interface ReaderPorts {
  readonly inspection: InspectionPort;
  readonly limits: Limits;
  /** Of this server; begins the ids of its events. */
  readonly name: string;
  readonly lineOf: LineOf;
  readonly failed: (error: unknown) => void;
}

/** Whatever is not about one run. */
const ALL = "";

export const CLOSE = {
  goingAway: 1001,
  unread: 1008,
  full: 1013,
  invalid: 4400,
  token: 4401,
  late: 4408,
  version: 4409,
  slow: 4429,
} as const;

export class Reader {
  readonly #socket: WebSocket;
  readonly #viewer: Viewer;
  readonly #ports: ReaderPorts;
  readonly #backlogs = new Map<RunId, Backlog>();
  readonly #watches = new Map<RunId, () => void>();
  #told = 0;
  /** Since when something has been kept back. */
  #stuck: NodeJS.Timeout | undefined;

  constructor(socket: WebSocket, viewer: Viewer, ports: ReaderPorts) {
    this.#socket = socket;
    this.#viewer = viewer;
    this.#ports = ports;
    this.#begin(ALL, () => ports.inspection.watchAll((data) => this.#tell(ALL, data)));
  }

  hear(command: Exclude<StreamCommand, { readonly kind: "hello" }>): void {
    const { run } = command;
    this.#end(run);
    if (command.kind === "unwatch" || !this.#viewer.may(run)) return;
    if (this.#watches.size > this.#ports.limits.maxWatches)
      return this.close(CLOSE.full, `at most ${this.#ports.limits.maxWatches} runs are watched at once`);
    const { inspection } = this.#ports;
    this.#begin(run, () => inspection.watch(run, command.after, (data) => this.#tell(run, data)));
  }

  #begin(run: RunId, watch: () => () => void): void {
    try {
      this.#watches.set(run, watch());
    } catch (error) {
      this.#ports.failed(error);
    }
  }

  #end(run: RunId): void {
    this.#watches.get(run)?.();
    this.#watches.delete(run);
    this.#backlogs.delete(run);
  }

  /** Ends all it watches; the socket is closed already. */
  stop(): void {
    clearTimeout(this.#stuck);
    for (const run of [...this.#watches.keys()]) this.#end(run);
  }

  close(code: number, reason: string): void {
    this.stop();
    this.#socket.close(code, reason);
  }

  #visible(data: StreamData): StreamData {
    const { may } = this.#viewer;
    if (data.kind === "runs") return { ...data, rows: data.rows.filter(({ run }) => may(run)) };
    if (data.kind !== "inbox") return data;
    return { ...data, questions: data.questions.filter(({ id }) => may(parseRequestId(id)?.run ?? "")) };
  }

  #tell(run: RunId, data: StreamData): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    const backlog = this.#backlogs.get(run) ?? new Backlog(this.#ports.limits.maxPendingRows);
    this.#backlogs.set(run, backlog);
    // Whoever tells has a run to carry on: nothing of a reader's reaches it.
    try {
      backlog.add(this.#visible(data));
      this.#flush();
    } catch (error) {
      this.#ports.failed(error);
    }
  }

  #flush(): void {
    for (const [run, backlog] of this.#backlogs) {
      if (backlog.isEmpty) continue;
      if (this.#isFull) return this.#wait();
      for (const data of backlog.take()) this.#send(run, data);
    }
  }

  get #isFull(): boolean {
    return this.#socket.bufferedAmount >= this.#ports.limits.maxPendingBytes;
  }

  #send(run: RunId, data: StreamData): void {
    const { name, lineOf } = this.#ports;
    const told = { id: `${name}-${++this.#told}`, run: run === ALL ? undefined : run, data, now: new Date() };
    this.#socket.send(lineOf(told), () => this.#drained());
  }

  /** Called when bytes have left: the rest may have room now. */
  #drained(): void {
    if (this.#isFull) return;
    clearTimeout(this.#stuck);
    this.#stuck = undefined;
    this.#flush();
  }

  #wait(): void {
    this.#stuck ??= setTimeout(() => this.#drop(), this.#ports.limits.drainMs).unref();
  }

  #drop(): void {
    this.close(CLOSE.slow, "too slow: what was kept back was not taken");
    // It will not hear of it either.
    this.#socket.terminate();
  }
}
