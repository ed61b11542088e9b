/**
 * Live run: one run in memory, with its owner's lease. Takes inputs one at a time, makes each durable together with
 * what it caused, and only then lets any of it be done or seen.
 *
 * J1  Nothing an entry caused is performed, or shown outside the run, before the entry is durable.
 * J4  When an entry cannot be written, the run in memory is thrown away; what is in the journal is what happened.
 */
import { type Failure, RuntimeError } from "../../src/contracts/errors.ts";
import { type ActorId, type EffectKey, ORCHESTRATOR, type RunId, type SignalId } from "../../src/contracts/ids.ts";
import type { Input, Message, Principal } from "../../src/contracts/journal.ts";
import type { Json } from "../../src/contracts/json.ts";
import type { Append, Lease, TakenSignal } from "../../src/contracts/ports.ts";
import type { Timestamp } from "../../src/contracts/units.ts";
import type { ChainHead } from "../../src/decisions/integrity.ts";
import { recover } from "../../src/decisions/recovery.ts";
import { redacted } from "../../src/decisions/redaction.ts";
import type { Moment } from "../../src/decisions/run-state.ts";
import type { Core } from "../kernel/core.ts";
import { resultOf } from "../kernel/entry.ts";
import type { PendingEffect } from "../kernel/registry.ts";
import type { Step } from "../kernel/step.ts";
import { type Timer, timerKey } from "../kernel/timers.ts";
import { Alarm } from "./alarm.ts";
import { Effects, effectFailed, isPaid, type Stop } from "./effects.ts";
import { Inspection } from "./inspection.ts";
import type { LiveRunPorts } from "./live-run-ports.ts";
import type { Minds } from "./minds.ts";
import { type Committed, RunRecord, type Shown, storeFailure, type Taken } from "./run-record.ts";
import { RunView } from "./run-view.ts";

/** Effects that are asked for an answer inside the step that wants it. */
const AT_ONCE = new Set([
  "plan",
  "judge",
  "authorise",
  "review",
  "validate",
  "intervene",
  "economise",
  "resolve",
  "measure",
]);

const APPLICATION: Principal = { kind: "application", id: "application" };

/** Of one attempt, after its end. */
const MAX_DEAD_LETTERS = 10;

/** A posted signal, and what its sender is told of the step it became. */
export interface Answerable {
  readonly id: SignalId;
  readonly receipt: (step: Step) => string;
}

const unheard = (): void => {};

export class LiveRun {
  readonly run: RunId;
  readonly lease: Lease;
  readonly core: Core;
  readonly view: RunView;
  readonly effects: Effects;
  readonly minds: Minds;
  readonly #ports: LiveRunPorts;
  readonly #inspection: Inspection;
  readonly #record: RunRecord;
  readonly #alarm: Alarm;
  #at: Timestamp;
  #closed = false;
  #quiescing = false;
  readonly #deadLetters = new Map<ActorId, number>();
  #failure: RuntimeError | undefined;
  #cancelPark: (() => void) | undefined;
  #graceEnds: Timestamp | undefined;
  /** False while a resumed run still takes up what was in flight. */
  #ready: boolean;

  constructor(
    ports: LiveRunPorts,
    lease: Lease,
    core: Core,
    head: ChainHead,
    at: Timestamp,
    createdAt: Timestamp,
    replayed?: number,
  ) {
    this.run = lease.run;
    this.lease = lease;
    this.core = core;
    this.#ports = ports;
    this.#at = at;
    this.view = new RunView(core, createdAt, at);
    this.#alarm = new Alarm(ports.clock, core.timers, (timer) => this.#ring(timer));
    this.#ready = replayed === undefined;
    this.minds = ports.minds({
      run: this.run,
      actsOf: (actor) => (core.actors.get(actor)?.snapshot.context as { readonly acts: number } | undefined)?.acts ?? 0,
      // A run that is leaving memory takes no request; the function is run again when the run is back.
      propose: (actor, n, act) => {
        if (this.#quiescing || this.#isDeaf(actor)) return;
        this.#take({ kind: "request", to: actor, event: { type: "act.proposed", n, act: act as never } });
      },
    });
    const performers = {
      ...ports.performers,
      work: (effect: PendingEffect, stop: Stop) => this.minds.perform(effect, stop.signal),
    };
    this.effects = new Effects(
      performers,
      () => ({ at: this.#at, state: core.state }),
      (effect, event) => this.#ended(effect, event),
    );
    this.#inspection = new Inspection(this.run, core, ports);
    const { view } = this;
    this.#record = new RunRecord(ports, { lease, core, view, inspection: this.#inspection }, head, replayed ?? 0);
  }

  /** An attempt that goes on after its end is noted as a dead letter a few times; the rest is not even written down. */
  #isDeaf(actor: ActorId): boolean {
    if (this.core.actors.has(actor)) return false;
    const letters = (this.#deadLetters.get(actor) ?? 0) + 1;
    this.#deadLetters.set(actor, letters);
    return letters > MAX_DEAD_LETTERS;
  }

  get head(): ChainHead {
    return this.#record.head;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /**
   * Takes an input; resolves when it is durable. One that was made of a posted signal is written in the transaction
   * that takes the signal. @throws RuntimeError `run.closed`, or why it could not be written.
   */
  submit(input: Input, signal?: Answerable): Promise<Committed> {
    return new Promise((resolve, reject) => this.#take(input, resolve, reject, signal));
  }

  /** Takes an input of the run's own. That it could not be written is told through `gone`. */
  #take(
    given: Input,
    done: (committed: Committed) => void = unheard,
    failed: (error: unknown) => void = unheard,
    signal?: Answerable,
  ): void {
    if (this.#closed)
      return failed(this.#failure ?? new RuntimeError("run.closed", `run ${this.run} takes no more input`));
    this.#cancelPark?.();
    this.#cancelPark = undefined;
    const moment: Moment = { seq: this.#record.head.seq + 1, at: Math.max(this.#at, this.#ports.clock.now()) };
    const input = this.#redacted(given);
    const taken = { input, step: this.#step(input, moment), moment };
    const [entry, shown] = this.#record.add(taken);
    this.#answer(taken);
    const append =
      signal === undefined ? entry : { ...entry, taken: [{ id: signal.id, receipt: signal.receipt(taken.step) }] };
    this.#ports.committer.add(append, (failure) => {
      if (failure !== undefined) return failed(this.fail(storeFailure(this.run, failure)));
      try {
        this.#written(taken.step, moment, shown);
        done(taken);
      } catch (error) {
        failed(this.fail(storeFailure(this.run, error)));
      }
    });
  }

  /** Takes a posted signal that is no input: its sender is told why, and that stays on record. */
  answer(signal: TakenSignal): Promise<void> {
    const { run, lease } = this;
    return new Promise((resolve, reject) => {
      this.#ports.committer.add(
        { run, epoch: lease.epoch, entries: [], blobs: [], taken: [signal], durable: true },
        (failure) => (failure === undefined ? resolve() : reject(this.fail(storeFailure(run, failure)))),
      );
    });
  }

  /** The first input of all; `create` registers the run with it. */
  async begin(given: Input, create: (first: Append) => Promise<unknown>): Promise<void> {
    const moment: Moment = { seq: 1, at: this.#at };
    const input = this.#redacted(given);
    const taken = { input, step: this.#step(input, moment), moment };
    const [append, shown] = this.#record.add(taken);
    this.#answer(taken);
    try {
      await create(append);
    } catch (error) {
      throw this.fail(storeFailure(this.run, error));
    }
    this.#written(taken.step, moment, shown);
  }

  #step(input: Input, moment: Moment): Step {
    this.#at = moment.at;
    this.#inspection.begin();
    return this.core.step(input, moment, (effect) => (AT_ONCE.has(effect.src) ? this.#answered(effect) : undefined));
  }

  #answered(effect: PendingEffect): Message | undefined {
    const answer = this.effects.answer(effect);
    return answer === undefined ? undefined : (redacted(answer as Json, this.#ports.redact) as Message);
  }

  /** Nothing else comes into a journal than what comes in here, and the answers of effects. */
  #redacted(input: Input): Input {
    const event = redacted(input.event as Json, this.#ports.redact) as Message;
    return event === input.event ? input : { ...input, event };
  }

  #written(step: Step, moment: Moment, shown: Shown): void {
    this.#record.written(moment, shown);
    if (!this.#closed) this.#carryOut(step);
    shown.seen();
    this.#ports.committed(this, moment);
    this.#settle();
  }

  /**
   * Tells the run's own functions what became of their acts. They may hear of it before it is durable: all they can do
   * about it is ask for more, which is written behind it. What they ask in the same turn shares its commit.
   */
  #answer({ input, step, moment }: Taken): void {
    for (const reply of step.replies) {
      this.minds.settle(reply.to, { n: reply.n, result: resultOf(reply, input.event), at: moment.at });
    }
  }

  #carryOut(step: Step): void {
    for (const key of step.stopped) this.#stop(key);
    for (const { key } of step.intents) {
      const effect = this.core.pending.get(key);
      if (effect !== undefined) this.#start(effect);
    }
    if (!this.core.isOver) this.#alarm.set();
  }

  #stop(key: EffectKey): void {
    this.effects.abort(key);
    if (!this.effects.has(key)) return;
    const { clock, graceMs } = this.#ports;
    const forsake = (): void => {
      this.effects.forsake(key);
      this.#settle();
    };
    clock.at(clock.now() + graceMs, forsake, { background: true });
  }

  #start(effect: PendingEffect): void {
    if (effect.src === "work") this.minds.work(effect);
    this.effects.start(effect);
  }

  #ended(effect: PendingEffect, event: Message): void {
    if (this.#closed) return;
    if (effect.src === "work") {
      this.minds.forget(effect);
      this.#deadLetters.delete(effect.actor);
    }
    const wanted = this.core.pending.get(effect.key) === effect;
    if (!wanted && effect.src === "work") return this.#settle();
    const kind = wanted ? "outcome" : "late";
    this.#take({ kind, to: effect.actor, key: effect.key, event });
  }

  /**
   * Tells the run that another policy is in force than the one it knows of; it is told at once, before anything else is
   * worked off. Undefined when it is the same one.
   */
  adoptPolicy(by: Principal, restarted = false): Promise<Committed> | undefined {
    const policy = this.#ports.policy();
    if (this.#closed || this.core.isOver || policy === this.core.state.policy) return undefined;
    const event: Message = { type: "policy.changed", policy, restarted };
    return this.submit({ kind: "signal", to: ORCHESTRATOR, event, by });
  }

  /**
   * Goes on where the journal ends: under the policy of this process, due timers first, then what was in flight. What a
   * fork takes over of its origin has ended already.
   */
  async resume(carried?: ReadonlyMap<EffectKey, Message>): Promise<void> {
    // Effects that are asked for from here on start with the entries that ask for them.
    const left = [...this.core.pending.values()];
    for (const { actor, key } of left) {
      const event = carried?.get(key);
      if (event !== undefined && this.core.pending.has(key))
        await this.submit({ kind: "outcome", to: actor, key, event });
    }
    await this.adoptPolicy(APPLICATION, true);
    for (let timer = this.#alarm.overdue; timer !== undefined; timer = this.#alarm.overdue) {
      const { actor, id, event } = timer;
      await this.submit({ kind: "timer", to: actor, key: timerKey(actor, id), event });
    }
    for (const effect of left) {
      if (this.#closed || this.core.pending.get(effect.key) !== effect || this.effects.has(effect.key)) continue;
      if (recover(effect, isPaid(effect)) === "perform-again") this.#start(effect);
      else await this.submit({ kind: "outcome", to: effect.actor, key: effect.key, event: effectFailed(lost(effect)) });
    }
    this.#ready = true;
    this.#alarm.set();
    // Whoever has woken the run speaks first; a run that parks at once would be gone before.
    setImmediate(() => this.#settle());
  }

  /** What is left to do after an input: leave when the run is over, rest when it can only wait. */
  #settle(): void {
    if (this.core.isOver) this.#leave();
    else this.#rest();
  }

  #ring({ actor, id, event }: Timer): void {
    if (this.#closed) return;
    this.#take({ kind: "timer", to: actor, key: timerKey(actor, id), event });
  }

  /** Tells the host when there is nothing to do but wait for a person, a timer, or a signal. */
  #rest(): void {
    if (!this.#ready || !this.isResting || this.#cancelPark !== undefined) return;
    const park = (): void => {
      this.#cancelPark = undefined;
      if (this.isResting) this.#ports.idle(this);
    };
    if (this.#ports.parkAfterMs === 0) park();
    else this.#cancelPark = this.#ports.clock.at(this.#ports.clock.now() + this.#ports.parkAfterMs, park);
  }

  /** Takes no more requests of agents; what is in flight ends, and then the run rests. */
  quiesce(): void {
    this.#quiescing = true;
  }

  get isResting(): boolean {
    return (
      !this.#closed &&
      !this.core.isOver &&
      this.#record.isWritten &&
      !this.effects.some(({ src, actor }) => src !== "work" || !this.minds.isWaiting(actor))
    );
  }

  /** The run is over: leaves once what was told to stop has ended, or its grace has. */
  #leave(): void {
    if (this.#closed || !this.#record.isWritten) return;
    const now = this.#ports.clock.now();
    this.#graceEnds ??= now + this.#ports.graceMs;
    if (this.effects.some(({ src }) => src !== "work") && now < this.#graceEnds) {
      this.#cancelPark ??= this.#ports.clock.at(this.#graceEnds, () => this.#leave());
      return;
    }
    this.close().catch(() => {});
  }

  /** Leaves memory, giving up the lease. What waits in the journal is found there again. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#shut();
    try {
      await this.#record.end(this.#at);
      this.#ports.gone(this);
    } catch (error) {
      const failure = storeFailure(this.run, error);
      this.#ports.gone(this, failure);
      throw failure;
    }
  }

  /** Throws the run in memory away (J4). */
  fail(failure: RuntimeError): RuntimeError {
    if (this.#failure !== undefined) return this.#failure;
    this.#failure = failure;
    this.#shut();
    this.#ports.gone(this, failure);
    return failure;
  }

  #shut(): void {
    this.#closed = true;
    this.#alarm.off();
    this.#cancelPark?.();
    this.effects.drop();
    this.minds.drop();
  }

  /** The actor a signal is for, if it is there. */
  has(actor: ActorId): boolean {
    return this.core.actors.has(actor);
  }
}

const lost = (effect: PendingEffect): Failure => ({
  code: "effect.unknown",
  message: `the process ended while ${effect.key} was under way; whether it happened is not known`,
});
