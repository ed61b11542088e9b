/**
 * Provenance: what was an attempt told, and by whom; and so, what was a result built on?
 *
 * Kept for every run, whether labels are used or not: the outputs an attempt was given, the versions of the blackboard
 * it has read, and the findings of the attempts before it.
 */
import type { Author } from "../contracts/blackboard.ts";
import type { ActorId } from "../contracts/ids.ts";
import type { Source } from "../contracts/provenance.ts";
import type { RunState } from "./run-state.ts";
import { agentActorOf, type Schedule, type TaskState } from "./schedule.ts";

/** Notes what the attempt that has just started on `position` is given. */
export function noteStart(schedule: Schedule, position: number): Schedule {
  const task = schedule.tasks[position] as TaskState;
  const given = givenTo(schedule, task);
  if (given.length === 0) return schedule;
  const sources = [...(task.sources ?? []), ...given];
  return { ...schedule, tasks: schedule.tasks.with(position, { ...task, sources }) };
}

function givenTo(schedule: Schedule, task: TaskState): readonly Source[] {
  if (task.needs.length === 0 && task.findings.length === 0) return [];
  const by = agentActorOf(task);
  const sources: Source[] = [];
  for (const [, position] of task.needs) {
    const need = schedule.tasks[position];
    if (need?.output !== undefined)
      sources.push({ by, author: agentActorOf(need), what: { kind: "output", task: need.id } });
  }
  if (task.findings.length > 0 && task.attempt > 1)
    sources.push({ by, author: agentActorOf({ ...task, attempt: task.attempt - 1 }), what: { kind: "findings" } });
  return sources;
}

/** Notes that the attempt at work on `position` has read a version of the blackboard that another wrote. */
export function noteRead(state: RunState, position: number, source: Source): RunState {
  const task = state.schedule.tasks[position];
  const known = task?.sources ?? [];
  const isOwn = source.author === source.by;
  if (task === undefined || isOwn || known.some((one) => isSame(one, source))) return state;
  const tasks = state.schedule.tasks.with(position, { ...task, sources: [...known, source] });
  return { ...state, schedule: { ...state.schedule, tasks } };
}

const isSame = (a: Source, b: Source): boolean =>
  a.by === b.by &&
  a.author === b.author &&
  a.what.kind === "entry" &&
  b.what.kind === "entry" &&
  a.what.key === b.what.key &&
  a.what.version === b.what.version;

/** What of a schedule must be remembered when a new plan takes its place. */
export function retireSources(state: RunState, next: Schedule): RunState {
  const kept = new Set(next.tasks.flatMap((task) => (task.sources === undefined ? [] : [task.id])));
  const past = state.schedule.tasks.flatMap((task) => (kept.has(task.id) ? [] : (task.sources ?? [])));
  return past.length === 0 ? state : { ...state, pastSources: [...(state.pastSources ?? []), ...past] };
}

const allSources = (state: RunState): readonly Source[] => [
  ...(state.pastSources ?? []),
  ...state.schedule.tasks.flatMap((task) => task.sources ?? []),
];

/**
 * Everything the work of this attempt was built on, directly and through others: for an entry of the blackboard, ask
 * with its `author`; for an output, with the attempt that gave it.
 */
export function builtOn(state: RunState, { actor }: Pick<Author, "actor">): readonly Source[] {
  return follow(allSources(state), actor, "by", "author");
}

/** Everything that was told of the work of this attempt, directly and through others: how far a fault of it reached. */
export function builtFrom(state: RunState, { actor }: Pick<Author, "actor">): readonly Source[] {
  return follow(allSources(state), actor, "author", "by");
}

function follow(
  sources: readonly Source[],
  start: ActorId,
  from: "by" | "author",
  to: "by" | "author",
): readonly Source[] {
  const steps = Map.groupBy(sources, (source) => source[from]);
  const found = new Set<Source>();
  const actors = new Set([start]);
  // Grows while it is walked.
  for (const actor of actors) {
    for (const source of steps.get(actor) ?? []) {
      found.add(source);
      actors.add(source[to]);
    }
  }
  return [...found];
}
