/** What a tool gate tells others, asks people, and keeps as its result. */
import type { ApprovalOutcome, QuestionDraft, QuestionKind } from "../src/contracts/approvals.ts";
import type { Spawn, Tell } from "../src/contracts/commands.ts";
import type { ErrorCode, Failure } from "../src/contracts/errors.ts";
import { ORCHESTRATOR } from "../src/contracts/ids.ts";
import type { JsonObject } from "../src/contracts/json.ts";
import {
  type ActResult,
  type Executed,
  FREE,
  type Judged,
  type Judgement,
  type Verdict,
} from "../src/contracts/tools.ts";
import {
  approvalsOf,
  type Electorate,
  quorumOf,
  requesterOf,
  settingsFor,
  unanswerable,
} from "../src/decisions/approval.ts";
import { isSaid } from "../src/decisions/policy.ts";
import type { CallWish } from "../src/decisions/run-state.ts";
import { fingerprint, placesOf, SYMBOL, sayingOf, settledText } from "../src/decisions/symbol.ts";
import type { ToolGateContext } from "./tool-gate-events.ts";
import { declassifiedBy, heardWith } from "./tool-gate-flow.ts";

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

/** The judgement with all that follows from the proposal. */
export function completed({ tool, args }: ToolGateContext, { call, symbol, hold, ...judged }: Judged): Judgement {
  return {
    ...judged,
    call: { ...call, tool, args: call.args === undefined ? args : call.args },
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

/** Who may say yes to the call. */
const electorateOf = (context: ToolGateContext, verdict: Verdict): Electorate => ({
  settings: settingsFor(context.approvals, verdict),
  requester: requesterOf(context.attempt),
  agents: context.agents,
});

/** A call is not asked about where nobody could answer: that is a refusal. */
export function answerable(context: ToolGateContext, judged: Judged): Judged {
  const { verdict } = judged;
  const reason = verdict.kind === "ask" ? unanswerable(electorateOf(context, verdict)) : undefined;
  return reason === undefined
    ? judged
    : { ...judged, verdict: { kind: "deny", rule: "approval.unanswerable", reason } };
}

/** Whether somebody must still say yes: whoever has edited the arguments has, if they are one of those who are asked. */
export function needsApproval(context: ToolGateContext): boolean {
  const { verdict } = judgementOf(context);
  if (verdict.kind !== "ask" || isSaid(context.word, verdict)) return false;
  const electorate = electorateOf(context, verdict);
  return approvalsOf(electorate, context.editor).length < quorumOf(electorate.settings);
}

export const answerRefusal = (outcome: ApprovalOutcome): ActResult =>
  outcome.kind === "rejected"
    ? refusal("approval.rejected", "approval.rejected", `${outcome.by} said no: ${outcome.reason}`)
    : refusal("approval.expired", "approval.expired", "nobody answered in time");

export const proposed = ({ context }: { context: ToolGateContext }): Tell => {
  const { call, hold, symbol, dedupe, maxIdentical, thinks, effect, cheaper, policy } = judgementOf(context);
  const wish = {
    kind: "call",
    id: context.actor,
    agent: context.attempt.actor,
    position: context.attempt.position,
    tool: call.tool,
    symbol,
    places: thinks === true ? [] : placesOf(call.args),
    maxIdentical: maxIdentical ?? null,
    ...(thinks === undefined ? {} : { thinks }),
    hold: { ...(hold ?? FREE) },
    effect,
    digest: call.digest,
    key: context.key,
    ...(dedupe === undefined ? {} : { dedupe }),
    ...(context.tries === 0 ? {} : { tries: context.tries }),
    // What a person has written, or has said yes to, is not held against what a person has rejected.
    ...(context.editor === null && context.word === null ? { fingerprint: fingerprintOf(context) } : {}),
    ...(policy === undefined ? {} : { policy }),
  } satisfies CallWish;
  const more = context.sent ? { again: true as const } : cheaper === undefined ? undefined : { cheaper };
  return { to: ORCHESTRATOR, event: { type: "call.proposed", wish: more === undefined ? wish : { ...wish, ...more } } };
};

/** One try has failed; may there be another? */
export const tryFailed = ({ context }: { context: ToolGateContext }): Tell => ({
  to: ORCHESTRATOR,
  event: {
    type: "call.failed",
    gate: context.actor,
    position: context.attempt.position,
    tool: context.tool,
    tries: context.tries + 1,
    failure: context.result.kind === "completed" ? null : { ...context.result.failure },
    cost: context.cost === null ? null : { ...context.cost },
  },
});

const fingerprintOf = (context: ToolGateContext): string => {
  const { fingerprint, symbol } = judgementOf(context);
  return fingerprint ?? symbol;
};

/** What a person has said no to, for the run to remember. */
const rejectionOf = (context: ToolGateContext): { readonly rejection?: JsonObject } => {
  const { result } = context;
  return result.kind === "refused" && result.rule === "approval.rejected"
    ? { rejection: { fingerprint: fingerprintOf(context), said: result.failure.message } }
    : {};
};

/** As its agent is told: a call that was made with other arguments than it has proposed says so. */
const resultFor = ({ result, edited }: ToolGateContext): ActResult =>
  edited === undefined || result.kind !== "completed" ? result : { ...result, edited };

export const settledFor =
  (to: "orchestrator" | "agent") =>
  ({ context }: { context: ToolGateContext }): Tell =>
    to === "agent"
      ? {
          to: context.attempt.actor,
          event: {
            type: "act.settled",
            n: context.n,
            result: resultFor(context) as never,
            ...(heardWith(context) as object),
          },
        }
      : {
          to: ORCHESTRATOR,
          event: {
            type: "call.settled",
            call: {
              gate: context.actor,
              position: context.attempt.position,
              symbol: context.judgement?.symbol ?? null,
              tool: context.tool,
              places: context.judgement?.thinks === true ? [] : placesOf(context.judgement?.call.args ?? null),
              ...(context.judgement?.thinks === true ? { thinks: true } : {}),
              reads: context.judgement?.effect === "read",
              says: context.result.kind === "completed" ? sayingOf(context.result.value) : "done",
              maxIdentical: context.judgement?.maxIdentical ?? null,
              result: context.resultDigest,
              outcome: context.result.kind,
              failure: context.result.kind === "completed" ? null : context.result.failure.code,
              value: context.result.kind === "completed" ? context.result.value : null,
              sent: context.sent,
              cost: context.cost === null ? null : { ...context.cost },
              ...declassifiedBy(context),
              ...rejectionOf(context),
            },
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
    requester: requesterOf(context.attempt),
    effect: judgementOf(context).effect,
    ...(context.rationale === null ? {} : { rationale: context.rationale }),
  };
}

export const asks =
  (kind: "approve" | "unknown") =>
  ({ context }: { context: ToolGateContext }): Spawn => {
    const actor = `${context.actor}/${kind}/${context.round}`;
    const electorate = kind === "approve" ? electorateOf(context, judgementOf(context).verdict) : undefined;
    return {
      id: actor,
      logic: "approval",
      input: {
        actor,
        asker: context.actor,
        ref: null,
        question: question(context, kind) as never,
        settings: (electorate?.settings ?? context.approvals) as never,
        agents: context.agents as never,
        approvals: electorate === undefined ? [] : approvalsOf(electorate, context.editor),
      },
    };
  };

/** What is left of a judgement when the call is judged again, the arguments being the same. */
export const judgingAgain = (context: ToolGateContext): Partial<ToolGateContext> => ({
  earlier: judgementOf(context).verdict,
  word: context.editor !== null && !needsApproval(context) ? judgementOf(context).verdict : context.word,
  editor: null,
  stale: false,
  round: context.round + 1,
});

export const executed = (output: Executed): Partial<ToolGateContext> => ({
  result: { kind: "completed", value: output.output },
  resultDigest: output.digest,
  cost: output.cost ?? null,
  ...(output.labels === undefined ? {} : { extracted: output.labels }),
});

export const failed = ({ cost, ...failure }: Failure): Partial<ToolGateContext> => ({
  result: { kind: "failed", failure },
  cost: cost ?? null,
  resultDigest: `failed ${failure.code} ${fingerprint(settledText(failure.message))}`,
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
