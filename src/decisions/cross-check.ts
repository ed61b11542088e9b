/**
 * Cross-check: tasks that did the same work on purpose have ended. Do they say the same?
 *
 * C4  They are compared once all have ended; where they differ, a conflict is opened with every side in it.
 * C5  Nothing that needs the work begins before its cross-checks have ended and their conflict is resolved.
 */
import type { Author, Conflict, Side, Vote } from "../contracts/blackboard.ts";
import type { Command } from "../contracts/commands.ts";
import { openConflict } from "./conflict-case.ts";
import { canonical } from "./ingest.ts";
import { openClaims } from "./open-claim.ts";
import type { Moment, Reaction, RunState } from "./run-state.ts";
import { agentActorOf, isSettled, type TaskState } from "./schedule.ts";
import { lineageOf } from "./vote.ts";

/** Compares the outputs of a task that has just ended with those of its cross-checks, when it was the last of them. */
export function crossCheck(state: RunState, position: number, moment: Moment): Reaction {
  const { tasks } = state.schedule;
  const one = tasks[position];
  if (one?.checkers === undefined && one?.crossCheck === undefined) return { state, commands: [] };
  const head = one?.checkers === undefined ? tasks.findIndex(({ id }) => id === one?.crossCheck) : position;
  const group = [head, ...(tasks[head]?.checkers ?? [])];
  const all = group.map((member) => tasks[member]);
  if (head < 0 || group.length < 2 || !all.every((task) => task !== undefined && isSettled(task.status)))
    return { state, commands: [] };
  const answers = (all as readonly TaskState[]).filter(({ status }) => status === "completed");
  const sides = sidesOf(answers);
  const checked = tasks[head] as TaskState;
  const id = `${checked.id}@${checked.id}#${checked.attempt}`;
  if (checked.status !== "completed" || sides.length < 2 || state.conflicts.some((known) => known.id === id))
    return { state, commands: [] };
  return openConflict(state, { id, ...conflictOf(state, checked, sides), opened: moment.seq }, moment, head);
}

export function crossCheckAll(state: RunState, positions: readonly number[], moment: Moment): Reaction {
  const commands: Command[] = [];
  let next = state;
  for (const position of positions) {
    const checked = crossCheck(next, position, moment);
    next = checked.state;
    commands.push(...checked.commands);
  }
  return { state: next, commands };
}

type Answer = Side & { readonly tasks: readonly TaskState[] };

/** Answers that are the same are one side; that of the task that was checked comes first, then the one most stand behind. */
function sidesOf(answers: readonly TaskState[]): readonly Answer[] {
  const groups = Map.groupBy(answers, ({ output }) => canonical(output ?? null));
  const [first, ...others] = [...groups.values()].map((tasks) => ({ ...sideOf(tasks[0] as TaskState), tasks }));
  return first === undefined ? [] : [first, ...others.toSorted((a, b) => b.tasks.length - a.tasks.length)];
}

const authorOf = (task: TaskState): Author => ({ agent: task.agent, task: task.id, actor: agentActorOf(task) });

const sideOf = (task: TaskState): Side => ({
  author: authorOf(task),
  value: task.output ?? null,
  ...(task.confidence === undefined ? {} : { confidence: task.confidence }),
});

function conflictOf(
  { settings }: RunState,
  { id }: TaskState,
  [first, second, ...others]: readonly Answer[],
): Omit<Conflict, "id" | "opened"> {
  const { tasks: forFirst, ...kept } = first as Answer;
  const { tasks: forSecond, ...refused } = second as Answer;
  const vote =
    (side: Vote["side"]) =>
    (task: TaskState): Vote => {
      const grant = settings.agents.find(({ name }) => name === task.agent);
      return { agent: task.agent, side, lineage: grant === undefined ? task.agent : lineageOf(grant) };
    };
  const { claims, left } = openClaims(kept.value, refused.value);
  return {
    kind: "answer",
    key: id,
    kept: { version: 1, ...kept },
    refused,
    ...(others.length === 0 ? {} : { others: others.map(({ tasks: _, ...side }) => side) }),
    votes: [...forFirst.map(vote("kept")), ...forSecond.map(vote("refused"))],
    claims,
    ...(left === 0 ? {} : { claimsLeft: left }),
  };
}
