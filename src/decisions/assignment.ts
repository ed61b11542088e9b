/**
 * Assignment: who works on what, and what follows when they are done, have failed, or are stopped.
 *
 * D1  Ready tasks start while fewer than the limit run; attempts that only wait for a person, or for a part they
 *     delegated, do not count.
 * D2  A message of an attempt that is not the running one changes nothing.
 * D3  An attempt that ends takes its acts, holds and questions with it, and the parts of its task that it delegated.
 */
import type { Command } from "../contracts/commands.ts";
import type { Failure } from "../contracts/errors.ts";
import { type ActorId, type AgentName, agentActorIn } from "../contracts/ids.ts";
import type { Json } from "../contracts/json.ts";
import type { Tracked } from "../contracts/labels.ts";
import type { Assignment, Finding, Plan } from "../contracts/plan.ts";
import { delegatedPart } from "./delegation.ts";
import { cancel, endAttempt, forgetParts, toldOf } from "./delegation-end.ts";
import { forgetCalls } from "./duplicate.ts";
import { forget } from "./loop.ts";
import { openTaskParts } from "./parts.ts";
import { noteOutcome, noteStart, retireSources } from "./provenance.ts";
import { withoutRow } from "./record.ts";
import { type RetryDecision, retry } from "./retry.ts";
import { fallbackOf, type Moment, type Reaction, type RunState } from "./run-state.ts";
import {
  agentActorOf,
  assignmentOf,
  attemptEnd,
  attemptsOf,
  causeOf,
  complete,
  giveUp,
  isSettled,
  layOut,
  makeReady,
  postpone,
  runningTask,
  startNext,
  type TaskState,
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

/** Starts ready tasks up to the limit (D1). */
export function dispatch(state: RunState, moment: Moment): Reaction {
  const commands: Command[] = [];
  // A plan that is in trouble is not begun.
  if (state.trouble !== null) return { state, commands };
  let schedule = state.schedule;
  for (let free = state.settings.concurrency - schedule.running + waiting(state).size; free > 0; free--) {
    const started = startNext(schedule);
    if (started === undefined) break;
    schedule = noteStart(started.schedule, started.position);
    commands.push(
      start(
        { ...state, schedule },
        schedule.tasks[started.position] as TaskState,
        started.position,
        assignmentOf(schedule, started.position, state.objective),
        moment,
      ),
    );
  }
  return { state: { ...state, schedule }, commands };
}

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
        ...(flowOf(state, task) as unknown as { readonly flow?: Json }),
      },
    },
  };
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
  return asking;
}

/** Nothing can move without a person. */
export function isStuck(state: RunState): boolean {
  const { running, ready, backingOff } = state.schedule;
  if (running === 0 || ready.length > 0 || backingOff > 0 || state.questions.length === 0) return false;
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
  /** Where labels are used: of the output, and whether it was let through in spite of what the agent has heard. */
  readonly labels?: Tracked;
  readonly declassified?: number;
}

export function settleDone(state: RunState, done: Done, moment: Moment): Reaction {
  const task = runningTask(state.schedule, done.position, done.number);
  if (task === undefined) return { state, commands: [] };
  const { state: ended, commands } = endAttempt(state, done.actor, moment);
  const closed = countDeclassified(trackOutput(ended, done.position, done.labels), done.declassified);
  const next: RunState = {
    ...closed,
    schedule: complete(closed.schedule, done.position, done.output),
    loops: forget(closed.loops, task.id),
    drift: withoutRow(closed.drift, task.id),
    claims: forgetCalls(closed.claims, task.id),
  };
  return {
    state: forgetParts(noteOutcome(next, done.position), task),
    commands: [...commands, ...toldOf(next, done.position)],
  };
}

export interface Failed {
  readonly actor: ActorId;
  readonly position: number;
  readonly number: number;
  readonly failure: Failure;
  readonly findings: readonly Finding[];
  readonly labels?: Tracked;
}

/** Again after a wait, or for good. */
export function settleFailed(state: RunState, failed: Failed, moment: Moment): Reaction {
  const task = runningTask(state.schedule, failed.position, failed.number);
  if (task === undefined) return { state, commands: [] };
  const { state: ended, commands } = endAttempt(state, failed.actor, moment);
  const tracked = trackFailure(ended, failed.position, failed.labels);
  // Another attempt begins from the beginning, and does the same things again.
  const closed = { ...tracked, loops: forget(tracked.loops, task.id) };
  const decision = again(task, failed.failure, moment);
  const findings = [
    ...failed.findings,
    ...(failed.findings.length > 0 ? [] : [{ source: task.agent, message: failed.failure.message, task: task.id }]),
  ];
  const ruling: Command = {
    type: "record",
    params: {
      rule: `retry.${decision.kind}`,
      verdict: decision.kind,
      reason: `${failed.failure.code}: ${failed.failure.message}`,
      data: { task: task.id, attempt: task.attempt },
    },
  };
  if (decision.kind === "give-up") {
    const next: RunState = {
      ...closed,
      schedule: giveUp(closed.schedule, failed.position, failed.failure),
      findings: [...closed.findings, ...findings],
    };
    return {
      state: noteOutcome(next, failed.position),
      commands: [...commands, ruling, ...toldOf(next, failed.position)],
    };
  }
  const wait: Command = {
    type: "wait",
    params: { id: `retry/${task.id}`, ms: decision.afterMs, event: { type: "task.due", position: failed.position } },
  };
  return {
    state: { ...closed, schedule: postpone(closed.schedule, failed.position, findings) },
    commands: [...commands, ruling, wait],
  };
}

/** A delegated task is not tried again once its time is up. */
function again(task: TaskState, { code }: Failure, { at }: Moment): RetryDecision {
  const decision = retry(code, attemptsOf(task), task.retries, task.backoffMs);
  const until = task.delegation?.authority.until;
  return decision.kind === "again" && until !== undefined && at + decision.afterMs >= until
    ? { kind: "give-up" }
    : decision;
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
    next = { ...next, schedule: trim(next.schedule, [one]) };
    commands.push(...toldOf(next, one));
  }
  return { state: next, commands };
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
