/**
 * Prompts: what agents of this process ask models, by digest. A journal has of a question what is new in it and the digest
 * of the whole; the whole is here for as long as its agent waits for the answer. After a crash the agent is run again, and
 * says it again; who performs the call waits for that.
 *
 * M1  A prompt is found under the digest of its own text and under no other: what is sent is what was judged.
 */
import { RuntimeError } from "../src/contracts/errors.ts";
import type { Digest } from "../src/contracts/ids.ts";
import type { ModelRequest } from "../src/contracts/models.ts";
import type { HashPort } from "../src/contracts/ports.ts";

interface Kept {
  readonly request: ModelRequest;
  /** How many questions that are open ask this. */
  open: number;
}

export class Prompts {
  readonly #sha256: HashPort;
  readonly #kept = new Map<Digest, Kept>();
  readonly #waiting = new Map<Digest, Set<(request: ModelRequest) => void>>();

  constructor(sha256: HashPort) {
    this.#sha256 = sha256;
  }

  /** Keeps a request until it is dropped; `text` is its canonical text. */
  keep(request: ModelRequest, text: string): Digest {
    const digest = this.#sha256(text);
    const kept = this.#kept.get(digest);
    if (kept === undefined) this.#kept.set(digest, { request, open: 1 });
    else kept.open++;
    for (const told of this.#waiting.get(digest) ?? []) told(request);
    this.#waiting.delete(digest);
    return digest;
  }

  drop(digest: Digest): void {
    const kept = this.#kept.get(digest);
    if (kept !== undefined && --kept.open === 0) this.#kept.delete(digest);
  }

  /** The request of that digest, as soon as an agent says it. @throws RuntimeError `agent.stopped` when the call is. */
  async find(digest: Digest, signal: AbortSignal): Promise<ModelRequest> {
    const kept = this.#kept.get(digest);
    if (kept !== undefined) return kept.request;
    const { promise, resolve, reject } = Promise.withResolvers<ModelRequest>();
    const waiting = this.#waiting.get(digest) ?? new Set();
    this.#waiting.set(digest, waiting.add(resolve));
    const stop = (): void => {
      waiting.delete(resolve);
      if (waiting.size === 0) this.#waiting.delete(digest);
      reject(new RuntimeError("agent.stopped", "the call was stopped before its agent said again what it asks"));
    };
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
    return promise.finally(() => signal.removeEventListener("abort", stop));
  }
}
