/**
 * Delegation: may this agent hand this part of its task to that agent, and with what authority?
 *
 * G1  An agent delegates only to those its definition names, and to nobody on whose behalf it works itself: no agent
 *     waits for one that waits for it.
 * G2  What the part may do is within what its delegator may do and within what its own agent is granted. A request for
 *     more than the delegator has is refused, never cut down.
 * G3  Depth, the parts of a task open at once, and all parts of a run have caps.
 * G4  A part asked for again by a later attempt is the same part: completed, it is answered from the record; else it is
 *     taken up again.
 */
import type { Attempt } from "../contracts/acts.ts";
import type { Authority, DelegateAct, Delegated, Delegation } from "../contracts/delegation.ts";
import type { Failure } from "../contracts/errors.ts";
import type { ActorId, AgentName } from "../contracts/ids.ts";
import type { Json } from "../contracts/json.ts";
import type { Tracked } from "../contracts/labels.ts";
import type { RunSettings } from "../contracts/settings.ts";
import type { ActResult } from "../contracts/tools.ts";
import type { Timestamp } from "../contracts/units.ts";
import { given, meet } from "./authority.ts";
import {
  authorityRefusal,
  DEPTH,
  edgeRefusal,
  grantFor,
  partsOf,
  type Refusal,
  totalRefusal,
  widthRefusal,
} from "./delegation-refusal.ts";
import { faultOf, inputFaultOf } from "./delegation-request.ts";
import { canonical } from "./ingest.ts";
import { DEFAULT_BACKOFF } from "./retry.ts";
import type { Moment, Reaction, RunState, Wish } from "./run-state.ts";
import { append, attemptEnd, type TaskState, takeUp } from "./schedule.ts";

export type DelegationWish = Extract<Wish, { readonly kind: "delegation" }>;

const NOTHING: Authority = { tools: [], reads: [], writes: [], depth: 0 };

/** What an agent is granted by its definition. */
function grantedTo(settings: RunSettings, agent: AgentName): Authority {
  const grant = grantFor(settings, agent);
  if (grant === undefined) return NOTHING;
  const { tools, reads, writes } = grant;
  return { tools, reads, writes, depth: settings.delegation?.depth ?? DEPTH };
}

/** What an attempt at a delegated task may do, and on whose behalf. Nothing is said of a task of the plan. */
export function delegatedPart(
  settings: RunSettings,
  { agent, delegation }: TaskState,
): Pick<Attempt, "chain" | "authority"> {
  if (delegation === undefined) return {};
  return {
    chain: [...delegation.chain, agent],
    authority: meet(delegation.authority, grantedTo(settings, agent)),
  };
}

/** What an attempt at `task` that began then may do, its deadline included. */
export function authorityOf(settings: RunSettings, task: TaskState, startedAt: Timestamp): Authority {
  const own = delegatedPart(settings, task).authority ?? grantedTo(settings, task.agent);
  const until = attemptEnd(task, startedAt);
  return until === undefined ? own : { ...own, until };
}

/** Decides a request to delegate. */
export function delegate(state: RunState, wish: DelegationWish, moment: Moment): Reaction {
  const act = wish.act as DelegateAct;
  const task = state.schedule.tasks[wish.attempt.position] as TaskState;
  const fault = faultOf(act);
  if (fault !== undefined) return refused(state, wish, fault);
  const own = authorityOf(state.settings, task, wish.attempt.startedAt);
  const have: Authority = { ...own, depth: own.depth - 1 };
  // From the orchestrator's own record, not from what the message says.
  const { chain = [task.agent] } = delegatedPart(state.settings, task);
  const refusal =
    edgeRefusal(state.settings, chain, act) ??
    inputFaultOf(act, grantFor(state.settings, act.agent)?.requires ?? []) ??
    authorityRefusal(have, chain, act, moment.at);
  if (refusal !== undefined) return refused(state, wish, refusal);
  const delegation: Delegation = {
    parent: task.id,
    by: wish.attempt.actor,
    n: wish.n,
    chain,
    authority: given(act, have, moment.at),
    request: act,
  };
  const earlier = earlierPart(state, delegation);
  if (earlier !== undefined && state.schedule.tasks[earlier]?.status === "completed")
    return shareEarlier(state, earlier, delegation);
  const crowd = widthRefusal(state, task) ?? (earlier === undefined ? totalRefusal(state) : undefined);
  return crowd === undefined
    ? grant(state, task, delegation, { earlier, labels: wish.labels })
    : refused(state, wish, crowd);
}

/** The part that an earlier attempt at the task asked for in the same words. It has ended with that one (G4). */
function earlierPart({ schedule }: RunState, { parent, by, request }: Delegation): number | undefined {
  const text = canonical(request as unknown as Json);
  const place = schedule.tasks.findIndex(
    ({ delegation }) =>
      delegation !== undefined &&
      delegation.parent === parent &&
      delegation.by !== by &&
      canonical(delegation.request as unknown as Json) === text,
  );
  return place < 0 ? undefined : place;
}

/** How a part is wanted. */
interface Wanted {
  /** Where an earlier attempt had it laid out. */
  readonly earlier: number | undefined;
  /** Of what the delegator has heard; where labels are used. */
  readonly labels: Tracked | undefined;
}

/** Lays the part out behind the plan, or takes an earlier one up again. It starts with the next free place. */
function grant(state: RunState, parent: TaskState, delegation: Delegation, { earlier, labels }: Wanted): Reaction {
  const { schedule, settings } = state;
  const known = earlier === undefined ? partOf(state, parent, delegation) : (schedule.tasks[earlier] as TaskState);
  const task = labels === undefined ? known : { ...known, given: labels };
  const laid = earlier === undefined ? append(schedule, task) : takeUp(schedule, earlier, delegation, labels);
  const { chain, authority = NOTHING } = delegatedPart(settings, { ...task, delegation });
  const withheld = delegation.authority.tools.filter((tool) => !authority.tools.includes(tool));
  return {
    state: { ...state, schedule: laid },
    commands: [
      {
        type: "record",
        params: {
          rule: "delegation.granted",
          verdict: "allow",
          data: {
            task: task.id,
            act: `${delegation.by}/${delegation.n}`,
            chain: chain ?? [],
            authority: authority as unknown as Json,
            // Given by the delegator, and not in the grant of the agent that is to do it.
            ...(withheld.length === 0 ? {} : { withheld }),
          },
        },
      },
    ],
  };
}

const partOf = (state: RunState, parent: TaskState, delegation: Delegation): TaskState => ({
  id: `${parent.id}/${partsOf(state, parent.id).length}`,
  agent: delegation.request.agent,
  goal: delegation.request.objective ?? "",
  input: delegation.request.input ?? null,
  needs: [],
  dependents: [],
  optional: parent.optional,
  priority: parent.priority,
  retries: state.settings.retries,
  backoffMs: DEFAULT_BACKOFF,
  timeoutMs: null,
  accountable: parent.accountable,
  status: "ready",
  attempt: 0,
  attemptsBefore: 0,
  unmet: 0,
  findings: [],
  delegation,
});

/** Answers a request from what an earlier attempt had done (G4). */
function shareEarlier(state: RunState, position: number, delegation: Delegation): Reaction {
  const task = state.schedule.tasks[position] as TaskState;
  const tasks = state.schedule.tasks.with(position, { ...task, delegation });
  const act = `${delegation.by}/${delegation.n}`;
  const reason = `an earlier attempt had task "${task.id}" done; it is answered from the record`;
  const result = outcomeOf(task);
  return {
    state: { ...state, schedule: { ...state.schedule, tasks } },
    commands: [
      { type: "record", params: { rule: "duplicate.done", verdict: "shared", reason, data: { act } } },
      tell(delegation.by, delegation.n, result, task.labels),
    ],
  };
}

function refused(state: RunState, wish: DelegationWish, { rule, code, reason, isViolation }: Refusal): Reaction {
  const failure: Failure = { code, message: reason };
  const verdict = isViolation ? "violation" : "refused";
  return {
    state,
    commands: [
      { type: "record", params: { rule, verdict, reason, data: { act: wish.id } } },
      tell(wish.agent, wish.n, { kind: "refused", rule, failure }),
    ],
  };
}

/** What a delegator is told of a task that has ended. */
export function outcomeOf({ id, status, output, failure }: TaskState): ActResult {
  const outcome: Delegated =
    status === "completed"
      ? { kind: "completed", task: id, output: output ?? null }
      : { kind: "failed", task: id, failure: failure ?? { code: "agent.failed", message: "it did not end well" } };
  return { kind: "completed", value: outcome as unknown as Json };
}

export const tell = (to: ActorId, n: number, result: ActResult, labels?: Tracked): Reaction["commands"][number] => ({
  type: "tell",
  params: {
    to,
    event: {
      type: "act.settled",
      n,
      result: result as unknown as Json,
      ...(labels === undefined ? {} : { labels: labels as unknown as Json }),
    },
  },
});
