/** The approval on every path through it, for each kind of question. */
import { describe, expect, it } from "vitest";
import { approvalMachine } from "../../machines/approval.ts";
import type { DecisionKind, QuestionKind } from "../../src/contracts/approvals.ts";
import { coverage } from "../../src/testing/state-paths.ts";
import { type ApprovalPath, approvalInput, approvalPaths, cases, early, forgeries } from "../support/approval-paths.ts";
import { askedOn, last, nameOf, statesOn, tellsOf } from "../support/path-checks.ts";

/** What each kind of question takes. Written down again: the oracle does not call the rule under test. */
const taken: Readonly<Record<QuestionKind, readonly DecisionKind[]>> = {
  approve: ["approve", "edit", "reject"],
  answer: ["answer", "reject"],
  unknown: ["approve", "answer", "reject"],
  grant: ["approve", "reject"],
  continue: ["approve", "reject"],
  accept: ["approve", "reject"],
  resolve: ["approve", "answer", "reject"],
};

const DECIDED = "(approval): question.decide#1 [isDecision] → closed";
const APPROVED = "(approval): question.decide#2 [isOneOfMore] → no change";
const REFUSED = "(approval): question.decide#3 → no change";
const EXPIRED = "(approval): xstate.after.expiry.approval → closed";

describe.each(cases)("a question to %s, of %i", (kind, of) => {
  const paths = approvalPaths(kind, of);
  const stepsOf = (transition: string) =>
    paths.flatMap((path) => path.steps.filter((step) => step.taken.includes(transition)));
  const endsBy = (transition: string): readonly ApprovalPath[] =>
    paths.filter((path) => last(path).taken.includes(transition));

  it("is pending, escalated and closed on some path", () => {
    expect(statesOn(paths)).toEqual(new Set(["pending", "escalated", "closed"]));
  });

  it("takes every transition of its chart", () => {
    expect(coverage(approvalMachine, paths).missing).toEqual(of > 1 ? [] : [APPROVED]);
  });

  it("A1 closes on a decision about exactly what was shown, and on no other", () => {
    const digests = stepsOf(DECIDED).map(({ event }) => event["word"].digest);
    expect(new Set(digests)).toEqual(new Set([approvalInput(kind).question.digest]));
  });

  it("A1 records a decision that does not fit, and nothing else comes of it", () => {
    const refusals = paths.flatMap(({ steps }) =>
      steps.flatMap((step, place) => (step.taken.includes(REFUSED) ? [[steps[place - 1], step] as const] : [])),
    );
    expect(refusals.length).toBeGreaterThan(0);
    for (const [before, { snapshot, asked }] of refusals) {
      expect([snapshot.value, snapshot.context]).toEqual([before?.snapshot.value, before?.snapshot.context]);
      expect(asked.map(({ type, params }) => [type, (params as { verdict: string }).verdict])).toEqual([
        ["record", "refused"],
      ]);
    }
  });

  it("A1 takes the decisions that answer its question, each of them", () => {
    const decisions = stepsOf(DECIDED).map(({ event }) => event["word"].decision as DecisionKind);
    expect(new Set(decisions)).toEqual(new Set(taken[kind]));
  });

  it("A2 F-APP-03 I-P4 no agent decides, nobody who is accountable, and nobody who is not asked", () => {
    const deciders = stepsOf(DECIDED).map(({ event }) => event["word"].by);
    expect(new Set(deciders)).toEqual(
      new Set(taken[kind].includes("approve") ? ["ann", "ben", "lea"] : ["ann", "lea"]),
    );
  });

  it("A5 F-APP-07 whoever is on the ladder decides once it has been climbed to them, and not before", () => {
    const rungs = paths.flatMap(({ steps }) =>
      steps.flatMap((step, place) =>
        step.event === early ? [[steps[place - 1]?.snapshot.context.rung, ...step.taken] as const] : [],
      ),
    );
    expect(new Set(rungs.map(String))).toEqual(new Set([`0,${REFUSED}`, `1,${DECIDED}`, `2,${DECIDED}`]));
  });

  it("A3 silence is a refusal: it starts as expired and ends so when its time is over", () => {
    for (const { steps } of paths) {
      for (const { snapshot } of steps) {
        if (snapshot.status === "active") expect(snapshot.context.outcome).toEqual({ kind: "expired" });
      }
    }
    const expired = endsBy(EXPIRED);
    expect(new Set(expired.map(({ steps }) => steps.at(-2)?.snapshot.value))).toEqual(
      new Set(["pending", "escalated"]),
    );
    for (const path of expired) expect(last(path).snapshot.output).toEqual({ kind: "expired" });
  });

  it("opens once, with the first role, and closes by telling the run and then the asker", () => {
    for (const path of paths) {
      const [first] = path.steps;
      expect(first && tellsOf(first)).toMatchObject([
        { to: "orchestrator", event: { type: "question.opened", role: "owner", expiresMs: 10_000 } },
      ]);
      const tells = askedOn(path).filter(({ type }) => type === "tell");
      const isClosed = last(path).snapshot.status === "done";
      const ends = tells.filter(({ step }) => step === last(path)).map(({ params }) => params);
      if (!isClosed) continue;
      expect(ends, nameOf(path)).toMatchObject([
        { to: "orchestrator", event: { type: "question.closed", outcome: last(path).snapshot.output?.kind } },
        { to: "a#1/0", event: { type: "question.answered", ref: null, outcome: last(path).snapshot.output } },
      ]);
    }
  });

  it("climbs its ladder in order, and no further than it goes", () => {
    const roles = paths.map((path) =>
      path.steps
        .filter(({ event }) => event.type.startsWith("xstate.after.escalation"))
        .flatMap(tellsOf)
        .filter(({ event }) => event.type === "question.changed")
        .map(({ event }) => event["role"]),
    );
    expect(new Set(roles.map(String))).toEqual(new Set(["", "lead", "lead,director"]));
  });
});

describe.each(cases.filter(([, of]) => of > 1))("a question to %s, of %i", (kind, of) => {
  const paths = approvalPaths(kind, of);

  it("A6 F-APP-12 is approved by two different people, and by no one of them alone or twice", () => {
    for (const path of paths.filter((one) => last(one).taken.includes(DECIDED))) {
      const { output } = last(path).snapshot;
      if (output?.kind !== "approved") continue;
      expect(new Set(output.approvers), nameOf(path)).toEqual(new Set(["ann", "ben"]));
      const counted = path.steps.filter(({ taken: names }) => names.includes(APPROVED));
      expect(counted.map(({ event }) => event["word"].by)).toEqual([output.approvers?.[0]]);
    }
    const steps = paths.flatMap((path) => path.steps.filter(({ taken: names }) => names.includes(REFUSED)));
    const twice = steps.filter(
      ({ snapshot, event }) =>
        snapshot.context.approvals.includes(event["word"].by) && event["word"].decision === "approve",
    );
    expect(twice.length).toBeGreaterThan(0);
  });
});

describe("the outcome of a decision", () => {
  const outcomes = (kind: QuestionKind) =>
    approvalPaths(kind)
      .filter((path) => last(path).taken.includes(DECIDED))
      .map((path) => last(path).snapshot.output);

  it("says what was decided, by whom, and on what", () => {
    const { digest } = approvalInput("approve").question;
    expect(outcomes("approve")).toEqual(
      expect.arrayContaining([
        { kind: "approved", by: "ann", digest },
        { kind: "edited", by: "ann", value: { text: "edited" } },
        { kind: "rejected", by: "ann", reason: "no" },
      ]),
    );
    expect(outcomes("unknown")).toEqual(expect.arrayContaining([{ kind: "answered", by: "ann", value: "kept" }]));
  });

  it("A1 A2 A3 F-APP-02 I-P5 is never that of a forgery, nor of a word that came too late", () => {
    for (const [kind, of] of cases) {
      for (const { steps } of approvalPaths(kind, of)) {
        for (const { event, taken: names } of steps)
          if (forgeries.includes(event)) expect(names, JSON.stringify(event)).toEqual([REFUSED]);
      }
    }
  });
});
