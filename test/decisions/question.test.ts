import { describe, expect, it } from "vitest";
import { admitAll, enqueue } from "../../src/decisions/admission.ts";
import * as rules from "../../src/decisions/question.ts";
import { at, callOf, closed, opened, planOf, runningRun } from "../support/runs.ts";

const run = runningRun(planOf("a"), { limits: { tokens: 5 } });

describe("questions of agents", () => {
  const held = admitAll(enqueue(run, callOf("a#1/0")), at(0)).state;
  const asked = rules.openQuestion(held, opened("a#1/0", "approve", "boss"), at(40));

  it("opens a question in the inbox with its deadline, and notes that its call waits", () => {
    expect(asked.questions).toMatchObject([
      {
        id: "r1:a#1/0/approve/0",
        actor: "a#1/0/approve/0",
        kind: "approve",
        role: "boss",
        askedAt: 40,
        expiresAt: 140,
      },
    ]);
    expect(asked.acts["a#1/0"]).toEqual({ agent: "a#1", position: 0, stage: "asking" });
    expect(asked.asking).toBe(1);
  });

  it("M3 notes that the outcome of a call was lost, for good", () => {
    const lost = rules.openQuestion(held, opened("a#1/0", "unknown"), at(0));
    expect(lost.acts["a#1/0"]).toMatchObject({ stage: "asking", lost: true });
    const back = rules.closeQuestion(lost, closed("a#1/0", "unknown"), at(0)).state;
    expect(back.acts["a#1/0"]).toMatchObject({ stage: "held", lost: true });
  });

  it("counts a call that waits once, and not at all once it goes on", () => {
    expect(rules.openQuestion(asked, opened("a#1/0", "approve"), at(0)).asking).toBe(1);
    const gone = rules.closeQuestion(asked, closed("a#1/0", "approve"), at(0)).state;
    expect(gone).toMatchObject({ asking: 0, questions: [] });
    expect(rules.closeQuestion(gone, closed("a#1/0", "approve"), at(0)).state.asking).toBe(0);
  });

  it("notes no act for a question that is no call's", () => {
    const other = rules.openQuestion(asked, opened("a#1/1", "answer"), at(0));
    expect(other).toMatchObject({ asking: 1 });
    expect(other.questions).toHaveLength(2);
    expect(Object.keys(other.acts)).toEqual(["a#1/0"]);
    expect(rules.closeQuestion(other, closed("a#1/1", "answer"), at(0)).state.questions).toHaveLength(1);
  });

  it("hands one question up the ladder, and leaves the others", () => {
    const both = rules.openQuestion(asked, opened("a#1/1", "answer"), at(0));
    const after = rules.changeQuestion(both, { approval: "a#1/1", role: "chief", approvals: [] }, at(50)).state;
    expect(after.questions.map(({ role }) => role)).toEqual(["boss", "chief"]);
  });

  it("U2 notes who has decided, what, and how long the question had been open; silence is nobody's", () => {
    const yes = rules.closeQuestion(asked, closed("a#1/0", "approve"), at(45));
    expect(yes.state.decided).toEqual([{ by: "olga", at: 45, decision: "approve", openMs: 5 }]);
    expect(yes.commands).toEqual([]);
    const silent = rules.closeQuestion(asked, closed("a#1/0", "approve", { outcome: "expired", by: null }), at(140));
    expect(silent.state.decided).toEqual([]);
    const unasked = rules.closeQuestion(run, closed("a#1/0", "approve"), at(45));
    expect(unasked.state.decided).toEqual([]);
  });

  it("A6 shows who has approved so far, and counts each of them as having decided", () => {
    const two = { ...opened("a#1/0", "approve"), quorum: 2, approvals: [] };
    const open = rules.openQuestion(held, two, at(10));
    expect(open.questions).toMatchObject([{ quorum: 2, approvals: [] }]);
    const once = rules.changeQuestion(
      open,
      { approval: two.approval, role: "owner", approvals: ["olga"] },
      at(30),
    ).state;
    expect(once.questions).toMatchObject([{ quorum: 2, approvals: ["olga"] }]);
    expect(once.decided).toEqual([{ by: "olga", at: 30, decision: "approve", openMs: 20 }]);
    const higher = rules.changeQuestion(
      once,
      { approval: two.approval, role: "boss", approvals: ["olga"] },
      at(40),
    ).state;
    expect(higher.questions).toMatchObject([{ role: "boss" }]);
    expect(higher.decided).toHaveLength(1);
  });

  it("F-APP-14 A-HUM-04 records an alarm when one person decides too much, once each time it begins", () => {
    let state = runningRun(planOf("a"), { approvals: { alarmPerHour: 3 } });
    const alarms: unknown[] = [];
    for (let n = 0; n < 5; n++) {
      const asked = rules.openQuestion(state, opened(`a#1/${n}`, "approve"), at(n * 60_000));
      const { state: next, commands } = rules.closeQuestion(
        asked,
        closed(`a#1/${n}`, "approve"),
        at(n * 60_000 + 5_000),
      );
      state = next;
      alarms.push(commands.map(({ params }) => params));
    }
    const alarm = { rule: "approval.fatigue", verdict: "alarm", data: { by: "olga", decisions: 3, quick: 0 } };
    expect(alarms).toMatchObject([[], [], [alarm], [], []]);
  });
});
