/** Caps in runs: one that is lowered, and what is done when one is reached. */
import { describe, expect, it } from "vitest";
import { defineTool } from "../../index.ts";
import { CENT, caller, ruled, run, tenCents } from "../support/budget-runs.ts";
import { decide, finish, house, journalOf, settle } from "../support/house.ts";

describe("a cap that is lowered", () => {
  it("F-BUD-09 below what is spent and held lets what is in flight finish, and nothing new begin", async () => {
    const waiting: (() => void)[] = [];
    const slow = defineTool({
      name: "ask",
      effect: "read",
      estimate: () => ({ costUsd: 0.1 }),
      run: (_: { n: number }) => new Promise<void>((resolve) => waiting.push(resolve)),
    });
    const there = house({
      name: "lowered",
      agents: { ann: caller("ann", 3, [slow]) },
      planner: { tasks: [{ id: "a", agent: "ann" }] },
      budget: { maxCostUsd: 1 },
      approvals: { askAboutRun: false },
    });
    const started = await there.orchestrator.start({ objective: "spend" });
    await settle();
    await started.limit({ maxCostUsd: 0.05, maxTokens: 7 }, "olga");
    const { budget } = await started.report();
    expect(budget).toMatchObject({ limits: { costMicroUsd: 5 * CENT, tokens: 7 }, overCommitted: ["costMicroUsd"] });
    await started.limit({ maxCostUsd: 2 });
    for (let n = 0; n < 5; n++) {
      waiting.shift()?.();
      await settle();
    }
    const report = await finish(there, started);
    expect(report).toMatchObject({ status: "failed", spend: { costMicroUsd: 10 * CENT, toolCalls: 1 } });
    expect((await ruled(started)).find(({ rule }) => rule === "budget.lowered")).toMatchObject({
      data: { by: "olga", limits: { costMicroUsd: 5 * CENT, tokens: 7 }, overCommitted: ["costMicroUsd"] },
    });
    await expect(started.limit({ maxCostUsd: -1 })).rejects.toMatchObject({ code: "config.invalid" });
  });
});

describe("a cap that is reached", () => {
  const cheap = defineTool({
    name: "cheap",
    effect: "read",
    estimate: () => ({ costUsd: 0.01 }),
    run: (_: { n: number }) => "cheap",
  });
  const thrifty = (calls: number) => caller("ann", calls, [tenCents("ask", () => "dear", "cheap"), cheap]);

  it("X1 is kept by a cheaper model, judged anew, and the choice is on record with the others there were", async () => {
    const { report, run: started } = await run({
      agents: { ann: thrifty(3) },
      planner: { tasks: [{ id: "a", agent: "ann" }] },
      budget: { maxCostUsd: 0.25 },
    });
    expect(report).toMatchObject({ status: "completed", spend: { costMicroUsd: 21 * CENT, toolCalls: 3 } });
    expect(report.budget.choices).toMatchObject([
      { economy: "substitute", pot: "costMicroUsd", alternatives: ["finish"], reason: expect.stringContaining("cap") },
    ]);
    expect((await ruled(started)).filter(({ rule }) => rule === "budget.economy")).toMatchObject([
      { verdict: "substitute", data: { pot: "costMicroUsd", alternatives: ["finish"] } },
    ]);
    // The policy and the schema of the cheaper one have been asked.
    const judged = (await journalOf(started)).flatMap(({ answered }) => answered.map(({ key }) => key));
    expect(judged).toContain("a#1/2/judge/1");
  });

  it("X1 is kept in the order that is set", async () => {
    const { report } = await run({
      agents: { ann: thrifty(3) },
      planner: { tasks: [{ id: "a", agent: "ann" }] },
      budget: { maxCostUsd: 0.25, onExceeded: ["trim"] },
    });
    expect(report).toMatchObject({ status: "failed", budget: { choices: [{ economy: "finish", alternatives: [] }] } });
  });

  it("refuses a cheaper tool that the agent may not call, and a chain that leads back", () => {
    const planner = { tasks: [{ id: "a", agent: "ann" }] };
    const without = { ann: caller("ann", 1, [tenCents("ask", () => 1, "cheap")]) };
    expect(() => house({ name: "x", agents: without, planner })).toThrow('grant it to agent "ann" too');
    const round = [tenCents("ask", () => 1, "other"), tenCents("other", () => 1, "ask")];
    expect(() => house({ name: "x", agents: { ann: caller("ann", 1, round) }, planner })).toThrow("lead back");
    expect(() =>
      house({ name: "x", agents: { ann: caller("ann", 1) }, planner, budget: { onExceeded: ["pray" as never] } }),
    ).toThrow('names "pray"');
  });

  const granted = async (decision: "approve" | "edit", value?: Record<string, number>, calls = 6) => {
    const there = house({
      name: "grants",
      agents: { ann: caller("ann", calls) },
      planner: { tasks: [{ id: "a", agent: "ann" }] },
      budget: { maxCostUsd: 0.2 },
    });
    const started = await there.orchestrator.start({ objective: "spend" });
    const waiting = await finish(there, started);
    const [request] = waiting.pendingApprovals;
    if (request === undefined) throw new Error("nobody is asked");
    const receipt = await decide(there, request, decision, value, "maria");
    const report = await finish(there, started);
    return { request, receipt, report, started, there };
  };

  it("asks a person for a grant that names the pot and the amount, and records who gave it in the chain", async () => {
    const { request, report, started } = await granted("approve", undefined, 4);
    expect(request).toMatchObject({
      kind: "grant",
      subject: { pot: "costMicroUsd", cap: 20 * CENT, grant: { costMicroUsd: 20 * CENT } },
    });
    expect(report.budget.limits.costMicroUsd).toBe(40 * CENT);
    expect(report.budget.grants).toMatchObject([{ by: "maria", grant: { costMicroUsd: 20 * CENT } }]);
    const entries = await journalOf(started);
    const word = entries.find(({ kind, event }) => kind === "signal" && event.type === "question.decide");
    expect(word?.by).toEqual({ kind: "person", id: "maria" });
    expect(word?.ruled.find(({ rule }) => rule === "budget.granted")).toMatchObject({
      data: { by: "maria", grant: { costMicroUsd: 20 * CENT } },
    });
    expect(await started.verify()).toMatchObject({ kind: "whole" });
  });

  it("H2 takes another amount, smaller or larger, and other pots", async () => {
    const larger = await granted("edit", { costMicroUsd: 40 * CENT, tokens: 5 });
    expect(larger.report).toMatchObject({ status: "completed", spend: { costMicroUsd: 60 * CENT } });
    expect(larger.report.budget.limits).toEqual({ costMicroUsd: 60 * CENT });
    const smaller = await granted("edit", { costMicroUsd: 10 * CENT });
    expect(smaller.report).toMatchObject({ state: "awaiting-human", spend: { costMicroUsd: 30 * CENT } });
    const wrong = await granted("edit", { money: 5 });
    expect(wrong.receipt).toMatchObject({ accepted: false, code: "value.invalid" });
    expect(wrong.report.budget.limits.costMicroUsd).toBe(20 * CENT);
  });

  it("I-B1 caps are cumulative over a restart, grants included", async () => {
    const { there, started, report } = await granted("approve");
    expect(report.state).toBe("awaiting-human");
    const other = house(
      {
        name: "grants",
        agents: { ann: caller("ann", 6) },
        planner: { tasks: [{ id: "a", agent: "ann" }] },
        budget: { maxCostUsd: 0.2 },
      },
      { store: there.store, time: there.time },
    );
    const resumed = await other.orchestrator.resume(started.id);
    expect((await resumed.report()).spend.costMicroUsd).toBe(40 * CENT);
    expect((await resumed.report()).budget).toEqual(report.budget);
  });
});
