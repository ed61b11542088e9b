/**
 * Agent: one attempt at one task. Its mind (a function, or a chart of its own) works; every act of it is a request.
 *
 *   working ⟨thinking ⇄ acting⟩ ──finished──→ reporting ──accepted──→ done
 *      │  ↖ resumed                 │             └──rejected──→ failed
 *      │   suspended ←──suspended───┤
 *      ├──threw, timed out, flooded──→ failed
 *      └──cancelled──→ cancelled
 *
 * Acting: an act is open that is more than the call of a model. Such a call is a thought.
 *
 * N1  The mind is told the outcome of each act once, in the order in which they settled.
 * N2  An act carries the next number; any other is ignored, so that none is taken twice.
 * N3  The attempt ends in one message to the orchestrator; in doubt it is a failure.
 * N4  No more acts are open at once than the agent may have; one more ends the attempt.
 */
import { assign, setup } from "xstate";
import type { Act } from "../src/contracts/acts.ts";
import type { ReplyTo } from "../src/contracts/commands.ts";
import type { Failure } from "../src/contracts/errors.ts";
import type { Review } from "../src/contracts/evaluation.ts";
import type { Json } from "../src/contracts/json.ts";
import type { Milliseconds, Timestamp } from "../src/contracts/units.ts";
import { timeLeft } from "../src/decisions/authority.ts";
import type { AgentContext, AgentEvent, AgentInput, Proposal, ReviewInput, WorkInput } from "./agent-events.ts";
import { flowActions, heard } from "./agent-flow.ts";
import { answerOf, asks, calls, failed, finished, flooded, ignored, mostOpen, requests } from "./agent-messages.ts";
import { commands, options } from "./commands.ts";
import { unbound } from "./unbound.ts";

type Result = Extract<AgentEvent, { readonly type: "act.settled" }>;
type Answer = Extract<AgentEvent, { readonly type: "question.answered" }>;

const tellsResult = {
  type: "reply" as const,
  params: ({ event: { n, result } }: { event: Result }): ReplyTo => ({ n, result }),
};

const tellsAnswer = {
  type: "reply" as const,
  params: ({ event }: { event: Answer }): ReplyTo => ({ n: event.ref, result: answerOf(event.outcome) }),
};

const thoughtsIn = ({ thoughts = [] }: AgentContext): number => thoughts.length;

/** Without the act that has settled; a list that is empty is none. */
const withoutThought = ({ thoughts = [] }: AgentContext, n: number): Pick<AgentContext, "thoughts"> =>
  thoughts.includes(n) ? { thoughts: thoughts.filter((one) => one !== n) } : {};

/** What becomes of a proposed act, by its kind, and where it leads. A thought leads nowhere. */
const proposals = <Way extends object>(way: Way) => [
  {
    guard: { type: "isOutOfTurn" as const, params: ({ event }: { event: Proposal }) => event.n },
    actions: { type: "record" as const, params: ignored },
  },
  { guard: "isFlood" as const, actions: { type: "keepFailure" as const, params: flooded }, target: "failed" as const },
  {
    guard: { type: "isThought" as const, params: ({ event }: { event: Proposal }) => event.act },
    actions: [
      { type: "think" as const, params: ({ event }: { event: Proposal }) => event.n },
      "open" as const,
      { type: "spawn" as const, params: calls },
    ],
  },
  {
    guard: { type: "isCall" as const, params: ({ event }: { event: Proposal }) => event.act },
    actions: ["open" as const, { type: "spawn" as const, params: calls }],
    ...way,
  },
  {
    guard: { type: "isQuestion" as const, params: ({ event }: { event: Proposal }) => event.act },
    actions: ["open" as const, { type: "spawn" as const, params: asks }],
    ...way,
  },
  {
    guard: { type: "isDelegation" as const, params: ({ event }: { event: Proposal }) => event.act },
    actions: ["open" as const, { type: "tell" as const, params: requests("delegation.requested") }],
    ...way,
  },
  { actions: ["open" as const, { type: "tell" as const, params: requests("board.requested") }], ...way },
];

export const agentMachine = setup({
  types: {
    input: {} as AgentInput,
    context: {} as AgentContext,
    events: {} as AgentEvent,
  },
  actors: {
    work: unbound<Json, WorkInput>("work"),
    review: unbound<Review, ReviewInput>("review"),
  },
  guards: {
    isOutOfTurn: ({ context }, n: number) => n !== context.acts,
    isFlood: ({ context }) => context.open >= mostOpen(context),
    isThought: ({ context }, act: Act) => act.kind === "tool" && context.models?.includes(act.tool) === true,
    isCall: (_, act: Act) => act.kind === "tool",
    isQuestion: (_, act: Act) => act.kind === "ask",
    isDelegation: (_, act: Act) => act.kind === "delegate",
    isActing: ({ context }) => context.open > thoughtsIn(context),
    isLastAct: ({ context }, n: number) =>
      context.open - thoughtsIn(context) === 1 && context.thoughts?.includes(n) !== true,
    isAccepted: (_, review: Review) => review.accepted,
  },
  actions: {
    ...commands,
    open: assign({ open: ({ context }) => context.open + 1, acts: ({ context }) => context.acts + 1 }),
    ...flowActions,
    think: assign({ thoughts: ({ context }, n: number) => [...(context.thoughts ?? []), n] }),
    close: assign(({ context, event }) => ({
      open: context.open - 1,
      ...(event.type === "act.settled" && context.thoughts !== undefined ? withoutThought(context, event.n) : {}),
      ...heard(context, event),
    })),
    countWork: assign({ works: ({ context }) => context.works + 1 }),
    keepOutput: assign({ output: (_, output: Json) => output }),
    keepReview: assign((_, { scores, findings, cost, extracted }: Review) => ({
      scores,
      findings,
      ...(cost === undefined ? {} : { reviewCost: cost }),
      ...(extracted === undefined ? {} : { extracted }),
    })),
    keepRejection: assign((_, review: Review) => ({
      scores: review.scores,
      findings: review.findings,
      ...(review.cost === undefined ? {} : { reviewCost: review.cost }),
      failure: {
        code: "output.invalid" as const,
        message: `the output did not pass: ${review.findings.map(({ source, message }) => `${source}: ${message}`).join("; ")}`,
      },
    })),
    keepFailure: assign({ failure: (_, failure: Failure) => failure }),
  },
  delays: {
    timeout: ({ context: { attempt, timeoutMs }, event }): Milliseconds =>
      timeLeft(attempt, (event as { readonly at?: Timestamp }).at) ?? timeoutMs ?? Number.POSITIVE_INFINITY,
  },
}).createMachine({
  id: "agent",
  version: "1",
  options,
  context: ({ input }) => ({
    ...input,
    acts: 0,
    open: 0,
    works: 0,
    output: null,
    scores: {},
    findings: [],
    failure: { code: "agent.failed", message: "the agent ended without a result" },
  }),
  initial: "working",
  on: {
    "agent.cancel": { target: ".cancelled" },
    "actor.failed": { actions: { type: "keepFailure", params: ({ event }) => event.failure }, target: ".failed" },
  },
  states: {
    working: {
      initial: "thinking",
      entry: "countWork",
      invoke: {
        id: "work",
        src: "work",
        input: ({ context }) => ({
          key: `${context.attempt.actor}/work/${context.works}`,
          effect: "read" as const,
          attempt: context.attempt,
          assignment: context.assignment,
        }),
        onDone: { actions: { type: "keepOutput", params: ({ event }) => event.output }, target: "reporting" },
        onError: { actions: { type: "keepFailure", params: ({ event }) => event.error as Failure }, target: "failed" },
      },
      after: {
        timeout: {
          actions: {
            type: "keepFailure",
            params: ({ context }) => ({
              code: "agent.timeout",
              message: `the attempt took longer than ${context.timeoutMs} ms`,
            }),
          },
          target: "failed",
        },
      },
      on: {
        "act.proposed": proposals({ target: ".acting" as const }),
        "agent.suspend": { target: "suspended" },
      },
      states: {
        thinking: {
          always: { guard: "isActing", target: "acting" },
          // Nothing but thoughts is open.
          on: { "act.settled": { actions: ["close", tellsResult] } },
        },
        acting: {
          on: {
            "act.settled": [
              {
                guard: { type: "isLastAct", params: ({ event }) => event.n },
                actions: ["close", tellsResult],
                target: "thinking",
              },
              {
                actions: ["close", tellsResult],
              },
            ],
            "question.answered": [
              {
                guard: { type: "isLastAct", params: ({ event }) => event.ref },
                actions: ["close", tellsAnswer],
                target: "thinking",
              },
              {
                actions: ["close", tellsAnswer],
              },
            ],
          },
        },
      },
    },
    suspended: {
      on: {
        "agent.resume": { target: "working" },
        // A chart as mind goes on while the attempt is suspended; what it proposes waits in line.
        "act.proposed": proposals({}),
        "act.settled": {
          actions: ["close", tellsResult],
        },
        "question.answered": {
          actions: ["close", tellsAnswer],
        },
      },
    },
    reporting: {
      invoke: {
        id: "review",
        src: "review",
        input: ({ context }) => ({
          key: `${context.attempt.actor}/review`,
          effect: "read" as const,
          attempt: context.attempt,
          assignment: context.assignment,
          output: context.output,
        }),
        onDone: [
          {
            guard: { type: "isAccepted", params: ({ event }) => event.output },
            actions: [{ type: "keepReview", params: ({ event }) => event.output }, "noteExtraction"],
            target: "done",
          },
          { actions: { type: "keepRejection", params: ({ event }) => event.output }, target: "failed" },
        ],
        onError: { actions: { type: "keepFailure", params: ({ event }) => event.error as Failure }, target: "failed" },
      },
    },
    done: { type: "final", entry: { type: "tell", params: finished } },
    failed: { type: "final", entry: { type: "tell", params: failed } },
    cancelled: { type: "final" },
  },
});
