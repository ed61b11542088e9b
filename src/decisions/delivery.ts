/**
 * Delivery: an agent says that it is done. Is what it had to write there?
 *
 * Y1  What is looked at is what was done, not what is said: the entry must be of this very task.
 */
import type { Finding } from "../contracts/plan.ts";
import { type Done, settleDone } from "./assignment.ts";
import { entryOf } from "./blackboard.ts";
import { crossCheck } from "./cross-check.ts";
import { settleFailed } from "./failure.ts";
import type { Moment, Reaction, RunState } from "./run-state.ts";
import { runningTask } from "./schedule.ts";

/** Takes an output, or sends the task back with what is missing. */
export function settleDelivery(state: RunState, done: Done, moment: Moment): Reaction {
  const task = runningTask(state.schedule, done.position, done.number);
  const missing = (task?.produces ?? []).filter((key) => entryOf(state.board, key)?.author.task !== task?.id);
  if (task === undefined || missing.length === 0) {
    const settled = settleDone(state, done, moment);
    const checked = crossCheck(settled.state, done.position, moment);
    return { state: checked.state, commands: [...settled.commands, ...checked.commands] };
  }
  const findings = missing.map(
    (key): Finding => ({
      source: "produces",
      message: `says it is done and has not written "${key}"`,
      task: task.id,
    }),
  );
  const failure = { code: "output.invalid" as const, message: `not written: ${missing.join(", ")}` };
  return settleFailed(state, { ...done, failure, findings }, moment);
}
