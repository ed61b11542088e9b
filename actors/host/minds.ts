/** Minds: the functions at work in a run, and what is on record of them. */
import type { WorkInput } from "../../machines/agent-events.ts";
import type { Act } from "../../src/contracts/acts.ts";
import { messageOf, RuntimeError } from "../../src/contracts/errors.ts";
import type { ActorId, EffectKey, RunId } from "../../src/contracts/ids.ts";
import type { Json } from "../../src/contracts/json.ts";
import type { StorePort } from "../../src/contracts/ports.ts";
import type { Seq } from "../../src/contracts/units.ts";
import type { AnyAgent } from "../define-agent.ts";
import { type Answered, FunctionMind, type History, type MindDoors } from "../function-agent.ts";
import { readEntry, resultOf } from "../kernel/entry.ts";
import { pagesOf } from "../kernel/pages.ts";
import type { PendingEffect } from "../kernel/registry.ts";

const EMPTY: History = { acts: [], answers: [] };

/** What the minds of a run need of it. */
export interface MindPorts {
  readonly run: RunId;
  /** Acts on record of an attempt. */
  readonly actsOf: (actor: ActorId) => number;
  readonly propose: (actor: ActorId, n: number, act: Act) => void;
}

/** What an agent's function throws by itself is its own failure, not a tool's. */
const work = (output: Promise<Json>): Promise<Json> =>
  output.catch((error: unknown) => {
    throw error instanceof RuntimeError ? error : new RuntimeError("agent.failed", messageOf(error), { cause: error });
  });

export class Minds {
  readonly #ports: MindPorts;
  readonly #agents: ReadonlyMap<string, AnyAgent>;
  readonly #doors: MindDoors;
  readonly #store: StorePort;
  /** By attempt, each with the effect it works under. */
  readonly #minds = new Map<ActorId, { readonly key: EffectKey; readonly mind: FunctionMind }>();

  constructor(ports: MindPorts, agents: ReadonlyMap<string, AnyAgent>, doors: MindDoors, store: StorePort) {
    this.#ports = ports;
    this.#agents = agents;
    this.#doors = doors;
    this.#store = store;
  }

  /** Prepares the mind of an attempt; {@link perform} runs it. */
  work(effect: PendingEffect): void {
    const { attempt, assignment } = effect.input as unknown as WorkInput;
    const agent = this.#agents.get(attempt.agent);
    if (agent?.run === undefined) return;
    const mind = new FunctionMind(agent, assignment, this.#doors, attempt.startedAt, (n, act) =>
      this.#ports.propose(effect.actor, n, act),
    );
    this.#minds.set(effect.actor, { key: effect.key, mind });
  }

  /** The performer of `work`. */
  perform(effect: PendingEffect, signal: AbortSignal): Promise<Json> {
    const { attempt } = effect.input as unknown as WorkInput;
    const mind = this.#minds.get(effect.actor)?.mind;
    if (mind === undefined) {
      return Promise.reject(
        new RuntimeError(
          "agent.unsupported",
          `there is no agent "${attempt.agent}" in this process; define it before resuming the run`,
        ),
      );
    }
    const acts = this.#ports.actsOf(effect.actor);
    if (acts === 0) return work(mind.run(EMPTY, signal));
    return this.#history(effect.actor, attempt.since, acts).then((history) => work(mind.run(history, signal)));
  }

  settle(actor: ActorId, answer: Answered): void {
    this.#minds.get(actor)?.mind.settle(answer);
  }

  isWaiting(actor: ActorId): boolean {
    return this.#minds.get(actor)?.mind.isWaiting ?? false;
  }

  /** The function under this effect has ended. One that has taken its place meanwhile, after a pause, is another. */
  forget({ actor, key }: PendingEffect): void {
    if (this.#minds.get(actor)?.key === key) this.#minds.delete(actor);
  }

  drop(): void {
    this.#minds.clear();
  }

  /** What the journal has of an attempt: its acts and their answers, in order. */
  async #history(actor: ActorId, since: Seq, count: number): Promise<History> {
    const acts: Act[] = [];
    const answers: Answered[] = [];
    const { run } = this.#ports;
    for await (const page of pagesOf(this.#store, run, since - 1)) {
      for (const stored of page) {
        if (!stored.body.includes(actor)) continue;
        const entry = await readEntry(run, stored, this.#store);
        if (entry.kind === "request" && entry.to === actor && acts.length < count)
          acts.push(entry.event["act"] as unknown as Act);
        for (const reply of entry.replies) {
          if (reply.to === actor) answers.push({ n: reply.n, result: resultOf(reply, entry.event), at: entry.at });
        }
      }
    }
    return { acts, answers };
  }
}
