import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Verdict } from "../../src/contracts/tools.ts";
import { admit, admitAll, enqueue, settleCall } from "../../src/decisions/admission.ts";
import { settleDone } from "../../src/decisions/assignment.ts";
import { hold, openLedger } from "../../src/decisions/budget.ts";
import { adoptPolicy, authorised, isSaid, judgedAgain, remainingOf, unauthorised } from "../../src/decisions/policy.ts";
import type { Reaction, RunState } from "../../src/decisions/run-state.ts";
import { amount, at, boardOf, callOf, grantOf, planOf, runningRun, writeOf } from "../support/runs.ts";

const verdict = fc.oneof(
  fc.constant<Verdict>({ kind: "allow", rule: "a" }),
  fc.constant<Verdict>({ kind: "deny", rule: "d", reason: "no" }),
  fc.record({
    kind: fc.constant("ask" as const),
    rule: fc.constant("q"),
    reason: fc.constant("why"),
    role: fc.constantFrom("finance", "legal"),
    quorum: fc.constantFrom(1, 2, 3),
  }) as fc.Arbitrary<Verdict>,
);
const strictness = { allow: 0, ask: 1, deny: 2 };

const ruled = (policy?: string): RunState =>
  runningRun(planOf("one"), {
    agents: [grantOf("ann", { reads: ["*"], writes: ["*"] })],
    ...(policy === undefined ? {} : { policy }),
  });

const told = ({ commands }: Reaction) =>
  commands.flatMap((command) => (command.type === "tell" ? [[command.params.to, command.params.event]] : []));

const write = boardOf("one#1/0", writeOf("key", 1));
const KEY = "one#1/0/authorise/0";

describe("what is left", () => {
  it("is what the caps leave, open holds taken off; a cap that does not bind is not there", () => {
    const ledger = openLedger({ costMicroUsd: 10, steps: 3 }, 0);
    expect(remainingOf(ledger)).toEqual({ costMicroUsd: 10, steps: 3 });
    const held = hold(ledger, "x", amount({ costMicroUsd: 4, steps: 1 }), 0);
    expect(held.kind === "granted" && remainingOf(held.ledger)).toEqual({ costMicroUsd: 6, steps: 2 });
  });
});

describe("then and now", () => {
  it("P1, F-APP-10 the stricter stands, whoever is asked", () => {
    fc.assert(
      fc.property(verdict, verdict, (earlier, now) => {
        const stands = judgedAgain(earlier, now);
        expect(strictness[stands.kind]).toBe(Math.max(strictness[earlier.kind], strictness[now.kind]));
        if (earlier.kind !== "ask" || now.kind !== "ask") return;
        expect(stands).toMatchObject({ role: now.role, quorum: Math.max(earlier.quorum ?? 1, now.quorum ?? 1) });
      }),
    );
  });

  it("P1 without an earlier one, it is the present one", () => {
    fc.assert(
      fc.property(verdict, (now) => {
        expect(judgedAgain(null, now)).toBe(now);
      }),
    );
  });

  it("P2 a word counts for the same role and as many people, and for nothing else", () => {
    fc.assert(
      fc.property(verdict, verdict, (asked, now) => {
        const counts =
          asked.kind === "ask" &&
          now.kind === "ask" &&
          asked.role === now.role &&
          (asked.quorum ?? 1) >= (now.quorum ?? 1);
        expect(isSaid(asked, now)).toBe(counts);
        expect(isSaid(null, now)).toBe(false);
      }),
    );
  });
});

describe("a call in line", () => {
  const call = (policy?: string | null) => callOf("one#1/0", policy === undefined ? {} : { policy });

  it.each<[string | undefined, string | null | undefined, boolean]>([
    [undefined, undefined, true],
    ["p1", undefined, true],
    ["p1", "p1", true],
    ["p1", "p2", false],
    ["p1", null, false],
    [undefined, "p1", false],
  ])("P3 started under %s and judged under %s: granted %s", (started, judged, isGranted) => {
    const { state, commands } = admit(ruled(started), call(judged), at(1));
    expect(told({ state, commands })).toEqual([["one#1/0", { type: isGranted ? "hold.granted" : "hold.stale" }]]);
    expect(Object.keys(state.acts)).toHaveLength(isGranted ? 1 : 0);
  });

  it("P3 is judged under the policy in force, not the one at the start", () => {
    const { state } = adoptPolicy(ruled("p1"), { policy: "p2", restarted: false });
    expect(told(admit(state, call(), at(1)))).toEqual([["one#1/0", { type: "hold.stale" }]]);
    expect(told(admit(state, call("p2"), at(1)))).toEqual([["one#1/0", { type: "hold.granted" }]]);
  });

  it("a call that was sent and then refused is in doubt to the next attempt", () => {
    const { state } = admit(ruled(), callOf("one#1/0", { effect: "once" }), at(1));
    const settled = {
      gate: "one#1/0",
      position: 0,
      symbol: "s",
      tool: "send",
      places: [],
      reads: false,
      says: "nothing" as const,
      maxIdentical: null,
      value: null,
      cost: null,
    };
    const claimed = (sent: boolean) =>
      Object.keys(settleCall(state, { ...settled, result: "refused no", outcome: "refused", sent }, at(2)).claims)
        .length;
    expect([claimed(true), claimed(false)]).toEqual([1, 0]);
  });
});

describe("a read or write", () => {
  it("P4 is granted at once without a policy", () => {
    const { state, commands } = admit(ruled(), write, at(1));
    expect(state.board["key"]?.value).toBe(1);
    expect(told({ state, commands })).toMatchObject([["one#1", { type: "act.settled" }]]);
  });

  it("P4 is held back until the policy has answered, and paid for once", () => {
    const asked = admit(ruled("p1"), write, at(1));
    expect(asked.commands).toMatchObject([{ type: "perform", params: { key: KEY, src: "authorise", effect: "read" } }]);
    expect(asked.state.board).toEqual({});
    const back = authorised(asked.state, KEY, { verdict: { kind: "allow", rule: "r" } });
    expect(back.state.judging).toEqual({});
    const { state } = admitAll(back.state, at(2));
    expect([state.board["key"]?.value, state.ledger.spent.steps]).toEqual([1, 1]);
  });

  it.each<[string, (state: RunState) => Reaction, string]>([
    ["a denial", (state) => authorised(state, KEY, { verdict: { kind: "deny", rule: "d", reason: "no" } }), "no"],
    [
      "an ask",
      (state) => authorised(state, KEY, { verdict: { kind: "ask", rule: "d", reason: "dear" } }),
      "cannot wait for a person",
    ],
    ["no answer", (state) => unauthorised(state, KEY), "could not be asked"],
  ])("P4 is refused by %s", (_, answer, reason) => {
    const reaction = answer(admit(ruled("p1"), write, at(1)).state);
    expect(reaction.state.queue).toEqual([]);
    expect(told(reaction)).toMatchObject([
      [
        "one#1",
        {
          type: "act.settled",
          n: 0,
          result: { kind: "refused", failure: { message: expect.stringContaining(reason) } },
        },
      ],
    ]);
  });

  it("P3 is judged again when the policy was replaced meanwhile, under a key of its own", () => {
    const asked = admit(ruled("p1"), write, at(1));
    const { state } = adoptPolicy(asked.state, { policy: "p2", restarted: false });
    const back = admitAll(authorised(state, KEY, { verdict: { kind: "allow", rule: "r" } }).state, at(2));
    expect(back.commands).toMatchObject([{ type: "perform", params: { key: "one#1/0/authorise/1" } }]);
    expect(back.state.ledger.spent.steps).toBe(1);
    const under = authorised(back.state, "one#1/0/authorise/1", {
      verdict: { kind: "allow", rule: "r" },
      policy: "p2",
    });
    expect(admitAll(under.state, at(3)).state.board["key"]?.value).toBe(1);
  });

  it("P4 is forgotten with its attempt; an answer that comes later is to nobody", () => {
    const asked = admit(ruled("p1"), write, at(1));
    const { state: ended } = settleDone(asked.state, { actor: "one#1", position: 0, number: 1, output: null }, at(2));
    expect(ended.judging).toEqual({});
    expect(authorised(ended, KEY, { verdict: { kind: "allow", rule: "r" } })).toEqual({ state: ended, commands: [] });
  });
});

describe("another policy", () => {
  it("P3 is told to all that is held or asked about, and put on record", () => {
    const { state } = admitAll(
      enqueue(enqueue(ruled("p1"), callOf("one#1/0")), callOf("one#1/1", { symbol: "s2" })),
      at(1),
    );
    const { state: after, commands } = adoptPolicy(state, { policy: null, restarted: true });
    expect([after.policy, after.policyChanges]).toEqual([null, 1]);
    expect(told({ state: after, commands })).toEqual([
      ["one#1/0", { type: "policy.changed", restarted: true }],
      ["one#1/1", { type: "policy.changed", restarted: true }],
    ]);
    expect(commands[0]).toMatchObject({
      type: "record",
      params: { rule: "policy.changed", reason: "no policy in the place of p1" },
    });
  });

  it("that is the same one is none", () => {
    const state = ruled("p1");
    expect(adoptPolicy(state, { policy: "p1", restarted: true })).toEqual({ state, commands: [] });
  });
});
