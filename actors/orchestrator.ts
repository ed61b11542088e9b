/** Orchestrator: the application's side of the house. Agents, tools and rules in; runs out. */
import { orchestratorMachine } from "../machines/orchestrator.ts";
import type { ApprovalRequest, Decision, DecisionReceipt } from "../src/contracts/approvals.ts";
import type { ControlPort } from "../src/contracts/control.ts";
import { RuntimeError } from "../src/contracts/errors.ts";
import type { ExportedRun } from "../src/contracts/exported-run.ts";
import type { RunId, SignalId } from "../src/contracts/ids.ts";
import type { InspectionPort } from "../src/contracts/inspection.ts";
import type { Labels } from "../src/contracts/labels.ts";
import type { PolicyScope } from "../src/contracts/policy.ts";
import type {
  ClockPort,
  CodecPort,
  HashPort,
  HolderPort,
  PolicyPort,
  RunFilter,
  StorePort,
} from "../src/contracts/ports.ts";
import type { RunSummary } from "../src/contracts/report.ts";
import type { RunSettings } from "../src/contracts/settings.ts";
import type { Milliseconds, Seq } from "../src/contracts/units.ts";
import type { WhatIf } from "../src/contracts/what-if.ts";
import { type Redact, redacted } from "../src/decisions/redaction.ts";
import { isOver } from "../src/decisions/report.ts";
import { logicsOf } from "./charts.ts";
import { agentsOf, grantsOf, type OrchestratorConfig, settingsOf, toolsOf, whole } from "./config.ts";
import { controlOf } from "./control.ts";
import { exportedRun } from "./export-run.ts";
import { addressed, inputOf, isRefusal, receiptOf, refusalOf } from "./host/decision.ts";
import { Host } from "./host/host.ts";
import type { InspectionObserver } from "./host/inspection.ts";
import { Minds } from "./host/minds.ts";
import { Inspector } from "./inspection/inspector.ts";
import type { Logics } from "./kernel/core.ts";
import { Mailbox, type PostedDecision } from "./mailbox.ts";
import { performers } from "./performers.ts";
import { adopted, type PolicyHolder, scopeOf } from "./policy.ts";
import { promptsOf } from "./prompt-digests.ts";
import { Prompts } from "./prompts.ts";
import { Run } from "./run.ts";
import { labelsGiven, takeIn } from "./values.ts";
import { type WhatIfOptions, whatIfOf } from "./what-if.ts";

export interface SystemPorts {
  readonly store: StorePort;
  readonly clock: ClockPort;
  readonly holder: HolderPort;
  readonly sha256: HashPort;
  readonly codec: CodecPort;
  /** Takes known secrets out of what comes in. Absent: none are known. */
  readonly redact?: Redact | undefined;
  /** A new, unguessable run id. */
  readonly newId: () => string;
  readonly newSignalId: () => SignalId;
}

export interface StartOptions {
  readonly objective: string;
  readonly input?: unknown;
  /** Of the objective and the input, where labels are used. Default: trusted and public. */
  readonly labels?: Labels;
}

export class Orchestrator {
  /** The orchestrator's statechart, an ordinary XState machine: for `xstate/graph`, inspectors and drawings. */
  readonly machine: typeof orchestratorMachine = orchestratorMachine;
  readonly #ports: SystemPorts;
  readonly #settings: RunSettings;
  readonly #scope: PolicyScope;
  readonly #authority: PolicyHolder;
  readonly #logics: Logics;
  readonly #host: Host;
  readonly #mailbox: Mailbox;
  #inspector: Inspector | undefined;

  constructor(config: OrchestratorConfig, ports: SystemPorts) {
    const agents = agentsOf(config);
    const tools = toolsOf(agents);
    const grants = grantsOf(agents);
    this.#ports = ports;
    this.#settings = settingsOf(config, grants, tools, promptsOf(config, ports.sha256));
    this.#mailbox = new Mailbox(ports);
    this.#scope = scopeOf(grants, tools.values());
    this.#authority = {
      policy: config.policy === undefined ? undefined : adopted(config.policy, this.#scope),
      clock: ports.clock,
      timeoutMs: whole("policyTimeoutMs", config.policyTimeoutMs ?? 5_000, 1),
    };
    const prompts = new Prompts(ports.sha256);
    const doors = { codec: ports.codec, prompts, redact: ports.redact };
    const logics = logicsOf(agents.values());
    this.#logics = (kind) => logics.get(kind);
    this.#host = new Host({
      ...ports,
      logics: this.#logics,
      charts: Object.fromEntries([...logics].map(([kind, { version }]) => [kind, version])),
      performers: performers({
        ...ports,
        prompts,
        agents,
        grants,
        tools,
        planner: config.planner,
        authority: this.#authority,
        validation: config.validation,
        conflicts: config.conflicts,
        acceptance: config.acceptance ?? [],
      }),
      policy: () => this.#authority.policy?.id ?? null,
      minds: (mindPorts) => new Minds(mindPorts, agents, doors, ports.store),
      leaseMs: whole("leaseMs", config.leaseMs ?? 30_000, 1),
      parkAfterMs: whole("parkAfterMs", config.parkAfterMs ?? 5_000, 0),
      graceMs: whole("graceMs", config.graceMs ?? 2_000, 0),
      pollMs: whole("pollMs", config.pollMs ?? 500, 10),
    });
    if (config.inspect !== undefined) this.#host.observers.add(config.inspect);
  }

  /** Starts a run; resolves when its start is durable. */
  async start({ objective, input, labels }: StartOptions): Promise<Run> {
    if (typeof objective !== "string" || objective.trim() === "")
      throw new RuntimeError("config.invalid", "give an objective: what the run is to achieve");
    const { codec, store, newId, redact } = this.#ports;
    const goal = redacted(takeIn(objective, "the objective", codec).value as string, redact);
    const given = redacted(takeIn(input ?? null, "the input", codec).value, redact);
    const run: RunId = newId();
    const { policy } = this.#authority;
    const settings = policy === undefined ? this.#settings : { ...this.#settings, policy: policy.id };
    const start = { objective: goal, input: given, ...labelsGiven(labels, "the run's input") };
    await this.#host.start(run, start, settings);
    return new Run(run, this.#host, store, codec);
  }

  /**
   * Takes a run up again where its journal ends. @throws RuntimeError `run.unknown`, `run.owned` (another process has
   * it), `run.diverged`, `machine.version`, `journal.corrupt`.
   */
  async resume(run: RunId): Promise<Run> {
    const { status } = await this.#host.summary(run);
    if (!isOver(status)) {
      await this.#host.open(run);
      await this.#host.collectMail(run);
    }
    return this.run(run);
  }

  /**
   * Begins a new run where another one stood after entry `seq`, and goes on from there: what was done is done, what was
   * spent is spent, open questions are asked anew under ids of their own. What was under way there ends as the other
   * run's journal says; nothing that may have happened is done again unasked.
   * @throws RuntimeError `run.unknown`; `run.closed` where the run was over; `effect.unknown` where a call was under way
   * that would be made twice; and what a replay throws.
   */
  async fork(run: RunId, seq: Seq): Promise<Run> {
    const id: RunId = this.#ports.newId();
    await this.#host.fork(run, seq, id);
    return this.run(id);
  }

  /** A hold on a run, without taking it up. */
  run(run: RunId): Run {
    return new Run(run, this.#host, this.#ports.store, this.#ports.codec);
  }

  /**
   * Takes up every run of this store that its owner has left unfinished, and from now on the decisions left for those
   * that only wait. Resolves to the runs taken up.
   */
  async recover(): Promise<readonly Run[]> {
    const runs: Run[] = [];
    for (const { run } of await this.#ports.store.runs({ status: "running", limit: 10_000 })) {
      try {
        runs.push(await this.resume(run));
      } catch (error) {
        // Somebody else has it: that is what leases are for.
        if (!(error instanceof RuntimeError && error.code === "run.owned")) throw error;
      }
    }
    await this.#host.watchTimers();
    await this.#host.adoptMail();
    return runs;
  }

  /**
   * Takes a person's word on an open question. A word that does not count is refused with the reason, changes nothing,
   * and is on record. Where another process has the run, it is left there and the answer waited for.
   * @throws RuntimeError `run.owned` when that process has not taken it within 10 seconds; it may still.
   */
  async decide(decision: Decision): Promise<DecisionReceipt> {
    try {
      const parts = addressed(takeIn(decision, "the decision", this.#ports.codec).value);
      if (isRefusal(parts)) return parts;
      const { step } = await this.#host.submit(parts.run, inputOf(parts));
      return receiptOf(step, parts.approval);
    } catch (error) {
      if (error instanceof RuntimeError && error.code === "run.owned") return this.#leave(decision, error);
      const refusal = refusalOf(error);
      if (refusal.code === "approval.closed") await this.#mailbox.record(decision, refusal);
      return refusal;
    }
  }

  async #leave(decision: Decision, owned: RuntimeError): Promise<DecisionReceipt> {
    const { id, receipt } = await this.#mailbox.post(decision, OWNER_MS);
    if (receipt !== undefined) return receipt;
    throw new RuntimeError("run.owned", `${owned.message}; the decision is left for it as ${id}`, { cause: owned });
  }

  /**
   * Leaves a person's word in the store for whoever has the run, without taking the run up here, and waits up to
   * `waitMs` for what becomes of it. Without a receipt it still waits there.
   */
  post(decision: Decision, { waitMs = 0 }: { readonly waitMs?: Milliseconds } = {}): Promise<PostedDecision> {
    return this.#mailbox.post(decision, waitMs);
  }

  /** What became of a decision that was left in the store; undefined while it waits. */
  receipt(id: SignalId): Promise<DecisionReceipt | undefined> {
    return this.#mailbox.receipt(id);
  }

  /**
   * Puts another policy in force, for all runs of this orchestrator, those that go on included. What waits to be begun is
   * judged again, and the stricter of both verdicts stands; what has begun is not undone. In the journal of each run it
   * is an order of the operator `by`. A run that is not in memory hears of it when it is taken up.
   *
   * @throws RuntimeError `policy.invalid`, `config.invalid`: the policy before it stays in force.
   */
  async authorise(policy: PolicyPort | undefined, by = "operator"): Promise<void> {
    this.#authority.policy = policy === undefined ? undefined : adopted(policy, this.#scope);
    await this.#host.adoptPolicy({ kind: "person", id: by });
  }

  /** Open questions of all runs, oldest first. */
  async inbox(): Promise<readonly ApprovalRequest[]> {
    const runs = await this.#ports.store.runs({ limit: 10_000 });
    return runs
      .filter(({ status }) => !isOver(status))
      .flatMap(({ pendingApprovals }) => pendingApprovals)
      .toSorted((a, b) => a.askedAt - b.askedAt);
  }

  runs(filter: RunFilter = {}): Promise<readonly RunSummary[]> {
    return this.#ports.store.runs(filter);
  }

  /**
   * What a run would have come to under another policy or other caps: which of its calls would have been denied, asked
   * about, or stopped. Reads the journal; performs and writes nothing.
   *
   * @throws RuntimeError `run.unknown`, `config.invalid`, `policy.invalid`, `machine.version`, `journal.corrupt`.
   */
  whatIf(run: RunId, options: WhatIfOptions): Promise<WhatIf> {
    return whatIfOf({ ...this.#ports, logics: this.#logics }, run, options, this.#scope);
  }

  /** What may be seen of the runs of this store, for a page that watches them. Reads only. */
  get inspection(): InspectionPort {
    this.#inspector ??= new Inspector({ ...this.#ports, logics: this.#logics, lookouts: this.#host.lookouts });
    return this.#inspector;
  }

  /**
   * A run as one value that a file can carry; `runFile` of `bailiwick/http` makes a page of it. Bounded: what is left out
   * is said in it.
   * @throws RuntimeError `run.unknown`
   */
  exported(run: RunId): Promise<ExportedRun> {
    return exportedRun(this.inspection, run, this.#ports.clock.now());
  }

  /** Attaches an observer of XState inspection events; returns how to take it off. */
  inspect(observer: InspectionObserver): () => void {
    this.#host.observers.add(observer);
    return () => this.#host.observers.delete(observer);
  }

  /** For `serve` of `bailiwick/http`: whoever calls it has established who speaks. */
  get control(): ControlPort {
    return controlOf(this);
  }

  /** Takes no more input, waits for what is in flight, parks every run and closes the store. */
  stop(): Promise<void> {
    return this.#host.stop();
  }
}

/** How long another process may take to answer before its silence is told. */
const OWNER_MS: Milliseconds = 10_000;
