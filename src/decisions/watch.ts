/**
 * Watch: what the loop rule is told of a run, and what stands in the way when it has seen enough.
 *
 * W1  Every settled or refused call, every read and write of the blackboard, every question to a person and every plan
 *     is told once, in the order in which they settled.
 * W2  One trouble at a time: what is seen while another stands in the way is noted, and no more.
 */
import type { ActorId, Digest, TaskId } from "../contracts/ids.ts";
import type { Json } from "../contracts/json.ts";
import type { LoopStep } from "../contracts/loops.ts";
import type { Plan } from "../contracts/plan.ts";
import type { ActResult } from "../contracts/tools.ts";
import { entryOf } from "./blackboard.ts";
import { isForbidden, type Observed, observe, observePlan, observeRequest, observeWrite } from "./loop.ts";
import type { Reaction, RunState, Wish } from "./run-state.ts";
import { VETO } from "./stream.ts";
import { fingerprint, sayingOf } from "./symbol.ts";

/** What the loop rule has seen; it stands in the way if nothing else does (W2). */
function troubled(state: RunState, { loops, evidence }: Observed, position: number): RunState {
  if (evidence === undefined || state.trouble !== null) return { ...state, loops };
  return { ...state, loops, trouble: { kind: "loop", evidence, position } };
}

/** A call that has settled, as its gate tells. */
export interface WatchedCall {
  readonly gate: ActorId;
  readonly position: number;
  readonly symbol: Digest;
  readonly tool: string;
  readonly places: readonly string[];
  readonly reads: boolean;
  readonly says: LoopStep["says"];
  readonly maxIdentical: number | null;
  readonly result: string;
  readonly outcome: ActResult["kind"];
}

export function watchCall(state: RunState, call: WatchedCall, task: TaskId): RunState {
  const { gate, symbol, tool, places, result, outcome, reads, says, maxIdentical } = call;
  const step: LoopStep = { step: gate, call: symbol, tool, places, result, outcome, reads, says, poll: maxIdentical };
  const observed = observe(state.loops, task, step, state.settings.loops.identical);
  // It was under way when it was forbidden.
  const isKnown = isForbidden(observed.loops, task, { symbol, tool, places });
  return troubled(state, isKnown ? { loops: observed.loops } : observed, call.position);
}

/** A call is refused because it repeats. */
export function watchVeto(state: RunState, wish: Wish & { readonly kind: "call" }, task: TaskId): RunState {
  const { id, tool, symbol, places, maxIdentical, position } = wish;
  const step: LoopStep = {
    step: id,
    tool,
    call: symbol,
    places,
    result: VETO,
    outcome: "refused",
    reads: false,
    says: "done",
    poll: maxIdentical,
  };
  return troubled(state, observe(state.loops, task, step, state.settings.loops.identical), position);
}

/** Reads of a key that stays as it is: one way to wait for another. */
const BOARD_POLL = 10;

/** What a read or write of the blackboard came to; the reaction is that of sharing. */
export function watchBoard(reaction: Reaction, wish: Wish & { readonly kind: "board" }, task: TaskId): Reaction {
  const { id, act, attempt } = wish;
  const { state } = reaction;
  if (act.kind === "read") {
    const value = entryOf(state.board, act.key)?.value ?? null;
    const step = boardStep(id, `read ${act.key}`, { value, poll: BOARD_POLL });
    return {
      ...reaction,
      state: troubled(state, observe(state.loops, task, step, state.settings.loops.identical), attempt.position),
    };
  }
  if (act.kind !== "write") return reaction;
  const content = fingerprint(JSON.stringify(act.value));
  const isWritten = entryOf(state.board, act.key)?.author.actor === attempt.actor;
  const step = boardStep(id, `write ${act.key} ${content}`, { value: isWritten, poll: null });
  const acted = observe(state.loops, task, step, state.settings.loops.identical);
  const written = isWritten ? observeWrite(acted.loops, act.key, { task, step: id, content }) : acted;
  return { ...reaction, state: troubled(state, { ...acted, ...written }, attempt.position) };
}

const boardStep = (
  step: string,
  call: string,
  { value, poll }: { readonly value: Json; readonly poll: number | null },
): LoopStep => ({
  step,
  tool: "blackboard",
  call,
  places: [],
  result: fingerprint(JSON.stringify(value)),
  outcome: value === false ? "refused" : "completed",
  reads: poll !== null,
  says: sayingOf(value),
  poll,
});

/** A question that an agent puts to a person. */
export function watchQuestion(state: RunState, asker: ActorId, question: { readonly subject: Json }): RunState {
  const position = state.schedule.tasks.findIndex((one) => asker === `${one.id}#${one.attempt}`);
  const task = state.schedule.tasks[position];
  const text = (question.subject as { readonly question?: unknown } | null)?.question;
  if (task === undefined || typeof text !== "string") return state;
  const edge = `${task.agent} > person`;
  return troubled(state, observeRequest(state.loops, edge, { task: task.id, step: asker, text }), position);
}

/** A plan comes into force. */
export function watchPlan(state: RunState, { tasks }: Plan): RunState {
  const done = state.schedule.tasks.filter(({ status }) => status === "completed").map(({ id }) => id);
  const said = tasks.map(({ id, agent, goal, input, needs }) => JSON.stringify([id, agent, goal, input, needs]));
  const name = fingerprint([...said.sort(), ...done.sort()].join("\n"));
  return troubled(state, observePlan(state.loops, name), -1);
}
