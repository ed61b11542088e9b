/**
 * Quarantine: an agent is not to be trusted. What did it make, what was built on that, and what becomes of it?
 *
 * Z1  Tainted is what the agent made, what needed or read something tainted, and what such work wrote; nothing else.
 * Z2  What is tainted on the blackboard is withdrawn, as a new version without a value; the journal keeps what stood there.
 * Z3  The agent starts nothing more: its tasks go to its fallback, or have failed. What others built on it they do again.
 */
import type { Author, Entry } from "../contracts/blackboard.ts";
import type { Command } from "../contracts/commands.ts";
import type { Failure } from "../contracts/errors.ts";
import { type AgentName, ORCHESTRATOR } from "../contracts/ids.ts";
import type { Quarantine } from "../contracts/report.ts";
import { settled } from "./concern.ts";
import { cancel, endAttempt } from "./delegation-end.ts";
import { forgetCalls } from "./duplicate.ts";
import { reassignTo, reopen } from "./reopening.ts";
import { fallbackOf, type Moment, type Reaction, type RunState } from "./run-state.ts";
import { agentActorOf, giveUp, isSettled, type TaskState } from "./schedule.ts";

/** Positions of tasks and keys of the blackboard that go back to an agent. */
export interface Taint {
  readonly tasks: ReadonlySet<number>;
  readonly keys: ReadonlySet<string>;
}

const hasWorked = ({ status }: TaskState): boolean => status === "completed" || status === "running";

function list<At, One>(map: Map<At, One[]>, at: At, one: One): void {
  const known = map.get(at);
  if (known === undefined) map.set(at, [one]);
  else known.push(one);
}

/** All that goes back to what the agent made (Z1). Each task and key is looked at once. */
export function taintOf({ schedule: { tasks }, board }: RunState, agent: AgentName): Taint {
  const positions = new Map(tasks.map((task, position) => [task.id, position]));
  const written = new Map<number, string[]>();
  const readers = new Map<string, number[]>();
  const keys = new Set<string>();
  for (const [key, { author }] of Object.entries(board)) {
    if (author.agent === agent) keys.add(key);
    const position = positions.get(author.task);
    if (position !== undefined) list(written, position, key);
  }
  tasks.forEach((task, position) => {
    for (const { what } of task.sources ?? []) if (what.kind === "entry") list(readers, what.key, position);
  });
  const tainted = new Set<number>();
  const kin = new Map<number, number[]>();
  tasks.forEach(({ delegation }, position) => {
    const parent = delegation === undefined ? undefined : positions.get(delegation.parent);
    if (parent === undefined) return;
    list(kin, parent, position);
    list(kin, position, parent);
  });
  const taint = (position: number): void => {
    if (hasWorked(tasks[position] as TaskState)) tainted.add(position);
  };
  tasks.forEach((task, position) => {
    if (task.agent === agent) taint(position);
  });
  for (const key of keys) for (const reader of readers.get(key) ?? []) taint(reader);
  // Both sets grow while they are walked: what is added is visited too.
  for (const position of tainted) {
    const { dependents, followers = [] } = tasks[position] as TaskState;
    for (const dependent of dependents) taint(dependent);
    for (const follower of followers) if (tasks[follower]?.sharedFrom !== undefined) taint(follower);
    // A delegator has heard its part, and the part was told by it what to do.
    for (const one of kin.get(position) ?? []) taint(one);
    for (const key of written.get(position) ?? []) {
      keys.add(key);
      for (const reader of readers.get(key) ?? []) taint(reader);
    }
  }
  return { tasks: tainted, keys };
}

export interface Suspicion {
  readonly agent: AgentName;
  readonly reason: string;
}

/** Puts an agent in quarantine. */
export function quarantine(state: RunState, { agent, reason }: Suspicion, moment: Moment): Reaction {
  if (state.quarantines.some((one) => one.agent === agent)) return { state, commands: [] };
  const { tasks, keys } = taintOf(state, agent);
  const all = state.schedule.tasks;
  const record: Quarantine = {
    agent,
    reason,
    tasks: [...tasks].map((position) => (all[position] as TaskState).id),
    keys: [...keys],
    at: moment.at,
  };
  // A part is not done again by itself: it ends with its delegator's attempt, which may delegate it anew.
  const own = [...tasks].filter((position) => all[position]?.delegation === undefined);
  const running = own.map((position) => all[position] as TaskState).filter(({ status }) => status === "running");
  const ends: Command[] = [];
  let dropped = forgetAcceptance(state);
  for (const task of running) {
    const ended = endAttempt(dropped, agentActorOf(task), moment);
    dropped = ended.state;
    ends.push(...ended.commands, cancel(agentActorOf(task)));
  }
  const reopened: RunState = {
    ...dropped,
    quarantines: [...state.quarantines, record],
    schedule: reopen(dropped.schedule, new Set(own)),
    board: withdraw(dropped.board, keys, moment),
    claims: record.tasks.reduce((claims, task) => forgetCalls(claims, task), dropped.claims),
  };
  const commands: Command[] = [
    {
      type: "record",
      params: {
        rule: "agent.quarantined",
        verdict: "quarantined",
        reason,
        data: { agent, tasks: record.tasks, keys: record.keys },
      },
    },
    ...ends,
  ];
  return { state: bench(reopened), commands };
}

/** Takes from agents in quarantine what they have not done (Z3). */
export function bench(state: RunState): RunState {
  if (state.quarantines.length === 0) return state;
  let next = state;
  const suspects = new Map(state.quarantines.map((one) => [one.agent, one]));
  for (let position = 0; position < state.schedule.tasks.length; position++) {
    const task = next.schedule.tasks[position] as TaskState;
    const suspect = suspects.get(task.agent);
    if (suspect === undefined || isSettled(task.status)) continue;
    const agent = fallbackOf(next, position);
    const schedule =
      agent === undefined || suspects.has(agent)
        ? giveUp(next.schedule, position, mistrusted(suspect))
        : reassignTo(next.schedule, position, agent);
    next = { ...next, schedule };
  }
  return next;
}

const mistrusted = ({ agent, reason }: Suspicion): Failure => ({
  code: "agent.quarantined",
  message: `agent "${agent}" is in quarantine: ${reason}`,
});

/** What people are asked to accept is not what it was. */
function forgetAcceptance(state: RunState): RunState {
  const { concern } = state;
  if (concern?.kind !== "accept") return state;
  return { ...settled(state), questions: state.questions.filter(({ actor }) => actor !== concern.approval) };
}

function withdraw(board: RunState["board"], keys: ReadonlySet<string>, { at }: Moment): RunState["board"] {
  const next: Record<string, Entry> = { ...board };
  const author: Author = { agent: "orchestrator", task: "orchestrator", actor: ORCHESTRATOR };
  for (const key of keys) {
    const version = (board[key]?.version ?? 0) + 1;
    next[key] = { key, version, value: null, author, at };
  }
  return next;
}
