/** What a tool gate tells others, asks people, and keeps as its result. */
import type { ApprovalOutcome, QuestionDraft, QuestionKind } from "../src/contracts/approvals.ts";
import type { Spawn, Tell } from "../src/contracts/commands.ts";
import type { ErrorCode, Failure } from "../src/contracts/errors.ts";
import { ORCHESTRATOR } from "../src/contracts/ids.ts";
import { type ActResult, type Executed, FREE, type Judged, type Judgement } from "../src/contracts/tools.ts";
import type { ToolGateContext } from "./tool-gate-events.ts";

export const refusal = (rule: string, code: ErrorCode, message: string): ActResult => ({
  kind: "refused",
  rule,
  failure: { code, message },
});

export const keyOf = (context: ToolGateContext, kind: string): string => `${context.actor}/${kind}/${context.round}`;

export const judgementOf = (context: ToolGateContext): Judgement => {
  if (context.judgement === null) throw new Error(`${context.actor} has not been judged`);
  return context.judgement;
};

/** Characters of a digest that tell two calls apart. */
const SYMBOL = 16;

/** The judgement with all that follows from the proposal. */
export function completed({ tool, args }: ToolGateContext, { call, symbol, hold, ...judged }: Judged): Judgement {
  return {
    ...judged,
    call: { tool, args, ...call },
    symbol: symbol ?? `${tool}:${call.digest.slice(0, SYMBOL)}`,
    ...(hold === undefined ? {} : { hold: { ...FREE, ...hold } }),
  };
}

/** What the tool knows a call by: its task, its place among the task's acts, and its arguments. */
export const callKeyOf = ({ attempt, n }: ToolGateContext, { call }: Judged): string =>
  `${attempt.task}/${n}-${call.digest.slice(0, 8)}`;

export const denial = ({ verdict }: Judged): ActResult =>
  refusal(
    verdict.rule,
    verdict.rule === "tool.unknown"
      ? "tool.unknown"
      : verdict.rule.startsWith("schema.")
        ? "schema.invalid"
        : "policy.denied",
    verdict.kind === "deny" ? verdict.reason : "",
  );

export const answerRefusal = (outcome: ApprovalOutcome): ActResult =>
  outcome.kind === "rejected"
    ? refusal("approval.rejected", "approval.rejected", `${outcome.by} said no: ${outcome.reason}`)
    : refusal("approval.expired", "approval.expired", "nobody answered in time");

export const proposed = ({ context }: { context: ToolGateContext }): Tell => {
  const { call, hold, symbol, dedupe, maxIdentical, effect } = judgementOf(context);
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
      hold: { ...(hold ?? FREE) },
      effect,
      digest: call.digest,
      key: context.key,
      ...(dedupe === undefined ? {} : { dedupe }),
      ...(context.tries === 0 ? {} : { tries: context.tries }),
    },
  };
};

/** One try has failed; may there be another? */
export const tryFailed = ({ context }: { context: ToolGateContext }): Tell => ({
  to: ORCHESTRATOR,
  event: {
    type: "call.failed",
    gate: context.actor,
    tool: context.tool,
    tries: context.tries + 1,
    failure: context.result.kind === "completed" ? null : { ...context.result.failure },
    cost: context.cost === null ? null : { ...context.cost },
  },
});

export const settledFor =
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
            tool: context.tool,
            symbol: context.judgement?.symbol ?? null,
            maxIdentical: context.judgement?.maxIdentical ?? null,
            result: context.resultDigest,
            outcome: context.result.kind,
            failure: context.result.kind === "completed" ? null : context.result.failure.code,
            value: context.result.kind === "completed" ? context.result.value : null,
            sent: context.sent,
            cost: context.cost === null ? null : { ...context.cost },
          },
        };

export const title: Readonly<Record<"approve" | "unknown", (agent: string, tool: string) => string>> = {
  approve: (agent, tool) => `May ${agent} call ${tool}?`,
  unknown: (agent, tool) => `Did ${agent}'s call of ${tool} happen? Its outcome was lost.`,
};

export function question(context: ToolGateContext, kind: QuestionKind & ("approve" | "unknown")): QuestionDraft {
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

export const asks =
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

export const executed = (output: Executed): Partial<ToolGateContext> => ({
  result: { kind: "completed", value: output.output },
  resultDigest: output.digest,
  cost: output.cost ?? null,
});

export const failed = (failure: Failure): Partial<ToolGateContext> => ({
  result: { kind: "failed", failure },
  resultDigest: `failed ${failure.code} ${failure.message}`,
});

export const refused = (result: ActResult): Partial<ToolGateContext> => ({
  result,
  resultDigest: result.kind === "refused" ? `refused ${result.rule}` : "",
});

/** What a call comes to that never got as far as a judgement. */
export const UNJUDGED = {
  result: refusal("policy.failed", "policy.failed", "the call could not be judged"),
  resultDigest: "refused policy.failed",
} as const;

export const LOST: Failure = {
  code: "effect.unknown",
  message: "whether this call happened is not known; nobody could say",
};
