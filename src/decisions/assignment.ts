/**
 * Assignment: who works on what, and what follows when they are done, have failed, or are stopped.
 *
 * D1  Ready tasks start while fewer than the limit run; attempts that only wait for a person, or for a part they
 *     delegated, do not count.
 * D2  A message of an attempt that is not the running one changes nothing.
 * D3  An attempt that ends takes its acts, holds and questions with it, and the parts of its task that it delegated.
 */
import type { Command } from "../contracts/commands.ts";
import type { ErrorCode, Failure } from "../contracts/errors.ts";
import { type ActorId, type AgentName, agentActorIn } from "../contracts/ids.ts";
import type { Json } from "../contracts/json.ts";
import type { Tracked } from "../contracts/labels.ts";
import type { Assignment, Finding, Plan } from "../contracts/plan.ts";
import type { Share } from "../contracts/report.ts";
import type { Cost } from "../contracts/tools.ts";
import { waitingFor, withShares } from "./call-claim.ts";
import { crossCheck, crossCheckAll } from "./cross-check.ts";
import { delegatedPart } from "./delegation.ts";
import { cancel, endAttempt, forgetParts, toldOf } from "./delegation-end.ts";
import { forgetCalls } from "./duplicate.ts";
import { countRetry, hasRetryLeft } from "./health.ts";
import { forget } from "./loop.ts";
import { openTaskParts } from "./parts.ts";
import { noteOutcome, noteStart, retireSources } from "./provenance.ts";
import { withoutRow } from "./record.ts";
import { clearFailures, countFailure } from "./restart.ts";
import { retry, stretched } from "./retry.ts";
import { holdReview, releaseReview, settleReview } from "./review-cost.ts";
import { fallbackOf, type Moment, type Reaction, type RunState } from "./run-state.ts";
import {
  agentActorOf,
  assignmentOf,
  attemptEnd,
  type Best,
  causeOf,
  complete,
  completeWithBest,
  giveUp,
  handOver,
  isSettled,
  keepBest,
  layOut,
  makeReady,
  ownAttemptsOf,
  postpone,
  runningTask,
  shareNext,
  startNext,
  type TaskState,
  TRIMMED,
  takeBack,
  trim,
  trimmable,
} from "./schedule.ts";
import { countDeclassified, flowOf, trackFailure, trackOutput, trackPlan } from "./tracking.ts";

/** Takes a sound plan into force. */
export function adopt(state: RunState, plan: Plan): RunState {
  const schedule = layOut(plan, state.settings, state.schedule, state.findings);
  // Positions are those of the plan in force.
  const tracked = trackPlan(retireSources(state, schedule), schedule);
  return openTaskParts({ ...tracked, repairs: 0, degraded: [] }, plan);
}

/** Starts ready tasks up to the limit (D1); one that is another's twin takes its output instead, when there is one. */
export function dispatch(state: RunState, moment: Moment): Reaction {
  const commands: Command[] = [];
  // A plan that is in trouble is not begun.
  if (state.trouble !== null) return { state, commands };
  const shares: Share[] = [];
  const settled: number[] = [];
  let { schedule, ledger } = state;
  let trouble: RunState["trouble"] = null;
  for (let free = state.settings.concurrency - schedule.running + waiting(state).size; ; ) {
    const shared = shareNext(schedule);
    if (shared !== undefined) {
      schedule = shared.schedule;
      shares.push(shared.share);
      settled.push(shared.position);
      commands.push(sharing(shared.share));
      continue;
    }
    const started = free > 0 ? startNext(schedule) : undefined;
    if (started === undefined) break;
    const task = started.schedule.tasks[started.position] as TaskState;
    const review = { actor: agentActorOf(task), agent: task.agent, position: started.position };
    const held = holdReview({ ...state, ledger, schedule: started.schedule }, review, moment);
    if (held.kind === "refused") {
      // What is at work may turn out cheaper than was held for it.
      if (schedule.running === 0) trouble = held.trouble;
      break;
    }
    free--;
    ledger = held.ledger;
    schedule = noteStart(started.schedule, started.position);
    commands.push(
      start(
        { ...state, schedule },
        task,
        started.position,
        assignmentOf(schedule, started.position, state.objective),
        moment,
      ),
    );
  }
  const next = { ...state, schedule, ledger, trouble };
  if (shares.length === 0) return { state: next, commands };
  const checked = crossCheckAll({ ...next, shares: withShares(state, shares) }, settled, moment);
  return { state: checked.state, commands: [...commands, ...checked.commands] };
}

const sharing = ({ task, from }: Share): Command => ({
  type: "record",
  params: {
    rule: "duplicate.task",
    verdict: "shared",
    reason: `it is the same work as task "${from}", whose output it takes; to do it once more on purpose, declare crossCheck`,
    data: { task, from },
  },
});

function start(state: RunState, task: TaskState, position: number, assignment: Assignment, moment: Moment): Command {
  const actor = agentActorOf(task);
  const part = delegatedPart(state.settings, task);
  const end = attemptEnd(task, moment.at);
  return {
    type: "spawn",
    params: {
      id: actor,
      logic: "agent",
      input: {
        attempt: {
          run: state.run,
          actor,
          agent: task.agent,
          task: task.id,
          accountable: task.accountable,
          position,
          number: task.attempt,
          since: moment.seq,
          startedAt: moment.at,
          ...(part as object),
        },
        assignment: { ...assignment, ...(part.authority === undefined ? {} : { authority: part.authority }) } as never,
        timeoutMs: end === undefined ? null : Math.max(end - moment.at, 0),
        approvals: state.settings.approvals as unknown as Json,
        agents: state.settings.agents.map((agent) => agent.name),
        ...mostOpenActs(state, task.agent),
        ...(flowOf(state, task) as unknown as { readonly flow?: Json }),
      },
    },
  };
}

function mostOpenActs({ settings }: RunState, name: AgentName): { readonly maxOpenActs?: number } {
  const maxOpenActs = settings.agents.find((agent) => agent.name === name)?.maxOpenActs;
  return maxOpenActs === undefined ? {} : { maxOpenActs };
}

/** Attempts that only wait, for a person or for a part they delegated: nothing else of theirs is under way. */
export function waiting(state: RunState): ReadonlySet<ActorId> {
  const { tasks, delegated = [] } = state.schedule;
  if (state.asking === 0 && state.questions.length === 0 && delegated.length === 0) return new Set();
  const asking = new Set<ActorId>();
  for (const position of delegated) asking.add(tasks[position]?.delegation?.by ?? "");
  for (const act of Object.values(state.acts)) if (act.stage === "asking") asking.add(act.agent);
  for (const question of state.questions) {
    const agent = agentActorIn(question.actor);
    if (agent !== undefined) asking.add(agent);
  }
  for (const act of Object.values(state.acts)) if (act.stage === "held") asking.delete(act.agent);
  for (const wish of state.queue) asking.delete(wish.agent);
  for (const agent of waitingFor(state, asking)) if (!isActing(state, agent)) asking.add(agent);
  return asking;
}

const isActing = ({ acts }: RunState, agent: ActorId): boolean =>
  Object.values(acts).some((act) => act.agent === agent && act.stage === "held");

/** Nothing can move without a person: what is at work waits for one, or all is done and a conflict does. */
export function isStuck(state: RunState): boolean {
  const { running, ready, backingOff } = state.schedule;
  const isAtWork = running > 0 || state.conflicts.some(({ resolution }) => resolution === undefined);
  if (!isAtWork || ready.length > 0 || backingOff > 0 || state.questions.length === 0) return false;
  const idle = waiting(state);
  return runningActors(state).every((actor) => idle.has(actor));
}

function runningActors(state: RunState): readonly ActorId[] {
  return state.schedule.tasks.filter((task) => task.status === "running").map(agentActorOf);
}

export interface Done {
  readonly actor: ActorId;
  readonly position: number;
  readonly number: number;
  readonly output: Json;
  /** What its review cost, where that has a price. */
  readonly reviewCost?: Cost;
  /** By evaluator. */
  readonly scores?: { readonly [evaluator: string]: number };
  /** Where labels are used: of the output, and whether it was let through in spite of what the agent has heard. */
  readonly labels?: Tracked;
  readonly declassified?: number;
}

export function settleDone(state: RunState, done: Done, moment: Moment): Reaction {
  const task = runningTask(state.schedule, done.position, done.number);
  if (task === undefined) return { state, commands: [] };
  const ledger = settleReview(state.ledger, done.actor, done.reviewCost ?? null);
  const { state: ended, commands } = endAttempt({ ...state, ledger }, done.actor, moment);
  const closed = countDeclassified(trackOutput(ended, done.position, done.labels), done.declassified);
  const next: RunState = {
    ...closed,
    schedule: complete(closed.schedule, done.position, done.output, leastOf(done.scores)),
    loops: forget(closed.loops, task.id),
    drift: withoutRow(closed.drift, task.id),
    claims: forgetCalls(closed.claims, task.id),
    health: withRestarts(closed, clearFailures(closed.health.restarts, task.agent)),
  };
  return {
    state: forgetParts(noteOutcome(next, done.position), task),
    commands: [...commands, ...toldOf(next, done.position)],
  };
}

const leastOf = (scores: Done["scores"] = {}): number | undefined => {
  const all = Object.values(scores);
  return all.length === 0 ? undefined : Math.min(...all);
};

const withRestarts = ({ health }: RunState, restarts: RunState["health"]["restarts"]): RunState["health"] =>
  restarts === health.restarts ? health : { ...health, restarts };

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

export const taskDue = (state: RunState, position: number): RunState => ({
  ...state,
  schedule: makeReady(state.schedule, position),
});

/** Ends the running attempt of a task and gives the task to another agent. */
export function reassign(state: RunState, position: number, moment: Moment, why: string): Reaction {
  const agent: AgentName | undefined = fallbackOf(state, position);
  const task = state.schedule.tasks[position];
  if (agent === undefined || task?.status !== "running") return { state, commands: [] };
  const actor = agentActorOf(task);
  const { state: closed, commands } = endAttempt(state, actor, moment);
  const finding: Finding = { source: "orchestrator", message: why, task: task.id };
  return {
    state: {
      ...closed,
      schedule: postpone(closed.schedule, position, [...task.findings, finding], agent),
      loops: forget(closed.loops, task.id),
    },
    commands: [...commands, cancel(actor)],
  };
}

/**
 * Leaves out what is optional, as little as helps: the task that asked for too much, if it is; else those that have not
 * begun; else those at work.
 */
export function trimOptional(state: RunState, position: number, moment: Moment): Reaction {
  const all = trimmable(state.schedule);
  const idle = all.filter((one) => state.schedule.tasks[one]?.status !== "running");
  const chosen = all.includes(position) ? [position] : idle.length > 0 ? idle : all;
  return leaveOut(state, chosen, TRIMMED, moment);
}

/** Leaves tasks out, and stops those of them that are at work. */
export function leaveOut(state: RunState, chosen: readonly number[], why: Failure, moment: Moment): Reaction {
  let next = state;
  const commands: Command[] = [];
  for (const one of chosen) {
    const task = next.schedule.tasks[one] as TaskState;
    // A part ends with the task it is a part of.
    if (isSettled(task.status)) continue;
    if (task.status === "running") {
      const ended = endAttempt(next, agentActorOf(task), moment);
      next = ended.state;
      commands.push(...ended.commands, cancel(agentActorOf(task)));
    }
    next = { ...next, schedule: trim(next.schedule, [one], why) };
    commands.push(...toldOf(next, one));
  }
  const checked = crossCheckAll(next, chosen, moment);
  return { state: checked.state, commands: [...commands, ...checked.commands] };
}

/** Stops all running attempts and puts their tasks back, for a new plan. What was delegated ends with them. */
export function recall(state: RunState, moment: Moment): Reaction {
  let next = state;
  const commands: Command[] = [];
  state.schedule.tasks.forEach((task, position) => {
    if (task.status !== "running" || task.delegation !== undefined) return;
    const ended = endAttempt(next, agentActorOf(task), moment);
    commands.push(...ended.commands, cancel(agentActorOf(task)));
    next = {
      ...ended.state,
      schedule: takeBack(ended.state.schedule, position),
      loops: forget(ended.state.loops, task.id),
    };
  });
  return { state: { ...next, queue: [] }, commands };
}

/** Tells every running attempt. */
export const tellAgents = (state: RunState, type: "agent.suspend" | "agent.resume"): readonly Command[] =>
  runningActors(state).map((actor) => ({ type: "tell", params: { to: actor, event: { type } } }));

/** Why the run cannot be completed, from its tasks. */
export const causeOfFailure = (state: RunState): Failure => causeOf(state.schedule);
