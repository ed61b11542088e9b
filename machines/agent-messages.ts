import type { ApprovalOutcome, QuestionDraft } from "../src/contracts/approvals.ts";
import type { RulingOf, Spawn, Tell } from "../src/contracts/commands.ts";
import type { Failure } from "../src/contracts/errors.ts";
import { ORCHESTRATOR } from "../src/contracts/ids.ts";
import type { ActResult } from "../src/contracts/tools.ts";
import { requesterOf } from "../src/decisions/approval.ts";
import type { AgentContext, Proposal } from "./agent-events.ts";
import { declassifiedBy, labelsOf } from "./agent-flow.ts";

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

export const asks = ({ context, event }: { context: AgentContext; event: Proposal }): Spawn => {
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

export const calls = ({ context, event }: { context: AgentContext; event: Proposal }): Spawn => {
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

export const requests =
  (type: "board.requested" | "delegation.requested") =>
  ({ context, event }: { context: AgentContext; event: Proposal }): Tell => ({
    to: ORCHESTRATOR,
    event: { type, attempt: context.attempt as never, n: event.n, act: event.act as never, ...labelsOf(context) },
  });

export const answerOf = (outcome: ApprovalOutcome): ActResult => {
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

export const finished = ({ context }: { context: AgentContext }): Tell => ({
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

export const failed = ({ context }: { context: AgentContext }): Tell => ({
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

export const ignored = ({ event }: { event: Proposal }): RulingOf => ({
  rule: "agent.out-of-turn",
  verdict: "ignored",
  reason: `act ${event.n} is not the next one`,
});

/** Far more than any agent has reason to ask for before it hears an answer. */
const MAX_OPEN_ACTS = 1_000;

export const mostOpen = ({ maxOpenActs }: AgentContext): number => maxOpenActs ?? MAX_OPEN_ACTS;

export const flooded = ({ context }: { context: AgentContext }): Failure => ({
  code: "agent.flooded",
  message: `asked for more than ${mostOpen(context)} acts at once, without waiting for an answer`,
});
