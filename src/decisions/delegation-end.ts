/**
 * Delegation's end: what becomes of the parts of a task when it ends, and of a task when one of its parts does.
 *
 * G5  A part ends with the attempt that delegated it: nothing works on for nobody.
 * G6  A delegator hears of each part once, when it has ended for good.
 */
import type { Command } from "../contracts/commands.ts";
import type { Failure } from "../contracts/errors.ts";
import type { ActorId } from "../contracts/ids.ts";
import { dropActs } from "./admission.ts";
import { outcomeOf, tell } from "./delegation.ts";
import { forgetCalls } from "./duplicate.ts";
import { forget } from "./loop.ts";
import type { Moment, Reaction, RunState } from "./run-state.ts";
import { agentActorOf, partsOpenOf, stop, type TaskState } from "./schedule.ts";

const STOPPED: Failure = { code: "agent.stopped", message: "the attempt that delegated it has ended" };

export const cancel = (actor: ActorId): Command => ({
  type: "tell",
  params: { to: actor, event: { type: "agent.cancel" } },
});

/** Ends all that an attempt has under way: its acts, holds and questions, and the parts it delegated, theirs included. */
export function endAttempt(state: RunState, actor: ActorId, moment: Moment): Reaction {
  let next = dropActs(state, actor, moment);
  const commands: Command[] = [];
  for (const position of partsOpenOf(next.schedule, actor)) {
    const task = next.schedule.tasks[position] as TaskState;
    if (task.status === "running") {
      const ended = endAttempt(next, agentActorOf(task), moment);
      next = ended.state;
      commands.push(...ended.commands, cancel(agentActorOf(task)));
    }
    next = { ...next, schedule: stop(next.schedule, position, STOPPED), loops: forget(next.loops, task.id) };
  }
  return { state: next, commands };
}

/** Tells the delegator of a task that has ended; nobody, where it is one of the plan. */
export function toldOf(state: RunState, position: number): readonly Command[] {
  const task = state.schedule.tasks[position];
  return task?.delegation === undefined
    ? []
    : [tell(task.delegation.by, task.delegation.n, outcomeOf(task), task.labels ?? task.given)];
}

/** A task that is completed is not attempted again, nor are its parts: what they called needs no remembering. */
export function forgetParts(state: RunState, { id }: TaskState): RunState {
  const parts = state.schedule.tasks.filter(({ delegation }) => delegation !== undefined);
  const claims = parts
    .filter((part) => part.id.startsWith(`${id}/`))
    .reduce((left, part) => forgetCalls(left, part.id), state.claims);
  return claims === state.claims ? state : { ...state, claims };
}
