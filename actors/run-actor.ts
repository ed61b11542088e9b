/** Run actor: the orchestrator of a run, with the face of an XState actor. It reads; what it sends goes through the journal. */
import { RuntimeError } from "../src/contracts/errors.ts";
import { ORCHESTRATOR, type RunId } from "../src/contracts/ids.ts";
import type { Message } from "../src/contracts/journal.ts";
import type { Host } from "./host/host.ts";
import { tell } from "./host/inspection.ts";
import type { Snapshot } from "./kernel/logic.ts";

interface Observer {
  readonly next?: (snapshot: Snapshot) => void;
  readonly error?: (error: unknown) => void;
  readonly complete?: () => void;
}

/** What an application may send to the orchestrator. Everything else comes from the run's own actors. */
const SENDABLE: ReadonlySet<string> = new Set(["run.pause", "run.resume", "run.cancel", "run.signal"]);

export class RunActor {
  readonly id: RunId;
  readonly sessionId: string;
  readonly #host: Host;
  #snapshot: Snapshot | undefined;

  constructor(id: RunId, host: Host) {
    this.id = id;
    this.sessionId = `${id}:${ORCHESTRATOR}`;
    this.#host = host;
    this.#snapshot = host.live(id)?.view.snapshot;
  }

  /** The last snapshot that is durable. A run that is not in memory must be `load`ed first. */
  getSnapshot(): Snapshot {
    this.#snapshot = this.#host.live(this.id)?.view.snapshot ?? this.#snapshot;
    if (this.#snapshot === undefined)
      throw new RuntimeError("run.unknown", `run ${this.id} is not in memory; await run.actor.load() first`);
    return this.#snapshot;
  }

  /** Reads the snapshot of a run that is not in memory. */
  async load(): Promise<Snapshot> {
    this.#snapshot = this.#host.live(this.id)?.view.snapshot ?? (await this.#host.replay(this.id)).core.root;
    return this.getSnapshot();
  }

  subscribe(observer: Observer | ((snapshot: Snapshot) => void)): { unsubscribe(): void } {
    const { next, error, complete } = typeof observer === "function" ? ({ next: observer } as Observer) : observer;
    // What this observer was told last: another one may have heard of a snapshot before it.
    let before = this.#snapshot;
    const unsubscribe = this.#host.watch(this.id, ({ failure }) => {
      if (failure !== undefined) return void (error !== undefined && tell(error, failure));
      const after = this.getSnapshot();
      if (after === before) return;
      before = after;
      if (next !== undefined) tell(next, after);
      if (after.status !== "active" && complete !== undefined) tell(complete, undefined);
    });
    return { unsubscribe };
  }

  /** @throws RuntimeError `config.invalid` for an event that is not an application's to send. */
  send(event: Message): void {
    if (!SENDABLE.has(event.type)) {
      throw new RuntimeError(
        "config.invalid",
        `"${event.type}" is not an application's to send; use one of: ${[...SENDABLE].join(", ")}`,
      );
    }
    this.#host
      .submit(this.id, { kind: "signal", to: ORCHESTRATOR, event, by: { kind: "application", id: "application" } })
      .catch(() => {});
  }
}
