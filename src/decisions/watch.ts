/**
 * Watch: what the loop rule is told of a run, and what stands in the way when it has seen enough.
 *
 * W1  Every settled or refused call, every read and write of the blackboard, every question to a person and every plan
 *     is told once, in the order in which they settled.
 * W2  One trouble at a time: what is seen while another stands in the way is noted, and no more.
 */
import type { ActorId, Digest, TaskId } from "../contracts/ids.ts";
import type { Json } from "../contracts/json.ts";
import type { LoopEvidence, LoopStep } from "../contracts/loops.ts";
import type { Plan, TaskStatus } from "../contracts/plan.ts";
import type { ActResult } from "../contracts/tools.ts";
import { entryOf } from "./blackboard.ts";
import { isDrifting, noteAct } from "./drift.ts";
import {
  isForbidden,
  type Observed,
  observe,
  observePlan,
  observeRequest,
  observeWrite,
  type Proposed,
} from "./loop.ts";
import { withRow } from "./record.ts";
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
  readonly thinks?: true;
  readonly result: string;
  readonly outcome: ActResult["kind"];
}

export function watchCall(state: RunState, call: WatchedCall, task: TaskId): RunState {
  const { gate, symbol, tool, places, result, outcome, reads, says, maxIdentical, thinks } = call;
  const step: LoopStep = {
    step: gate,
    call: symbol,
    tool,
    places,
    result,
    outcome,
    reads,
    says,
    poll: maxIdentical,
    ...(thinks === undefined ? {} : { thinks }),
  };
  const observed = observe(state.loops, task, step, state.settings.loops.identical);
  // It was under way when it was forbidden.
  const isKnown = isForbidden(observed.loops, task, { symbol, tool, places });
  return watchDrift(troubled(state, isKnown ? { loops: observed.loops } : observed, call.position), call, task);
}

/** Whether the task works on what it was given. */
function watchDrift(state: RunState, { gate, position, places }: WatchedCall, task: TaskId): RunState {
  const given = state.schedule.tasks[position];
  if (places.length === 0 || given === undefined) return state;
  const { objective, loops, settings } = state;
  const { goal, input } = given;
  const before = Object.hasOwn(state.drift, task) ? state.drift[task] : undefined;
  const drift = noteAct(before, places, { objective, goal, input });
  const next = { ...state, drift: withRow(state.drift, task, drift) };
  if (settings.loops.drift !== "step-in" || !isDrifting(drift)) return next;
  const evidence: LoopEvidence = { detector: "drift", task, period: 1, count: drift.acts, steps: [gate] };
  return troubled(next, { loops, evidence }, position);
}

/** An act as the loop rule knows it before it is done. */
export function proposedOf(wish: Wish): Proposed {
  if (wish.kind === "call") return wish;
  const { act } = wish;
  const symbol =
    act.kind === "write" ? `write ${act.key} ${contentOf(act.value)}` : `read ${"key" in act ? act.key : ""}`;
  return { symbol, tool: "blackboard", places: [] };
}

const contentOf = (value: Json): string => fingerprint(JSON.stringify(value));

/** An act is refused because it repeats. */
export function watchVeto(state: RunState, wish: Wish, task: TaskId): RunState {
  const { symbol, tool, places } = proposedOf(wish);
  const step: LoopStep = {
    step: wish.id,
    tool,
    call: symbol,
    places,
    result: VETO,
    outcome: "refused",
    reads: false,
    says: "done",
    poll: pollOf(wish),
    ...(wish.kind === "call" && wish.thinks === true ? { thinks: true } : {}),
  };
  const position = wish.kind === "call" ? wish.position : wish.attempt.position;
  return troubled(state, observe(state.loops, task, step, state.settings.loops.identical), position);
}

/** Reads of a key that stays as it is: one way to wait for another. */
const BOARD_POLL = 10;

const pollOf = (wish: Wish): number | null =>
  wish.kind === "call" ? wish.maxIdentical : wish.act.kind === "read" ? BOARD_POLL : null;

/** What a read or write of the blackboard came to; the reaction is that of sharing. */
export function watchBoard(reaction: Reaction, wish: Wish & { readonly kind: "board" }, task: TaskId): Reaction {
  const { id, act, attempt } = wish;
  const { state } = reaction;
  if (act.kind !== "read" && act.kind !== "write") return reaction;
  const entry = entryOf(state.board, act.key);
  const isDone = act.kind === "read" || entry?.author.actor === attempt.actor;
  const value = act.kind === "read" ? (entry?.value ?? null) : isDone;
  const { symbol, tool, places } = proposedOf(wish);
  const step: LoopStep = {
    step: id,
    tool,
    call: symbol,
    places,
    result: contentOf(value),
    outcome: isDone ? "completed" : "refused",
    reads: act.kind === "read",
    says: sayingOf(value),
    poll: pollOf(wish),
  };
  const acted = observe(state.loops, task, step, state.settings.loops.identical);
  const written =
    act.kind === "write" && isDone
      ? observeWrite(acted.loops, act.key, { task, step: id, content: contentOf(act.value) })
      : acted;
  return { ...reaction, state: troubled(state, { ...acted, ...written }, attempt.position) };
}

/** A question that an agent puts to a person. */
export function watchQuestion(state: RunState, asker: ActorId, question: { readonly subject: Json }): RunState {
  const position = state.schedule.tasks.findIndex((one) => asker === `${one.id}#${one.attempt}`);
  const task = state.schedule.tasks[position];
  const { question: asked, details } = (question.subject ?? {}) as {
    readonly question?: Json;
    readonly details?: Json;
  };
  if (task === undefined || typeof asked !== "string") return state;
  const edge = `${task.agent} > person`;
  const text = details === undefined ? asked : `${asked} ${JSON.stringify(details)}`;
  return troubled(state, observeRequest(state.loops, edge, { task: task.id, step: asker, text }), position);
}

/**
 * A task has asked another agent for a part of its work. Parts that are open together are many, not one again and again;
 * and about another input it is another request.
 */
export function watchDelegation(
  before: RunState,
  reaction: Reaction,
  { id, act, attempt }: Wish & { readonly kind: "delegation" },
): Reaction {
  const { state } = reaction;
  if (act.kind !== "delegate" || state.schedule === before.schedule) return reaction;
  const isOpen = before.schedule.tasks.some(
    ({ delegation, status, agent }) => delegation?.by === attempt.actor && agent === act.agent && !isOver(status),
  );
  if (isOpen) return reaction;
  const edge = `${attempt.task} > ${act.agent} ${contentOf(act.input ?? null)}`;
  const text = act.objective ?? state.objective;
  const observed = observeRequest(state.loops, edge, { task: attempt.task, step: id, text });
  return { ...reaction, state: troubled(state, observed, attempt.position) };
}

const isOver = (status: TaskStatus): boolean => status === "completed" || status === "failed" || status === "skipped";

/** A plan comes into force. */
export function watchPlan(state: RunState, { tasks }: Plan): RunState {
  const done = state.schedule.tasks.filter(({ status }) => status === "completed").map(({ id }) => id);
  const said = tasks.map(({ id, agent, goal, input, needs }) => JSON.stringify([id, agent, goal, input, needs]));
  const name = fingerprint([...said.sort(), ...done.sort()].join("\n"));
  return troubled(state, observePlan(state.loops, name), -1);
}
