/** Runs in which agents hand parts of their work to others. */
import { describe, expect, it } from "vitest";
import { defineAgent, type InspectionEvent, type PolicyRequest } from "../../index.ts";
import { finish, house, journalOf, START, settle } from "../support/house.ts";
import { office, outputOf, told } from "../support/office.ts";

describe("a part of a task", () => {
  it("is done by another agent, in its name, and comes back as the result of the act", async () => {
    const { report, run } = await told({
      lead: async ({ delegate, tool }) => [
        await tool("look", { at: "the desk" }),
        outputOf(await delegate("scout", { objective: "the hill" })),
      ],
      scout: async ({ tool, delegate }, objective) => [
        await tool("look", { at: objective }),
        outputOf(await delegate("clerk", { objective: "the file", input: { page: 7 } })),
      ],
    });
    expect(report.output).toEqual({ t: ["seen the desk", ["seen the hill", "done"]] });
    expect(report.tasks).toEqual([
      { id: "t", agent: "lead", status: "completed", attempts: 1, accountable: "maria" },
      {
        id: "t/0",
        agent: "scout",
        status: "completed",
        attempts: 1,
        accountable: "maria",
        delegatedBy: { task: "t", chain: ["lead"] },
      },
      {
        id: "t/0/0",
        agent: "clerk",
        status: "completed",
        attempts: 1,
        accountable: "maria",
        delegatedBy: { task: "t/0", chain: ["lead", "scout"] },
      },
    ]);
    expect(await run.verify()).toMatchObject({ kind: "whole" });
  });

  it("I-O9 can be traced from its last act back to the objective, through everybody on whose behalf", async () => {
    const { run } = await told({
      lead: ({ delegate }) => delegate("scout", { objective: "the hill" }),
      scout: ({ delegate }) => delegate("clerk", { objective: "the file" }),
      clerk: ({ tool }) => tool("look", { at: "the file" }),
    });
    const entries = await journalOf(run);
    const called = entries.find(({ event }) => (event["act"] as { tool?: string } | undefined)?.tool === "look");
    const { because, objective, summary } = await run.explain(called?.seq ?? 0);
    expect([summary, objective]).toEqual(["t/0/0#1 asked to call look", "the whole"]);
    expect(because.map(({ why }) => why)).toEqual([
      "t/0/0 was delegated here",
      "t/0 was delegated here",
      "t#1 was started here",
    ]);
    const { rulings } = await run.explain(because[0]?.seq ?? 0);
    expect(rulings).toMatchObject([{ rule: "delegation.granted", data: { chain: ["lead", "scout", "clerk"] } }]);
  });

  it("fails as a value: its delegator goes on, and so does the run", async () => {
    const { report } = await told({
      lead: async ({ delegate }) => {
        const outcome = await delegate("scout", { objective: "the hill" });
        return outcome.kind === "failed" ? [outcome.task, outcome.failure] : "?";
      },
      scout: () => {
        throw new Error("lost its way");
      },
    });
    expect([report.status, report.output]).toEqual([
      "completed",
      { t: ["t/0", { code: "agent.failed", message: "lost its way" }] },
    ]);
    expect(report.tasks[1]).toMatchObject({ status: "failed", failure: { message: "lost its way" } });
  });

  it("is tried again as any task is, before its delegator hears of a failure", async () => {
    let attempts = 0;
    const { report } = await told({
      lead: async ({ delegate }) => outputOf(await delegate("scout", { objective: "the hill" })),
      scout: () => {
        if (++attempts < 3) throw new Error("not yet");
        return `found at attempt ${attempts}`;
      },
      more: { retries: 2 },
    });
    expect(report.output).toEqual({ t: "found at attempt 3" });
    expect(report.tasks[1]).toMatchObject({ attempts: 3 });
  });

  it("has not passed without the fields that are expected of it", async () => {
    const { report } = await told({
      lead: async ({ delegate }) => {
        const lacking = await delegate("scout", { objective: "the hill", expect: ["height", "name"] });
        const passed = await delegate("scout", { objective: "the hill", expect: ["name"] });
        return [lacking.kind === "failed" && lacking.failure, outputOf(passed)];
      },
      scout: () => ({ name: "Ben" }),
    });
    expect(report.output).toEqual({
      t: [
        { code: "output.invalid", message: 'the output did not pass: expect: the output has no "height"' },
        { name: "Ben" },
      ],
    });
  });

  it("takes rich values in, and gives them back", async () => {
    const { report } = await told({
      lead: async ({ delegate }) => {
        const outcome = await delegate("scout", { input: { days: 2 } });
        return outcome.kind === "completed" ? (outcome.output as unknown as Date).toISOString() : outcome;
      },
      scout: () => new Date(0),
    });
    expect(report.output).toEqual({ t: "1970-01-01T00:00:00.000Z" });
  });

  it("is refused as an error, with its rule on record", async () => {
    const { report, run } = await told({
      lead: async ({ delegate }) => {
        const refused = (error: { code: string; message: string }) => `${error.code}: ${error.message}`;
        return [
          await delegate("scout", { objective: "x", writes: ["*"] }).catch(refused),
          await delegate("nobody", { objective: "x" }).catch(refused),
          await delegate("scout", {}).catch(refused),
        ];
      },
    });
    expect(report.output).toEqual({
      t: [
        'delegation.widens: agent "lead" cannot give what it does not have: writing "*"',
        'delegation.denied: agent "lead" may not delegate to "nobody"; name it in the agent\'s delegates',
        "value.invalid: say what is to be done: objective, or input",
      ],
    });
    const ruled = (await journalOf(run)).flatMap((entry) => entry.ruled);
    expect(ruled.map(({ rule, verdict }) => `${rule} ${verdict}`)).toEqual([
      "delegation.widens violation",
      "delegation.closed-world violation",
      "delegation.invalid refused",
    ]);
  });

  it("works with a single place, since a delegator that waits takes none", async () => {
    const { report } = await told({
      lead: ({ delegate }) =>
        Promise.all(["a", "b", "c"].map(async (objective) => outputOf(await delegate("scout", { objective })))),
      scout: async ({ delegate }, objective) => `${objective} ${outputOf(await delegate("clerk", { objective }))}`,
      more: { concurrency: 1 },
    });
    expect(report.output).toEqual({ t: ["a done", "b done", "c done"] });
  });

  it("spends from the one pot of the run", async () => {
    const { report } = await told({
      lead: async ({ delegate }) => outputOf(await delegate("scout", { objective: "the hill" })),
      scout: async ({ tool }) => {
        const paid = [];
        for (const to of ["a", "b", "c"]) paid.push(await tool("pay", { to }).catch(({ code }) => code));
        return paid;
      },
      more: { budget: { maxCostUsd: 0.5 }, approvals: { askAboutRun: false } },
    });
    expect([report.status, report.failure?.code, report.spend.costMicroUsd]).toEqual([
      "failed",
      "budget.exceeded",
      500_000,
    ]);
    expect(report.tasks.map(({ id, status }) => `${id} ${status}`)).toEqual(["t stopped", "t/0 stopped"]);
  });

  it("ends at its deadline, and its delegator hears of it", async () => {
    const { report, home } = await told({
      lead: async ({ delegate }) => outputOf(await delegate("scout", { objective: "the hill", timeoutMs: 5_000 })),
      scout: () => new Promise(() => {}),
      more: { retries: 3 },
    });
    expect([report.output, home.time.now() - START]).toEqual([{ t: "agent.timeout" }, 5_000]);
  });

  it("has its deadline over a pause, too", async () => {
    const home = office({
      lead: async ({ delegate }) => outputOf(await delegate("scout", { objective: "the hill", timeoutMs: 5_000 })),
      scout: () => new Promise(() => {}),
    });
    const run = await home.orchestrator.start({ objective: "the whole" });
    await settle();
    await home.time.moveToAsync(START + 2_000);
    await run.pause();
    await home.time.moveToAsync(START + 4_000);
    await run.resume();
    const report = await finish(home, run);
    expect([report.output, home.time.now() - START]).toEqual([{ t: "agent.timeout" }, 5_000]);
  });

  it("is seen by an inspector like any other attempt, with its chain", async () => {
    const seen: InspectionEvent[] = [];
    await told({
      lead: ({ delegate }) => delegate("scout", { objective: "the hill" }),
      more: { inspect: (event) => void seen.push(event) },
    });
    const part = seen.find(({ type, actorRef }) => type === "@xstate.actor" && actorRef.id === "t/0#1");
    expect(part?.actorRef.src).toBe("agent");
    expect(part?.actorRef.getSnapshot().context).toMatchObject({ attempt: { chain: ["lead", "scout"] } });
  });
});

describe("the chain", () => {
  it("A-ID-02 I-P3 reaches the policy, which is asked for everybody on it, the outermost delegator first", async () => {
    const requests: PolicyRequest[] = [];
    await told({
      lead: async ({ delegate, tool }) => [
        await tool("look", { at: "lead" }),
        await delegate("scout", { objective: "x" }),
      ],
      scout: async ({ delegate, tool }) => [
        await tool("look", { at: "scout" }),
        await delegate("clerk", { objective: "x" }),
      ],
      clerk: ({ tool }) => tool("look", { at: "clerk" }),
      more: {
        policy: {
          id: "watch",
          decide: (request) => {
            requests.push(request);
            return { kind: "allow", rule: "all" };
          },
        },
      },
    });
    expect(requests.map(({ agent, task, chain }) => [agent, task, chain])).toEqual([
      ["lead", "t", ["lead"]],
      ...["lead", "scout"].map((agent) => [agent, "t/0", ["lead", "scout"]]),
      ...["lead", "scout", "clerk"].map((agent) => [agent, "t/0/0", ["lead", "scout", "clerk"]]),
    ]);
  });
});

describe("a configuration", () => {
  it.each([
    [{ delegates: ["nobody"] }, {}, 'agent "lead" delegates to "nobody", which is not an agent here'],
    [{ delegates: ["lead"] }, {}, 'agent "lead" delegates to itself'],
    [{}, { depth: -1 }, "delegation.depth is -1; give a whole number from 0"],
    [{}, { width: 0.5 }, "delegation.width is 0.5; give a whole number from 0"],
    [{}, { total: Number.NaN }, "delegation.total is NaN; give a whole number from 0"],
  ])("%j %j is refused: %s", (more, delegation, message) => {
    const lead = defineAgent({ name: "lead", run: () => null, ...more });
    const planner = { tasks: [{ id: "t", agent: "lead" }] };
    expect(() => house({ name: "bad", agents: { lead }, planner, delegation })).toThrow(message);
  });
});
