import { describe, expect, it } from "vitest";
import type { Reported, Verdict } from "../../src/contracts/tools.ts";
import type { Recorded, Recording } from "../../src/contracts/what-if.ts";
import { whatIf } from "../../src/decisions/what-if.ts";
import { amount } from "../support/runs.ts";

const allow: Verdict = { kind: "allow", rule: "old" };
const deny: Verdict = { kind: "deny", rule: "new", reason: "no more" };
const ask: Verdict = { kind: "ask", rule: "new", reason: "ask first" };

let seq = 0;
const when = () => ({ seq: ++seq, at: seq });

const judged = (
  gate: string,
  cost = 2,
  more: Partial<Extract<Recorded, { readonly kind: "judged" }>> = {},
): Recorded => ({
  kind: "judged",
  ...when(),
  gate,
  agent: "ann",
  task: "a",
  chain: ["ann"],
  call: { tool: "send", args: { gate }, digest: gate },
  effect: "once",
  verdict: allow,
  hold: { costMicroUsd: cost, tokens: 0 },
  ...more,
});
const held = (gate: string): Recorded => ({ kind: "held", ...when(), gate });
const settled = (gate: string, cost: Reported | null = null, sent = true): Recorded => ({
  kind: "settled",
  ...when(),
  gate,
  sent,
  cost,
});
const made = (gate: string, cost = 2, bill: Reported | null = null): readonly Recorded[] => [
  judged(gate, cost),
  held(gate),
  settled(gate, bill),
];

const recordingOf = (events: readonly Recorded[], more: Partial<Recording> = {}): Recording => {
  seq = 0;
  return { run: "r1", startedAt: 0, agents: [], limits: { costMicroUsd: 10 }, parts: [], events, ...more };
};

const three = () => recordingOf([...made("g1"), ...made("g2", 2, { costMicroUsd: 1 }), ...made("g3")]);

describe("another budget", () => {
  it("I1 changes nothing when it is the same", () => {
    const result = whatIf(three(), {});
    expect(result).toMatchObject({ calls: 3, differences: [], fates: { allowed: 3, stopped: 0 } });
    expect(result.was).toEqual(result.would);
    expect(result.was).toEqual(amount({ costMicroUsd: 5, steps: 3, toolCalls: 3 }));
    expect(result.firstStop).toBeUndefined();
  });

  it("I1 I2 stops what it could not pay for, and settles what it could at what it cost", () => {
    const result = whatIf(three(), { limits: { costMicroUsd: 4 } });
    expect(result.differences).toMatchObject([
      { act: "g3", was: "allowed", would: "stopped", rule: "budget.costMicroUsd", call: { args: { gate: "g3" } } },
    ]);
    expect(result).toMatchObject({ firstStop: 7, would: { costMicroUsd: 3, toolCalls: 2 }, fates: { stopped: 1 } });
  });

  it("I1 counts calls in flight together, and those made again twice", () => {
    const events = [judged("g1"), judged("g2"), held("g1"), held("g2"), settled("g1"), held("g2"), settled("g2")];
    expect(whatIf(recordingOf(events), {}).was).toMatchObject({ costMicroUsd: 6 });
    expect(whatIf(recordingOf(events), { limits: { costMicroUsd: 3 } }).fates).toMatchObject({ stopped: 1 });
    expect(whatIf(recordingOf(events), { limits: { costMicroUsd: 5 } })).toMatchObject({ fates: { stopped: 1 } });
  });

  it("I2 a call that was held and never made has cost a step", () => {
    const rejected = [judged("g1"), held("g1"), settled("g1", null, false)];
    expect(whatIf(recordingOf(rejected), {}).was).toEqual(amount({ steps: 1 }));
  });

  it("I1 keeps to the caps of agents and tasks", () => {
    const parts = [
      { name: "agent:ann", limits: { toolCalls: 2 } },
      { name: "task:b", limits: { toolCalls: 0 } },
    ];
    const result = whatIf({ ...three(), parts }, { limits: {} });
    expect(result.differences).toMatchObject([{ act: "g3", would: "stopped", rule: "budget.toolCalls" }]);
  });

  it("I3 lets through what it stopped before, at its worst", () => {
    const events = [...made("g1"), judged("g2", 7)];
    const then = whatIf(recordingOf(events, { limits: { costMicroUsd: 5 } }), {});
    expect(then).toMatchObject({ fates: { allowed: 1, stopped: 1 }, differences: [] });
    const more = whatIf(recordingOf(events, { limits: { costMicroUsd: 5 } }), { limits: { costMicroUsd: 20 } });
    expect(more.differences).toMatchObject([{ act: "g2", was: "stopped", would: "allowed" }]);
    expect(more.would.costMicroUsd).toBe(9);
  });

  it("counts steps of reads and writes, and time as it passed", () => {
    const shared = (): Recorded => ({ kind: "shared", ...when(), agent: "ann", task: "a" });
    const events = [shared(), shared(), ...made("g1")];
    expect(whatIf(recordingOf(events), { limits: { steps: 2 } }).fates.stopped).toBe(1);
    expect(whatIf(recordingOf(events), { limits: { steps: 3 } }).fates.stopped).toBe(0);
    expect(whatIf(recordingOf(events), { limits: { wallMs: 4 } }).fates.stopped).toBe(1);
    const rested: readonly Recorded[] = [
      { kind: "rested", seq: 1, at: 1 },
      { kind: "woken", seq: 2, at: 100 },
      { ...judged("g1"), at: 101 },
      { ...held("g1"), at: 101 },
    ];
    expect(whatIf(recordingOf(rested), { limits: { activeMs: 10 } }).fates.stopped).toBe(0);
    expect(whatIf(recordingOf(rested), { limits: { wallMs: 10 } }).fates.stopped).toBe(1);
  });
});

describe("another policy", () => {
  const verdicts = (...list: readonly (readonly [place: number, verdict: Verdict])[]) => new Map(list);

  it("I1 I2 denies and asks where it says so, and a denied call costs a step", () => {
    const result = whatIf(three(), { policy: "new@2", verdicts: verdicts([0, deny], [3, ask], [6, allow]) });
    expect(result.policy).toBe("new@2");
    expect(result.differences).toMatchObject([
      { act: "g1", was: "allowed", would: "denied", rule: "new", reason: "no more" },
      { act: "g2", was: "allowed", would: "asked", rule: "new", reason: "ask first" },
    ]);
    expect(result.would).toEqual(amount({ costMicroUsd: 3, steps: 3, toolCalls: 2 }));
  });

  it("I3 makes what was denied then, at its worst", () => {
    const denied = [
      judged("g1", 2, { verdict: { kind: "deny", rule: "old", reason: "no" } }),
      settled("g1", null, false),
    ];
    const result = whatIf(recordingOf(denied), { verdicts: verdicts([0, allow]) });
    expect(result.differences).toMatchObject([{ was: "denied", would: "allowed" }]);
    expect([result.was, result.would]).toEqual([
      amount({ steps: 1 }),
      amount({ costMicroUsd: 2, steps: 1, toolCalls: 1 }),
    ]);
  });

  it.each([
    "allow-list",
    "tool.unknown",
    "schema.input",
    "budget.unknown-price",
    "delegation.authority",
    "flow.egress",
  ])("does not undo what no policy decides: %s", (rule) => {
    const denied = [judged("g1", 2, { verdict: { kind: "deny", rule, reason: "no" } })];
    expect(whatIf(recordingOf(denied), { verdicts: verdicts([0, allow]) }).differences).toEqual([]);
  });

  it("keeps the tool's own question, unless the policy is stricter", () => {
    const own: Verdict = { kind: "ask", rule: "tool.needs-approval", reason: "its own" };
    const events = () => [judged("g1", 2, { verdict: own }), held("g1"), settled("g1")];
    expect(whatIf(recordingOf(events()), { verdicts: verdicts([0, allow]) }).fates.asked).toBe(1);
    expect(whatIf(recordingOf(events()), { verdicts: verdicts([0, deny]) }).fates.denied).toBe(1);
  });

  it("takes a call that was judged twice, because it was edited, for one", () => {
    const edited = [judged("g1", 5), held("g1"), judged("g1", 2), held("g1"), settled("g1")];
    const result = whatIf(recordingOf(edited), {});
    expect(result).toMatchObject({ calls: 1, was: { costMicroUsd: 2, toolCalls: 1 } });
  });
});
