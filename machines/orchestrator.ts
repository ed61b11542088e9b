/**
 * Orchestrator: the story of one run. It decides; agents work.
 *
 *   planning ──sound plan──→ executing ──all tasks settled──→ validating ──accepted──→ completed
 *      ↑ ↑                   │  │  │ ↖                            │
 *      │ └──────replan───────┘  │  │  └─ back when dealt with      └─rejected→ planning | awaiting-human | failed
 *      │                        │  ├──repeats itself──→ looping-detected ──nudge, reassign | replan | ask | stop
 *      │                        │  └──hold refused────→ over-budget ──substitute, degrade, trim | ask | finish
 *      └────────────────────────┴──nothing moves without a person──→ awaiting-human ──decided──→ back where it was
 *   paused: from any live state, and back.  failed, cancelled: from any live state.
 *   An objective that a person amends leads from planning and executing to planning. A plan that cannot be paid for leads
 *   from planning to over-budget, and a grant for it back to planning.
 *
 * O1  No call is granted in any state but `executing`; what is proposed elsewhere waits in line.
 * O2  `over-budget` and `looping-detected` are left only by a recorded choice.
 * O3  A run with an open conflict is not completed.
 * O4  Every final state carries what was achieved.
 * O5  While people have the run, in `awaiting-human` and `paused`, its active time stands still.
 */
import { setup } from "xstate";
import type { Economy } from "../src/contracts/budget.ts";
import type { RulingOf } from "../src/contracts/commands.ts";
import type { Failure } from "../src/contracts/errors.ts";
import type { Review } from "../src/contracts/evaluation.ts";
import type { EffectKey } from "../src/contracts/ids.ts";
import type { Cost } from "../src/contracts/tools.ts";
import { economyOptions, failureOf, loopOptions } from "../src/decisions/concern.ts";
import type { Rung } from "../src/decisions/loop.ts";
import { outputsOf } from "../src/decisions/outputs.ts";
import { unmetCriteria } from "../src/decisions/progress.ts";
import { type LiveState, openRun, type RunInput, type RunState } from "../src/decisions/run-state.ts";
import { commands, options } from "./commands.ts";
import { orchestratorActions } from "./orchestrator-actions.ts";
import type {
  EconomiseInput,
  EventOf,
  InterveneInput,
  OrchestratorEvent,
  PlanInput,
  Planned,
  ValidateInput,
} from "./orchestrator-events.ts";
import { orchestratorGuards } from "./orchestrator-guards.ts";
import { unbound } from "./unbound.ts";

const key = (state: RunState, kind: string): EffectKey =>
  `orchestrator/${kind}/${state.plans}.${state.loops.interventions}.${state.concerns}.${state.schedule.settled}.${state.degraded.length}.${state.pauses}`;

/** Times a review was begun and is begun again. */
const interruptions = ({ pauses, quarantines }: RunState): number => pauses + quarantines.length;

const ruling = (rule: string, verdict: string, reason: string): RulingOf => ({ rule, verdict, reason });

/** Which acts it was seen in is the run's to remember: an agent that has ended is forgotten. */
const loopRuling = ({ trouble, ...state }: RunState): RulingOf => ({
  ...ruling("loop.detected", "loop", failureOf({ ...state, trouble }).message),
  ...(trouble?.kind === "loop" ? { data: { ...trouble.evidence, steps: [...trouble.evidence.steps] } } : {}),
});

const isPlanUnpaid = ({ trouble }: RunState): boolean => trouble?.kind === "budget" && trouble.plan === true;

/** What the planner says it cost, where it is the planner that has ended planning. */
const planCostIn = (event: { readonly type: string; readonly output?: unknown }): Cost | null =>
  (event.output as Planned | undefined)?.cost ?? null;

const back = (state: LiveState) => ({
  guard: { type: "cameFrom" as const, params: state },
  actions: ["resumeAgents" as const],
  target: state,
});

const chosen = (economy: Economy) => ({ type: "noteChoice" as const, params: economy });

const performed = {
  type: "settlePerformed" as const,
  params: ({ event }: { event: EventOf<"perform.done"> }) => ({ key: event.key, output: event.output }),
};

/** What failed has decided, and measured, nothing. */
const unperformed = {
  type: "settlePerformed" as const,
  params: ({ event }: { event: EventOf<"perform.failed"> }) => ({ key: event.key, output: null }),
};

const pausable = (state: LiveState) => ({
  "run.pause": {
    actions: [{ type: "rememberState" as const, params: state }, "suspendAgents" as const],
    target: "paused" as const,
  },
});

export const orchestratorMachine = setup({
  types: {
    input: {} as RunInput,
    context: {} as RunState,
    events: {} as OrchestratorEvent,
  },
  actors: {
    plan: unbound<Planned, PlanInput>("plan"),
    validate: unbound<Review, ValidateInput>("validate"),
    intervene: unbound<Rung, InterveneInput>("intervene"),
    economise: unbound<Economy, EconomiseInput>("economise"),
  },
  guards: orchestratorGuards,
  actions: { ...commands, ...orchestratorActions },
}).createMachine({
  id: "orchestrator",
  version: "2",
  options,
  context: ({ input }) => openRun(input),
  initial: "planning",
  entry: "armTime",
  on: {
    "run.cancel": {
      actions: { type: "keepFailure", params: ({ event }) => ({ code: "run.cancelled", message: event.reason }) },
      target: ".cancelled",
    },
    "run.amend": { actions: { type: "amend", params: ({ event }) => event } },
    "agent.done": { actions: { type: "settleDone", params: ({ event }) => event } },
    "agent.failed": { actions: { type: "settleFailed", params: ({ event }) => event } },
    "call.proposed": { actions: { type: "queueCall", params: ({ event }) => event } },
    "call.failed": { actions: { type: "settleTry", params: ({ event }) => event } },
    "call.settled": { actions: { type: "settleCall", params: ({ event }) => event } },
    "board.requested": { actions: { type: "queueBoard", params: ({ event }) => event } },
    "delegation.requested": { actions: { type: "queueDelegation", params: ({ event }) => event } },
    "question.opened": { actions: { type: "openQuestion", params: ({ event }) => event } },
    "question.changed": { actions: { type: "changeQuestion", params: ({ event }) => event } },
    "question.closed": { actions: { type: "closeQuestion", params: ({ event }) => event } },
    "question.answered": { actions: { type: "keepAnswer", params: ({ event }) => event } },
    "perform.done": { actions: performed },
    "perform.failed": { actions: unperformed },
    "policy.changed": { actions: { type: "adoptPolicy", params: ({ event }) => event } },
    "claim.expired": { actions: { type: "expireClaim", params: ({ event }) => event } },
    "task.due": { actions: { type: "makeReady", params: ({ event }) => event.position } },
    "wall.reached": { actions: "noteTime" },
    "run.limit": { actions: { type: "lowerCaps", params: ({ event }) => event } },
    "run.signal": { actions: { type: "noteSignal", params: ({ event }) => event } },
    "actor.failed": { actions: { type: "settleCrashed", params: ({ event }) => event } },
    "run.quarantine": { actions: { type: "quarantine", params: ({ event }) => event } },
  },
  states: {
    planning: {
      entry: "countPlan",
      exit: { type: "settlePlan", params: ({ event }) => planCostIn(event) },
      invoke: {
        id: "plan",
        src: "plan",
        input: ({ context }) => ({
          key: `orchestrator/plan/${context.plans}`,
          effect: "read" as const,
          objective: context.objective,
          input: context.input,
          findings: context.findings,
          completed: outputsOf(context.schedule),
          number: context.plans,
          ...(isPlanUnpaid(context) ? { unpaid: true as const } : {}),
        }),
        onDone: [
          { guard: { type: "isUnpaid", params: ({ event }) => event.output }, target: "over-budget" },
          {
            guard: { type: "isSound", params: ({ event }) => event.output },
            actions: { type: "adoptPlan", params: ({ event }) => event.output.plan },
            target: "executing",
          },
          {
            guard: "canRepair",
            actions: { type: "keepFaults", params: ({ event }) => event.output.faults },
            target: "planning",
            reenter: true,
          },
          {
            actions: {
              type: "keepFailure",
              params: ({ event }) => ({
                code: "plan.invalid",
                message: event.output.faults.map(({ message }) => message).join("; "),
              }),
            },
            target: "failed",
          },
        ],
        onError: { actions: { type: "keepFailure", params: ({ event }) => event.error as Failure }, target: "failed" },
      },
      on: {
        ...pausable("planning"),
        // The plan that is being made is for the old objective.
        "run.amend": [
          {
            guard: { type: "isAmended", params: ({ event }) => event },
            actions: { type: "amend", params: ({ event }) => event },
            target: "planning",
            reenter: true,
          },
          { actions: { type: "amend", params: ({ event }) => event } },
        ],
      },
    },
    executing: {
      entry: ["dispatch", "admitAll", "dispatchDelegated"],
      always: [
        { guard: "isLooping", target: "looping-detected" },
        { guard: "isOverBudget", target: "over-budget" },
        { guard: "mustReplan", actions: "beginReplan", target: "planning" },
        { guard: "hasFailed", actions: "keepTaskFailure", target: "failed" },
        { guard: "isAllSettled", target: "validating" },
        { guard: "isStuck", target: "awaiting-human" },
      ],
      on: {
        ...pausable("executing"),
        "agent.done": { actions: [{ type: "settleDone", params: ({ event }) => event }, "dispatch", "admitAll"] },
        "agent.failed": { actions: [{ type: "settleFailed", params: ({ event }) => event }, "dispatch", "admitAll"] },
        "actor.failed": { actions: [{ type: "settleCrashed", params: ({ event }) => event }, "dispatch", "admitAll"] },
        "call.settled": { actions: [{ type: "settleCall", params: ({ event }) => event }, "admitAll"] },
        "claim.expired": { actions: [{ type: "expireClaim", params: ({ event }) => event }, "admitAll"] },
        "run.amend": [
          {
            guard: { type: "isAmendedForPlan", params: ({ event }) => event },
            actions: [{ type: "amend", params: ({ event }) => event }, "beginReplan"],
            target: "planning",
          },
          { actions: { type: "amend", params: ({ event }) => event } },
        ],
        "call.proposed": { actions: [{ type: "queueCall", params: ({ event }) => event }, "admitAll"] },
        "board.requested": { actions: [{ type: "queueBoard", params: ({ event }) => event }, "admitAll"] },
        "delegation.requested": {
          actions: [{ type: "queueDelegation", params: ({ event }) => event }, "admitAll", "dispatchDelegated"],
        },
        "question.opened": { actions: [{ type: "openQuestion", params: ({ event }) => event }, "dispatch"] },
        "task.due": { actions: [{ type: "makeReady", params: ({ event }) => event.position }, "dispatch"] },
        "run.quarantine": { actions: [{ type: "quarantine", params: ({ event }) => event }, "dispatch", "admitAll"] },
        // What waited for a conflict may begin.
        "perform.done": { actions: [performed, "admitAll", "dispatch"] },
        "perform.failed": { actions: [unperformed, "dispatch"] },
        "question.answered": { actions: [{ type: "keepAnswer", params: ({ event }) => event }, "dispatch"] },
      },
    },
    "looping-detected": {
      entry: { type: "record", params: ({ context }) => loopRuling(context) },
      invoke: {
        id: "intervene",
        src: "intervene",
        input: ({ context }) => ({
          key: key(context, "intervene"),
          effect: "read" as const,
          options: loopOptions(context),
        }),
        onDone: [
          {
            guard: { type: "isRung", params: ({ event }) => ({ chosen: event.output, rung: "nudge" }) },
            actions: "nudge",
            target: "executing",
          },
          {
            guard: { type: "isRung", params: ({ event }) => ({ chosen: event.output, rung: "reassign" }) },
            actions: ["countIntervention", "reassign"],
            target: "executing",
          },
          {
            guard: { type: "isRung", params: ({ event }) => ({ chosen: event.output, rung: "replan" }) },
            actions: ["countIntervention", "beginReplan"],
            target: "planning",
          },
          {
            guard: { type: "isRung", params: ({ event }) => ({ chosen: event.output, rung: "ask" }) },
            actions: ["countIntervention", { type: "ask", params: "continue" }],
            target: "awaiting-human",
          },
          { actions: "keepTroubleFailure", target: "failed" },
        ],
        onError: { actions: "keepTroubleFailure", target: "failed" },
      },
      on: pausable("looping-detected"),
    },
    "over-budget": {
      entry: { type: "record", params: ({ context }) => ruling("budget.exceeded", "stop", failureOf(context).message) },
      invoke: {
        id: "economise",
        src: "economise",
        input: ({ context }) => ({
          key: key(context, "economise"),
          effect: "read" as const,
          options: economyOptions(context),
        }),
        onDone: [
          {
            guard: { type: "isEconomy", params: ({ event }) => ({ chosen: event.output, economy: "substitute" }) },
            actions: [chosen("substitute"), "substitute"],
            target: "executing",
          },
          {
            guard: { type: "isEconomy", params: ({ event }) => ({ chosen: event.output, economy: "degrade" }) },
            actions: [chosen("degrade"), "degrade"],
            target: "executing",
          },
          {
            guard: { type: "isEconomy", params: ({ event }) => ({ chosen: event.output, economy: "trim" }) },
            actions: [chosen("trim"), "trim"],
            target: "executing",
          },
          {
            guard: { type: "isEconomy", params: ({ event }) => ({ chosen: event.output, economy: "ask" }) },
            actions: [chosen("ask"), { type: "ask", params: "grant" }],
            target: "awaiting-human",
          },
          { guard: "isPart", actions: [chosen("finish"), "endTask"], target: "executing" },
          { actions: [chosen("finish"), "keepTroubleFailure"], target: "failed" },
        ],
        onError: { actions: "keepTroubleFailure", target: "failed" },
      },
      on: pausable("over-budget"),
    },
    validating: {
      entry: "keepOutput",
      invoke: {
        id: "validate",
        src: "validate",
        input: ({ context }) => ({
          key: `orchestrator/validate/${context.plans}.${context.concerns}.${interruptions(context)}`,
          effect: "read" as const,
          objective: context.objective,
          output: context.output,
          unmet: unmetCriteria(context),
        }),
        onDone: [
          {
            guard: { type: "isAccepted", params: ({ event }) => event.output },
            actions: { type: "keepReview", params: ({ event }) => event.output },
            target: "completed",
          },
          {
            guard: "canReplan",
            actions: [{ type: "keepReview", params: ({ event }) => event.output }, "beginReplan"],
            target: "planning",
          },
          {
            guard: "asksPeople",
            actions: [
              { type: "keepReview", params: ({ event }) => event.output },
              { type: "ask", params: "accept" },
            ],
            target: "awaiting-human",
          },
          {
            actions: [{ type: "keepReview", params: ({ event }) => event.output }, "keepTroubleFailure"],
            target: "failed",
          },
        ],
        onError: { actions: { type: "keepFailure", params: ({ event }) => event.error as Failure }, target: "failed" },
      },
      on: {
        ...pausable("validating"),
        // What is being reviewed is not what it was.
        "run.quarantine": { actions: { type: "quarantine", params: ({ event }) => event }, target: "executing" },
      },
    },
    "awaiting-human": {
      entry: "rest",
      exit: "wake",
      always: [
        { guard: "isGrantedForPlan", actions: ["grant", "armTime"], target: "planning" },
        { guard: "isGranted", actions: ["grant", "armTime"], target: "executing" },
        { guard: "isLetGoOn", actions: "letGoOn", target: "executing" },
        { guard: "isTakenAsIs", target: "completed" },
        { guard: "isPartRefused", actions: "endTask", target: "executing" },
        { guard: "isRefused", actions: "keepTroubleFailure", target: "failed" },
        { guard: "canMove", target: "executing" },
      ],
      on: pausable("awaiting-human"),
    },
    paused: {
      entry: "rest",
      exit: "wake",
      on: {
        "run.resume": [
          back("planning"),
          back("executing"),
          back("looping-detected"),
          back("over-budget"),
          back("validating"),
          back("awaiting-human"),
        ],
      },
    },
    completed: { type: "final" },
    failed: { type: "final" },
    cancelled: { type: "final" },
  },
});
