/** Runs that keep to their budgets: parts, bills nobody can trust, warnings, time, and a forecast. */
import { describe, expect, it } from "vitest";
import { defineAgent, defineTool, modelPrices, type OrchestratorConfig } from "../../index.ts";
import { CENT, caller, ruled, run, tenCents } from "../support/budget-runs.ts";
import { decide, finish, house, settle } from "../support/house.ts";

describe("parts of a run", () => {
  it("F-BUD-07 I-B3 a task has caps of its own within those of the run, over all its attempts", async () => {
    const tool = tenCents();
    const { report } = await run({
      agents: { ann: caller("ann", 3, [tool]), bob: caller("bob", 3, [tool]) },
      planner: {
        tasks: [
          { id: "small", agent: "ann", optional: true, budget: { maxCostUsd: 0.25 } },
          { id: "large", agent: "bob" },
        ],
      },
      budget: { maxCostUsd: 1 },
    });
    expect(report.status).toBe("completed");
    expect(report.tasks.map(({ id, status }) => [id, status])).toEqual([
      ["small", "skipped"],
      ["large", "completed"],
    ]);
    expect(report.spend.costMicroUsd).toBe(50 * CENT);
    expect(report.budget.parts).toMatchObject([
      { name: "task:small", limits: { costMicroUsd: 25 * CENT }, spent: { costMicroUsd: 20 * CENT, toolCalls: 2 } },
    ]);
  });

  it("F-BUD-07 an agent has caps over all its tasks, and the run's bind beside them", async () => {
    const agents = { ann: caller("ann", 2, [tenCents()], { budget: { maxToolCalls: 3 } }) };
    const tasks = [1, 2, 3].map((n) => ({ id: `t${n}`, agent: "ann", optional: true }));
    const { report } = await run({ agents, planner: { tasks }, concurrency: 1 });
    expect(report.tasks.map(({ status }) => status)).toEqual(["completed", "skipped", "skipped"]);
    expect(report.budget.parts).toMatchObject([{ name: "agent:ann", spent: { toolCalls: 3 } }]);
    const tighter = await run({ agents, planner: { tasks }, concurrency: 1, budget: { maxToolCalls: 1 } });
    expect(tighter.report.spend.toolCalls).toBe(1);
  });

  it("S2 a required task whose own cap is reached fails, and says so", async () => {
    const { report } = await run({
      agents: { ann: caller("ann", 3) },
      planner: { tasks: [{ id: "small", agent: "ann", budget: { maxToolCalls: 1 } }] },
    });
    expect(report.status).toBe("failed");
    expect(report.failure).toMatchObject({ code: "budget.exceeded" });
    expect(report.tasks[0]).toMatchObject({ status: "failed" });
    expect(report.budget.choices).toMatchObject([{ economy: "finish", pot: "toolCalls", part: "task:small" }]);
  });

  it.each<readonly [object, string]>([
    [{ maxCostUsd: -1 }, "maxCostUsd"],
    [{ maxTokens: 1.5 }, "maxTokens"],
    [{ maxWallMs: 1 }, "time is a cap of the run alone"],
  ])("refuses caps that cannot be kept: %j", (budget, words) => {
    const agents = { ann: caller("ann", 1) };
    const planner = { tasks: [{ id: "a", agent: "ann", budget }] };
    expect(() => house({ name: "bad", agents, planner })).toThrow(words);
    const dear = { ann: caller("ann", 1, [tenCents()], { budget }) };
    expect(() => house({ name: "bad", agents: dear, planner: { tasks: [{ id: "a", agent: "ann" }] } })).toThrow(words);
  });
});

describe("bills", () => {
  it.each([
    ["negative", { costUsd: -1 }],
    ["not a number", { costUsd: Number.NaN }],
    ["without end", { costUsd: Number.POSITIVE_INFINITY }],
    ["absurd", { costUsd: 1_000_000 }],
    ["absurd in tokens", { tokens: -5 }],
  ])("F-MOD-11 that are %s cost their hold, and are flagged", async (_, bill) => {
    const agents = { ann: caller("ann", 1, [tenCents("ask", ({ spent }) => spent(bill))]) };
    const { report, run: started } = await run({ agents, planner: { tasks: [{ id: "a", agent: "ann" }] } });
    expect(report.spend.costMicroUsd).toBe(10 * CENT);
    expect(report.budget.untrusted).toBe(1);
    expect((await ruled(started)).filter(({ rule }) => rule === "usage.untrusted")).toMatchObject([
      { data: { act: "a#1/0" } },
    ]);
    // And the same when it is read back: what was said is in the journal as it was said.
    expect((await started.report()).budget.untrusted).toBe(1);
  });

  it("U1 F-MOD-11 what a bill leaves out has cost its hold", async () => {
    const agents = { ann: caller("ann", 1, [tenCents("ask", ({ spent }) => spent({ tokens: 12 }))]) };
    const { report } = await run({ agents, planner: { tasks: [{ id: "a", agent: "ann" }] } });
    expect(report.spend).toMatchObject({ costMicroUsd: 10 * CENT, tokens: 12 });
    expect(report.budget.untrusted).toBe(0);
  });

  it("F-BUD-04 above their hold are on record, and stop what the cap no longer allows", async () => {
    const agents = { ann: caller("ann", 3, [tenCents("ask", ({ spent }) => spent({ costUsd: 0.15 }))]) };
    const { report, run: started } = await run({
      agents,
      planner: { tasks: [{ id: "a", agent: "ann" }] },
      budget: { maxCostUsd: 0.2 },
    });
    expect(report.spend).toMatchObject({ costMicroUsd: 15 * CENT, toolCalls: 1 });
    expect(report.budget).toMatchObject({ over: { costMicroUsd: 5 * CENT }, efficiency: { costMicroUsd: 1.5 } });
    const overage = (await ruled(started)).filter(({ rule }) => rule === "budget.overage");
    expect(overage).toMatchObject([{ data: { act: "a#1/0", over: { costMicroUsd: 5 * CENT } } }]);
  });

  it("F-MOD-12 F-BUD-05 of a model without a price are never run up: the call is refused", async () => {
    const prices = modelPrices({
      acme: { models: { small: { cost: { input: 1, output: 2 }, limit: { output: 100 } } } },
    });
    const priced = (name: string, model: string) =>
      defineTool({
        name,
        effect: "read",
        estimate: () => prices.worstCase(model, { inputTokens: 1_000 }),
        run: (_: { n: number }, { spent }) => spent(prices.cost(model, { inputTokens: 500, outputTokens: 50 })),
      });
    const known = await run({
      agents: { ann: caller("ann", 2, [priced("ask", "acme/small")]) },
      planner: { tasks: [{ id: "a", agent: "ann" }] },
    });
    expect(known.report).toMatchObject({ status: "completed", spend: { costMicroUsd: 1_200, tokens: 1_100 } });
    expect(known.report.budget.efficiency).toEqual({ costMicroUsd: 0.5, tokens: 0.5 });
    const strange = await run({
      agents: { ann: caller("ann", 1, [priced("ask", "acme/huge")]) },
      planner: { tasks: [{ id: "a", agent: "ann" }] },
    });
    expect(strange.report).toMatchObject({ status: "failed", spend: { costMicroUsd: 0, toolCalls: 0 } });
    expect(strange.report.failure?.message).toContain('there is no price for model "acme/huge"');
  });
});

describe("warnings", () => {
  it("G1 are recorded once for each share of each cap, and are in the report", async () => {
    const agents = { ann: caller("ann", 10, [tenCents()], { budget: { maxToolCalls: 12 } }) };
    const { report, run: started } = await run({
      agents,
      planner: { tasks: [{ id: "a", agent: "ann" }] },
      budget: { maxCostUsd: 1 },
    });
    const seen = report.budget.warnings.map(({ pot, part, share, spent }) => [part ?? "run", pot, share, spent]);
    expect(seen).toEqual([
      ["run", "costMicroUsd", 0.5, 50 * CENT],
      ["agent:ann", "toolCalls", 0.5, 6],
      ["run", "costMicroUsd", 0.8, 80 * CENT],
      ["agent:ann", "toolCalls", 0.8, 10],
    ]);
    expect((await ruled(started)).filter(({ rule }) => rule === "budget.warning")).toHaveLength(4);
  });

  it("G1 come at the shares that are set, or never", async () => {
    const shares = async (warnAt: readonly number[]) => {
      const agents = { ann: caller("ann", 4) };
      const planner = { tasks: [{ id: "a", agent: "ann" }] };
      const { report } = await run({ agents, planner, budget: { maxToolCalls: 4, warnAt } });
      return report.budget.warnings.map(({ share }) => share);
    };
    expect(await shares([1, 0.25])).toEqual([0.25, 1]);
    expect(await shares([])).toEqual([]);
    await expect(shares([0])).rejects.toThrow("budget.warnAt is [0]");
  });
});

describe("time", () => {
  const ten = tenCents();
  const asking = defineAgent({
    name: "asker",
    tools: [ten],
    run: async (_, { ask, tool }) => {
      await ask("May I?");
      await tool(ten.name, { n: 1 });
      return "done";
    },
  });
  const HOUR = 3_600_000;

  const answeredAfter = async (budget: OrchestratorConfig["budget"], wait: number) => {
    const {
      there,
      run: started,
      report,
    } = await run({
      agents: { asking },
      planner: { tasks: [{ id: "a", agent: "asker" }] },
      ...(budget === undefined ? {} : { budget }),
    });
    expect(report.state).toBe("awaiting-human");
    await there.time.moveToAsync(there.time.now() + wait);
    for (const request of report.pendingApprovals) await decide(there, request, "answer", "yes");
    return finish(there, started);
  };

  it("F-BUD-10 F-CLK-03 active time stands still while a person thinks, or the machine sleeps meanwhile", async () => {
    const report = await answeredAfter({ maxActiveMs: HOUR }, 8 * HOUR);
    expect(report.status).toBe("completed");
    expect(report.spend).toMatchObject({ wallMs: 8 * HOUR, activeMs: 0 });
  });

  it("F-BUD-10 F-CLK-03 wall time goes on", async () => {
    const report = await answeredAfter({ maxWallMs: HOUR }, 8 * HOUR);
    expect(report).toMatchObject({ status: "failed", failure: { code: "budget.exceeded" } });
  });

  it("F-CLK-03 active time that is up ends a run at work, a pause not counted", async () => {
    let release = (): void => {};
    const slow = defineTool({
      name: "slow",
      effect: "read",
      run: (_: { n: number }) => new Promise<void>((resolve) => (release = resolve)),
    });
    const there = house({
      name: "slow",
      agents: { ann: caller("ann", 1, [slow]) },
      planner: { tasks: [{ id: "a", agent: "ann" }] },
      budget: { maxActiveMs: HOUR },
      approvals: { askAboutRun: false },
    });
    const started = await there.orchestrator.start({ objective: "wait" });
    await settle();
    await started.pause();
    await there.time.moveToAsync(there.time.now() + 5 * HOUR);
    expect((await started.report()).state).toBe("paused");
    await started.resume();
    await settle();
    expect((await started.report()).state).toBe("executing");
    await there.time.moveToAsync(there.time.now() + HOUR);
    await settle();
    release();
    const report = await finish(there, started);
    expect(report).toMatchObject({ status: "failed", failure: { code: "budget.exceeded" } });
    expect(report.failure?.message).toContain("activeMs");
    expect(report.spend.activeMs).toBe(HOUR);
  });
});

it("says what the whole plan will have cost, if it goes on like this", async () => {
  const agents = { ann: caller("ann", 1), stop: defineAgent({ name: "stop", run: (_, { ask }) => ask("go on?") }) };
  const { report } = await run({
    agents,
    planner: {
      tasks: [
        { id: "a", agent: "ann" },
        { id: "b", agent: "ann" },
        { id: "c", agent: "stop", needs: ["a", "b"] },
      ],
    },
  });
  expect(report.budget.forecast).toEqual({ costMicroUsd: 30 * CENT, tokens: 0, steps: 3, toolCalls: 3 });
});
