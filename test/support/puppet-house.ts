/**
 * Puppet house: a real host in which nothing happens by itself. Effects wait until they are answered, agents do what
 * they are told, time stands still. After each move the process may die, as by `kill -9`, and another takes the run up.
 */
import { defineAgent } from "../../actors/define-agent.ts";
import { isPaid, type Performers } from "../../actors/host/effects.ts";
import { Host } from "../../actors/host/host.ts";
import type { LiveRun } from "../../actors/host/live-run.ts";
import { Minds } from "../../actors/host/minds.ts";
import type { Core } from "../../actors/kernel/core.ts";
import { logicOf } from "../../actors/kernel/logic.ts";
import { Prompts } from "../../actors/prompts.ts";
import { agentMachine } from "../../machines/agent.ts";
import { approvalMachine } from "../../machines/approval.ts";
import { orchestratorMachine } from "../../machines/orchestrator.ts";
import { toolGateMachine } from "../../machines/tool-gate.ts";
import { superjsonCodec } from "../../src/adapters/codec.ts";
import { sha256 } from "../../src/adapters/hash.ts";
import { memoryStore } from "../../src/adapters/stores/memory.ts";
import type { Act } from "../../src/contracts/acts.ts";
import { type Failure, RuntimeError } from "../../src/contracts/errors.ts";
import { type ActorId, ORCHESTRATOR } from "../../src/contracts/ids.ts";
import type { Input, Message } from "../../src/contracts/journal.ts";
import type { Json } from "../../src/contracts/json.ts";
import type { StorePort } from "../../src/contracts/ports.ts";
import type { RunSettings } from "../../src/contracts/settings.ts";
import type { Timestamp } from "../../src/contracts/units.ts";
import { recover } from "../../src/decisions/recovery.ts";
import { handTime } from "../../src/testing/hand-time.ts";
import { bodyOf, type Captures, isSame, noting } from "./captures.ts";
import { Puppet } from "./puppet.ts";
import { START } from "./run-variants.ts";

const RUN = "run_1";
const NEVER = 1e12;
const logics = new Map(
  Object.entries({
    orchestrator: orchestratorMachine,
    agent: agentMachine,
    "tool-gate": toolGateMachine,
    approval: approvalMachine,
  }).map(([kind, machine]) => [kind, logicOf(machine)]),
);
const EFFECTS = [
  "plan",
  "judge",
  "authorise",
  "execute",
  "reconcile",
  "review",
  "validate",
  "intervene",
  "economise",
  "resolve",
];

interface Held {
  readonly src: string;
  readonly actor: ActorId;
  readonly resolve: (output: Json) => void;
  readonly reject: (error: Error) => void;
}

export interface PuppetHouseOptions {
  /** The store as each process opens it. Default: one in memory, that outlives them. */
  readonly open?: () => StorePort;
  /** Whether the process dies after each move. */
  readonly crashes: boolean;
}

export class PuppetHouse {
  readonly captures: Captures = new Map();
  /** The stores that processes have opened, the last one first. */
  readonly stores: StorePort[] = [];
  readonly time = handTime(START);
  core!: Core;
  crashes = 0;
  /** The id of the policy in force. */
  policy: string | null = null;
  #policies = 0;
  readonly #dies: boolean;
  readonly #store: () => StorePort;
  #process = { number: 0, lives: true };
  #host!: Host;
  #live!: LiveRun;
  readonly #held = new Map<string, Held>();
  readonly #puppets = new Map<ActorId, Puppet>();
  /** By how much the clock is ahead of the timers. */
  #ahead = 0;

  constructor({ open, crashes }: PuppetHouseOptions) {
    const store = memoryStore();
    this.#store = open ?? (() => store);
    this.#dies = crashes;
    this.#open();
  }

  async start(settings: RunSettings): Promise<void> {
    await this.#host.start(RUN, { objective: "finish", input: null }, settings);
    await this.#moved();
  }

  /** Answers the effect that is asked for. */
  answer(src: string, output: unknown, actor?: ActorId): Promise<void> {
    this.#take(src, actor).resolve(JSON.parse(JSON.stringify(output)));
    return this.#moved();
  }

  fail(src: string, { code, message }: Failure, actor?: ActorId): Promise<void> {
    this.#take(src, actor).reject(new RuntimeError(code, message));
    return this.#moved();
  }

  /** The process dies while an effect that must not be made twice is under way; without deaths, it is only said to be lost. */
  lose(src: string, failure: Failure): Promise<void> {
    if (!this.#dies) return this.fail(src, failure);
    return this.#die();
  }

  asks(src: string, actor?: ActorId): boolean {
    return this.#find(src, actor) !== undefined;
  }

  /** Has an agent propose an act: by its function, or, while that is suspended, as a chart in its place would. */
  async propose(actor: ActorId, act: Act): Promise<void> {
    const isWorking = this.#live.core.actors.get(actor)?.snapshot.children["work"] !== undefined;
    const { acts } = this.contextOf<{ acts: number }>(actor);
    this.puppet(actor).act(act);
    if (!isWorking) await this.request(actor, acts, act);
    else await this.#moved();
  }

  /** A request as it would come from an agent, whatever its number. */
  async request(actor: ActorId, n: number, act: Act): Promise<void> {
    await this.submit({ kind: "request", to: actor, event: { type: "act.proposed", n, act: act as unknown as Json } });
  }

  finish(actor: ActorId, output: Json): Promise<void> {
    this.puppet(actor).finish(output);
    return this.#moved();
  }

  stumble(actor: ActorId, { code, message }: Failure): Promise<void> {
    this.puppet(actor).stumble(new RuntimeError(code, message));
    return this.#moved();
  }

  /** Puts another policy in force: in a process that goes on, or as one that takes the run up has it. */
  authorise(restarted: boolean): Promise<void> {
    this.policy = `policy-${++this.#policies}`;
    return this.signal({ type: "policy.changed", policy: this.policy, restarted });
  }

  signal(event: Message, to: ActorId = ORCHESTRATOR): Promise<void> {
    return this.submit({ kind: "signal", to, event, by: { kind: "person", id: "ann" } });
  }

  async submit(input: Input): Promise<void> {
    await this.#host.submit(RUN, input);
    await this.#moved();
  }

  /** Time passes until the deadline of an actor that sends it this event. */
  async pass(actor: ActorId, type: string): Promise<void> {
    const timer = this.core.timers.all().find((one) => one.actor === actor && one.event.type === type);
    if (timer === undefined) throw new Error(`no ${type} is due for ${actor}`);
    await this.passTo(timer.due);
  }

  async passTo(due: Timestamp): Promise<void> {
    await this.time.moveToAsync(due);
    await this.#moved();
  }

  /** A signal that comes while the clock is ahead, and no timer has rung. */
  async signalWithTimersLateBy(ms: number, event: Message, to: ActorId): Promise<void> {
    this.#ahead = ms;
    await this.#host.submit(RUN, { kind: "signal", to, event, by: { kind: "person", id: "ann" } });
    this.#ahead = 0;
    await this.#moved();
  }

  contextOf<Context>(actor: ActorId): Context {
    return this.core.actors.get(actor)?.snapshot.context as Context;
  }

  /** An actor's state; undefined when it has ended. */
  valueOf(actor: ActorId): unknown {
    return this.core.actors.get(actor)?.snapshot.value;
  }

  puppet(actor: ActorId): Puppet {
    const puppet = this.#puppets.get(actor) ?? new Puppet();
    this.#puppets.set(actor, puppet);
    return puppet;
  }

  #find(src: string, actor?: ActorId): [string, Held] | undefined {
    const wanted = this.core.pending;
    return [...this.#held].find(
      ([key, one]) => one.src === src && wanted.has(key) && (actor === undefined || one.actor === actor),
    );
  }

  #take(src: string, actor?: ActorId): Held {
    const [key, held] = this.#find(src, actor) ?? [];
    if (key === undefined || held === undefined) throw new Error(`nobody asks for ${src} ${actor ?? ""}`);
    this.#held.delete(key);
    return held;
  }

  /** A new process, over the same store. */
  #open(): void {
    const process = { number: this.#process.number + 1, lives: true };
    this.#process = process;
    this.#held.clear();
    const id = `process-${process.number}`;
    const store = this.#store();
    this.stores.unshift(store);
    const agent = (name: string) =>
      defineAgent({
        name,
        run: ({ task, attempt }, context) => this.puppet(`${task}#${attempt}`).play(context, () => process.lives),
      });
    const agents = new Map(["worker", "helper"].map((name) => [name, agent(name)]));
    const performers: Performers = Object.fromEntries(
      EFFECTS.map((src) => [
        src,
        ({ key, actor }) =>
          new Promise<Json>((resolve, reject) => this.#held.set(key, { src, actor, resolve, reject })),
      ]),
    );
    this.#host = new Host({
      store,
      clock: {
        now: () => this.time.now() + this.#ahead,
        at: (due, callback) => this.time.at(due, () => process.lives && callback()),
      },
      holder: { self: { id, host: "here", pid: process.number, boot: "boot" }, mayLive: (other) => other.id === id },
      sha256: noting(this.captures, () => this.#host.live(RUN)),
      logics: (kind) => logics.get(kind),
      charts: Object.fromEntries([...logics].map(([kind, { version }]) => [kind, version])),
      performers,
      minds: (ports) => new Minds(ports, agents, { codec: superjsonCodec(), prompts: new Prompts(sha256) }, store),
      policy: () => this.policy,
      leaseMs: NEVER,
      parkAfterMs: NEVER,
      graceMs: 0,
      pollMs: NEVER,
    });
  }

  /** Waits until all that can happen has happened, and dies, if that is the plan and nothing is lost by it. */
  async #moved(): Promise<void> {
    await this.#quiet();
    const isSafe = [...this.core.pending.values()].every(
      (pending) => recover(pending, isPaid(pending)) === "perform-again",
    );
    if (this.#dies && isSafe) await this.#die();
  }

  async #quiet(): Promise<void> {
    for (let still = 0, seq = -1; still < 4; still++) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      this.#live = this.#host.live(RUN) ?? this.#live;
      if (this.#live.head.seq !== seq) still = 0;
      seq = this.#live.head.seq;
    }
    this.core = this.#live.core;
  }

  /** As by `kill -9`: nothing is closed, nothing released; what is in memory is gone. */
  async #die(): Promise<void> {
    const { seq } = this.#live.head;
    this.#process.lives = false;
    this.crashes++;
    this.#open();
    const isOver = this.core.isOver;
    if (isOver) this.core = (await this.#host.replay(RUN)).core;
    else {
      this.#live = await this.#host.open(RUN);
      await this.#quiet();
    }
    // Where an effect was lost the run has gone on already; it is the next entries that are compared.
    const [then, now] = [this.captures.get(seq), bodyOf(this.core)];
    if (then !== undefined && (isOver || this.#live.head.seq === seq) && !isSame(then, now))
      throw new Error(`entry ${seq} is not read back as it was:\n${then}\n${now}`);
  }
}
