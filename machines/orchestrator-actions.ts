/** The orchestrator's actions: each one a rule, called with the state, what the event says, and when. */
import { enqueueActions } from "xstate";
import type { Economy, Ledger } from "../src/contracts/budget.ts";
import type { Command, Wait } from "../src/contracts/commands.ts";
import type { Failure } from "../src/contracts/errors.ts";
import type { Acceptance, Review } from "../src/contracts/evaluation.ts";
import { type EffectKey, ORCHESTRATOR } from "../src/contracts/ids.ts";
import type { Json, JsonObject } from "../src/contracts/json.ts";
import type { Finding, Plan, PlanFault } from "../src/contracts/plan.ts";
import type { Cost } from "../src/contracts/tools.ts";
import type { Timestamp } from "../src/contracts/units.ts";
import { admitAll, enqueue, settleCall } from "../src/decisions/admission.ts";
import { adopt, causeOfFailure, dispatch, reassign, recall, taskDue, tellAgents } from "../src/decisions/assignment.ts";
import { elapsedIn, lower, overCommitted, rest, TIMED, wake } from "../src/decisions/budget.ts";
import { expireClaim, settleClaim } from "../src/decisions/call-claim.ts";
import { settleTry } from "../src/decisions/call-retry.ts";
import { failureOf, keepAnswer, letGoOn, raiseConcern, settled } from "../src/decisions/concern.ts";
import type { Ladder } from "../src/decisions/conflict.ts";
import { CONFLICT, settleAsked, settleLadder } from "../src/decisions/conflict-case.ts";
import { settleDelivery } from "../src/decisions/delivery.ts";
import { settleCrashed, settleFailed } from "../src/decisions/failure.ts";
import { hearSettled } from "../src/decisions/health.ts";
import { accountOf, intervene } from "../src/decisions/loop.ts";
import { type Amendment, amend } from "../src/decisions/objective.ts";
import { outputOf } from "../src/decisions/outputs.ts";
import { type Authorised, adoptPolicy, authorised, unauthorised } from "../src/decisions/policy.ts";
import { followProgress, MEASURE, settleMeasure } from "../src/decisions/progress.ts";
import { bench, quarantine } from "../src/decisions/quarantine.ts";
import { changeQuestion, closeQuestion, openQuestion } from "../src/decisions/question.ts";
import { holdPlan, holdValidation, settlePlan, settleReview } from "../src/decisions/review-cost.ts";
import type { LiveState, Moment, Reaction, RunState } from "../src/decisions/run-state.ts";
import { degrade, endTask, grant, noteChoice, noteTime, substitute, trim } from "../src/decisions/saving.ts";
import { noteSignal } from "../src/decisions/sharing.ts";
import { remark } from "../src/decisions/spending.ts";
import { watchPlan, watchQuestion } from "../src/decisions/watch.ts";
import type { EventOf } from "./orchestrator-events.ts";

/**
 * An action that lets a rule change the state and give commands. The type it is given is that of any named action:
 * `enqueueActions` would fix the types of all the others, before they exist.
 */
const react = <Params = undefined>(
  rule: (state: RunState, params: Params, moment: Moment) => Reaction | RunState,
): ((args: unknown, params: Params) => void) => {
  const reaction = (state: unknown, params: unknown, moment: unknown): Reaction => {
    const outcome = rule(state as RunState, params as Params, moment as Moment);
    const done = "commands" in outcome ? outcome : { state: outcome, commands: NONE };
    return remarked((state as RunState).ledger, done, (moment as Moment).at);
  };
  const action = enqueueActions(({ context, event, enqueue }, params) => {
    const { state, commands: next } = reaction(context, params, event);
    if (state !== context) enqueue.assign(state);
    for (const command of next) enqueue(command);
  });
  // The rule itself, for whoever can apply it without the detour.
  return Object.assign(action, { reaction }) as unknown as (args: unknown, params: Params) => void;
};

const NONE: readonly Command[] = [];

/** With what the books have to say about what was done. */
function remarked(before: Ledger, done: Reaction, at: Timestamp): Reaction {
  if (before === done.state.ledger && done.state.spending.remarks.length === 0) return done;
  const { spending, commands } = remark(before, done.state, at);
  if (commands.length === 0) return done;
  return { state: { ...done.state, spending }, commands: [...done.commands, ...commands] };
}

/** An act on the blackboard, or a part to be delegated, as it waits in line. */
const requestOf =
  (kind: "board" | "delegation") =>
  (state: RunState, { attempt, n, act, labels }: EventOf<"board.requested" | "delegation.requested">): RunState =>
    enqueue(state, {
      kind,
      id: `${attempt.actor}/${n}`,
      agent: attempt.actor,
      attempt,
      n,
      act,
      ...(labels === undefined ? {} : { labels }),
    });

const faultFindings = (faults: readonly PlanFault[]): readonly Finding[] =>
  faults.map(({ code, message, task }) => ({
    source: `plan.${code}`,
    message,
    ...(task === undefined ? {} : { task }),
  }));

/** What a planner is told of a loop that a new plan is to break. */
const loopFindings = ({ trouble }: RunState): readonly Finding[] =>
  trouble?.kind === "loop" ? [{ source: "loop.detected", message: accountOf(trouble.evidence) }] : [];

/** The first transition has no input behind it, and so no time of its own: it happens at the start. */
const timeWaits = ({ ledger }: RunState, at: number = ledger.startedAt, pots = TIMED): readonly Command[] =>
  pots.flatMap((pot) => {
    const cap = ledger.limits[pot];
    if (cap === undefined) return [];
    const ms = Math.max(0, cap - elapsedIn(ledger, pot, at));
    const wait: Wait = { id: pot === "wallMs" ? "wall" : "active", ms, event: { type: "wall.reached" } };
    return [{ type: "wait", params: wait }];
  });

/** Starts what is ready, and brings progress up to date. */
function start(state: RunState, _: unknown, moment: Moment): Reaction {
  const started = dispatch(state, moment);
  const followed = followProgress(started.state);
  return { state: followed.state, commands: [...started.commands, ...followed.commands] };
}

export const orchestratorActions = {
  // The first plan has no input behind it, and so no time of its own.
  countPlan: react((state, _, { at }: Partial<Moment>) => {
    const planned = { ...state, plans: state.plans + 1 };
    return holdPlan(state.plans === 0 ? holdValidation(planned, state.startedAt) : planned, at ?? state.startedAt);
  }),
  settlePlan: react<Cost | null>((state, cost) => settlePlan(state, cost)),
  adoptPlan: react<Plan>((state, plan) => bench(watchPlan(adopt({ ...state, findings: [] }, plan), plan))),
  keepFaults: react<readonly PlanFault[]>((state, faults) => ({
    ...state,
    repairs: state.repairs + 1,
    findings: faultFindings(faults),
  })),
  keepFailure: react<Failure>((state, failure) => ({ ...state, failure })),
  keepTaskFailure: react((state) => ({ ...state, failure: causeOfFailure(state) })),
  keepTroubleFailure: react((state) => ({ ...state, failure: failureOf(state) })),
  beginReplan: react((state, _, moment) => {
    const { state: recalled, commands: next } = recall(state, moment);
    const findings = [...recalled.findings, ...loopFindings(state)];
    return { state: { ...settled(recalled), findings, replans: state.replans + 1 }, commands: next };
  }),
  dispatch: react(start),
  // What waited in line to be delegated starts; in a run without such tasks there is nothing to start.
  dispatchDelegated: react((state, _, moment) =>
    (state.schedule.delegated ?? []).length > 0 ? start(state, _, moment) : state,
  ),
  admitAll: react((state, _, moment) => admitAll(state, moment)),
  queueCall: react<EventOf<"call.proposed">>((state, { wish }) => {
    if (wish.again !== true || Object.hasOwn(state.acts, wish.id)) return enqueue(state, wish);
    // A try that failed has been paid for: the next one is a call like any other, whatever was held for it meanwhile.
    const { again: _, ...anew } = wish;
    return enqueue(state, anew);
  }),
  queueBoard: react<EventOf<"board.requested">>(requestOf("board")),
  queueDelegation: react<EventOf<"delegation.requested">>(requestOf("delegation")),
  settleCall: react<EventOf<"call.settled">>((state, { call }, moment) => {
    const heard = hearSettled(state, call, moment.at);
    const claimed = settleClaim(heard.state, call);
    return { state: settleCall(claimed.state, call, moment), commands: [...heard.commands, ...claimed.commands] };
  }),
  expireClaim: react<EventOf<"claim.expired">>((state, expired) => expireClaim(state, expired)),
  settleTry: react<EventOf<"call.failed">>((state, failed, moment) => settleTry(state, failed, moment)),
  settleDone: react<EventOf<"agent.done">>((state, done, moment) => settleDelivery(state, done, moment)),
  quarantine: react<EventOf<"run.quarantine">>((state, suspicion, moment) => quarantine(state, suspicion, moment)),
  settleFailed: react<EventOf<"agent.failed">>((state, failed, moment) => settleFailed(state, failed, moment)),
  settleCrashed: react<EventOf<"actor.failed">>((state, crashed, moment) => settleCrashed(state, crashed, moment)),
  makeReady: react<number>((state, position) => taskDue(state, position)),
  openQuestion: react<EventOf<"question.opened">>((state, opened, moment) =>
    watchQuestion(openQuestion(state, opened, moment), opened.asker, opened.question),
  ),
  changeQuestion: react<EventOf<"question.changed">>((state, changed, moment) =>
    changeQuestion(state, changed, moment),
  ),
  closeQuestion: react<EventOf<"question.closed">>((state, closed, moment) => closeQuestion(state, closed, moment)),
  keepAnswer: react<EventOf<"question.answered">>(
    (state, { approval, outcome }, moment) =>
      settleAsked(state, approval, outcome, moment) ?? keepAnswer(state, approval, outcome),
  ),
  settlePerformed: react<{ readonly key: EffectKey; readonly output: Json }>((state, { key, output }, moment) => {
    if (key.startsWith(MEASURE)) return settleMeasure(state, output as unknown as Acceptance | null, moment);
    if (key.startsWith(CONFLICT)) return settleLadder(state, key, output as unknown as Ladder | null, moment);
    return output === null ? unauthorised(state, key) : authorised(state, key, output as unknown as Authorised);
  }),
  adoptPolicy: react<EventOf<"policy.changed">>((state, { policy, restarted }) =>
    adoptPolicy(state, { policy, restarted }),
  ),
  armTime: react((state, _, { at }) => ({ state, commands: timeWaits(state, at) })),
  noteTime: react((state, _, moment) => noteTime(state, moment)),
  // Active time stands still while people have the run.
  rest: react((state, _, { at }) => ({ ...state, ledger: rest(state.ledger, at) })),
  wake: react((state, _, { at }) => {
    const woken = { ...state, ledger: wake(state.ledger, at) };
    const isUp = elapsedIn(woken.ledger, "activeMs", at) >= (woken.ledger.limits.activeMs ?? 0);
    // Time that was up before is noted already.
    return { state: woken, commands: isUp ? [] : timeWaits(woken, at, ["activeMs"]) };
  }),
  lowerCaps: react<EventOf<"run.limit">>((state, { limits, by }, { at }) => {
    const lowered = { ...state, ledger: lower(state.ledger, limits) };
    const over = overCommitted(lowered.ledger);
    const data: JsonObject = { by, limits: { ...limits }, ...(over.length === 0 ? {} : { overCommitted: over }) };
    const ruling: Command = { type: "record", params: { rule: "budget.lowered", verdict: "lowered", data } };
    return { state: lowered, commands: [ruling, ...timeWaits(lowered, at)] };
  }),
  nudge: react((state) => {
    if (state.trouble?.kind !== "loop") return state;
    return { ...settled(state), loops: intervene(state.loops, state.trouble.evidence) };
  }),
  countIntervention: react((state) =>
    state.trouble?.kind === "loop" ? { ...state, loops: intervene(state.loops, state.trouble.evidence) } : state,
  ),
  reassign: react((state, _, moment) => {
    const done = reassign(
      state,
      state.trouble?.position ?? -1,
      moment,
      "the agent before you was stopped: it repeated itself",
    );
    return { state: settled(done.state), commands: done.commands };
  }),
  noteChoice: react<Economy>((state, economy, moment) => noteChoice(state, economy, moment)),
  substitute: react((state) => substitute(state)),
  degrade: react((state, _, moment) => degrade(state, moment)),
  trim: react((state, _, moment) => trim(state, moment)),
  endTask: react((state, _, moment) => endTask(state, moment)),
  amend: react<Amendment>((state, amendment) => amend(state, amendment)),
  ask: react<"grant" | "continue" | "accept">((state, kind) => raiseConcern(state, kind)),
  grant: react((state, _, moment) => grant(state, moment)),
  letGoOn: react((state) => letGoOn(state)),
  keepReview: react<Review>((state, { findings, accepted, cost }, { at }) => {
    const ledger = settleReview(state.ledger, ORCHESTRATOR, cost ?? null);
    const reviewed = { ...state, findings, ledger };
    return accepted ? reviewed : holdValidation(reviewed, at);
  }),
  keepOutput: react((state) => ({ ...state, output: outputOf(state.schedule) })),
  rememberState: react<LiveState>((state, cameFrom) => ({ ...state, cameFrom, pauses: state.pauses + 1 })),
  suspendAgents: react((state) => ({ state, commands: tellAgents(state, "agent.suspend") })),
  resumeAgents: react((state) => ({ state, commands: tellAgents(state, "agent.resume") })),

  noteSignal: react<EventOf<"run.signal">>((state, signal, moment) => noteSignal(state, signal, moment)),
};
