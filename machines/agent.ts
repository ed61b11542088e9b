/**
 * Agent: one attempt at one task. Its mind (a function, or a chart of its own) works; every act of it is a request.
 *
 *   working ⟨thinking ⇄ acting⟩ ──finished──→ reporting ──accepted──→ done
 *      │  ↖ resumed                 │             └──rejected──→ failed
 *      │   suspended ←──suspended───┤
 *      ├──threw, timed out, flooded──→ failed
 *      └──cancelled──→ cancelled
 *
 * N1  The mind is told the outcome of each act once, in the order in which they settled.
 * N2  An act carries the next number; any other is ignored, so that none is taken twice.
 * N3  The attempt ends in one message to the orchestrator; in doubt it is a failure.
 * N4  No more acts are open at once than the agent may have; one more ends the attempt.
 */
import { assign, setup } from "xstate";
import type { Act, Attempt } from "../src/contracts/acts.ts";
import type { ApprovalOutcome, ApprovalSettings, QuestionDraft } from "../src/contracts/approvals.ts";
import type { EffectInput, ReplyTo, RulingOf, Spawn, Tell } from "../src/contracts/commands.ts";
import type { Failure } from "../src/contracts/errors.ts";
import type { Review } from "../src/contracts/evaluation.ts";
import { type AgentName, ORCHESTRATOR } from "../src/contracts/ids.ts";
import type { Json } from "../src/contracts/json.ts";
import type { InFlow, Tracked } from "../src/contracts/labels.ts";
import type { Assignment, Finding } from "../src/contracts/plan.ts";
import type { ActResult, Cost } from "../src/contracts/tools.ts";
import type { Milliseconds, Timestamp } from "../src/contracts/units.ts";
import { requesterOf } from "../src/decisions/approval.ts";
import { timeLeft } from "../src/decisions/authority.ts";
import { declassifiedBy, flowActions, heard, labelsOf } from "./agent-flow.ts";
import { commands, options } from "./commands.ts";
import { unbound } from "./unbound.ts";

export interface AgentInput {
  readonly attempt: Attempt;
  readonly assignment: Assignment;
  readonly timeoutMs: Milliseconds | null;
  readonly approvals: ApprovalSettings;
  readonly agents: readonly AgentName[];
  readonly maxOpenActs?: number;
  /** The rules about labels, and those of what it is told at the start; where labels are used. */
  readonly flow?: InFlow;
}

export type AgentEvent =
  | { readonly type: "act.proposed"; readonly n: number; readonly act: Act }
  | { readonly type: "act.settled"; readonly n: number; readonly result: ActResult; readonly labels?: Tracked }
  | { readonly type: "question.answered"; readonly ref: number; readonly outcome: ApprovalOutcome }
  | { readonly type: "actor.failed"; readonly failure: Failure }
  | { readonly type: "agent.suspend" }
  | { readonly type: "agent.resume" }
  | { readonly type: "agent.cancel" };

export interface AgentContext extends AgentInput {
  /** Acts proposed so far. */
  readonly acts: number;
  /** Acts not settled. */
  readonly open: number;
  /** Times the mind was set to work: once, and again after each suspension. */
  readonly works: number;
  readonly output: Json;
  readonly scores: { readonly [evaluator: string]: number };
  readonly findings: readonly Finding[];
  /** Of its review, where that has a price. */
  readonly reviewCost?: Cost;
  readonly failure: Failure;
  /** The output of an extractor that has its shape. */
  readonly extracted?: Review["extracted"];
}

export interface WorkInput extends EffectInput {
  readonly attempt: Attempt;
  readonly assignment: Assignment;
}

export interface ReviewInput extends EffectInput {
  readonly attempt: Attempt;
  readonly assignment: Assignment;
  readonly output: Json;
}

type Proposal = Extract<AgentEvent, { readonly type: "act.proposed" }>;

function question(context: AgentContext, { act }: Proposal): QuestionDraft {
  const asked = act.kind === "ask" ? act : { question: "", details: undefined };
  return {
    kind: "answer",
    title: `${context.attempt.agent} asks`,
    subject: { question: asked.question, ...(asked.details === undefined ? {} : { details: asked.details }) },
    reason: `for task "${context.attempt.task}"`,
    requester: requesterOf(context.attempt),
  };
}

const asks = ({ context, event }: { context: AgentContext; event: Proposal }): Spawn => {
  const actor = `${context.attempt.actor}/${event.n}`;
  return {
    id: actor,
    logic: "approval",
    input: {
      actor,
      asker: context.attempt.actor,
      ref: event.n,
      question: question(context, event) as never,
      settings: context.approvals as never,
      agents: context.agents as never,
    },
  };
};

const calls = ({ context, event }: { context: AgentContext; event: Proposal }): Spawn => {
  const actor = `${context.attempt.actor}/${event.n}`;
  const { tool, args, rationale } =
    event.act.kind === "tool" ? event.act : { tool: "", args: null, rationale: undefined };
  return {
    id: actor,
    logic: "tool-gate",
    input: {
      actor,
      n: event.n,
      attempt: context.attempt as never,
      tool,
      args,
      rationale: rationale ?? null,
      approvals: context.approvals as never,
      agents: context.agents as never,
      ...(context.flow === undefined ? {} : { flow: context.flow as never }),
    },
  };
};

const requests =
  (type: "board.requested" | "delegation.requested") =>
  ({ context, event }: { context: AgentContext; event: Proposal }): Tell => ({
    to: ORCHESTRATOR,
    event: { type, attempt: context.attempt as never, n: event.n, act: event.act as never, ...labelsOf(context) },
  });

const answerOf = (outcome: ApprovalOutcome): ActResult => {
  switch (outcome.kind) {
    case "answered":
    case "edited":
      return { kind: "completed", value: outcome.value };
    case "approved":
      return { kind: "completed", value: true };
    case "rejected":
      return {
        kind: "refused",
        rule: "approval.rejected",
        failure: { code: "approval.rejected", message: `${outcome.by} said no: ${outcome.reason}` },
      };
    case "expired":
      return {
        kind: "refused",
        rule: "approval.expired",
        failure: { code: "approval.expired", message: "nobody answered in time" },
      };
  }
};

const reviewed = ({ reviewCost }: AgentContext) => (reviewCost === undefined ? {} : { reviewCost: { ...reviewCost } });

const finished = ({ context }: { context: AgentContext }): Tell => ({
  to: ORCHESTRATOR,
  event: {
    type: "agent.done",
    actor: context.attempt.actor,
    position: context.attempt.position,
    number: context.attempt.number,
    output: context.output,
    scores: context.scores,
    ...reviewed(context),
    ...labelsOf(context),
    ...declassifiedBy(context),
  },
});

const failed = ({ context }: { context: AgentContext }): Tell => ({
  to: ORCHESTRATOR,
  event: {
    type: "agent.failed",
    actor: context.attempt.actor,
    position: context.attempt.position,
    number: context.attempt.number,
    failure: { ...context.failure },
    findings: context.findings as never,
    // Nobody has said that it is worth nothing.
    ...(context.failure.code === "output.invalid" ? { output: context.output, scores: context.scores } : {}),
    ...reviewed(context),
    ...labelsOf(context),
  },
});

const ignored = ({ event }: { event: Proposal }): RulingOf => ({
  rule: "agent.out-of-turn",
  verdict: "ignored",
  reason: `act ${event.n} is not the next one`,
});

/** Far more than any agent has reason to ask for before it hears an answer. */
const MAX_OPEN_ACTS = 1_000;

const mostOpen = ({ maxOpenActs }: AgentContext): number => maxOpenActs ?? MAX_OPEN_ACTS;

const flooded = ({ context }: { context: AgentContext }): Failure => ({
  code: "agent.flooded",
  message: `asked for more than ${mostOpen(context)} acts at once, without waiting for an answer`,
});

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

/** What becomes of a proposed act, by its kind, and where it leads. */
const proposals = <Way extends object>(way: Way) => [
  {
    guard: { type: "isOutOfTurn" as const, params: ({ event }: { event: Proposal }) => event.n },
    actions: { type: "record" as const, params: ignored },
  },
  { guard: "isFlood" as const, actions: { type: "keepFailure" as const, params: flooded }, target: "failed" as const },
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
    isCall: (_, act: Act) => act.kind === "tool",
    isQuestion: (_, act: Act) => act.kind === "ask",
    isDelegation: (_, act: Act) => act.kind === "delegate",
    hasOpen: ({ context }) => context.open > 0,
    isLastOpen: ({ context }) => context.open === 1,
    isAccepted: (_, review: Review) => review.accepted,
  },
  actions: {
    ...commands,
    open: assign({ open: ({ context }) => context.open + 1, acts: ({ context }) => context.acts + 1 }),
    ...flowActions,
    close: assign(({ context, event }) => ({ open: context.open - 1, ...heard(context, event) })),
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
        thinking: { always: { guard: "hasOpen", target: "acting" } },
        acting: {
          on: {
            "act.settled": [
              {
                guard: "isLastOpen",
                actions: ["close", tellsResult],
                target: "thinking",
              },
              {
                actions: ["close", tellsResult],
              },
            ],
            "question.answered": [
              {
                guard: "isLastOpen",
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
