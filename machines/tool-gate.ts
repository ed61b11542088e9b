/**
 * Tool gate: the life of one proposed call, from proposal to outcome.
 *
 *   judging ──allow, ask──→ holding ──granted──→ executing ──→ settled
 *      ↑  └─deny──→ settled    │  └─granted, ask─→ asking ──approved──→ executing
 *      │                       └─refused──→ settled  │  └─refused──→ settled
 *      └──────────────────────────edited─────────────┘
 *   executing ──outcome lost──→ reconciling | unknown ──again──→ executing
 *                                                     ──known, given up──→ settled
 *
 * T1  `executing` is entered only with an allow verdict, or a person's word on exactly these arguments, and with a hold.
 * T2  Every path ends in `settled` with one result; in doubt it is a refusal.
 * T3  A call whose outcome is lost is made again only when its tool or a person says it did not happen.
 * T4  Edited arguments are judged anew and become what is bound.
 */
import { assign, setup } from "xstate";
import type { Attempt } from "../src/contracts/acts.ts";
import type { ApprovalOutcome, ApprovalSettings, QuestionDraft, QuestionKind } from "../src/contracts/approvals.ts";
import type { EffectInput, Spawn, Tell } from "../src/contracts/commands.ts";
import type { ErrorCode, Failure } from "../src/contracts/errors.ts";
import { type ActorId, type AgentName, ORCHESTRATOR, type ToolName } from "../src/contracts/ids.ts";
import type { Json } from "../src/contracts/json.ts";
import type { ActResult, Cost, Executed, Judgement, Reconciled } from "../src/contracts/tools.ts";
import type { Milliseconds } from "../src/contracts/units.ts";
import { commands, options } from "./commands.ts";
import { unbound } from "./unbound.ts";

export interface ToolGateInput {
  /** `<agent actor>/<n>`. */
  readonly actor: ActorId;
  readonly n: number;
  readonly attempt: Attempt;
  readonly tool: ToolName;
  readonly args: Json;
  readonly rationale: string | null;
  readonly approvals: ApprovalSettings;
  readonly agents: readonly AgentName[];
}

export type ToolGateEvent =
  | { readonly type: "hold.granted" }
  | { readonly type: "hold.refused"; readonly rule: string; readonly failure: Failure }
  | { readonly type: "question.answered"; readonly outcome: ApprovalOutcome };

export interface ToolGateContext extends ToolGateInput {
  readonly judgement: Judgement | null;
  readonly result: ActResult;
  /** Of the result's value; with it two results are told apart without being compared. */
  readonly resultDigest: string;
  readonly cost: Cost | null;
  /** Whether the call was ever made: a hold of a call never made is released. */
  readonly sent: boolean;
  /** A person has changed the arguments, and so has said yes to them. */
  readonly edited: boolean;
  /** Counts judgings, executions and questions, so that each has a key of its own. */
  readonly round: number;
}

export interface JudgeInput extends EffectInput {
  readonly attempt: Attempt;
  readonly tool: ToolName;
  readonly args: Json;
}

export interface ExecuteInput extends EffectInput {
  readonly attempt: Attempt;
  readonly judgement: Judgement;
}

const refusal = (rule: string, code: ErrorCode, message: string): ActResult => ({
  kind: "refused",
  rule,
  failure: { code, message },
});

const keyOf = (context: ToolGateContext, kind: string): string => `${context.actor}/${kind}/${context.round}`;

const judgementOf = (context: ToolGateContext): Judgement => {
  if (context.judgement === null) throw new Error(`${context.actor} has not been judged`);
  return context.judgement;
};

const denial = ({ verdict }: Judgement): ActResult =>
  refusal(
    verdict.rule,
    verdict.rule === "tool.unknown"
      ? "tool.unknown"
      : verdict.rule.startsWith("schema.")
        ? "schema.invalid"
        : "policy.denied",
    verdict.kind === "deny" ? verdict.reason : "",
  );

const answerRefusal = (outcome: ApprovalOutcome): ActResult =>
  outcome.kind === "rejected"
    ? refusal("approval.rejected", "approval.rejected", `${outcome.by} said no: ${outcome.reason}`)
    : refusal("approval.expired", "approval.expired", "nobody answered in time");

const proposed = ({ context }: { context: ToolGateContext }): Tell => {
  const { call, hold, symbol, maxIdentical } = judgementOf(context);
  return {
    to: ORCHESTRATOR,
    event: {
      type: "call.proposed",
      gate: context.actor,
      agent: context.attempt.actor,
      position: context.attempt.position,
      tool: call.tool,
      symbol,
      maxIdentical: maxIdentical ?? null,
      hold: { ...hold },
    },
  };
};

const settledFor =
  (to: "orchestrator" | "agent") =>
  ({ context }: { context: ToolGateContext }): Tell =>
    to === "agent"
      ? { to: context.attempt.actor, event: { type: "act.settled", n: context.n, result: context.result as never } }
      : {
          to: ORCHESTRATOR,
          event: {
            type: "call.settled",
            gate: context.actor,
            position: context.attempt.position,
            symbol: context.judgement?.symbol ?? null,
            maxIdentical: context.judgement?.maxIdentical ?? null,
            result: context.resultDigest,
            sent: context.sent,
            cost: context.cost === null ? null : { ...context.cost },
          },
        };

const title: Readonly<Record<"approve" | "unknown", (agent: string, tool: string) => string>> = {
  approve: (agent, tool) => `May ${agent} call ${tool}?`,
  unknown: (agent, tool) => `Did ${agent}'s call of ${tool} happen? Its outcome was lost.`,
};

function question(context: ToolGateContext, kind: QuestionKind & ("approve" | "unknown")): QuestionDraft {
  const { call, verdict } = judgementOf(context);
  return {
    kind,
    title: title[kind](context.attempt.agent, call.tool),
    tool: call.tool,
    subject: call.args,
    reason:
      kind === "approve" && verdict.kind === "ask"
        ? verdict.reason
        : "approve: make it again; answer: it happened, with this value; reject: treat it as failed",
    requester: { agent: context.attempt.agent, task: context.attempt.task },
    ...(context.rationale === null ? {} : { rationale: context.rationale }),
  };
}

const asks =
  (kind: "approve" | "unknown") =>
  ({ context }: { context: ToolGateContext }): Spawn => {
    const actor = `${context.actor}/${kind}/${context.round}`;
    return {
      id: actor,
      logic: "approval",
      input: {
        actor,
        asker: context.actor,
        ref: null,
        question: question(context, kind) as never,
        settings: context.approvals as never,
        agents: context.agents as never,
      },
    };
  };

const executed = (output: Executed): Partial<ToolGateContext> => ({
  result: { kind: "completed", value: output.output },
  resultDigest: output.digest,
  cost: output.cost ?? null,
});

const failed = (failure: Failure): Partial<ToolGateContext> => ({
  result: { kind: "failed", failure },
  resultDigest: `failed ${failure.code} ${failure.message}`,
});

const refused = (result: ActResult): Partial<ToolGateContext> => ({
  result,
  resultDigest: result.kind === "refused" ? `refused ${result.rule}` : "",
});

const LOST: Failure = { code: "effect.unknown", message: "whether this call happened is not known; nobody could say" };

export const toolGateMachine = setup({
  types: {
    input: {} as ToolGateInput,
    context: {} as ToolGateContext,
    events: {} as ToolGateEvent,
    output: {} as ActResult,
  },
  actors: {
    judge: unbound<Judgement, JudgeInput>("judge"),
    execute: unbound<Executed, ExecuteInput>("execute"),
    reconcile: unbound<Reconciled<Json> & { readonly digest?: string }, ExecuteInput>("reconcile"),
  },
  guards: {
    isDenied: (_, judgement: Judgement) => judgement.verdict.kind === "deny",
    needsApproval: ({ context }) => judgementOf(context).verdict.kind === "ask" && !context.edited,
    isApproved: ({ context }, outcome: ApprovalOutcome) =>
      outcome.kind === "approved" && outcome.digest === judgementOf(context).call.digest,
    isEdited: (_, outcome: ApprovalOutcome) => outcome.kind === "edited",
    isAnswered: (_, outcome: ApprovalOutcome) => outcome.kind === "answered",
    isLost: (_, failure: Failure) => failure.code === "effect.unknown",
    isRepeatable: ({ context }) => ["read", "idempotent"].includes(judgementOf(context).effect),
    isReconcilable: ({ context }) => judgementOf(context).effect === "reconcilable",
    isLostReconcilable: ({ context }, failure: Failure) =>
      failure.code === "effect.unknown" && judgementOf(context).effect === "reconcilable",
    isFound: (_, found: Reconciled<Json>) => found.kind === "done",
    isAbsent: (_, found: Reconciled<Json>) => found.kind === "absent",
  },
  actions: {
    ...commands,
    keepJudgement: assign((_, judgement: Judgement) => ({ judgement })),
    keepDenial: assign((_, judgement: Judgement) => ({ judgement, ...refused(denial(judgement)) })),
    keepRefusal: assign((_, result: ActResult) => refused(result)),
    keepEdit: assign(({ context }, args: Json) => ({ args, edited: true, round: context.round + 1 })),
    keepExecuted: assign((_, output: Executed) => executed(output)),
    keepAnswer: assign((_, value: Json) => executed({ output: value, digest: "answered by a person" })),
    keepFound: assign((_, found: Reconciled<Json> & { readonly digest?: string }) =>
      found.kind === "done" ? executed({ output: found.output, digest: found.digest ?? "reconciled" }) : {},
    ),
    keepFailure: assign((_, failure: Failure) => failed(failure)),
    markSent: assign({ sent: true }),
    nextRound: assign({ round: ({ context }) => context.round + 1 }),
  },
  delays: {
    timeout: ({ context }): Milliseconds => context.judgement?.timeoutMs ?? Number.POSITIVE_INFINITY,
  },
}).createMachine({
  id: "gate",
  version: "1",
  options,
  context: ({ input }) => ({
    ...input,
    judgement: null,
    ...(refused(refusal("policy.failed", "policy.failed", "the call could not be judged")) as {
      result: ActResult;
      resultDigest: string;
    }),
    cost: null,
    sent: false,
    edited: false,
    round: 0,
  }),
  initial: "judging",
  states: {
    judging: {
      invoke: {
        id: "judge",
        src: "judge",
        input: ({ context }) => ({
          key: keyOf(context, "judge"),
          effect: "read" as const,
          attempt: context.attempt,
          tool: context.tool,
          args: context.args,
        }),
        onDone: [
          {
            guard: { type: "isDenied", params: ({ event }) => event.output },
            actions: { type: "keepDenial", params: ({ event }) => event.output },
            target: "settled",
          },
          { actions: { type: "keepJudgement", params: ({ event }) => event.output }, target: "holding" },
        ],
        onError: { target: "settled" },
      },
    },
    holding: {
      entry: { type: "tell", params: proposed },
      on: {
        "hold.granted": [{ guard: "needsApproval", target: "asking" }, { target: "executing" }],
        "hold.refused": {
          actions: {
            type: "keepRefusal",
            params: ({ event }) => ({ kind: "refused", rule: event.rule, failure: event.failure }),
          },
          target: "settled",
        },
      },
    },
    asking: {
      entry: { type: "spawn", params: asks("approve") },
      on: {
        "question.answered": [
          { guard: { type: "isApproved", params: ({ event }) => event.outcome }, target: "executing" },
          {
            guard: { type: "isEdited", params: ({ event }) => event.outcome },
            actions: {
              type: "keepEdit",
              params: ({ event }) => (event.outcome.kind === "edited" ? event.outcome.value : null),
            },
            target: "judging",
          },
          { actions: { type: "keepRefusal", params: ({ event }) => answerRefusal(event.outcome) }, target: "settled" },
        ],
      },
    },
    executing: {
      entry: "markSent",
      invoke: {
        id: "execute",
        src: "execute",
        input: ({ context }) => ({
          key: keyOf(context, "execute"),
          effect: judgementOf(context).effect,
          attempt: context.attempt,
          judgement: judgementOf(context),
        }),
        onDone: { actions: { type: "keepExecuted", params: ({ event }) => event.output }, target: "settled" },
        onError: [
          {
            guard: { type: "isLostReconcilable", params: ({ event }) => event.error as Failure },
            target: "reconciling",
          },
          { guard: { type: "isLost", params: ({ event }) => event.error as Failure }, target: "unknown" },
          { actions: { type: "keepFailure", params: ({ event }) => event.error as Failure }, target: "settled" },
        ],
      },
      after: {
        timeout: [
          { guard: "isReconcilable", target: "reconciling" },
          {
            guard: "isRepeatable",
            actions: {
              type: "keepFailure",
              params: ({ context }) => ({
                code: "tool.timeout",
                message: `${context.tool} took longer than ${context.judgement?.timeoutMs} ms`,
              }),
            },
            target: "settled",
          },
          { target: "unknown" },
        ],
      },
    },
    reconciling: {
      invoke: {
        id: "reconcile",
        src: "reconcile",
        input: ({ context }) => ({
          key: keyOf(context, "reconcile"),
          effect: "read" as const,
          attempt: context.attempt,
          judgement: judgementOf(context),
        }),
        onDone: [
          {
            guard: { type: "isFound", params: ({ event }) => event.output },
            actions: { type: "keepFound", params: ({ event }) => event.output },
            target: "settled",
          },
          {
            guard: { type: "isAbsent", params: ({ event }) => event.output },
            actions: "nextRound",
            target: "executing",
          },
          { target: "unknown" },
        ],
        onError: { target: "unknown" },
      },
    },
    unknown: {
      entry: { type: "spawn", params: asks("unknown") },
      on: {
        "question.answered": [
          {
            guard: { type: "isApproved", params: ({ event }) => event.outcome },
            actions: "nextRound",
            target: "executing",
          },
          {
            guard: { type: "isAnswered", params: ({ event }) => event.outcome },
            actions: {
              type: "keepAnswer",
              params: ({ event }) => (event.outcome.kind === "answered" ? event.outcome.value : null),
            },
            target: "settled",
          },
          { actions: { type: "keepFailure", params: () => LOST }, target: "settled" },
        ],
      },
    },
    settled: {
      type: "final",
      entry: [
        { type: "tell", params: settledFor("orchestrator") },
        { type: "tell", params: settledFor("agent") },
      ],
    },
  },
  output: ({ context }) => context.result,
});
