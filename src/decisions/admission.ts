/**
 * Admission: may this act happen now? In this order: is its agent still at work, is it forbidden, has a person rejected
 * it, was it done before, can it be paid for.
 *
 * M1  Nothing is made without a hold; a hold is opened once and closed once.
 * M2  A wish that cannot be paid for waits in line, in order, until the run has decided what to do about it.
 * M3  A call that was never sent gives its hold back; one that was, never gets back more than it reported.
 */
import type { Amount, Hold, Ledger, Refused } from "../contracts/budget.ts";
import type { Command } from "../contracts/commands.ts";
import type { Failure } from "../contracts/errors.ts";
import type { ActorId, Digest } from "../contracts/ids.ts";
import type { Message } from "../contracts/journal.ts";
import type { Json } from "../contracts/json.ts";
import type { Reported } from "../contracts/tools.ts";
import { abandonProbe, pass, probe } from "./breaker.ts";
import { hold, release, settle } from "./budget.ts";
import { claimCall, dropClaims, meetClaim } from "./call-claim.ts";
import { delegate } from "./delegation.ts";
import { type Called, type Claim, type Claims, isClaimed, recall, remember } from "./duplicate.ts";
import { isForbidden } from "./loop.ts";
import { partsOf } from "./parts.ts";
import { isBack, isUnjudged, submit } from "./policy.ts";
import { withoutRow, withRow } from "./record.ts";
import { type Rejection, remember as reject, rejectionOf } from "./rejection.ts";
import { settleReview } from "./review-cost.ts";
import { type Moment, type OpenAct, type Reaction, type RunState, STEP, type Trouble, type Wish } from "./run-state.ts";
import { agentActorOf, type TaskState } from "./schedule.ts";
import { share } from "./sharing.ts";
import { noteUsage } from "./spending.ts";
import { countDeclassified } from "./tracking.ts";
import { usageOf } from "./usage.ts";
import { proposedOf, type WatchedCall, watchBoard, watchCall, watchDelegation, watchVeto } from "./watch.ts";

type BoardWish = Wish & { readonly kind: "board" };

const taskOf = (state: RunState, agent: ActorId, position: number): TaskState | undefined => {
  const task = state.schedule.tasks[position];
  return task?.status === "running" && agentActorOf(task) === agent ? task : undefined;
};

const positionOf = (wish: Wish): number => (wish.kind === "call" ? wish.position : wish.attempt.position);

/** Puts a wish in line; it is decided when the run is executing. */
export const enqueue = (state: RunState, wish: Wish): RunState => ({ ...state, queue: [...state.queue, wish] });

/** Decides everything in line, until something stands in the way. */
export function admitAll(state: RunState, moment: Moment): Reaction {
  let next = state;
  const commands: Command[] = [];
  while (next.queue.length > 0 && next.trouble === null) {
    const [wish, ...queue] = next.queue as [Wish, ...Wish[]];
    const reaction = admit({ ...next, queue }, wish, moment);
    next = reaction.state;
    commands.push(...reaction.commands);
  }
  return { state: next, commands };
}

/** Decides one wish. */
export function admit(state: RunState, wish: Wish, moment: Moment): Reaction {
  const task = taskOf(state, wish.agent, positionOf(wish));
  if (task === undefined)
    return refuse(state, wish, "agent.stopped", {
      code: "agent.stopped",
      message: "the attempt this act belongs to has ended",
    });
  if (isBack(wish)) return grantAccess(state, wish, task, moment);
  if (wish.kind === "call" && isUnjudged(state, wish)) return submit(state, wish);
  const isNew = wish.kind === "call" && wish.again !== true;
  if (isNew && isForbidden(state.loops, task.id, wish)) return veto(state, wish, task);
  const rejection = isNew ? rejectionOf(state.rejections, wish.fingerprint) : undefined;
  if (rejection !== undefined)
    return refuse(state, wish, "approval.remembered", {
      code: "approval.rejected",
      message: `${rejection.said}; it is not asked again in this run`,
    });
  const earlier = isNew && isClaimed(wish.effect) ? recall(state.claims, callOf(wish, task)) : undefined;
  if (earlier?.claim.value !== undefined)
    return shareEarlier({ ...state, claims: earlier.claims }, wish, earlier.claim);
  const met = isNew ? meetClaim(state, wish, task, moment) : undefined;
  if (met !== undefined) return met;
  const passage = isNew ? pass(state.health.breakers, wish.tool, moment.at) : undefined;
  if (passage?.kind === "refused")
    return refuse(state, wish, "breaker.open", { code: "tool.unavailable", message: passage.reason });
  const amount: Amount = wish.kind === "call" ? { ...STEP, ...wish.hold, toolCalls: 1 } : STEP;
  const ledger = closeEarlier(state, wish);
  const decision = hold(ledger, wish.id, amount, moment.at, partsOf(state, positionOf(wish)));
  if (decision.kind === "refused") {
    // A second try is not worth the trouble of the whole run: its call has failed.
    if (wish.kind === "call" && wish.tries !== undefined)
      return refuse({ ...state, ledger }, wish, `budget.${decision.pot}`, {
        code: "budget.exceeded",
        message: decision.reason,
      });
    return lineUp({ ...state, ledger }, wish, decision);
  }
  if (wish.kind !== "call") {
    const paid = { ...state, ledger: settle(decision.ledger, wish.id) };
    return wish.kind === "delegation"
      ? watchDelegation(paid, delegate(paid, wish, moment), wish)
      : grantAccess(paid, wish, task, moment);
  }
  const key = earlier?.claim.key ?? wish.key;
  const once = isClaimed(wish.effect) ? { once: { tool: wish.tool, digest: wish.digest, key } } : {};
  const act: OpenAct = { agent: wish.agent, position: wish.position, stage: "held", ...once };
  const event: Message = earlier === undefined ? { type: "hold.granted" } : { type: "hold.doubtful", key };
  const granted: RunState = {
    ...state,
    ledger: decision.ledger,
    acts: withRow(state.acts, wish.id, act),
    claims: earlier?.claims ?? state.claims,
    ...(passage?.kind === "probe"
      ? { health: { ...state.health, breakers: probe(state.health.breakers, wish.tool, wish.id) } }
      : {}),
  };
  return {
    state: claimCall(granted, wish, task, moment),
    commands: [{ type: "tell", params: { to: wish.id, event } }],
  };
}

/** Lets a read or write happen, unless it is forbidden, or the policy has yet to be asked. */
function grantAccess(state: RunState, wish: BoardWish, task: TaskState, moment: Moment): Reaction {
  if (isForbidden(state.loops, task.id, proposedOf(wish))) return veto(state, wish, task);
  return isUnjudged(state, wish) ? submit(state, wish) : watchBoard(share(state, wish, moment), wish, task.id);
}

/**
 * An earlier hold of this very call: of one that was made and lost it is spent; of one that was never made, or only kept
 * for this try, it is given back.
 */
function closeEarlier({ ledger }: RunState, wish: Wish): Ledger {
  return wish.kind === "call" && wish.again === true ? settle(ledger, wish.id) : release(ledger, wish.id);
}

/** Leaves the wish in line, and says what stands in its way. */
function lineUp(state: RunState, wish: Wish, { kind: _, ...refused }: Refused): Reaction {
  const { cheaper } = wish.kind === "call" && wish.again !== true ? wish : {};
  const call = wish.kind === "call" ? { gate: wish.id, ...(cheaper === undefined ? {} : { cheaper }) } : {};
  const trouble: Trouble = { kind: "budget", ...refused, position: positionOf(wish), ...call };
  const { pot, reason } = refused;
  return {
    state: { ...state, queue: [wish, ...state.queue], trouble },
    commands: [
      { type: "record", params: { rule: `budget.${pot}`, verdict: "refused", reason, data: { act: wish.id } } },
    ],
  };
}

const callOf = ({ tool, digest }: { readonly tool: string; readonly digest: Digest }, task: TaskState): Called => ({
  task: task.id,
  attempt: task.attempt,
  tool,
  digest,
});

/** Answers a call from what an earlier attempt did. */
function shareEarlier(state: RunState, wish: Wish, { attempt, value }: Claim): Reaction {
  const reason = `attempt ${attempt} made this call; it is answered from the record`;
  return {
    state,
    commands: [
      { type: "record", params: { rule: "duplicate.done", verdict: "shared", reason, data: { act: wish.id } } },
      { type: "tell", params: { to: wish.id, event: { type: "hold.shared", value } } },
    ],
  };
}

function veto(state: RunState, wish: Wish, task: TaskState): Reaction {
  const what = wish.kind === "call" ? wish.tool : `this ${wish.act.kind} of the blackboard`;
  return refuse(watchVeto(state, wish, task.id), wish, "loop.forbidden", {
    code: "loop.detected",
    message: `${what} gave the same result again and again, and nothing new was found since; do something else`,
  });
}

function refuse(state: RunState, wish: Wish, rule: string, failure: Failure): Reaction {
  const to = wish.kind === "call" ? wish.id : wish.agent;
  const event: Message =
    wish.kind === "call"
      ? { type: "hold.refused", rule, failure: { ...failure } }
      : { type: "act.settled", n: wish.n, result: { kind: "refused", rule, failure: { ...failure } } };
  return {
    state,
    commands: [
      { type: "record", params: { rule, verdict: "refused", reason: failure.message, data: { act: wish.id } } },
      { type: "tell", params: { to, event } },
    ],
  };
}

/** A call has ended, as its gate tells. */
export interface Settled extends Omit<WatchedCall, "symbol"> {
  /** Null: the call was not judged. */
  readonly symbol: Digest | null;
  /** Of a completed call. */
  readonly value: Json;
  readonly sent: boolean;
  readonly cost: Reported | null;
  /** Values it let through in spite of their labels. */
  readonly declassified?: number;
  /** Of a call that a person has rejected. */
  readonly rejection?: Rejection;
}

/** Settles the hold of a call that ended, and asks whether the run repeats itself. */
export function settleCall(state: RunState, call: Settled, moment: Moment): RunState {
  const once = state.acts[call.gate]?.once;
  const running = state.schedule.tasks[call.position];
  const claims = once === undefined || running === undefined ? state.claims : claimAfter(state, call, once, running);
  const rejections = call.rejection === undefined ? state.rejections : reject(state.rejections, call.rejection);
  const counted = countDeclassified({ ...state, claims, rejections }, call.declassified);
  const closed = dropQuestions(closeAct(counted, call, moment), call.gate);
  const task = state.schedule.tasks[call.position];
  if (call.symbol === null || task?.status !== "running" || call.result === "refused loop.forbidden") return closed;
  return watchCall(closed, { ...call, symbol: call.symbol }, task.id);
}

/** Forgets what an actor that has ended asked people: nobody hears the answer, even where the question did not close. */
function dropQuestions(state: RunState, actor: ActorId): RunState {
  const questions = state.questions.filter((request) => !request.actor.startsWith(`${actor}/`));
  return questions.length === state.questions.length ? state : { ...state, questions };
}

type Once = NonNullable<OpenAct["once"]>;

/** A call that was made is remembered with its result; one that ended otherwise after it was sent is in doubt. */
function claimAfter(state: RunState, call: Settled, once: Once, task: TaskState): Claims {
  if (call.outcome === "completed") return remember(state.claims, callOf(once, task), once.key, call.value);
  return call.sent ? remember(state.claims, callOf(once, task), once.key) : state.claims;
}

type Closing = Pick<Settled, "gate" | "position" | "sent" | "cost">;

/** Closes the act of a call: its hold is settled at what it cost, or given back if it was never sent. */
export function closeAct(state: RunState, closing: Closing, moment: Moment): RunState {
  const { gate: id, sent, cost } = closing;
  const act = state.acts[id];
  const held = state.ledger.holds[id];
  // A try that failed has been paid for already; what was kept for a next one that does not come is given back.
  if (act === undefined)
    return sent
      ? held === undefined
        ? state
        : { ...state, ledger: release(state.ledger, id) }
      : charge(state, closing, moment);
  const usage = held === undefined || !sent || cost === null ? undefined : usageOf(held, cost);
  return {
    ...state,
    acts: withoutRow(state.acts, id),
    asking: state.asking - (act.stage === "asking" ? 1 : 0),
    ledger: settle(state.ledger, id, sent ? usage?.actual : STEP),
    spending: usage === undefined || held === undefined ? state.spending : noteUsage(state.spending, id, held, usage),
  };
}

/** Holds for the next try of a call what the try before it held, if there is room. */
export function keepHold(state: RunState, gate: ActorId, held: Hold | undefined, { at }: Moment): RunState {
  if (held === undefined) return state;
  const { parts, ...amount } = held;
  const decision = hold(state.ledger, gate, amount, at, parts);
  return decision.kind === "granted" ? { ...state, ledger: decision.ledger } : state;
}

/** A refused call is a step all the same: an agent that only proposes what is refused comes to an end too. */
function charge(state: RunState, { gate, position }: Closing, { at }: Moment): RunState {
  const decision = hold(state.ledger, gate, STEP, at, partsOf(state, position));
  if (decision.kind === "granted") return { ...state, ledger: settle(decision.ledger, gate) };
  const { kind: _, ...refused } = decision;
  return { ...state, trouble: state.trouble ?? { kind: "budget", ...refused, position: -1 } };
}

/** Forgets what an attempt that has ended still wished for. */
function withoutWishes({ queue, judging }: RunState, agent: ActorId): Pick<RunState, "queue" | "judging"> {
  const gone = Object.keys(judging).filter((key) => judging[key]?.agent === agent);
  return {
    queue: queue.filter((wish) => wish.agent !== agent),
    judging: gone.reduce<RunState["judging"]>(withoutRow, judging),
  };
}

/** Closes all acts of an attempt that has ended: what was sent is paid for, what was not is given back. */
export function dropActs(state: RunState, agent: ActorId, moment: Moment): RunState {
  let next = dropClaims({ ...state, ...withoutWishes(state, agent) }, agent);
  for (const [id, act] of Object.entries(state.acts)) {
    if (act.agent !== agent) continue;
    const sent = act.stage === "held" || act.lost === true;
    const task = state.schedule.tasks[act.position];
    if (sent && act.once !== undefined && task !== undefined) {
      next = { ...next, claims: remember(next.claims, callOf(act.once, task), act.once.key) };
    }
    next = closeAct(next, { gate: id, position: act.position, sent, cost: null }, moment);
    const breakers = abandonProbe(next.health.breakers, id);
    if (breakers !== next.health.breakers) next = { ...next, health: { ...next.health, breakers } };
  }
  const ledger = releaseKept(settleReview(next.ledger, agent, null), agent);
  return dropQuestions(ledger === next.ledger ? next : { ...next, ledger }, agent);
}

/** Gives back what was held for further tries of an attempt that has ended. */
function releaseKept(ledger: Ledger, agent: ActorId): Ledger {
  let next = ledger;
  for (const holder in ledger.holds) if (holder.startsWith(`${agent}/`)) next = release(next, holder);
  return next;
}
