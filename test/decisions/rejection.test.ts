import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { admitAll, enqueue, settleCall } from "../../src/decisions/admission.ts";
import { type Rejection, rejectionOf, remember } from "../../src/decisions/rejection.ts";
import type { RunState } from "../../src/decisions/run-state.ts";
import { at, callOf, planOf, runningRun } from "../support/runs.ts";

describe("remember, rejectionOf", () => {
  it("J1 J4 finds the last 256 things said no to, each with what was said last", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(300), { maxLength: 700 }), (numbers) => {
        let list: readonly Rejection[] = [];
        // The oracle: a list of all, the last word on each, the newest 256 of them.
        const words = new Map<string, string>();
        for (const [place, number] of numbers.entries()) {
          const rejection = { fingerprint: `f${number}`, said: `no, at ${place}` };
          list = remember(list, rejection);
          words.delete(rejection.fingerprint);
          words.set(rejection.fingerprint, rejection.said);
        }
        const kept = new Map([...words].slice(-256));
        for (let number = 0; number <= 300; number++)
          expect(rejectionOf(list, `f${number}`)?.said).toBe(kept.get(`f${number}`));
      }),
    );
  });

  it("J2 holds nothing against a call that has no fingerprint", () => {
    expect(rejectionOf([{ fingerprint: "f", said: "no" }], undefined)).toBeUndefined();
  });
});

describe("a call that a person has rejected", () => {
  const call = (id: string, fingerprint?: string) => callOf(id, fingerprint === undefined ? {} : { fingerprint });
  const rejected = (state: RunState, gate: string, said: string): RunState =>
    settleCall(
      state,
      {
        gate,
        position: 0,
        tool: "pay",
        symbol: gate,
        places: [],
        reads: false,
        says: "nothing",
        maxIdentical: null,
        result: "refused approval.rejected",
        outcome: "refused",
        value: null,
        sent: false,
        cost: null,
        rejection: { fingerprint: "f1", said },
      },
      at(1),
    );
  const held = admitAll(enqueue(runningRun(planOf("a", "b")), call("a#1/0", "f1")), at(0)).state;
  const after = rejected(held, "a#1/0", "ann said no: too dear");

  it("J1 is refused without being asked again, whoever proposes it, with what the person said", () => {
    for (const id of ["a#1/1", "b#1/0"]) {
      const wish = { ...call(id, "f1"), position: id.startsWith("a") ? 0 : 1 } as Parameters<typeof enqueue>[1];
      const { state, commands } = admitAll(enqueue(after, wish), at(2));
      expect(commands.map(({ type, params }) => [type, (params as { rule?: string }).rule])).toEqual([
        ["record", "approval.remembered"],
        ["tell", undefined],
      ]);
      expect(commands[1]?.params).toMatchObject({
        to: id,
        event: {
          type: "hold.refused",
          rule: "approval.remembered",
          failure: { code: "approval.rejected", message: expect.stringContaining("ann said no: too dear") },
        },
      });
      expect(state.ledger.holds).toEqual({});
    }
  });

  it("J2 is not confused with another, nor with arguments that a person has written", () => {
    for (const wish of [call("a#1/1", "f2"), call("a#1/1")]) {
      const { commands } = admitAll(enqueue(after, wish), at(2));
      expect(commands).toMatchObject([{ type: "tell", params: { event: { type: "hold.granted" } } }]);
    }
  });
});
