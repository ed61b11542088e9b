/** Information flow, told as runs: who is stopped, who is asked, and what a person lets through. */
import { describe, expect, it } from "vitest";
import { defineAgent, defineTool, type Labels } from "../../index.ts";
import {
  alone,
  chain,
  clock,
  declassified,
  inbox,
  mail,
  NOTHING,
  opened,
  paid,
  pay,
  payer,
  readDb,
  run,
  TEAM,
  told,
} from "../support/flow-runs.ts";
import { decide, finish, journalOf } from "../support/house.ts";

describe("a consequential call out of an untrusted context", () => {
  it("I-F3 asks a person, who is told where the arguments come from, and pays nobody meanwhile", async () => {
    const { report } = await run(alone(payer));
    expect(report).toMatchObject({ status: "suspended", state: "awaiting-human", declassified: 0 });
    expect(report.pendingApprovals[0]).toMatchObject({
      subject: { to: "mallory" },
      reason: '"pay" needs a trusted context, and its agent has heard inbox (t#1/0), which is untrusted',
    });
    expect(paid).toEqual([]);
  });

  it("I-F3 I-F5 is made with a person's word on exactly these arguments, which is a declassification on record", async () => {
    const home = opened(alone(payer));
    const started = await home.orchestrator.start({ objective: "o" });
    const [question] = (await finish(home, started)).pendingApprovals;
    if (question === undefined) throw new Error("nobody is asked");
    await decide(home, question, "approve");
    expect(await finish(home, started)).toMatchObject({ status: "completed", output: "paid", declassified: 1 });
    expect(paid).toEqual(["mallory"]);
    expect(declassified(await journalOf(started))).toEqual([
      {
        actor: "t#1/1",
        rule: "flow.declassified",
        verdict: "approved",
        reason: expect.stringContaining("a person has approved exactly these arguments"),
        data: { integrity: "untrusted", readers: "public" },
      },
    ]);
  });

  it("I-F3 I-F5 is made with arguments a person has put in place of the agent's", async () => {
    const home = opened(alone(payer));
    const started = await home.orchestrator.start({ objective: "o" });
    const [question] = (await finish(home, started)).pendingApprovals;
    if (question === undefined) throw new Error("nobody is asked");
    await decide(home, question, "edit", { to: "ann" });
    expect(await finish(home, started)).toMatchObject({ status: "completed", declassified: 1 });
    expect(paid).toEqual(["ann"]);
    expect(declassified(await journalOf(started))).toHaveLength(1);
  });

  it("I-F3 is not made when a person says no, or says nothing", async () => {
    for (const word of ["reject", "nothing"]) {
      const home = opened(alone(payer, { approvals: { expiresMs: 1_000 } }));
      const started = await home.orchestrator.start({ objective: "o" });
      const [question] = (await finish(home, started)).pendingApprovals;
      if (question === undefined) throw new Error("nobody is asked");
      if (word === "reject") await decide(home, question, "reject");
      else await home.time.moveToAsync(question.expiresAt);
      expect(await finish(home, started)).toMatchObject({ status: "failed", declassified: 0 });
      expect(paid).toEqual([]);
    }
  });

  it("I-F3 is denied where the settings say so; a call before the mail is read is made", async () => {
    const early = defineAgent({
      name: "early",
      tools: [inbox, pay, clock],
      run: async (_, { tool }) => {
        await tool("clock", {});
        await tool("pay", { to: "ann" });
        await tool("inbox", {});
        return tool("pay", { to: "mallory" }).catch((error: { readonly code: string }) => error.code);
      },
    });
    const { report } = await run(alone(early, { flow: { onUntrusted: "deny" } }));
    expect(report.output).toBe("policy.denied");
    expect(paid).toEqual(["ann"]);
  });

  it("I-F5 is let through once, though the call is made again because its outcome was lost", async () => {
    let calls = 0;
    const slow = defineTool({
      name: "pay",
      minIntegrity: "trusted",
      timeoutMs: 10,
      run: () => (++calls === 1 ? new Promise(() => {}) : "paid"),
    });
    const agent = defineAgent({
      name: "payer",
      tools: [inbox, slow],
      run: async (_, { tool }) => {
        await tool("inbox", {});
        return tool("pay", {});
      },
    });
    const home = opened(alone(agent));
    const started = await home.orchestrator.start({ objective: "o" });
    for (const kind of ["approve", "unknown"]) {
      const [question] = (await finish(home, started)).pendingApprovals;
      if (question?.kind !== kind) throw new Error(`nobody is asked to ${kind}`);
      await decide(home, question, "approve");
    }
    expect(await finish(home, started)).toMatchObject({ status: "completed", declassified: 1 });
    expect(calls).toBe(2);
    expect(declassified(await journalOf(started))).toHaveLength(1);
  });

  it("tells a person where the arguments come from, though the tool asks for approval each time", async () => {
    const careful = defineTool({ name: "pay", needsApproval: true, minIntegrity: "trusted", run: () => "paid" });
    const agent = defineAgent({
      name: "payer",
      tools: [inbox, careful],
      run: async (_, { tool }) => {
        await tool("inbox", {});
        return tool("pay", {});
      },
    });
    const { report } = await run(alone(agent));
    expect(report.pendingApprovals[0]?.reason).toContain("has heard inbox");
  });

  it.each([
    ["minIntegrity", { minIntegrity: "trusted" }],
    ["egress", { egress: () => [] }],
    ["labels", { labels: NOTHING }],
    ["extracts", { extracts: { shape: { type: "boolean" } } }],
  ] as const)("is found where the only word about labels in the whole run is a tool's %s", async (_, word) => {
    const tool = defineTool({ name: "only", effect: "read", ...word, run: () => true });
    const agent = defineAgent({ name: "a", tools: [tool], run: (_assignment, act) => act.tool("only", {}) });
    expect((await run(alone(agent))).report).toMatchObject({
      status: "completed",
      declassified: "extracts" in word ? 1 : 0,
    });
  });

  it("A-MEM-03 another task of the same run, which has heard nothing of it, works on unhindered", async () => {
    const reader = defineAgent({ name: "reader", tools: [inbox], run: (_, { tool }) => tool("inbox", {}) });
    const cashier = defineAgent({ name: "cashier", tools: [pay], run: (_, { tool }) => tool("pay", { to: "ann" }) });
    const { report } = await run({
      agents: { reader, cashier },
      planner: {
        tasks: [
          { id: "a", agent: "reader" },
          { id: "b", agent: "cashier" },
        ],
      },
    });
    expect(report.status).toBe("completed");
    expect(paid).toEqual(["ann"]);
  });
});

describe("two allowed tools, one after the other", () => {
  const thief = (to: string) =>
    defineAgent({
      name: "thief",
      tools: [readDb, mail],
      run: async (_, { tool }) => {
        await tool("read_db", {});
        return tool("send_mail", { to }).catch((error: { readonly message: string }) => error.message);
      },
    });

  it("A-TOOL-01 I-F4 read_db and then send_mail to a stranger is denied, and to the team is not", async () => {
    const { report } = await run(alone(thief("mallory")));
    expect(report.output).toBe(
      '"send_mail" would tell mallory, and its agent has heard read_db (t#1/0), which is for ann, bob only',
    );
    expect(told).toEqual([]);
    await run(alone(thief("ann")));
    expect(told).toEqual(["ann"]);
  });

  it("I-F4 a tool that fails restricts its caller as its result would have, and no further", async () => {
    const broken = (labels: Labels) =>
      defineTool({
        name: "broken",
        effect: "read",
        labels,
        run: () => {
          throw new Error("salaries");
        },
      });
    const agent = (labels: Labels) =>
      defineAgent({
        name: "a",
        tools: [broken(labels), mail],
        run: async (_, { tool }) => {
          await tool("broken", {}).catch(() => {});
          return tool("send_mail", { to: "mallory" }).catch(() => "refused");
        },
      });
    expect((await run(alone(agent(NOTHING)))).report.output).toBe("sent");
    expect((await run(alone(agent(TEAM)))).report.output).toBe("refused");
  });

  it("I-F4 is asked about where the settings say so", async () => {
    const { report } = await run(alone(thief("mallory"), { flow: { onEgress: "ask" } }));
    expect(report.pendingApprovals[0]?.reason).toContain("would tell mallory");
    expect(told).toEqual([]);
  });
});

describe("why", () => {
  it("names the labels of what an agent had heard, and what brought them", async () => {
    const reader = defineAgent({ name: "reader", tools: [inbox], run: (_, { tool }) => tool("inbox", {}) });
    const cashier = defineAgent({
      name: "cashier",
      tools: [pay],
      run: (_, { tool }) => tool("pay", { to: "mallory" }).catch(() => "refused"),
    });
    const { entries, home } = await run({ ...chain(reader, cashier), flow: { onUntrusted: "deny" } });
    const asked = entries.findLast(({ kind, to }) => kind === "request" && to === "cashier#1");
    const explained = await home.orchestrator.run("run_1").explain(asked?.seq ?? 0);
    expect(explained.labels).toEqual({
      integrity: "untrusted",
      readers: "public",
      from: [{ source: "inbox", act: "reader#1/0", integrity: "untrusted", readers: "public" }],
    });
    expect(explained.rulings).toMatchObject([
      {
        actor: "cashier#1/0",
        rule: "flow.integrity",
        verdict: "deny",
        reason: expect.stringContaining("inbox (reader#1/0)"),
      },
    ]);
    const before = entries.find(({ kind, to }) => kind === "request" && to === "reader#1");
    expect((await home.orchestrator.run("run_1").explain(before?.seq ?? 0)).labels).toEqual(NOTHING);
  });
});
