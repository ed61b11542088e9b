/** The agent on every path through it. */
import { describe, expect, it } from "vitest";
import { transition } from "xstate";
import { agentMachine } from "../../machines/agent.ts";
import type { ApprovalOutcome } from "../../src/contracts/approvals.ts";
import type { ReplyTo } from "../../src/contracts/commands.ts";
import { coverage, type PathStep } from "../../src/testing/state-paths.ts";
import { type AgentPath, agentPaths, MAX_ACTS, OUTPUT } from "../support/agent-paths.ts";
import { askedOn, effectKeysOf, last, nameOf, spawnsOf, statesOn, tellsOf, twice } from "../support/path-checks.ts";

const paths = agentPaths();

const toOrchestrator = (path: AgentPath, ...types: readonly string[]) =>
  path.steps.flatMap((step) =>
    tellsOf(step)
      .filter(({ to, event }) => to === "orchestrator" && types.includes(event.type))
      .map(({ event }) => ({ event, step })),
  );

const endsIn = (state: string): readonly AgentPath[] => paths.filter((path) => last(path).snapshot.value === state);

/** The number of the act that a step tells the outcome of; undefined where it does not, or nobody listens. */
const settledBy = ({ event, taken }: PathStep): number | undefined =>
  taken.length === 0
    ? undefined
    : event.type === "act.settled"
      ? event["n"]
      : event.type === "question.answered"
        ? event["ref"]
        : undefined;

const isFlood = ({ taken }: PathStep): boolean => taken.some((name) => name.includes("isFlood"));

describe("the agent", () => {
  it("is in every one of its states on some path", () => {
    expect(statesOn(paths)).toEqual(
      new Set(["working.thinking", "working.acting", "suspended", "reporting", "done", "failed", "cancelled"]),
    );
  });

  it("takes every transition of its chart", () => {
    expect(coverage(agentMachine, paths).missing).toEqual([]);
  });

  it("N1 tells its mind the outcome of each act once, in the order in which they settled", () => {
    for (const path of paths) {
      const replies = askedOn(path)
        .filter(({ type }) => type === "reply")
        .map(({ params }) => (params as ReplyTo).n);
      const settled = path.steps.map(settledBy).filter((n) => n !== undefined);
      expect(replies, nameOf(path)).toEqual(settled);
      expect(twice(replies.map(String))).toEqual([]);
    }
  });

  it.each<readonly [ApprovalOutcome, object]>([
    [
      { kind: "answered", by: "ann", value: 42 },
      { kind: "completed", value: 42 },
    ],
    [
      { kind: "edited", by: "ann", value: 43 },
      { kind: "completed", value: 43 },
    ],
    [
      { kind: "approved", by: "ann", digest: "of it" },
      { kind: "completed", value: true },
    ],
    [
      { kind: "rejected", by: "ann", reason: "no" },
      { kind: "refused", failure: { code: "approval.rejected" } },
    ],
    [{ kind: "expired" }, { kind: "refused", failure: { code: "approval.expired" } }],
  ])("N1 tells of %j what it says", (outcome, result) => {
    const waiting = paths.flatMap(({ steps }) =>
      steps.filter(({ event, snapshot }) => event["act"]?.kind === "ask" && snapshot.value !== "reporting"),
    );
    expect(waiting.length).toBeGreaterThan(0);
    for (const { snapshot, event } of waiting) {
      const [, actions] = transition(agentMachine, snapshot, { type: "question.answered", ref: event["n"], outcome });
      const replies = actions.filter(({ type }) => type === "reply").map(({ params }) => params);
      expect(replies).toMatchObject([{ n: event["n"], result }]);
    }
  });

  it("N2 takes the next act only; any other is recorded and changes nothing", () => {
    let ignored = 0;
    for (const path of paths) {
      path.steps.forEach((step, place) => {
        const before = path.steps[place - 1]?.snapshot;
        if (step.event.type !== "act.proposed" || before === undefined || step.taken.length === 0 || isFlood(step))
          return;
        if (step.event["n"] === before.context.acts) {
          expect(step.snapshot.context.acts, nameOf(path)).toBe(before.context.acts + 1);
          return;
        }
        ignored++;
        expect([step.snapshot.value, step.snapshot.context], nameOf(path)).toEqual([before.value, before.context]);
        expect(step.asked.map(({ type }) => type)).toEqual(["record"]);
      });
    }
    expect(ignored).toBeGreaterThan(10);
  });

  it("N2 makes of each act one request: a call for its gate, a question for people, the rest for the orchestrator", () => {
    for (const path of paths) {
      for (const { event, taken, asked } of path.steps) {
        if (event.type !== "act.proposed" || !/isCall|isQuestion|isDelegation|#6/.test(taken.join())) continue;
        const requests = asked.filter(({ type }) => type === "spawn" || type === "tell");
        const request = event["act"].kind === "delegate" ? "delegation.requested" : "board.requested";
        const logic = { tool: "tool-gate", ask: "approval" }[event["act"].kind as string];
        expect(requests, nameOf(path)).toMatchObject(
          logic === undefined
            ? [{ params: { to: "orchestrator", event: { type: request, n: event["n"] } } }]
            : [{ params: { id: `a#1/${event["n"]}`, logic } }],
        );
      }
    }
  });

  it("N4 ends the attempt with the first act past those it may have open", () => {
    const floods = paths.flatMap(({ steps }) =>
      steps.flatMap((step, place) => (isFlood(step) ? [{ step, before: steps[place - 1] }] : [])),
    );
    expect(floods.length).toBeGreaterThan(0);
    for (const { step, before } of floods) {
      expect(before?.snapshot.context.open).toBe(MAX_ACTS);
      expect(step.snapshot.value).toBe("failed");
      expect(step.snapshot.context.failure.code).toBe("agent.flooded");
      expect(step.asked.map(({ type }) => type)).not.toContain("spawn");
    }
    for (const { steps } of paths)
      for (const { snapshot } of steps) expect(snapshot.context.open).toBeLessThanOrEqual(MAX_ACTS);
  });

  it("N3 ends in one message to the orchestrator, and sends none before", () => {
    for (const path of paths) {
      const ends = toOrchestrator(path, "agent.done", "agent.failed");
      const { value } = last(path).snapshot;
      const message = { done: "agent.done", failed: "agent.failed" }[String(value)];
      expect(
        ends.map(({ event }) => event.type),
        nameOf(path),
      ).toEqual(message === undefined ? [] : [message]);
      for (const { step } of ends) expect(step).toBe(last(path));
    }
  });

  it("N3 a cancelled attempt says nothing: the orchestrator knows", () => {
    expect(endsIn("cancelled").length).toBeGreaterThan(3);
    for (const path of endsIn("cancelled")) expect(last(path).asked.filter(({ type }) => type === "tell")).toEqual([]);
  });

  it("N3 is done only with an output that was reviewed and accepted", () => {
    expect(endsIn("done").length).toBeGreaterThan(0);
    for (const path of endsIn("done")) {
      expect(last(path).taken).toEqual(["reporting: xstate.done.actor.review#1 [isAccepted] → done"]);
      expect(toOrchestrator(path, "agent.done")[0]?.event).toMatchObject({
        actor: "a#1",
        position: 0,
        number: 1,
        output: OUTPUT,
        scores: { style: 1 },
      });
    }
  });

  it.each([
    ["working: xstate.error.actor.work → failed", "agent.failed"],
    ["working: xstate.after.timeout.agent.working → failed", "agent.timeout"],
    ["(agent): actor.failed → failed", "machine.failed"],
    ["reporting: xstate.done.actor.review#2 → failed", "output.invalid"],
    ["reporting: xstate.error.actor.review → failed", "agent.failed"],
  ])("N3 after %s the failure is %s", (transition, code) => {
    const ends = endsIn("failed").filter((path) => last(path).taken.includes(transition));
    expect(ends.length).toBeGreaterThan(0);
    for (const path of ends) {
      const [failed] = toOrchestrator(path, "agent.failed");
      expect(failed?.event, nameOf(path)).toMatchObject({ failure: { code } });
      expect(failed?.event["failure"], nameOf(path)).not.toMatchObject({ message: "the agent ended without a result" });
      expect(failed?.event["findings"]).toHaveLength(code === "output.invalid" ? 1 : 0);
    }
  });

  it("is acting exactly while acts are open that are no thoughts", () => {
    for (const path of paths) {
      for (const { snapshot } of path.steps) {
        if (typeof snapshot.value === "string") continue;
        expect(snapshot.value.working === "acting", nameOf(path)).toBe(
          snapshot.context.open > (snapshot.context.thoughts ?? []).length,
        );
      }
    }
  });

  it("names each effect and each child once, after each suspension too", () => {
    for (const path of paths) {
      expect(twice(effectKeysOf(path)), nameOf(path)).toEqual([]);
      expect(twice(spawnsOf(path)), nameOf(path)).toEqual([]);
    }
  });
});
