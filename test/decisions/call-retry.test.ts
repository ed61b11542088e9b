import fc from "fast-check";
import { expect, it } from "vitest";
import type { Failure } from "../../src/contracts/errors.ts";
import type { Reported } from "../../src/contracts/tools.ts";
import { admitAll, dropActs, enqueue } from "../../src/decisions/admission.ts";
import { settleTry } from "../../src/decisions/call-retry.ts";
import type { RunState } from "../../src/decisions/run-state.ts";
import { at, callOf, planOf, runningRun } from "../support/runs.ts";

const GATE = "one#1/0";
const HOLD = { costMicroUsd: 10, tokens: 0 };

/** A run in which one call is under way, with so much money and so many tries. */
function calling(costMicroUsd = 100): RunState {
  const run = runningRun(planOf("one"), {
    tools: { search: { retries: 9, backoffMs: 100 } },
    limits: { costMicroUsd },
  });
  return admitAll(enqueue(run, callOf(GATE, { hold: HOLD })), at(1)).state;
}

function fail(state: RunState, failure: Partial<Failure>, cost: Reported | null = null) {
  const { commands, ...rest } = settleTry(
    state,
    {
      gate: GATE,
      tool: "search",
      tries: 1,
      position: 0,
      cost,
      failure: { code: "model.busy", message: "", ...failure },
    },
    at(2),
  );
  const told = commands.flatMap((one) => (one.type === "tell" ? [one.params.event] : []));
  return { ...rest, told };
}

it("G5 whoever asks to be left alone is, up to an hour, and never for less than the backoff", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10_000_000 }), (retryAfterMs) => {
      const [granted] = fail(calling(), { retryAfterMs }).told;
      const waited = granted?.["afterMs"] as number;
      const least = Math.max(100, Math.min(retryAfterMs, 3_600_000));
      expect(waited).toBeGreaterThanOrEqual(least);
      expect(waited).toBeLessThanOrEqual(least * 1.25);
    }),
  );
});

it("G6 the next try's hold is kept while it waits, and nobody else gets that money", () => {
  const { state } = fail(calling(15), { retryAfterMs: 5_000 }, { costMicroUsd: 0, tokens: 0 });
  expect(state.ledger).toMatchObject({ spent: { costMicroUsd: 0 }, reserved: { costMicroUsd: 10, toolCalls: 1 } });
  const other = admitAll(enqueue(state, callOf("one#1/1", { hold: HOLD, digest: "d2", key: "k2" })), at(3)).state;
  expect(other.trouble).toMatchObject({ kind: "budget", pot: "costMicroUsd" });
  // The try itself is granted, with the hold that was kept.
  const again = admitAll(enqueue(state, callOf(GATE, { hold: HOLD, tries: 1 })), at(4));
  expect(again.state.ledger).toMatchObject({
    spent: { costMicroUsd: 0 },
    reserved: { costMicroUsd: 10, toolCalls: 1 },
  });
  expect(again.commands).toMatchObject([{ params: { event: { type: "hold.granted" } } }]);
});

it("G6 what there is no room for is not held: the try that follows finds out", () => {
  const { state, told } = fail(calling(15), {});
  expect(state.ledger).toMatchObject({ spent: { costMicroUsd: 10 }, reserved: { costMicroUsd: 0 } });
  expect(told).toMatchObject([{ type: "retry.granted" }]);
});

it("G6 an attempt that ends gives back what was kept for its tries", () => {
  const { state } = fail(calling(), {}, { costMicroUsd: 0, tokens: 0 });
  const ended = dropActs(state, "one#1", at(5));
  expect(ended.ledger.reserved).toMatchObject({ costMicroUsd: 0, steps: 0, toolCalls: 0 });
  expect(ended.ledger.spent.costMicroUsd).toBe(0);
});

it("a call that is itself at fault is not tried again, and is no failure of its tool", () => {
  const { state, told } = fail(calling(), { code: "model.rejected" });
  expect(told).toEqual([{ type: "retry.refused" }]);
  expect(state.health.breakers).toEqual({});
});
