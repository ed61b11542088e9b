/** Report: what a run came to, or has come to so far. */
import type { Failure } from "../contracts/errors.ts";
import type { TaskStatus } from "../contracts/plan.ts";
import type { RunReport, RunStatus, TaskReport } from "../contracts/report.ts";
import type { Timestamp } from "../contracts/units.ts";
import { combine, elapsedIn } from "./budget.ts";
import { budgetReportOf } from "./budget-report.ts";
import { outputsOf } from "./outputs.ts";
import type { RunState } from "./run-state.ts";
import { attemptsOf } from "./schedule.ts";

const statuses: Readonly<Record<string, RunStatus>> = {
  "awaiting-human": "suspended",
  paused: "suspended",
  completed: "completed",
  failed: "failed",
  cancelled: "cancelled",
};

/** Nothing can happen to the run any more. */
export const isOver = (status: RunStatus): boolean => status !== "running" && status !== "suspended";

const UNSETTLED: ReadonlySet<TaskStatus> = new Set(["waiting", "ready", "running", "backing-off"]);

export const statusOf = (state: string): RunStatus => statuses[state] ?? "running";

export function reportOf(run: RunState, state: string, at: Timestamp, fatal?: Failure): RunReport {
  const status = fatal === undefined ? statusOf(state) : "failed";
  const failure = fatal ?? run.failure;
  const budget = budgetReportOf(run);
  return {
    run: run.run,
    name: run.settings.name,
    objective: run.objective,
    objectiveDigest: run.objectiveDigest,
    status,
    state: fatal === undefined ? state : "failed",
    ...(status === "completed" ? { output: run.output } : { partial: outputsOf(run.schedule) }),
    ...(failure === null ? {} : { failure }),
    progress: run.progress,
    ...(run.settings.acceptance === undefined ? {} : { acceptance: run.acceptance }),
    tasks: run.schedule.tasks.map((task) => ({ ...taskReport(task, isOver(status)), ...driftOf(run, task.id) })),
    // What is held counts as spent until it is known to be less.
    spend: {
      ...combine(run.ledger.spent, run.ledger.reserved),
      wallMs: at - run.startedAt,
      activeMs: elapsedIn(run.ledger, "activeMs", at),
      ...(budget.efficiency.costMicroUsd === undefined ? {} : { holdEfficiency: budget.efficiency.costMicroUsd }),
    },
    budget,
    pendingApprovals: isOver(status) ? [] : run.questions,
    ...(run.flow === undefined ? {} : { declassified: run.flow.declassified }),
    ...(run.decided.length === 0 ? {} : { decided: run.decided }),
    conflicts: run.conflicts,
    quarantines: run.quarantines,
    shares: run.shares,
    findings: run.findings,
  };
}

const driftOf = ({ drift }: RunState, task: string): { readonly drift?: number } => {
  const ratio = Object.hasOwn(drift, task) ? drift[task]?.ratio : undefined;
  return ratio === undefined ? {} : { drift: ratio };
};

const taskReport = (task: RunState["schedule"]["tasks"][number], over: boolean): TaskReport => ({
  id: task.id,
  agent: task.agent,
  status: over && UNSETTLED.has(task.status) ? "stopped" : task.status,
  attempts: attemptsOf(task),
  accountable: task.accountable,
  ...(task.tookBest === true ? { wanting: task.best?.findings ?? [] } : {}),
  ...(task.sharedFrom === undefined ? {} : { sharedFrom: task.sharedFrom }),
  ...(task.failure === undefined ? {} : { failure: task.failure }),
  ...(task.delegation === undefined
    ? {}
    : { delegatedBy: { task: task.delegation.parent, chain: task.delegation.chain } }),
});
