/** Orchestrator: the application's side of the house. Agents, tools and rules in; runs out. */
import { orchestratorMachine } from "../machines/orchestrator.ts";
import type { ApprovalRequest, Decision, DecisionReceipt } from "../src/contracts/approvals.ts";
import { RuntimeError } from "../src/contracts/errors.ts";
import { parseRequestId, type RunId } from "../src/contracts/ids.ts";
import type { Json } from "../src/contracts/json.ts";
import type { ClockPort, CodecPort, HashPort, HolderPort, RunFilter, StorePort } from "../src/contracts/ports.ts";
import type { RunSummary } from "../src/contracts/report.ts";
import type { RunSettings } from "../src/contracts/settings.ts";
import { isOver } from "../src/decisions/report.ts";
import { logicsOf } from "./charts.ts";
import { agentsOf, grantsOf, type OrchestratorConfig, settingsOf, toolsOf, whole } from "./config.ts";
import { Host } from "./host/host.ts";
import type { InspectionObserver } from "./host/inspection.ts";
import { Minds } from "./host/minds.ts";
import { performers } from "./performers.ts";
import { Run } from "./run.ts";
import { takeIn } from "./values.ts";

export interface SystemPorts {
  readonly store: StorePort;
  readonly clock: ClockPort;
  readonly holder: HolderPort;
  readonly sha256: HashPort;
  readonly codec: CodecPort;
  /** A new, unguessable run id. */
  readonly newId: () => string;
}

export interface StartOptions {
  readonly objective: string;
  readonly input?: unknown;
}

export class Orchestrator {
  /** The orchestrator's statechart, an ordinary XState machine: for `xstate/graph`, inspectors and drawings. */
  readonly machine: typeof orchestratorMachine = orchestratorMachine;
  readonly #ports: SystemPorts;
  readonly #settings: RunSettings;
  readonly #host: Host;

  constructor(config: OrchestratorConfig, ports: SystemPorts) {
    const agents = agentsOf(config);
    const tools = toolsOf(agents);
    const grants = grantsOf(agents);
    this.#ports = ports;
    this.#settings = settingsOf(config, grants, tools);
    const logics = logicsOf(agents.values());
    this.#host = new Host({
      ...ports,
      logics: (kind) => logics.get(kind),
      charts: Object.fromEntries([...logics].map(([kind, { version }]) => [kind, version])),
      performers: performers({
        ...ports,
        agents,
        grants,
        tools,
        planner: config.planner,
        policy: config.policy,
        validation: config.validation,
        conflicts: config.conflicts,
        acceptance: config.acceptance ?? [],
      }),
      minds: (mindPorts) => new Minds(mindPorts, agents, ports.codec, ports.store),
      leaseMs: whole("leaseMs", config.leaseMs ?? 30_000, 1),
      parkAfterMs: whole("parkAfterMs", config.parkAfterMs ?? 5_000, 0),
      graceMs: whole("graceMs", config.graceMs ?? 2_000, 0),
    });
    if (config.inspect !== undefined) this.#host.observers.add(config.inspect);
  }

  /** Starts a run; resolves when its start is durable. */
  async start({ objective, input }: StartOptions): Promise<Run> {
    if (typeof objective !== "string" || objective.trim() === "")
      throw new RuntimeError("config.invalid", "give an objective: what the run is to achieve");
    const { codec, store, newId } = this.#ports;
    const goal = takeIn(objective, "the objective", codec).value as string;
    const given = takeIn(input ?? null, "the input", codec).value;
    const run: RunId = newId();
    await this.#host.start(run, goal, given, this.#settings);
    return new Run(run, this.#host, store, codec);
  }

  /**
   * Takes a run up again where its journal ends. @throws RuntimeError `run.unknown`, `run.owned` (another process has
   * it), `run.diverged`, `machine.version`, `journal.corrupt`.
   */
  async resume(run: RunId): Promise<Run> {
    const { status } = await this.#host.summary(run);
    if (!isOver(status)) await this.#host.open(run);
    return this.run(run);
  }

  /** A hold on a run, without taking it up. */
  run(run: RunId): Run {
    return new Run(run, this.#host, this.#ports.store, this.#ports.codec);
  }

  /** Takes up every run of this store that its owner has left unfinished. Resolves to those taken up. */
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
    return runs;
  }

  /**
   * Takes a person's word on an open question. A word that does not count is refused with the reason, changes nothing,
   * and is on record.
   */
  async decide(decision: Decision): Promise<DecisionReceipt> {
    const parsed = parseRequestId(decision.requestId);
    if (parsed === undefined) return refused("approval.unknown", `"${decision.requestId}" is not a request id`);
    const { requestId: _, ...word } = decision;
    try {
      const { value } = takeIn(word, "the decision", this.#ports.codec);
      return await this.#decide(parsed.run, parsed.approval, value);
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error;
      if (error.code === "run.unknown") return refused("approval.unknown", error.message);
      if (error.code === "run.closed") return refused("approval.closed", error.message);
      if (error.code.startsWith("value.")) return refused("value.invalid", error.message);
      throw error;
    }
  }

  async #decide(run: RunId, approval: string, word: Json): Promise<DecisionReceipt> {
    const { by } = word as unknown as Decision;
    const live = await this.#host.open(run);
    if (!live.has(approval))
      return refused("approval.closed", "this question is not open: it was answered, has expired, or was never asked");
    const { step } = await this.#host.submit(run, {
      kind: "signal",
      to: approval,
      event: { type: "question.decide", word },
      by: { kind: "person", id: String(by) },
    });
    const ruling = step.ruled.find(({ actor }) => actor === approval);
    if (ruling?.rule === "approval.decided") return { accepted: true };
    const code =
      ruling?.rule === "dead-letter" || ruling === undefined ? "approval.closed" : (ruling.rule as "approval.forged");
    return refused(code, ruling?.reason ?? "this question is not open any more");
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

  /** Attaches an observer of XState inspection events; returns how to take it off. */
  inspect(observer: InspectionObserver): () => void {
    this.#host.observers.add(observer);
    return () => this.#host.observers.delete(observer);
  }

  /** Takes no more input, waits for what is in flight, parks every run and closes the store. */
  stop(): Promise<void> {
    return this.#host.stop();
  }
}

const refused = (
  code: Exclude<DecisionReceipt, { readonly accepted: true }>["code"],
  reason: string,
): DecisionReceipt => ({
  accepted: false,
  code,
  reason,
});
