/**
 * Replays: the same request, come again, is carried out once (A-HTTP-12).
 *
 * R1  A key that comes again with the same request has the first one's answer, also while that is still on its way.
 * R2  With another request it is refused: 422.
 * R3  What failed for no fault of its sender may be tried again.
 */
import { createHash } from "node:crypto";
import { Refusal, type Status } from "./refusal.ts";

export interface Answer {
  readonly status: Status | 200;
  readonly body: string;
}

interface Kept {
  readonly request: string;
  readonly answer: Promise<Answer>;
}

/** So many keys are remembered, the latest. */
const KEPT = 1_000;

const KEY = /^[\w.:-]{8,128}$/;

export class Replays {
  readonly #kept = new Map<string, Kept>();

  /** @throws Refusal 400 without a key, 422 for one that was used for something else. */
  once(key: string | undefined, parts: readonly string[], carryOut: () => Promise<Answer>): Promise<Answer> {
    if (key === undefined || !KEY.test(key)) throw new Refusal(400, "idempotency.missing", WANTED);
    const [holder = "", ...rest] = parts;
    const name = digestOf([holder, key]);
    const request = digestOf(rest);
    const kept = this.#kept.get(name);
    if (kept === undefined) return this.#keep(name, { request, answer: carryOut() });
    if (kept.request === request) return kept.answer;
    throw new Refusal(422, "idempotency.reused", "this Idempotency-Key was used for another request: take a new one");
  }

  #keep(name: string, kept: Kept): Promise<Answer> {
    this.#kept.set(name, kept);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= KEPT) break;
      this.#kept.delete(oldest);
    }
    void kept.answer.then(
      ({ status }) => status >= 500 && this.#kept.delete(name),
      () => this.#kept.delete(name),
    );
    return kept.answer;
  }
}

const WANTED = "give an Idempotency-Key of 8 to 128 letters, digits, . _ : or -, a new one for each new request";

const digestOf = (parts: readonly string[]): string =>
  createHash("sha256").update(JSON.stringify(parts)).digest("base64url");
