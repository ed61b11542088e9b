import fc from "fast-check";
import { expect, it } from "vitest";
import type { Amount } from "../../src/contracts/budget.ts";
import { admitAll, dropActs, enqueue, settleCall } from "../../src/decisions/admission.ts";
import type { RunState } from "../../src/decisions/run-state.ts";
import { amount, at, callOf, planOf, runningRun } from "../support/runs.ts";

const gates = fc.constantFrom("a#1/0", "a#1/1", "b#1/0", "b#1/1");
const steps = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant("call" as const), gate: gates, cost: fc.nat(4) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("end" as const),
      gate: gates,
      sent: fc.boolean(),
      cost: fc.option(fc.nat(6)),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("drop" as const), agent: fc.constantFrom("a#1", "b#1") }) },
  { weight: 1, arbitrary: fc.constant({ do: "deal with it" as const }) },
);

const sum = (lines: Iterable<Amount>): Amount => {
  let total = amount();
  for (const line of lines)
    total = {
      costMicroUsd: total.costMicroUsd + line.costMicroUsd,
      tokens: total.tokens + line.tokens,
      steps: total.steps + line.steps,
      toolCalls: total.toolCalls + line.toolCalls,
    };
  return total;
};

it("M1 M2 M3 opens and closes each hold once, in the order of the line, through any calls, ends and stops", () => {
  fc.assert(
    fc.property(fc.nat(12), fc.nat(8), fc.array(steps, { maxLength: 14, size: "max" }), (money, most, story) => {
      let state: RunState = runningRun(planOf("a", "b"), {
        limits: { costMicroUsd: money, steps: most },
        loops: { identical: 99 },
      });
      const open = new Map<string, Amount>();
      const paid: Amount[] = [];
      let line: { readonly id: string; readonly cost: number }[] = [];
      let stuck = false;
      const fits = (cost: number): boolean => {
        const all = sum([...paid, ...open.values()]);
        return all.costMicroUsd + cost <= money && all.steps + 1 <= most;
      };
      for (const step of story) {
        switch (step.do) {
          case "call":
            if (open.has(step.gate) || line.some(({ id }) => id === step.gate)) continue;
            state = enqueue(
              state,
              callOf(step.gate, {
                position: step.gate.startsWith("b") ? 1 : 0,
                hold: { costMicroUsd: step.cost, tokens: 0 },
              }),
            );
            line.push({ id: step.gate, cost: step.cost });
            break;
          case "end": {
            const held = open.get(step.gate);
            if (held === undefined) continue;
            const cost = step.cost === null ? null : { costMicroUsd: step.cost, tokens: 0 };
            state = settleCall(
              state,
              {
                gate: step.gate,
                position: step.gate.startsWith("b") ? 1 : 0,
                symbol: null,
                tool: "search",
                places: [],
                reads: true,
                says: "done",
                maxIdentical: null,
                result: "r",
                outcome: "completed",
                value: null,
                sent: step.sent,
                cost,
              },
              at(0),
            );
            open.delete(step.gate);
            paid.push(step.sent ? { ...held, ...cost } : amount({ steps: 1 }));
            break;
          }
          case "drop":
            state = dropActs(state, step.agent, at(0));
            line = line.filter(({ id }) => !id.startsWith(step.agent));
            for (const [id, held] of open) {
              if (!id.startsWith(step.agent)) continue;
              open.delete(id);
              paid.push(held);
            }
            break;
          case "deal with it":
            state = { ...state, trouble: null };
            stuck = false;
        }
        const admitted = admitAll(state, at(0));
        state = admitted.state;
        for (let next = line[0]; next !== undefined && !stuck; next = line[0]) {
          if (fits(next.cost)) {
            open.set(next.id, amount({ costMicroUsd: next.cost, steps: 1, toolCalls: 1 }));
            line.shift();
          } else stuck = true;
        }
        expect({
          spent: state.ledger.spent,
          reserved: state.ledger.reserved,
          holds: Object.keys(state.ledger.holds).sort(),
          acts: Object.keys(state.acts).sort(),
          line: state.queue.map(({ id }) => id),
          stuck: state.trouble !== null,
        }).toEqual({
          spent: sum(paid),
          reserved: sum(open.values()),
          holds: [...open.keys()].sort(),
          acts: [...open.keys()].sort(),
          line: line.map(({ id }) => id),
          stuck,
        });
      }
    }),
    { numRuns: 3_000 },
  );
});
