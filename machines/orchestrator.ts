/**
 * Orchestrator: the story of one run. It decides; agents work.
 *
 *   planning ──sound plan──→ executing ──all tasks settled──→ validating ──accepted──→ completed
 *      ↑ ↑                   │  │  │ ↖                            │
 *      │ └──────replan───────┘  │  │  └─ back when dealt with      └─rejected→ planning | awaiting-human | failed
 *      │                        │  ├──repeats itself──→ looping-detected ──nudge, reassign | replan | ask | stop
 *      │                        │  └──hold refused────→ over-budget ──degrade, trim | ask | finish
 *      └────────────────────────┴──nothing moves without a person──→ awaiting-human ──decided──→ back where it was
 *   paused: from any live state, and back.  failed, cancelled: from any live state.
 *
 * O1  No call is granted in any state but `executing`; what is proposed elsewhere waits in line.
 * O2  `over-budget` and `looping-detected` are left only by a recorded choice.
 * O3  A run with an open conflict is not completed.
 * O4  Every final state carries what was achieved.
 */
import { enqueueActions, setup } from "xstate";
import type { ApprovalOutcome } from "../src/contracts/approvals.ts";
import type { Command, EffectInput, RulingOf, Wait } from "../src/contracts/commands.ts";
import type { Failure } from "../src/contracts/errors.ts";
import type { Review } from "../src/contracts/evaluation.ts";
import type { ActorId, Digest, EffectKey } from "../src/contracts/ids.ts";
import type { Json } from "../src/contracts/json.ts";
import type { Finding, Plan, PlanFault } from "../src/contracts/plan.ts";
import type { Cost } from "../src/contracts/tools.ts";
import { admitAll, enqueue, type Settled, settleCall } from "../src/decisions/admission.ts";
import {
  adopt,
  causeOfFailure,
  type Done,
  dispatch,
  type Failed,
  isStuck,
  reassign,
  recall,
  settleCrashed,
  settleDone,
  settleFailed,
  taskDue,
  tellAgents,
  trimOptional,
} from "../src/decisions/assignment.ts";
import {
  closeQuestion,
  economyOptions,
  escalateQuestion,
  failureOf,
  grant,
  isAnswered,
  isRefused,
  keepAnswer,
  letGoOn,
  loopOptions,
  type Opened,
  openQuestion,
  raiseConcern,
  settled,
} from "../src/decisions/concern.ts";
import { FIRST_WRITER, isOpen, type Resolution, resolve } from "../src/decisions/conflict.ts";
import type { Economy, EconomyOptions } from "../src/decisions/economy.ts";
import { intervene, type LoopOptions, type Rung } from "../src/decisions/loop.ts";
import {
  canReplan,
  type LiveState,
  type Moment,
  openRun,
  type Reaction,
  type RunInput,
  type RunState,
  type Wish,
} from "../src/decisions/run-state.ts";
import { isFinished, outputOf, outputsOf } from "../src/decisions/schedule.ts";
import { commands, options } from "./commands.ts";
import { unbound } from "./unbound.ts";

type At<Event> = Event & Moment;

export type OrchestratorEvent =
  | At<{ readonly type: "agent.done" } & Done>
  | At<{ readonly type: "agent.failed" } & Failed>
  | At<{
      readonly type: "call.proposed";
      readonly gate: ActorId;
      readonly agent: ActorId;
      readonly position: number;
      readonly tool: string;
      readonly symbol: Digest;
      readonly maxIdentical: number | null;
      readonly hold: Cost;
    }>
  | At<{ readonly type: "call.settled" } & Settled>
  | At<
      { readonly type: "board.requested"; readonly n: number } & Pick<
        Extract<Wish, { readonly kind: "board" }>,
        "attempt" | "act"
      >
    >
  | At<{ readonly type: "question.opened" } & Opened>
  | At<{ readonly type: "question.escalated"; readonly approval: ActorId; readonly role: string }>
  | At<{ readonly type: "question.closed"; readonly approval: ActorId; readonly asker: ActorId }>
  | At<{ readonly type: "question.answered"; readonly approval: ActorId; readonly outcome: ApprovalOutcome }>
  | At<{ readonly type: "perform.done"; readonly key: EffectKey; readonly output: Json }>
  | At<{ readonly type: "perform.failed"; readonly key: EffectKey; readonly failure: Failure }>
  | At<{ readonly type: "task.due"; readonly position: number }>
  | At<{ readonly type: "wall.reached" }>
  | At<{ readonly type: "actor.failed"; readonly actor: ActorId; readonly failure: Failure }>
  | At<{ readonly type: "run.pause" }>
  | At<{ readonly type: "run.resume" }>
  | At<{ readonly type: "run.cancel"; readonly reason: string }>
  | At<{ readonly type: "run.signal"; readonly name: string; readonly data: Json }>;

export interface PlanInput extends EffectInput {
  readonly objective: string;
  readonly input: Json;
  readonly findings: readonly Finding[];
  readonly completed: { readonly [task: string]: Json };
  readonly number: number;
}

/** A plan, and what is wrong with it. */
export interface Planned {
  readonly plan: Plan;
  readonly faults: readonly PlanFault[];
}

export interface ValidateInput extends EffectInput {
  readonly objective: string;
  readonly output: Json;
}

export interface InterveneInput extends EffectInput {
  readonly options: LoopOptions;
}

export interface EconomiseInput extends EffectInput {
  readonly options: EconomyOptions;
}

const REPAIRS = 1;

const faultFindings = (faults: readonly PlanFault[]): readonly Finding[] =>
  faults.map(({ code, message, task }) => ({
    source: `plan.${code}`,
    message,
    ...(task === undefined ? {} : { task }),
  }));

const key = (state: RunState, kind: string): EffectKey =>
  `orchestrator/${kind}/${state.plans}.${state.loops.interventions}.${state.concerns}.${state.schedule.settled}.${state.degraded.length}`;

const ruling = (rule: string, verdict: string, reason: string): RulingOf => ({ rule, verdict, reason });

/** The first transition has no input behind it, and so no time of its own: it happens at the start. */
const wallWait = (state: RunState, at: number = state.startedAt): Wait => ({
  id: "wall",
  ms: Math.max(0, state.startedAt + (state.ledger.limits.wallMs ?? 0) - at),
  event: { type: "wall.reached" },
});

type Event<Type extends OrchestratorEvent["type"]> = Extract<OrchestratorEvent, { readonly type: Type }>;

/**
 * An action that lets a rule change the state and give commands. The type it is given is that of any named action:
 * `enqueueActions` would fix the types of all the others, before they exist.
 */
const react = <Params = undefined>(
  rule: (state: RunState, params: Params, moment: Moment) => Reaction | RunState,
): ((args: unknown, params: Params) => void) =>
  enqueueActions(({ context, event, enqueue }, params) => {
    const outcome = rule(context as RunState, params as Params, event as unknown as Moment);
    const { state, commands: next } =
      "commands" in outcome ? outcome : { state: outcome, commands: [] as readonly Command[] };
    if (state !== context) enqueue.assign(state);
    for (const command of next) enqueue(command);
  }) as unknown as (args: unknown, params: Params) => void;

const back = (state: LiveState) => ({
  guard: { type: "cameFrom" as const, params: state },
  actions: ["resumeAgents" as const],
  target: state,
});

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
  guards: {
    isSound: (_, planned: Planned) => planned.faults.length === 0,
    canRepair: ({ context }) => context.repairs < REPAIRS && context.settings.replans > 0,
    isLooping: ({ context }) => context.trouble?.kind === "loop",
    isOverBudget: ({ context }) => context.trouble?.kind === "budget",
    mustReplan: ({ context }) => context.schedule.failed > 0 && canReplan(context),
    hasFailed: ({ context }) => context.schedule.failed > 0,
    isAllSettled: ({ context }) => isFinished(context.schedule) && !context.conflicts.some(isOpen),
    isStuck: ({ context }) => isStuck(context),
    isAccepted: (_, review: Review) => review.accepted,
    canReplan: ({ context }) => canReplan(context),
    asksPeople: ({ context }) => context.settings.asksPeople,
    isRung: (_, { chosen, rung }: { readonly chosen: Rung; readonly rung: Rung }) => chosen === rung,
    isEconomy: (_, { chosen, economy }: { readonly chosen: Economy; readonly economy: Economy }) => chosen === economy,
    isGranted: ({ context }) => isAnswered(context, "grant"),
    isLetGoOn: ({ context }) => isAnswered(context, "continue"),
    isTakenAsIs: ({ context }) => isAnswered(context, "accept"),
    isRefused: ({ context }) => isRefused(context),
    isUnquestioned: ({ context }) => context.concern === null,
    cameFrom: ({ context }, state: LiveState) => context.cameFrom === state,
  },
  actions: {
    ...commands,
    countPlan: react((state) => ({ ...state, plans: state.plans + 1 })),
    adoptPlan: react<Plan>((state, plan) => adopt({ ...state, findings: [] }, plan)),
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
      return { state: { ...settled(recalled), replans: state.replans + 1 }, commands: next };
    }),
    dispatch: react((state, _, moment) => dispatch(state, moment)),
    admitAll: react((state, _, moment) => admitAll(state, moment)),
    queueCall: react<Event<"call.proposed">>((state, { gate, agent, position, tool, symbol, maxIdentical, hold }) =>
      enqueue(state, { kind: "call", id: gate, agent, position, tool, symbol, maxIdentical, hold }),
    ),
    queueBoard: react<Event<"board.requested">>((state, { attempt, n, act }) =>
      enqueue(state, { kind: "board", id: `${attempt.actor}/${n}`, agent: attempt.actor, attempt, n, act }),
    ),
    settleCall: react<Event<"call.settled">>((state, call, moment) => settleCall(state, call, moment)),
    settleDone: react<Event<"agent.done">>((state, done, moment) => settleDone(state, done, moment)),
    settleFailed: react<Event<"agent.failed">>((state, failed, moment) => settleFailed(state, failed, moment)),
    settleCrashed: react<Event<"actor.failed">>((state, crashed, moment) => settleCrashed(state, crashed, moment)),
    makeReady: react<number>((state, position) => taskDue(state, position)),
    openQuestion: react<Event<"question.opened">>((state, opened, moment) => openQuestion(state, opened, moment)),
    escalateQuestion: react<Event<"question.escalated">>((state, { approval, role }) =>
      escalateQuestion(state, approval, role),
    ),
    closeQuestion: react<Event<"question.closed">>((state, { approval, asker }) =>
      closeQuestion(state, approval, asker),
    ),
    keepAnswer: react<Event<"question.answered">>((state, { approval, outcome }) =>
      keepAnswer(state, approval, outcome),
    ),
    resolveConflict: react<{ readonly key: EffectKey; readonly resolution: Resolution }>((state, params, { at }) => {
      const id = params.key.slice("conflict/".length);
      const { conflicts, board } = resolve(state.conflicts, state.board, id, params.resolution, at);
      const { rule, winner, reason } = params.resolution;
      return {
        state: { ...state, conflicts, board },
        commands: [{ type: "record", params: { rule, verdict: winner, reason, data: { conflict: id } } }],
      };
    }),
    armWall: react((state, _, { at }) =>
      state.ledger.limits.wallMs === undefined
        ? state
        : { state, commands: [{ type: "wait", params: wallWait(state, at) }] },
    ),
    noteWall: react((state, _, { at }) => {
      const cap = state.ledger.limits.wallMs;
      if (cap === undefined || at - state.startedAt < cap || state.trouble !== null) return state;
      return {
        ...state,
        trouble: {
          kind: "budget",
          pot: "wallMs",
          reason: `wallMs: ${at - state.startedAt} ms have passed of ${cap} ms`,
          position: -1,
        },
      };
    }),
    nudge: react((state) => {
      if (state.trouble?.kind !== "loop") return state;
      return { ...settled(state), loops: intervene(state.loops, state.trouble.repeat) };
    }),
    countIntervention: react((state) =>
      state.trouble?.kind === "loop" ? { ...state, loops: intervene(state.loops, state.trouble.repeat) } : state,
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
    degrade: react((state, _, moment) => {
      const position = state.trouble?.position ?? -1;
      const done = reassign(state, position, moment, "the agent before you was stopped: it cost too much");
      return { state: { ...settled(done.state), degraded: [...state.degraded, position] }, commands: done.commands };
    }),
    trim: react((state, _, moment) => {
      const done = trimOptional(state, moment);
      return { state: settled(done.state), commands: done.commands };
    }),
    ask: react<"grant" | "continue" | "accept">((state, kind) => raiseConcern(state, kind)),
    grant: react((state) => grant(state)),
    letGoOn: react((state) => letGoOn(state)),
    keepReview: react<Review>((state, review) => ({ ...state, findings: review.findings })),
    keepOutput: react((state) => ({ ...state, output: outputOf(state.schedule) })),
    rememberState: react<LiveState>((state, cameFrom) => ({ ...state, cameFrom })),
    suspendAgents: react((state) => ({ state, commands: tellAgents(state, "agent.suspend") })),
    resumeAgents: react((state) => ({ state, commands: tellAgents(state, "agent.resume") })),
  },
}).createMachine({
  id: "orchestrator",
  version: "1",
  options,
  context: ({ input }) => openRun(input),
  initial: "planning",
  entry: "armWall",
  on: {
    "run.cancel": {
      actions: { type: "keepFailure", params: ({ event }) => ({ code: "run.cancelled", message: event.reason }) },
      target: ".cancelled",
    },
    "agent.done": { actions: { type: "settleDone", params: ({ event }) => event } },
    "agent.failed": { actions: { type: "settleFailed", params: ({ event }) => event } },
    "call.proposed": { actions: { type: "queueCall", params: ({ event }) => event } },
    "call.settled": { actions: { type: "settleCall", params: ({ event }) => event } },
    "board.requested": { actions: { type: "queueBoard", params: ({ event }) => event } },
    "question.opened": { actions: { type: "openQuestion", params: ({ event }) => event } },
    "question.escalated": { actions: { type: "escalateQuestion", params: ({ event }) => event } },
    "question.closed": { actions: { type: "closeQuestion", params: ({ event }) => event } },
    "question.answered": { actions: { type: "keepAnswer", params: ({ event }) => event } },
    "perform.done": {
      actions: {
        type: "resolveConflict",
        params: ({ event }) => ({ key: event.key, resolution: event.output as unknown as Resolution }),
      },
    },
    "perform.failed": {
      actions: { type: "resolveConflict", params: ({ event }) => ({ key: event.key, resolution: FIRST_WRITER }) },
    },
    "task.due": { actions: { type: "makeReady", params: ({ event }) => event.position } },
    "wall.reached": { actions: "noteWall" },
    "actor.failed": { actions: { type: "settleCrashed", params: ({ event }) => event } },
  },
  states: {
    planning: {
      entry: "countPlan",
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
        }),
        onDone: [
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
      on: pausable("planning"),
    },
    executing: {
      entry: ["dispatch", "admitAll"],
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
        "agent.done": { actions: [{ type: "settleDone", params: ({ event }) => event }, "dispatch"] },
        "agent.failed": { actions: [{ type: "settleFailed", params: ({ event }) => event }, "dispatch"] },
        "actor.failed": { actions: [{ type: "settleCrashed", params: ({ event }) => event }, "dispatch"] },
        "call.proposed": { actions: [{ type: "queueCall", params: ({ event }) => event }, "admitAll"] },
        "board.requested": { actions: [{ type: "queueBoard", params: ({ event }) => event }, "admitAll"] },
        "question.opened": { actions: [{ type: "openQuestion", params: ({ event }) => event }, "dispatch"] },
        "task.due": { actions: [{ type: "makeReady", params: ({ event }) => event.position }, "dispatch"] },
      },
    },
    "looping-detected": {
      entry: { type: "record", params: ({ context }) => ruling("loop.detected", "loop", failureOf(context).message) },
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
            guard: { type: "isEconomy", params: ({ event }) => ({ chosen: event.output, economy: "degrade" }) },
            actions: "degrade",
            target: "executing",
          },
          {
            guard: { type: "isEconomy", params: ({ event }) => ({ chosen: event.output, economy: "trim" }) },
            actions: "trim",
            target: "executing",
          },
          {
            guard: { type: "isEconomy", params: ({ event }) => ({ chosen: event.output, economy: "ask" }) },
            actions: { type: "ask", params: "grant" },
            target: "awaiting-human",
          },
          { actions: "keepTroubleFailure", target: "failed" },
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
          key: `orchestrator/validate/${context.plans}.${context.concerns}`,
          effect: "read" as const,
          objective: context.objective,
          output: context.output,
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
      on: pausable("validating"),
    },
    "awaiting-human": {
      always: [
        { guard: "isGranted", actions: ["grant", "armWall"], target: "executing" },
        { guard: "isLetGoOn", actions: "letGoOn", target: "executing" },
        { guard: "isTakenAsIs", target: "completed" },
        { guard: "isRefused", actions: "keepTroubleFailure", target: "failed" },
      ],
      on: {
        ...pausable("awaiting-human"),
        "agent.done": {
          guard: "isUnquestioned",
          actions: { type: "settleDone", params: ({ event }) => event },
          target: "executing",
        },
        "actor.failed": {
          guard: "isUnquestioned",
          actions: { type: "settleCrashed", params: ({ event }) => event },
          target: "executing",
        },
        "agent.failed": {
          guard: "isUnquestioned",
          actions: { type: "settleFailed", params: ({ event }) => event },
          target: "executing",
        },
        "call.proposed": {
          guard: "isUnquestioned",
          actions: { type: "queueCall", params: ({ event }) => event },
          target: "executing",
        },
        "call.settled": {
          guard: "isUnquestioned",
          actions: { type: "settleCall", params: ({ event }) => event },
          target: "executing",
        },
        "board.requested": {
          guard: "isUnquestioned",
          actions: { type: "queueBoard", params: ({ event }) => event },
          target: "executing",
        },
        "question.opened": {
          guard: "isUnquestioned",
          actions: { type: "openQuestion", params: ({ event }) => event },
          target: "executing",
        },
        "question.closed": {
          guard: "isUnquestioned",
          actions: { type: "closeQuestion", params: ({ event }) => event },
          target: "executing",
        },
        "wall.reached": { guard: "isUnquestioned", actions: "noteWall", target: "executing" },
      },
    },
    paused: {
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
