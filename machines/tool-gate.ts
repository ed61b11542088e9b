/**
 * Tool gate: the life of one proposed call, from proposal to outcome.
 *
 *   judging ──allow, ask──→ holding ──granted──→ executing ──→ settled
 *      ↑  └─deny──→ settled    │  └─granted, ask─→ asking ──approved──→ executing
 *      │                       └─refused──→ settled  │  └─refused──→ settled
 *      └──────────────────────────edited─────────────┘
 *                holding ──an earlier attempt did it──→ settled, ──or may have──→ reconciling | unknown
 *                holding ──judged under another policy, or a cheaper tool will do──→ judging
 *   executing ──failed, may be repeated──→ failing ──granted──→ backing-off ──after the wait──→ holding
 *                                             └──refused──→ settled
 *   executing ──outcome lost──→ reconciling | unknown ──again──→ holding (asking, if nobody has been asked)
 *                                                     ──known, given up──→ settled
 *             ──outcome of a paid call that may be repeated lost──→ holding
 *
 * T1  `executing` is entered only with an allow verdict, or a person's word on exactly these arguments, and with a hold.
 * T2  Every path ends in `settled` with one result; in doubt it is a refusal.
 * T3  A call whose outcome is lost is made again only when its tool or a person says it did not happen.
 * T4  Edited arguments, and a cheaper tool, are judged anew and become what is bound; whoever edited them counts as one
 *     who approves.
 * T5  What nobody could answer is refused, not asked.
 * T6  Where another policy is in force than at its judgement, a call is judged again before it is made or made again; the
 *     stricter of then and now stands.
 * T7  A call that is made again is held for again: what it cost before it was lost is spent.
 * T8  A failed try is followed by another only when the orchestrator grants it, and each try has a hold of its own.
 */
import { assign, setup } from "xstate";
import type { ApprovalOutcome } from "../src/contracts/approvals.ts";
import type { Failure } from "../src/contracts/errors.ts";
import type { Json } from "../src/contracts/json.ts";
import type { ActResult, Executed, Judged, Reconciled } from "../src/contracts/tools.ts";
import type { Milliseconds } from "../src/contracts/units.ts";
import { commands, options } from "./commands.ts";
import type { ExecuteInput, JudgeInput, ToolGateContext, ToolGateEvent, ToolGateInput } from "./tool-gate-events.ts";
import { flowActions } from "./tool-gate-flow.ts";
import { toolGateGuards } from "./tool-gate-guards.ts";
import {
  answerable,
  answerRefusal,
  asks,
  callKeyOf,
  completed,
  denial,
  executed,
  failed,
  judgementOf,
  judgingAgain,
  keyOf,
  LOST,
  proposed,
  refused,
  settledFor,
  tryFailed,
  UNJUDGED,
} from "./tool-gate-messages.ts";
import { unbound } from "./unbound.ts";

type Edit = Extract<ApprovalOutcome, { readonly kind: "edited" }>;

export const toolGateMachine = setup({
  types: {
    input: {} as ToolGateInput,
    context: {} as ToolGateContext,
    events: {} as ToolGateEvent,
    output: {} as ActResult,
  },
  actors: {
    judge: unbound<Judged, JudgeInput>("judge"),
    execute: unbound<Executed, ExecuteInput>("execute"),
    reconcile: unbound<Reconciled<Json> & { readonly digest?: string }, ExecuteInput>("reconcile"),
  },
  guards: toolGateGuards,
  actions: {
    ...commands,
    ...flowActions,
    keepJudgement: assign(({ context }, judged: Judged) => ({
      judgement: completed(context, judged),
      key: callKeyOf(context, judged),
      stale: false,
    })),
    keepDenial: assign(({ context }, judged: Judged) => ({
      judgement: completed(context, judged),
      ...refused(denial(answerable(context, judged))),
    })),
    keepRefusal: assign((_, result: ActResult) => refused(result)),
    // Whoever wrote these arguments has said nothing of others.
    keepEdit: assign(({ context }, { value, by }: Edit) => ({
      args: value,
      editor: by,
      edited: { by, args: value },
      earlier: null,
      word: null,
      round: context.round + 1,
    })),
    // Another tool is another question.
    keepSubstitute: assign(({ context }, tool: string) => ({
      tool,
      editor: null,
      earlier: null,
      word: null,
      round: context.round + 1,
    })),
    keepWord: assign({ word: ({ context }) => judgementOf(context).verdict }),
    judgeAgain: assign(({ context }) => judgingAgain(context)),
    markStale: assign({ stale: true }),
    keepExecuted: assign((_, output: Executed) => executed(output)),
    keepAnswer: assign((_, value: Json) => executed({ output: value, digest: "answered by a person" })),
    keepFound: assign((_, found: Reconciled<Json> & { readonly digest?: string }) =>
      found.kind === "done" ? executed({ output: found.output, digest: found.digest ?? "reconciled" }) : {},
    ),
    keepFailure: assign((_, failure: Failure) => failed(failure)),
    keepShared: assign((_, value: Json) => executed({ output: value, digest: "shared" })),
    keepKey: assign({ key: (_, key: string) => key }),
    markSent: assign({ sent: true }),
    nextRound: assign({ round: ({ context }) => context.round + 1 }),
    nextTry: assign({ round: ({ context }) => context.round + 1, tries: ({ context }) => context.tries + 1 }),
    keepBackoff: assign({ backoffMs: (_, afterMs: number) => afterMs }),
  },
  delays: {
    timeout: ({ context }): Milliseconds => context.judgement?.timeoutMs ?? Number.POSITIVE_INFINITY,
    backoff: ({ context }): Milliseconds => context.backoffMs,
  },
}).createMachine({
  id: "gate",
  version: "2",
  options,
  context: ({ input }) => ({
    ...input,
    judgement: null,
    result: UNJUDGED.result,
    resultDigest: UNJUDGED.resultDigest,
    cost: null,
    key: "",
    sent: false,
    editor: null,
    stale: false,
    earlier: null,
    word: null,
    round: 0,
    tries: 0,
    backoffMs: 0,
  }),
  initial: "judging",
  on: {
    // The chart of its own question failed: nobody can answer any more.
    "actor.failed": { actions: { type: "keepFailure", params: ({ event }) => event.failure }, target: ".settled" },
    "policy.changed": { actions: "markStale" },
  },
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
          ...(context.flow === undefined ? {} : { flow: context.flow }),
          ...(context.earlier === null ? {} : { earlier: context.earlier }),
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
        "hold.stale": { actions: "judgeAgain", target: "judging" },
        "hold.shared": { actions: { type: "keepShared", params: ({ event }) => event.value }, target: "settled" },
        "hold.doubtful": [
          {
            guard: "isReconcilable",
            actions: { type: "keepKey", params: ({ event }) => event.key },
            target: "reconciling",
          },
          { actions: { type: "keepKey", params: ({ event }) => event.key }, target: "unknown" },
        ],
        "hold.refused": [
          // What went wrong with the try before stays the result.
          { guard: "isNextTry", target: "settled" },
          {
            actions: {
              type: "keepRefusal",
              params: ({ event }) => ({ kind: "refused", rule: event.rule, failure: event.failure }),
            },
            target: "settled",
          },
        ],
        "hold.substituted": {
          // A call that was made cannot become another.
          guard: "isUnsent",
          actions: { type: "keepSubstitute", params: ({ event }) => event.tool },
          target: "judging",
        },
      },
    },
    asking: {
      entry: { type: "spawn", params: asks("approve") },
      on: {
        "question.answered": [
          {
            guard: { type: "isApprovedStale", params: ({ event }) => event.outcome },
            actions: ["keepWord", "judgeAgain"],
            target: "judging",
          },
          {
            guard: { type: "isApproved", params: ({ event }) => event.outcome },
            actions: "keepWord",
            target: "executing",
          },
          {
            guard: { type: "isEdited", params: ({ event }) => event.outcome },
            actions: {
              type: "keepEdit",
              params: ({ event }) => event.outcome as Edit,
            },
            target: "judging",
          },
          { actions: { type: "keepRefusal", params: ({ event }) => answerRefusal(event.outcome) }, target: "settled" },
        ],
      },
    },
    executing: {
      entry: ["noteClearance", "markSent"],
      invoke: {
        id: "execute",
        src: "execute",
        input: ({ context }) => ({
          key: keyOf(context, "execute"),
          effect: judgementOf(context).effect,
          attempt: context.attempt,
          judgement: judgementOf(context),
          callKey: context.key,
        }),
        onDone: {
          actions: [{ type: "keepExecuted", params: ({ event }) => event.output }, "noteExtraction"],
          target: "settled",
        },
        onError: [
          {
            guard: { type: "isLostReconcilable", params: ({ event }) => event.error as Failure },
            target: "reconciling",
          },
          {
            guard: { type: "isLostRepeatable", params: ({ event }) => event.error as Failure },
            actions: "nextRound",
            target: "holding",
          },
          { guard: { type: "isLost", params: ({ event }) => event.error as Failure }, target: "unknown" },
          {
            guard: { type: "mayRepeat", params: ({ event }) => event.error as Failure },
            actions: { type: "keepFailure", params: ({ event }) => event.error as Failure },
            target: "failing",
          },
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
            target: "failing",
          },
          { target: "unknown" },
        ],
      },
      on: {
        "policy.changed": [
          {
            guard: { type: "isBegunAgain", params: ({ event }) => event.restarted },
            actions: "judgeAgain",
            target: "judging",
          },
          { actions: "markStale" },
        ],
      },
    },
    failing: {
      entry: { type: "tell", params: tryFailed },
      on: {
        "retry.granted": {
          actions: { type: "keepBackoff", params: ({ event }) => event.afterMs },
          target: "backing-off",
        },
        "retry.refused": { target: "settled" },
      },
    },
    "backing-off": {
      after: { backoff: { actions: "nextTry", target: "holding" } },
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
          callKey: context.key,
        }),
        onDone: [
          {
            guard: { type: "isFound", params: ({ event }) => event.output },
            actions: { type: "keepFound", params: ({ event }) => event.output },
            target: "settled",
          },
          { guard: { type: "isAbsentUnapproved", params: ({ event }) => event.output }, target: "asking" },
          {
            guard: { type: "isAbsentStale", params: ({ event }) => event.output },
            actions: "judgeAgain",
            target: "judging",
          },
          {
            guard: { type: "isAbsentAgain", params: ({ event }) => event.output },
            actions: "nextRound",
            target: "holding",
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
            guard: { type: "isApprovedStale", params: ({ event }) => event.outcome },
            actions: ["keepWord", "judgeAgain"],
            target: "judging",
          },
          {
            guard: { type: "isApprovedAgain", params: ({ event }) => event.outcome },
            actions: "nextRound",
            target: "holding",
          },
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
