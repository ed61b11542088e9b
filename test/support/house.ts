/** House: an orchestrator with hand-moved time, a store that outlives it, and a process that can be declared dead. */
import type { OrchestratorConfig } from "../../actors/config.ts";
import { readEntry } from "../../actors/kernel/entry.ts";
import { Orchestrator } from "../../actors/orchestrator.ts";
import type { Run } from "../../actors/run.ts";
import { superjsonCodec } from "../../src/adapters/codec.ts";
import { sha256 } from "../../src/adapters/hash.ts";
import { memoryStore } from "../../src/adapters/stores/memory.ts";
import type { ApprovalRequest, DecisionKind, DecisionReceipt } from "../../src/contracts/approvals.ts";
import type { JournalEntry } from "../../src/contracts/journal.ts";
import type { Json } from "../../src/contracts/json.ts";
import type { StorePort } from "../../src/contracts/ports.ts";
import type { RunReport } from "../../src/contracts/report.ts";
import { redaction } from "../../src/decisions/redaction.ts";
import { type HandTime, handTime } from "../../src/testing/hand-time.ts";

/** Processes of one machine: each orchestrator is one, and those that are not the newest are dead. */
let processes = 0;

export interface House {
  readonly orchestrator: Orchestrator;
  readonly store: StorePort;
  readonly time: HandTime;
}

export interface HouseOptions {
  readonly store?: StorePort;
  readonly time?: HandTime;
  /** Whether owners before this one are dead. Default true. */
  readonly othersAreDead?: boolean;
  /** Runs that have their names already. Default 0. */
  readonly named?: number;
  /** Default: none are known. */
  readonly secrets?: readonly string[];
}

export const START = 1_800_000_000_000;

/** Opens a house: a process of its own over the given store. Runs are named `run_1`, `run_2` … */
export function house(config: OrchestratorConfig, options: HouseOptions = {}): House {
  const store = options.store ?? memoryStore();
  const time = options.time ?? handTime(START);
  const id = `process-${++processes}`;
  let runs = options.named ?? 0;
  let signals = 0;
  const orchestrator = new Orchestrator(config, {
    store,
    clock: time,
    holder: {
      self: { id, host: "here", pid: processes, boot: "boot" },
      mayLive: (holder) => holder.id === id || options.othersAreDead === false,
    },
    sha256,
    codec: superjsonCodec(),
    redact: redaction(options.secrets ?? []),
    newId: () => `run_${++runs}`,
    newSignalId: () => `signal_${id}_${++signals}`,
  });
  return { orchestrator, store, time };
}

/** Lets everything that can happen without time passing happen. */
export async function settle(turns = 60): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}

/** Waits for the run to be over or suspended, moving time to whatever it waits for. */
export async function finish({ time }: House, run: Run): Promise<RunReport> {
  const outcome: { report?: RunReport; failure?: unknown } = {};
  void run.result.then(
    (report) => Object.assign(outcome, { report }),
    (failure: unknown) => Object.assign(outcome, { failure }),
  );
  for (;;) {
    await settle();
    if (outcome.failure !== undefined) throw outcome.failure;
    if (outcome.report !== undefined) return outcome.report;
    const next = time.next;
    if (next === undefined) throw new Error("the run waits for nothing and is not over");
    await time.moveToAsync(next);
  }
}

export async function journalOf(run: Run): Promise<readonly JournalEntry[]> {
  const entries: JournalEntry[] = [];
  for await (const entry of run.events()) entries.push(entry);
  return entries;
}

/** The journal as it is by now, of a run that may go on. */
export async function writtenOf(store: StorePort, run: string): Promise<readonly JournalEntry[]> {
  const stored = await store.read(run, 0, 100_000);
  return Promise.all(stored.map((entry) => readEntry(run, entry, store)));
}

/** A person's word on a question, as asked. */
export function decide(
  { orchestrator }: House,
  request: ApprovalRequest,
  decision: DecisionKind,
  value?: Json,
  by = "ann",
): Promise<DecisionReceipt> {
  const { id: requestId, digest } = request;
  return orchestrator.decide({ requestId, digest, decision, by, ...(value === undefined ? {} : { value }) });
}
