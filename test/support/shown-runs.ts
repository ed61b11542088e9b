/** Shown runs: an inspection port over nothing, which tells what it is told to, for tests of what stands before it. */
import type { ApprovalRequest, Decision, DecisionReceipt } from "../../src/contracts/approvals.ts";
import type { ControlPort, SteerOrder } from "../../src/contracts/control.ts";
import { RuntimeError } from "../../src/contracts/errors.ts";
import type { EntryRow, InspectionPort, RunRow, StreamData } from "../../src/contracts/inspection.ts";

export interface ShownRuns {
  readonly inspection: InspectionPort;
  readonly control: Required<ControlPort>;
  /** What came through to the port, in order. */
  readonly asked: (readonly [name: string, ...args: readonly unknown[]])[];
  readonly decided: Decision[];
  readonly steered: (readonly [run: string, order: SteerOrder])[];
  /** Tells whoever watches the run; of `""`, whoever watches all. */
  tell(run: string, data: StreamData): void;
  readonly watched: ReadonlyMap<string, number>;
}

const NOW = 1_800_000_000_000;

export const runRow = (run: string): RunRow => ({
  run,
  name: "shown",
  objective: `the objective of ${run}`,
  status: "running",
  state: "executing",
  createdAt: NOW,
  updatedAt: NOW,
  head: 3,
  pendingApprovals: [],
});

export const entryRow = (seq: number, summary = `entry ${seq}`): EntryRow => ({
  seq,
  at: NOW + seq,
  kind: "outcome",
  to: "orchestrator",
  event: "task.done",
  summary,
  state: "executing",
  marks: [],
});

export const question = (run: string): ApprovalRequest => ({
  id: `${run}:pay#1/0/approve/0`,
  actor: "pay#1/0/approve/0",
  kind: "approve",
  title: "May clerk call pay?",
  tool: "pay",
  subject: { to: "ann" },
  digest: "d".repeat(64),
  reason: "the tool needs approval",
  requester: { agent: "clerk" },
  role: "owner",
  askedAt: NOW,
  expiresAt: NOW + 60_000,
});

export function shownRuns(runs: readonly string[] = ["run_a", "run_b"]): ShownRuns {
  const asked: (readonly [string, ...unknown[]])[] = [];
  const decided: Decision[] = [];
  const steered: (readonly [string, SteerOrder])[] = [];
  const listeners = new Map<string, Set<(data: StreamData) => void>>();
  const watched = new Map<string, number>();

  const listen = (run: string, told: (data: StreamData) => void): (() => void) => {
    const all = listeners.get(run) ?? new Set();
    listeners.set(run, all.add(told));
    watched.set(run, all.size);
    return () => {
      all.delete(told);
      watched.set(run, all.size);
    };
  };
  const about =
    (name: string) =>
    async (run: string, ...args: readonly unknown[]): Promise<never> => {
      if (!runs.includes(run)) throw new RuntimeError("run.unknown", `there is no run "${run}" in this store`);
      asked.push([name, run, ...args]);
      return { run, name, secret: `of ${run}` } as never;
    };
  const names = [
    "overview",
    "rows",
    "moment",
    "actor",
    "sequence",
    "difference",
    "why",
    "chain",
    "chart",
    "paths",
  ] as const;
  const reads = Object.fromEntries(names.map((name) => [name, about(name)])) as unknown as Pick<
    InspectionPort,
    (typeof names)[number]
  >;
  return {
    asked,
    decided,
    steered,
    watched,
    tell: (run, data) => {
      for (const told of listeners.get(run) ?? []) told(data);
    },
    inspection: {
      ...reads,
      runs: async (query) => {
        asked.push(["runs", query]);
        return runs.map(runRow);
      },
      inbox: async () => runs.map(question),
      watch: (run, after, told) => {
        asked.push(["watch", run, after]);
        return listen(run, told);
      },
      watchAll: (told) => listen("", told),
    },
    control: {
      decide: async (decision): Promise<DecisionReceipt> => {
        decided.push(decision);
        return { accepted: true };
      },
      steer: async (run, order) => void steered.push([run, order]),
      fork: async (run, seq) => `${run}_fork_${seq}`,
    },
  };
}
