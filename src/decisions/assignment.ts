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
import type { Share } from "../contracts/report.ts";
import type { AgentGrant } from "../contracts/settings.ts";
import type { Cost } from "../contracts/tools.ts";
import { waitingFor, withShares } from "./call-claim.ts";
import { crossCheckAll } from "./cross-check.ts";
import { delegatedPart } from "./delegation.ts";
import { cancel, endAttempt, forgetParts, toldOf } from "./delegation-end.ts";
import { forgetCalls } from "./duplicate.ts";
import { leastOf } from "./failure.ts";
import { withRestarts } from "./health.ts";
import { layOut } from "./layout.ts";
import { forget } from "./loop.ts";
import { assignmentOf, causeOf } from "./outputs.ts";
import { openTaskParts } from "./parts.ts";
import { noteOutcome, noteStart, retireSources } from "./provenance.ts";
import { withoutRow } from "./record.ts";
import { clearFailures } from "./restart.ts";
import { holdReview, settleReview } from "./review-cost.ts";
import { fallbackOf, type Moment, type Reaction, type RunState } from "./run-state.ts";
import {
  agentActorOf,
  attemptEnd,
  complete,
  isSettled,
  makeReady,
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
import { countDeclassified, flowOf, trackOutput, trackPlan } from "./tracking.ts";

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
        ...grantedTo(state, task.agent),
        ...(flowOf(state, task) as unknown as { readonly flow?: Json }),
      },
    },
  };
}

function grantedTo({ settings }: RunState, name: AgentName): Pick<AgentGrant, "maxOpenActs" | "models"> {
  const { maxOpenActs, models }: Partial<AgentGrant> = settings.agents.find((agent) => agent.name === name) ?? {};
  return {
    ...(maxOpenActs === undefined ? {} : { maxOpenActs }),
    ...(models === undefined ? {} : { models }),
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
