/** What a run has spent when a call does not go as it was foreseen. */
import { describe, expect, it } from "vitest";
import { defineAgent, defineTool, type ToolContext } from "../../index.ts";
import { finish, house } from "../support/house.ts";

const CENTS = 10_000;

async function spent(call: (context: ToolContext) => unknown, calls = 1) {
  let made = 0;
  const buy = defineTool({
    name: "buy",
    effect: "once",
    estimate: () => ({ costUsd: 0.1 }),
    run: (_: number, context) => {
      made++;
      return call(context);
    },
  });
  const buyer = defineAgent({
    name: "buyer",
    tools: [buy],
    run: async (_, { tool }) => {
      for (let n = 0; n < calls; n++) await tool("buy", n).catch(() => null);
    },
  });
  const there = house({
    name: "spending",
    agents: { buyer },
    planner: { tasks: [{ id: "buy", agent: "buyer" }] },
    budget: { maxCostUsd: 0.5 },
    approvals: { askAboutRun: false },
  });
  const report = await finish(there, await there.orchestrator.start({ objective: "buy" }));
  return { report, made, cents: report.spend.costMicroUsd / CENTS };
}

describe("a call", () => {
  it("that says what it cost has cost that", async () => {
    expect((await spent(({ spent }) => spent({ costUsd: 0.03 }))).cents).toBe(3);
  });

  it("F-BUD-03 that does not say has cost its whole hold", async () => {
    expect((await spent(() => null)).cents).toBe(10);
  });

  it("F-BUD-03 that fails has cost its whole hold: nobody proved that nothing was sent", async () => {
    const thrown = await spent(() => {
      throw new Error("the line went dead");
    });
    expect(thrown.cents).toBe(10);
  });

  it("F-BUD-04 that costs more than it said is recorded as it was, and no other is made", async () => {
    const { report, made, cents } = await spent(({ spent }) => spent({ costUsd: 0.7 }), 3);
    expect([made, cents, report.status, report.failure?.code]).toEqual([1, 70, "failed", "budget.exceeded"]);
  });
});
