/**
 * Call claim: another task of the run has made this very call, or is making it. Is it made again?
 *
 * W1  Only calls of a tool that says by which key they are the same, and never those of a task that cross-checks another.
 * W2  One claimant at a time makes the call; the others wait for it, and share what it came to. Nothing is dropped.
 * W3  A claim is a lease with an epoch. A claimant that fails, ends or is past its lease gives way to the next in line;
 *     what it still says is its own, and shared with nobody.
 * W4  A lease on what must not happen twice does not run out while the call may be under way.
 */
import type { Command } from "../contracts/commands.ts";
import type { ActorId, TaskId } from "../contracts/ids.ts";
import type { Json } from "../contracts/json.ts";
import type { Share } from "../contracts/report.ts";
import type { ActResult } from "../contracts/tools.ts";
import type { Epoch, Milliseconds, Timestamp } from "../contracts/units.ts";
import { isClaimed } from "./duplicate.ts";
import { withoutRow, withRow } from "./record.ts";
import type { CallWish, Moment, Reaction, RunState } from "./run-state.ts";
import type { TaskState } from "./schedule.ts";

export interface CallClaim {
  /** The gate of the call, and the attempt it belongs to. Null: its claimant gave way, and the next is not there yet. */
  readonly holder: ActorId | null;
  readonly agent: ActorId;
  readonly task: TaskId;
  readonly epoch: Epoch;
  readonly until: Timestamp;
  /** What it came to, once it has. */
  readonly value?: Json;
  readonly waiting: readonly CallWish[];
}

/** By tool and key. */
export interface CallClaims {
  readonly [call: string]: CallClaim;
}

const DEFAULT_LEASE: Milliseconds = 60_000;
/** Results that are kept to be shared. An older one is forgotten; the call is then made again. */
const MOST_KEPT = 256;
const MOST_SHARES = 1_000;

const nameOf = (wish: CallWish, task: TaskState): string | undefined =>
  wish.dedupe === undefined || task.crossCheck !== undefined ? undefined : `${wish.tool} ${wish.dedupe}`;

const claimOf = (claims: CallClaims, name: string): CallClaim | undefined =>
  Object.hasOwn(claims, name) ? claims[name] : undefined;

/** With what was shared now; the oldest give way. */
export const withShares = ({ shares }: RunState, more: readonly Share[]): readonly Share[] =>
  [...shares, ...more].slice(-MOST_SHARES);

/** What becomes of a call that another has claimed; undefined when nobody has. */
export function meetClaim(state: RunState, wish: CallWish, task: TaskState, { at }: Moment): Reaction | undefined {
  const name = nameOf(wish, task);
  const claim = name === undefined ? undefined : claimOf(state.callClaims, name);
  if (name === undefined || claim === undefined || claim.holder === wish.id) return undefined;
  if (claim.value !== undefined) return share(state, wish, task.id, claim);
  if (claim.holder === null) return undefined;
  const waiting: RunState = {
    ...state,
    callClaims: withRow(state.callClaims, name, { ...claim, waiting: [...claim.waiting, wish] }),
  };
  const reason = `task "${claim.task}" is making this call; its result is waited for`;
  return {
    state: waiting,
    commands: [
      { type: "record", params: { rule: "duplicate.call", verdict: "waits", reason, data: { act: wish.id } } },
      ...lease(name, claim, wish, at),
    ],
  };
}

/** The end of the claimant's lease, for the first who waits. */
const lease = (name: string, claim: CallClaim, { effect }: CallWish, at: Timestamp): readonly Command[] =>
  claim.waiting.length > 0 || isClaimed(effect)
    ? []
    : [
        {
          type: "wait",
          params: {
            id: `claim/${name}`,
            ms: Math.max(0, claim.until - at),
            event: { type: "claim.expired", call: name, epoch: claim.epoch },
          },
        },
      ];

function share(state: RunState, wish: CallWish, task: TaskId, claim: CallClaim): Reaction {
  const reason = `task "${claim.task}" made this call; its result is shared`;
  return {
    state: { ...state, shares: withShares(state, [{ task, tool: wish.tool, from: claim.task }]) },
    commands: [
      { type: "record", params: { rule: "duplicate.call", verdict: "shared", reason, data: { act: wish.id } } },
      { type: "tell", params: { to: wish.id, event: { type: "hold.shared", value: claim.value ?? null } } },
    ],
  };
}

/** A call that was granted is claimed, where it has a key. */
export function claimCall(state: RunState, wish: CallWish, task: TaskState, { at }: Moment): RunState {
  const name = nameOf(wish, task);
  if (name === undefined) return state;
  const before = claimOf(state.callClaims, name);
  const claim: CallClaim = {
    holder: wish.id,
    agent: wish.agent,
    task: task.id,
    epoch: (before?.epoch ?? 0) + 1,
    until: at + (state.settings.callLeaseMs ?? DEFAULT_LEASE),
    waiting: before?.waiting ?? [],
  };
  return { ...state, callClaims: withRow(state.callClaims, name, claim) };
}

const heldBy = (claims: CallClaims, is: (claim: CallClaim) => boolean): readonly (readonly [string, CallClaim])[] =>
  Object.entries(claims).filter(([, claim]) => claim.value === undefined && claim.holder !== null && is(claim));

/** The claimant's call has settled: its result is shared with those who wait, or the next of them takes over. */
export function settleClaim(
  state: RunState,
  { gate, outcome, value }: { readonly gate: ActorId; readonly outcome: ActResult["kind"]; readonly value: Json },
): Reaction {
  const [name, claim] = heldBy(state.callClaims, ({ holder }) => holder === gate)[0] ?? [];
  if (name === undefined || claim === undefined) return { state, commands: [] };
  if (outcome !== "completed") return { state: giveWay(state, name, claim), commands: [] };
  const done: CallClaim = { ...claim, value, waiting: [] };
  const commands: Command[] = [];
  let next: RunState = { ...state, callClaims: forgetOldest(withRow(state.callClaims, name, done)) };
  for (const wish of claim.waiting) {
    const task = next.schedule.tasks[wish.position];
    const shared = share(next, wish, task?.id ?? "", done);
    next = shared.state;
    commands.push(...shared.commands);
  }
  return { state: next, commands };
}

/** The next in line is admitted as if it had just asked; where nobody waits, the claim is gone. */
function giveWay(state: RunState, name: string, claim: CallClaim): RunState {
  if (claim.waiting.length === 0) return { ...state, callClaims: withoutRow(state.callClaims, name) };
  const open: CallClaim = { ...claim, holder: null, waiting: [] };
  return {
    ...state,
    queue: [...claim.waiting, ...state.queue],
    callClaims: withRow(state.callClaims, name, open),
  };
}

/** A lease has run out. A claim that has passed on since is another, of a later epoch. */
export function expireClaim(
  state: RunState,
  { call, epoch }: { readonly call: string; readonly epoch: Epoch },
): Reaction {
  const claim = claimOf(state.callClaims, call);
  if (claim === undefined || claim.epoch !== epoch || claim.value !== undefined || claim.holder === null)
    return { state, commands: [] };
  const reason = `task "${claim.task}" did not end this call in time; the next in line makes it`;
  const ruling = { rule: "duplicate.lease", verdict: "expired", reason, data: { act: claim.holder } };
  return { state: giveWay(state, call, claim), commands: [{ type: "record", params: ruling }] };
}

/** An attempt has ended: what it claimed passes on, and it waits for nothing. */
export function dropClaims(state: RunState, agent: ActorId): RunState {
  let next = state;
  for (const [name, claim] of Object.entries(state.callClaims)) {
    if (!claim.waiting.some((wish) => wish.agent === agent)) continue;
    const waiting = claim.waiting.filter((wish) => wish.agent !== agent);
    next = { ...next, callClaims: withRow(next.callClaims, name, { ...claim, waiting }) };
  }
  for (const [name, claim] of heldBy(next.callClaims, (one) => one.agent === agent)) next = giveWay(next, name, claim);
  return next;
}

function forgetOldest(claims: CallClaims): CallClaims {
  const done = Object.entries(claims).filter(([, claim]) => claim.value !== undefined);
  const [oldest] = done.length > MOST_KEPT ? (done[0] ?? []) : [];
  return oldest === undefined ? claims : withoutRow(claims, oldest);
}

/** Attempts that wait for a call of an attempt that itself waits. */
export const waitingFor = ({ callClaims }: RunState, holders: ReadonlySet<ActorId>): readonly ActorId[] =>
  Object.values(callClaims).flatMap(({ agent, waiting }) =>
    holders.has(agent) ? waiting.map((wish) => wish.agent) : [],
  );
