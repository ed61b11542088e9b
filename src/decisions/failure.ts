/**
 * Failure: an attempt has failed. Again by the same agent, by its fallback, or for good?
 */
import type { Command } from "../contracts/commands.ts";
import type { ErrorCode, Failure } from "../contracts/errors.ts";
import type { ActorId, AgentName } from "../contracts/ids.ts";
import type { Json } from "../contracts/json.ts";
import type { Tracked } from "../contracts/labels.ts";
import type { Finding } from "../contracts/plan.ts";
import type { Cost } from "../contracts/tools.ts";
import { crossCheck } from "./cross-check.ts";
import { endAttempt, toldOf } from "./delegation-end.ts";
import { countRetry, hasRetryLeft, withRestarts } from "./health.ts";
import { forget } from "./loop.ts";
import { noteOutcome } from "./provenance.ts";
import { countFailure } from "./restart.ts";
import { retry, stretched } from "./retry.ts";
import { releaseReview, settleReview } from "./review-cost.ts";
import { fallbackOf, type Moment, type Reaction, type RunState } from "./run-state.ts";
import {
  agentActorOf,
  type Best,
  completeWithBest,
  giveUp,
  handOver,
  keepBest,
  ownAttemptsOf,
  postpone,
  runningTask,
  type TaskState,
} from "./schedule.ts";
import { trackFailure } from "./tracking.ts";

export interface Failed {
  readonly actor: ActorId;
  readonly position: number;
  readonly number: number;
  readonly failure: Failure;
  readonly findings: readonly Finding[];
  /** Of an output that did not pass. */
  readonly reviewCost?: Cost;
  readonly output?: Json;
  readonly scores?: { readonly [evaluator: string]: number };
  readonly labels?: Tracked;
}

/** What another agent may do better. What a rule or a person refused one agent, no other is to try in its place. */
const MENDABLE: ReadonlySet<ErrorCode> = new Set([
  "agent.diverged",
  "agent.failed",
  "agent.flooded",
  "agent.timeout",
  "agent.unsupported",
  "loop.detected",
  "machine.failed",
  "model.busy",
  "model.malformed",
  "model.rejected",
  "model.swapped",
  "model.truncated",
  "model.unavailable",
  "output.invalid",
  "tool.failed",
  "tool.rejected",
  "tool.timeout",
  "tool.unavailable",
  "value.invalid",
  "value.too-deep",
  "value.too-large",
]);

type Next =
  | { readonly kind: "again"; readonly afterMs: number }
  | { readonly kind: "hand-over"; readonly agent: AgentName }
  | { readonly kind: "give-up" };

/** Again by the same agent, by its fallback, or for good; with the rule that decided. */
function nextAttempt(
  state: RunState,
  { position, failure }: Failed,
  isTooMany: boolean,
  { at }: Moment,
): { readonly rule: string; readonly next: Next } {
  const task = state.schedule.tasks[position] as TaskState;
  const decision = retry(failure.code, ownAttemptsOf(task), task.retries, task.backoffMs);
  const afterMs =
    decision.kind === "again" ? stretched(decision.afterMs, `${state.run}/${agentActorOf(task)}`) : undefined;
  // A delegated task is not tried again once its time is up.
  const isOver = afterMs !== undefined && at + afterMs >= (task.delegation?.authority.until ?? Infinity);
  if (afterMs !== undefined && !isOver && !isTooMany && hasRetryLeft(state))
    return { rule: "retry.again", next: { kind: "again", afterMs } };
  const rule = afterMs === undefined || isOver ? "retry.give-up" : isTooMany ? "restart.intensity" : "retry.budget";
  const agent = MENDABLE.has(failure.code) ? fallbackOf(state, position) : undefined;
  return { rule, next: agent === undefined ? { kind: "give-up" } : { kind: "hand-over", agent } };
}

/** An output that did not pass was reviewed; a chart that failed may have been; anything else came before. */
const ledgerAfter = ({ ledger }: RunState, { actor, failure, reviewCost }: Failed): RunState["ledger"] =>
  failure.code === "output.invalid" || failure.code === "machine.failed"
    ? settleReview(ledger, actor, reviewCost ?? null)
    : releaseReview(ledger, actor);

/** Again after a wait, by another agent, or for good. */
export function settleFailed(state: RunState, failed: Failed, moment: Moment): Reaction {
  const task = runningTask(state.schedule, failed.position, failed.number);
  if (task === undefined) return { state, commands: [] };
  const { state: ended, commands } = endAttempt({ ...state, ledger: ledgerAfter(state, failed) }, failed.actor, moment);
  const tracked = trackFailure(ended, failed.position, failed.labels);
  const counted = countFailure(tracked.health.restarts, task.agent, moment.at, state.settings.failures?.restarts);
  const closed: RunState = {
    ...tracked,
    // Another attempt begins from the beginning, and does the same things again.
    loops: forget(tracked.loops, task.id),
    health: withRestarts(tracked, counted.restarts),
    schedule:
      failed.output === undefined ? tracked.schedule : keepBest(tracked.schedule, failed.position, bestOf(failed)),
  };
  const { rule, next } = nextAttempt(closed, failed, counted.isTooMany, moment);
  const findings = [
    ...failed.findings,
    ...(failed.findings.length > 0 ? [] : [{ source: task.agent, message: failed.failure.message, task: task.id }]),
  ];
  const ruling: Command = {
    type: "record",
    params: {
      rule,
      verdict: next.kind,
      reason: `${failed.failure.code}: ${failed.failure.message}`,
      data: { task: task.id, attempt: task.attempt, ...(next.kind === "hand-over" ? { agent: next.agent } : {}) },
    },
  };
  const best = closed.schedule.tasks[failed.position]?.best;
  if (next.kind === "give-up" && best !== undefined) {
    const taken = takeBest(closed, failed.position, best, moment);
    return { state: taken.state, commands: [...commands, ...taken.commands] };
  }
  if (next.kind === "give-up") {
    const given: RunState = {
      ...closed,
      schedule: giveUp(closed.schedule, failed.position, failed.failure),
      findings: [...closed.findings, ...findings],
    };
    const checked = crossCheck(noteOutcome(given, failed.position), failed.position, moment);
    return {
      state: checked.state,
      commands: [...commands, ruling, ...toldOf(given, failed.position), ...checked.commands],
    };
  }
  if (next.kind === "hand-over") {
    const schedule = handOver(closed.schedule, failed.position, findings, next.agent);
    return { state: { ...closed, schedule }, commands: [...commands, ruling] };
  }
  const wait: Command = {
    type: "wait",
    params: { id: `retry/${task.id}`, ms: next.afterMs, event: { type: "task.due", position: failed.position } },
  };
  return {
    state: { ...countRetry(closed), schedule: postpone(closed.schedule, failed.position, findings) },
    commands: [...commands, ruling, wait],
  };
}

/** The least of the scores an output was given. */
export const leastOf = (scores: Failed["scores"] = {}): number | undefined => {
  const all = Object.values(scores);
  return all.length === 0 ? undefined : Math.min(...all);
};

const bestOf = ({ output = null, scores, findings }: Failed): Best => ({
  output,
  score: leastOf(scores) ?? 0,
  findings,
});

/** No attempt has passed, and the task takes the best there was. */
function takeBest(state: RunState, position: number, best: Best, moment: Moment): Reaction {
  const { id } = state.schedule.tasks[position] as TaskState;
  const reason = `no attempt passed; the best output is taken, at ${best.score}`;
  const ruling: Command = {
    type: "record",
    params: { rule: "partial.accepted", verdict: "taken", reason, data: { task: id } },
  };
  const taken = { ...state, schedule: completeWithBest(state.schedule, position, best) };
  const checked = crossCheck(taken, position, moment);
  return { state: checked.state, commands: [ruling, ...toldOf(taken, position), ...checked.commands] };
}

/** A chart failed: that of an agent is a failed attempt, that of a question about the run is a question nobody answers. */
export function settleCrashed(
  state: RunState,
  { actor, failure }: { readonly actor: ActorId; readonly failure: Failure },
  moment: Moment,
): Reaction {
  if (state.concern?.approval === actor) {
    const questions = state.questions.filter((request) => request.actor !== actor);
    return { state: { ...state, questions, answer: { kind: "expired" } }, commands: [] };
  }
  const position = state.schedule.tasks.findIndex((task) => task.status === "running" && agentActorOf(task) === actor);
  const task = state.schedule.tasks[position];
  if (task === undefined) return { state, commands: [] };
  return settleFailed(state, { actor, position, number: task.attempt, failure, findings: [] }, moment);
}
