import { describe, expect, it } from "vitest";
import { initialTransition, transition } from "xstate";
import { agentMachine } from "../../machines/agent.ts";
import type { AgentEvent } from "../../machines/agent-events.ts";
import type { InFlow } from "../../src/contracts/labels.ts";
import { OUTSIDE, TRUSTED, tracked, UNKNOWN } from "../../src/decisions/labels.ts";
import { actOf, agentInput } from "../support/agent-paths.ts";

/** The labels of an attempt that has proposed one act and heard `event`. */
function labelsAfter(event: AgentEvent, flow: InFlow = { rules: {}, labels: TRUSTED }): unknown {
  const [started] = initialTransition(agentMachine, { ...agentInput, flow });
  const [acting] = transition(agentMachine, started, { type: "act.proposed", n: 0, act: actOf("read", 0) });
  const [heard] = transition(agentMachine, acting, event);
  return heard.context.flow?.labels;
}

const completed = { type: "act.settled", n: 0, result: { kind: "completed", value: 1 } } as const;
const failure = { code: "tool.failed", message: "no" } as const;

describe("an attempt", () => {
  it("I-F1 carries the labels of what it hears", () => {
    const mail = tracked(OUTSIDE, "inbox", "a#1/0");
    expect(labelsAfter({ ...completed, labels: mail })).toEqual(mail);
    expect(labelsAfter({ ...completed, labels: TRUSTED })).toBe(TRUSTED);
  });

  it("I-P2 hears what nobody can vouch for in a value, or a failure, that comes without labels", () => {
    expect(labelsAfter(completed)).toMatchObject(UNKNOWN);
    expect(labelsAfter({ ...completed, result: { kind: "failed", failure } })).toMatchObject(UNKNOWN);
  });

  it("hears nothing in a refusal, which is in our own words", () => {
    expect(labelsAfter({ ...completed, result: { kind: "refused", rule: "board.read", failure } })).toBe(TRUSTED);
  });

  it("I-F1 carries what the settings say of people's answers", () => {
    const answered = { type: "question.answered", ref: 0, outcome: { kind: "answered", by: "ann", value: 1 } } as const;
    expect(labelsAfter(answered)).toBe(TRUSTED);
    expect(labelsAfter(answered, { rules: { answers: OUTSIDE }, labels: TRUSTED })).toEqual(
      tracked(OUTSIDE, "a person's answer", "a#1/0"),
    );
  });

  it("carries none in a run that uses none", () => {
    const [started] = initialTransition(agentMachine, agentInput);
    expect(started.context).not.toHaveProperty("flow");
  });
});
