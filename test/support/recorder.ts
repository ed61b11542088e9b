/** Recorder: a host as an application has it, that keeps what its run was like after each entry. */
import type { AnyStateMachine } from "xstate";
import { agentsOf, grantsOf, type OrchestratorConfig, settingsOf, toolsOf } from "../../actors/config.ts";
import type { AnyAgent } from "../../actors/define-agent.ts";
import { Host } from "../../actors/host/host.ts";
import { Minds } from "../../actors/host/minds.ts";
import type { Logics } from "../../actors/kernel/core.ts";
import { logicOf } from "../../actors/kernel/logic.ts";
import { performers } from "../../actors/performers.ts";
import { Prompts } from "../../actors/prompts.ts";
import { agentMachine } from "../../machines/agent.ts";
import { approvalMachine } from "../../machines/approval.ts";
import { orchestratorMachine } from "../../machines/orchestrator.ts";
import { toolGateMachine } from "../../machines/tool-gate.ts";
import { superjsonCodec } from "../../src/adapters/codec.ts";
import { sha256 } from "../../src/adapters/hash.ts";
import { memoryStore } from "../../src/adapters/stores/memory.ts";
import type { ApprovalRequest } from "../../src/contracts/approvals.ts";
import { ORCHESTRATOR } from "../../src/contracts/ids.ts";
import type { Message } from "../../src/contracts/journal.ts";
import type { Json } from "../../src/contracts/json.ts";
import type { StorePort } from "../../src/contracts/ports.ts";
import type { RunSettings } from "../../src/contracts/settings.ts";
import type { Seq } from "../../src/contracts/units.ts";
import { handTime } from "../../src/testing/hand-time.ts";
import { bodyOf, type Captures, telling, textOf } from "./captures.ts";
import { settle } from "./house.ts";
import { START } from "./run-variants.ts";

export const RUN = "run_1";
const charts = {
  orchestrator: orchestratorMachine,
  agent: agentMachine,
  "tool-gate": toolGateMachine,
  approval: approvalMachine,
};

export interface RecorderOptions {
  readonly store?: StorePort;
  readonly time?: ReturnType<typeof handTime>;
  /** Charts in the place of ours. */
  readonly charts?: { readonly [kind: string]: AnyStateMachine };
}

let processes = 0;

export class Recorder {
  readonly store: StorePort;
  readonly time: ReturnType<typeof handTime>;
  readonly host: Host;
  readonly logics: Logics;
  /** The state after each entry, as text to compare, and as the text of a checkpoint. */
  readonly captures: Captures = new Map();
  readonly bodies = new Map<Seq, string>();
  /** Everything that was performed, by effect key; functions of agents by their task. */
  readonly performed: string[] = [];
  readonly #settings: RunSettings;

  constructor(config: OrchestratorConfig, options: RecorderOptions = {}) {
    this.store = options.store ?? memoryStore();
    this.time = options.time ?? handTime(START);
    const agents = new Map([...agentsOf(config)].map(([name, agent]) => [name, this.#counted(agent)]));
    const grants = grantsOf(agents);
    const { policy: named } = config;
    const settings = settingsOf(config, grants, toolsOf(agents), undefined);
    this.#settings = { ...settings, ...(named === undefined ? {} : { policy: named.id }) };
    const minds = [...agents.values()].flatMap(({ name, machine }) =>
      machine === undefined ? [] : [[`mind:${name}`, machine] as const],
    );
    const logics = new Map(
      Object.entries<AnyStateMachine>({ ...charts, ...Object.fromEntries(minds), ...options.charts }).map(
        ([kind, machine]) => [kind, logicOf(machine)],
      ),
    );
    this.logics = (kind) => logics.get(kind);
    const { planner, policy, validation, conflicts } = config;
    const codec = superjsonCodec();
    const prompts = new Prompts(sha256);
    const bound = performers({
      agents,
      grants,
      tools: toolsOf(agents),
      planner,
      authority: { policy, clock: this.time, timeoutMs: 5_000 },
      validation,
      conflicts,
      acceptance: config.acceptance ?? [],
      sha256,
      codec,
      prompts,
    });
    const id = `recorder-${++processes}`;
    this.host = new Host({
      store: this.store,
      clock: this.time,
      holder: { self: { id, host: "here", pid: processes, boot: "boot" }, mayLive: (other) => other.id === id },
      sha256: telling(
        () => this.host.live(RUN),
        (seq, core) => {
          this.captures.set(seq, textOf(core));
          this.bodies.set(seq, bodyOf(core));
        },
      ),
      logics: this.logics,
      charts: Object.fromEntries([...logics].map(([kind, { version }]) => [kind, version])),
      performers: Object.fromEntries(
        Object.entries(bound).map(([src, perform]) => [
          src,
          (effect, signal, now) => {
            this.performed.push(effect.key);
            return perform(effect, signal, now);
          },
        ]),
      ),
      minds: (ports) => new Minds(ports, agents, { codec, prompts }, this.store),
      policy: () => policy?.id ?? null,
      leaseMs: 30_000,
      parkAfterMs: 5_000,
      graceMs: 2_000,
      pollMs: 1e12,
    });
  }

  /** Starts a run and takes it to where nothing moves it any more; `decide` speaks for people, `until` is a state to stop in. */
  async record(decide: (question: ApprovalRequest) => Message | undefined, until?: string): Promise<void> {
    await this.host.start(RUN, { objective: "finish", input: null }, this.#settings);
    for (;;) {
      await settle();
      const { status, state, pendingApprovals } = await this.host.summary(RUN);
      if (!/running|suspended/.test(status) || state === until) return;
      const [word] = pendingApprovals.flatMap((question) => {
        const event = decide(question);
        return event === undefined
          ? []
          : [{ to: event.type === "question.decide" ? question.actor : ORCHESTRATOR, event }];
      });
      if (word !== undefined)
        await this.host.submit(RUN, { kind: "signal", ...word, by: { kind: "person", id: "ann" } });
      else if (this.time.next !== undefined) await this.time.moveToAsync(this.time.next);
      else return;
    }
  }

  #counted(agent: AnyAgent): AnyAgent {
    const { run } = agent;
    if (run === undefined) return agent;
    return {
      ...agent,
      run: (assignment, context): unknown => {
        this.performed.push(`work/${assignment.task}`);
        return run(assignment, context) as Json;
      },
    };
  }
}
