/**
 * Core: the actors of one run, and what one input does to them. Deterministic: no clock, no randomness, no I/O.
 *
 * R1  The same inputs give the same consequences and the same state, live or replayed.
 * R2  One input is worked off to quiescence, first in, first out, before the next.
 * R3  An actor that ends takes its children, timers and effects with it.
 * R4  A throw in a chart fails that actor and is told to its parent; in the root it fails the run.
 */
import type { EffectInput, Perform, ReplyTo, RulingOf, Spawn, Tell, Wait } from "../../src/contracts/commands.ts";
import { type Failure, RuntimeError, toFailure } from "../../src/contracts/errors.ts";
import { type ActorId, type EffectKey, ORCHESTRATOR } from "../../src/contracts/ids.ts";
import type { Input, Message } from "../../src/contracts/journal.ts";
import type { Json, JsonObject } from "../../src/contracts/json.ts";
import type { HashPort } from "../../src/contracts/ports.ts";
import { canonical } from "../../src/decisions/ingest.ts";
import type { Moment, RunState } from "../../src/decisions/run-state.ts";
import type { Action, Logic, Snapshot } from "./logic.ts";
import { actOf, isActSource } from "./mind.ts";
import { type ActorRecord, type MindCalls, type PendingEffect, Registry } from "./registry.ts";
import { doneEvent, errorEvent, heardOf, type Step, StepRecord } from "./step.ts";
import { type Timers, timerKey } from "./timers.ts";

/** The charts of a run by name, and those of agents that are charts themselves (`mind:<agent>`). */
export type Logics = (kind: string) => Logic | undefined;

/** Answers an effect inside the step, or not. */
export type Answering = (effect: PendingEffect) => Message | undefined;

/** Sees every actor, event and snapshot of a step, and the snapshot before; told while the step is worked off. */
export type Witness = (
  actor: ActorRecord,
  event: Message | undefined,
  from: ActorId | undefined,
  before: Snapshot | undefined,
) => void;

interface Letter {
  readonly to: ActorId;
  readonly event: Message;
  readonly from: ActorId | undefined;
}

export class Core {
  readonly registry = new Registry();
  /** Set when the root itself failed. */
  fatal: Failure | undefined;
  witness: Witness | undefined;

  readonly #logics: Logics;
  readonly #sha256: HashPort;
  #mailbox: Letter[] = [];
  #moment: Moment = { at: 0, seq: 0 };
  #answering: Answering = () => undefined;
  #caused = new StepRecord();

  constructor(logics: Logics, sha256: HashPort) {
    this.#logics = logics;
    this.#sha256 = sha256;
  }

  /** Works one input off. The caller has made sure that an outcome is still wanted. */
  step(input: Input, moment: Moment, answering: Answering): Step {
    this.#moment = moment;
    this.#answering = answering;
    this.#caused = new StepRecord(input.event);
    switch (input.kind) {
      case "start":
        this.#spawn(ORCHESTRATOR, "orchestrator", { ...input.event, at: moment.at }, null);
        break;
      case "outcome":
        this.#outcome(input);
        break;
      case "timer":
        this.#fire(input);
        break;
      case "signal":
      case "request":
        this.#post(input.to, input.event, undefined);
        break;
      case "late":
        break;
    }
    this.#drain();
    return this.#caused;
  }

  get actors(): ReadonlyMap<ActorId, ActorRecord> {
    return this.registry.actors;
  }

  get pending(): ReadonlyMap<EffectKey, PendingEffect> {
    return this.registry.pending;
  }

  get timers(): Timers {
    return this.registry.timers;
  }

  get root(): Snapshot | undefined {
    return this.actors.get(ORCHESTRATOR)?.snapshot;
  }

  get state(): RunState {
    return this.root?.context as RunState;
  }

  get isOver(): boolean {
    return this.fatal !== undefined || (this.root !== undefined && this.root.status !== "active");
  }

  #post(to: ActorId, event: Message, from: ActorId | undefined): void {
    this.#mailbox.push({ to, event, from });
  }

  #drain(): void {
    for (let next = 0; next < this.#mailbox.length; next++) {
      if (next > MAX_MESSAGES) return this.#fail(ORCHESTRATOR, endless());
      this.#deliver(this.#mailbox[next] as Letter);
      if (this.fatal !== undefined) break;
    }
    this.#mailbox = [];
  }

  #deliver({ to, event, from }: Letter): void {
    const actor = this.actors.get(to);
    if (actor === undefined || actor.snapshot.status !== "active") {
      this.#caused.rule(to, { rule: "dead-letter", verdict: "dropped", reason: `"${event.type}" came after the end` });
      return;
    }
    const before = actor.snapshot;
    this.#transition(
      actor,
      () => actor.logic.apply(to, before, { ...event, at: this.#moment.at, seq: this.#moment.seq } as Message),
      before,
    );
    this.witness?.(actor, event, from, before);
  }

  #spawn(id: ActorId, kind: string, input: unknown, parent: ActorId | null, mind?: MindCalls): void {
    const logic = this.#logics(kind);
    if (logic === undefined) throw new RuntimeError("config.invalid", `no chart "${kind}" for actor ${id}`);
    if (this.actors.has(id)) throw new RuntimeError("machine.failed", `actor ${id} exists already`);
    const actor = this.registry.add({ id, kind, parent, logic, ...(mind === undefined ? {} : { mind }) }, undefined);
    this.#transition(actor, () => logic.initial(id, input), undefined);
    this.witness?.(actor, undefined, parent ?? undefined, undefined);
  }

  #transition(
    actor: ActorRecord,
    transition: () => readonly [Snapshot, readonly Action[]],
    before: Snapshot | undefined,
  ): void {
    try {
      const [snapshot, actions] = transition();
      actor.snapshot = snapshot;
      this.#caused.move(actor.id, before, snapshot);
      for (const action of actions) this.#interpret(actor, action);
      if (snapshot.status !== "active") this.#ended(actor);
    } catch (error) {
      this.#fail(actor.id, toFailure(error, "machine.failed"));
    }
  }

  /** Carries out what a chart asked for. Anything it does not know is a fault of the chart, never ignored. */
  #interpret(actor: ActorRecord, { type, params }: Action): void {
    // The mind of an agent commands nobody: it could speak for a person (A-ID-06).
    if (actor.mind !== undefined && !type.startsWith("xstate.")) throw unsupported(actor.id, type);
    switch (type) {
      case "tell":
        return this.#post((params as Tell).to, (params as Tell).event, actor.id);
      case "spawn":
        return this.#spawnChild(actor, params as Spawn);
      case "perform": {
        const { src, input, key, effect } = params as Perform;
        return this.#effect({ key, actor: actor.id, src, effect, input, invoke: null });
      }
      case "wait": {
        const { id, ms, event } = params as Wait;
        return this.registry.setTimer({ actor: actor.id, id, due: this.#moment.at + ms, event });
      }
      case "reply":
        return this.#reply(actor, params as ReplyTo);
      case "record":
        return this.#caused.rule(actor.id, params as RulingOf);
      case "xstate.spawnChild":
        return this.#invoke(actor, params as { readonly id: string; readonly src: unknown; readonly input: Json });
      case "xstate.stopChild":
        return this.#uninvoke(actor, params);
      case "xstate.raise": {
        const { id, delay, event } = params as {
          readonly id: string;
          readonly delay?: number;
          readonly event: Message;
        };
        if (delay === undefined || delay === Number.POSITIVE_INFINITY) return;
        return this.registry.setTimer({ actor: actor.id, id, due: this.#moment.at + delay, event });
      }
      case "xstate.cancel":
        return this.registry.cancelTimer(actor.id, timerKey(actor.id, (params as { readonly sendId: string }).sendId));
      case "xstate.emit":
      case "xstate.log":
        return;
      default:
        throw unsupported(actor.id, type);
    }
  }

  #spawnChild(actor: ActorRecord, { id, logic, input }: Spawn): void {
    this.#spawn(id, logic, logic === "approval" ? this.#asked(input as JsonObject) : input, actor.id);
  }

  /** What a chart cannot know of its question: the digest of what is shown, and since when it is. */
  #asked(input: JsonObject): JsonObject {
    const question = input["question"] as JsonObject;
    return {
      ...input,
      askedAt: this.#moment.at,
      question: { ...question, digest: this.#sha256(canonical(question["subject"] ?? null)) },
    };
  }

  #invoke(
    actor: ActorRecord,
    { id, src, input }: { readonly id: string; readonly src: unknown; readonly input: Json },
  ): void {
    if (actor.mind !== undefined) return this.#act(actor, actor.mind, id, src, input);
    const effect = input as unknown as EffectInput;
    if (src === "work" && this.#work(actor, input as JsonObject)) return;
    this.#effect({ key: effect.key, actor: actor.id, src: String(src), effect: effect.effect, input, invoke: id });
  }

  #effect(effect: PendingEffect): void {
    if (this.pending.has(effect.key))
      throw new RuntimeError("machine.failed", `effect ${effect.key} is under way already`);
    const event = this.#answering(effect);
    if (event !== undefined) {
      this.#caused.answered.push({ key: effect.key, event });
      this.#post(effect.actor, heardOf(effect, event), undefined);
      return;
    }
    this.registry.addEffect(effect);
    this.#caused.intend(effect);
  }

  #outcome({ key, event }: Input): void {
    const effect = this.registry.takeEffect(key ?? "");
    if (effect === undefined)
      throw new RuntimeError("run.diverged", `an outcome for ${String(key)}, which is not under way`);
    this.#post(effect.actor, heardOf(effect, event), undefined);
  }

  /** An invoke was left. Its effect, if it has not ended, is aborted; the mind of an agent lives as long as the agent. */
  #uninvoke(actor: ActorRecord, params: unknown): void {
    const id = typeof params === "string" ? params : (params as { readonly id?: string } | undefined)?.id;
    if (actor.mind !== undefined) {
      for (const [n, invoke] of actor.mind.waiting) if (invoke === id) actor.mind.waiting.delete(n);
      return;
    }
    for (const key of [...actor.effects]) {
      if (this.pending.get(key)?.invoke !== id) continue;
      this.registry.takeEffect(key);
      this.#caused.stopped.push(key);
    }
  }

  #reply(actor: ActorRecord, { n, result }: ReplyTo): void {
    const mind = this.actors.get(mindOf(actor.id));
    this.#caused.reply(actor.id, { n, result });
    const invoke = mind?.mind?.waiting.get(n);
    if (mind === undefined || invoke === undefined) return;
    mind.mind?.waiting.delete(n);
    this.#post(
      mind.id,
      result.kind === "completed" ? doneEvent(invoke, result.value) : errorEvent(invoke, result.failure),
      actor.id,
    );
  }

  // A chart as the mind of an agent.

  /** Sets a chart-minded agent to work; false when its mind is a function, and an effect. */
  #work(actor: ActorRecord, input: JsonObject): boolean {
    const { agent } = input["attempt"] as unknown as { readonly agent: string };
    const kind = `mind:${agent}`;
    if (this.#logics(kind) === undefined) return false;
    const mind = this.actors.get(mindOf(actor.id));
    if (mind === undefined)
      this.#spawn(mindOf(actor.id), kind, input["assignment"], actor.id, { next: 0, waiting: new Map() });
    else if (mind.snapshot.status === "done")
      this.#post(actor.id, doneEvent("work", (mind.snapshot.output ?? null) as Json), mind.id);
    return true;
  }

  #act(actor: ActorRecord, mind: MindCalls, invoke: string, src: unknown, input: Json): void {
    if (!isActSource(src)) {
      throw new RuntimeError(
        "agent.unsupported",
        `${actor.id} invokes "${String(src)}"; an agent's chart may invoke tool, ask, read, write and delegate`,
      );
    }
    const n = mind.next++;
    mind.waiting.set(n, invoke);
    this.#post(
      actor.parent ?? ORCHESTRATOR,
      { type: "act.proposed", n, act: actOf(src, input) as unknown as Json },
      actor.id,
    );
  }

  #fire({ key, to, event }: Input): void {
    this.registry.cancelTimer(to, key ?? "");
    this.#post(to, event, undefined);
  }

  // Ends.

  #ended(actor: ActorRecord): void {
    if (actor.id === ORCHESTRATOR) return this.#reapAll();
    if (actor.mind !== undefined) {
      const working = this.actors.get(actor.parent ?? "")?.snapshot.children["work"] !== undefined;
      if (working)
        this.#post(actor.parent ?? ORCHESTRATOR, doneEvent("work", (actor.snapshot.output ?? null) as Json), actor.id);
      return;
    }
    this.#stop(actor.id);
  }

  #fail(id: ActorId, failure: Failure): void {
    const actor = this.actors.get(id);
    this.#caused.rule(id, { rule: "machine.failed", verdict: "failed", reason: failure.message });
    if (actor === undefined || id === ORCHESTRATOR) {
      this.fatal = failure;
      return this.#reapAll();
    }
    const parent = actor.parent ?? ORCHESTRATOR;
    this.#stop(id);
    if (actor.mind === undefined) this.#post(parent, { type: "actor.failed", actor: id, failure: { ...failure } }, id);
    else this.#post(parent, errorEvent("work", failure), id);
  }

  #stop(id: ActorId): void {
    this.#caused.stopped.push(...this.registry.remove(id));
  }

  /** The run is over: nothing lives on but the root's last snapshot. */
  #reapAll(): void {
    const root = this.actors.get(ORCHESTRATOR);
    if (root !== undefined) this.#caused.stopped.push(...this.registry.strip(root));
    this.#mailbox = [];
  }
}

/** One input leads to a few messages for each actor it touches; so many are two actors that answer each other for ever. */
const MAX_MESSAGES = 100_000;

const endless = (): Failure => ({
  code: "machine.failed",
  message: `one input led to more than ${MAX_MESSAGES} messages; actors answer each other for ever`,
});

const unsupported = (actor: ActorId, type: string): RuntimeError =>
  new RuntimeError(
    "agent.unsupported",
    `${actor} asks for "${type}", which the host does not perform; act through tool, ask, read, write or delegate`,
  );

const mindOf = (agent: ActorId): ActorId => `${agent}/mind`;
