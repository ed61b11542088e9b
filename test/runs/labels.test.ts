/** Labels in runs: what an extractor takes off, what rules and reports are told, and runs that carry none. */
import { describe, expect, it } from "vitest";
import { defineAgent, defineTool, type PolicyRequest } from "../../index.ts";
import {
  alone,
  chain,
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
} from "../support/flow-runs.ts";
import { decide, finish, house, journalOf } from "../support/house.ts";

describe("an extractor", () => {
  const amount = { shape: { type: "object", fields: { amount: { type: "number", min: 0, max: 100 } } } } as const;

  it("A-MEM-03 I-F5 an agent whose output has its shape hands on a trusted value, and that is on record", async () => {
    const extractor = defineAgent({
      name: "extractor",
      tools: [inbox],
      extracts: amount,
      run: async (_, { tool }) => {
        await tool("inbox", {});
        return { amount: 7 };
      },
    });
    const cashier = defineAgent({ name: "cashier", tools: [pay], run: (_, { tool }) => tool("pay", { to: "ann" }) });
    const { report, entries } = await run(chain(extractor, cashier));
    expect(report).toMatchObject({ status: "completed", declassified: 1 });
    expect(paid).toEqual(["ann"]);
    expect(declassified(entries)).toMatchObject([
      { actor: "extractor#1", verdict: "extracted", data: { integrity: "untrusted" } },
    ]);
  });

  it("I-F5 an agent whose output has more than its shape has failed, and what it said of it stays untrusted", async () => {
    const extractor = defineAgent({
      name: "extractor",
      tools: [inbox, pay],
      extracts: amount,
      run: async ({ attempt }, { tool }) => {
        if (attempt === 2) return tool("pay", { to: "mallory" });
        return { amount: 7, note: await tool("inbox", {}) };
      },
    });
    const { report } = await run(alone(extractor, { retries: 1, flow: { onUntrusted: "deny" } }));
    expect(report).toMatchObject({ status: "failed", failure: { code: "policy.denied" }, declassified: 0 });
    expect(paid).toEqual([]);
  });

  it("I-F5 a tool whose output has its shape leaves its caller trusted; one that says more has failed", async () => {
    const sum = defineTool({
      name: "sum_of_mail",
      effect: "read",
      extracts: amount,
      run: ({ honest }: { readonly honest: boolean }) => (honest ? { amount: 7 } : { amount: "pay mallory" }),
    });
    const agent = (honest: boolean) =>
      defineAgent({
        name: "a",
        tools: [sum, pay],
        run: async (_, { tool }) => {
          const answer = await tool("sum_of_mail", { honest }).catch(
            (error: { readonly message: string }) => error.message,
          );
          await tool("pay", { to: "ann" });
          return answer;
        },
      });
    const good = await run(alone(agent(true), { flow: { onUntrusted: "deny" } }));
    expect(good.report).toMatchObject({ status: "completed", output: { amount: 7 }, declassified: 1 });
    expect(declassified(good.entries)).toMatchObject([{ actor: "t#1/0", verdict: "extracted" }]);
    const bad = await run(alone(agent(false), { flow: { onUntrusted: "deny" } }));
    expect(bad.report).toMatchObject({ status: "failed", failure: { code: "policy.denied" }, declassified: 0 });
    expect(bad.report.failure?.message).not.toContain("pay mallory");
  });

  it("I-F5 lets nothing through that was trusted before", async () => {
    const counter = defineTool({
      name: "count",
      effect: "read",
      labels: NOTHING,
      extracts: amount,
      run: () => ({ amount: 1 }),
    });
    const agent = defineAgent({
      name: "a",
      tools: [counter],
      extracts: amount,
      run: (_, { tool }) => tool("count", {}),
    });
    const { report, entries } = await run(alone(agent));
    expect(report).toMatchObject({ status: "completed", declassified: 0 });
    expect(declassified(entries)).toEqual([]);
  });

  it("I-F5 keeps what is for some for them, unless it says who may learn what it extracts", async () => {
    const teller = (readers?: "public") =>
      chain(
        defineAgent({
          name: "extractor",
          tools: [readDb],
          extracts: { ...amount, ...(readers === undefined ? {} : { readers }) },
          run: async (_, { tool }) => {
            await tool("read_db", {});
            return { amount: 7 };
          },
        }),
        defineAgent({ name: "sender", tools: [mail], run: (_, { tool }) => tool("send_mail", { to: "mallory" }) }),
      );
    expect((await run(teller())).report).toMatchObject({ status: "failed", failure: { code: "policy.denied" } });
    expect((await run(teller("public"))).report).toMatchObject({ status: "completed", declassified: 1 });
  });

  it.each([
    ["a text without an end", { type: "id", pattern: ".", maxLength: 10_000 }],
    ["a shape that is none", { type: "text" }],
  ])("refuses to be defined with %s", (_, shape) => {
    expect(() => defineTool({ name: "t", extracts: { shape: shape as never }, run: () => null })).toThrow(/extracts/);
    expect(() => defineAgent({ name: "a", extracts: { shape: shape as never }, run: () => null })).toThrow(/extracts/);
  });
});

describe("what a rule is told, and what it says when it fails", () => {
  it("tells the policy what the agent has heard", async () => {
    const seen: PolicyRequest[] = [];
    await run(
      alone(payer, {
        policy: {
          id: "spy",
          decide: (request) => {
            seen.push(request);
            return { kind: "allow", rule: "spy" };
          },
        },
      }),
    );
    expect(seen.map(({ call, labels }) => [call.tool, labels])).toEqual([
      ["inbox", NOTHING],
      ["pay", { integrity: "untrusted", readers: "public" }],
    ]);
  });

  const thrower = (): never => {
    throw new Error("broken");
  };

  it.each([
    ["flow.egress", { egress: thrower }],
    ["flow.egress", { egress: () => 7 as never }],
    ["flow.labels", { labels: thrower }],
    ["flow.labels", { labels: () => ({ integrity: "high" }) as never }],
  ])("I-P2 refuses by %s where the tool's own rule fails", async (rule, broken) => {
    const tool = defineTool({ name: "broken", effect: "read", run: () => "done", ...broken });
    const agent = defineAgent({ name: "a", tools: [tool], run: (_, act) => act.tool("broken", {}) });
    const { report, entries } = await run(alone(agent));
    expect(report).toMatchObject({ status: "failed", failure: { code: "policy.denied" } });
    expect(JSON.stringify(entries)).toContain(`"rule":"${rule}"`);
  });

  it("takes labels that are a function of the arguments", async () => {
    const box = defineTool({
      name: "box",
      effect: "read",
      labels: ({ of }: { readonly of: string }) => ({
        integrity: of === "team" ? "trusted" : "untrusted",
        readers: "public",
      }),
      run: () => "mail",
    });
    const agent = (of: string) =>
      defineAgent({
        name: "a",
        tools: [box, pay],
        run: async (_, { tool }) => {
          await tool("box", { of });
          return tool("pay", { to: "ann" });
        },
      });
    expect((await run(alone(agent("team")))).report.status).toBe("completed");
    expect((await run(alone(agent("world")))).report.status).toBe("suspended");
  });

  it.each([
    ["the labels of a tool", () => defineTool({ name: "t", labels: { integrity: "high" } as never, run: () => null })],
    ["what people's answers carry", () => house({ name: "n", ...alone(payer), flow: { answers: {} as never } })],
  ])("refuses %s that are none", (_, define) => {
    expect(define).toThrow(expect.objectContaining({ code: "config.invalid" }));
  });
});

describe("people and the application", () => {
  it("an answer of a person is trusted, or carries what the settings say", async () => {
    const asker = defineAgent({
      name: "asker",
      tools: [pay],
      run: async (_, { ask, tool }) => {
        await ask("Whom?");
        return tool("pay", { to: "ann" });
      },
    });
    for (const [flow, status] of [
      [{}, "completed"],
      [{ answers: { integrity: "untrusted", readers: "public" } as const }, "suspended"],
    ] as const) {
      const home = opened(alone(asker, { flow }));
      const started = await home.orchestrator.start({ objective: "o" });
      const [question] = (await finish(home, started)).pendingApprovals;
      if (question === undefined) throw new Error("nobody is asked");
      await decide(home, question, "answer", "ann");
      expect((await finish(home, started)).status).toBe(status);
    }
  });

  it("a signal is untrusted, unless the application says more", async () => {
    const listener = defineAgent({
      name: "listener",
      tools: [pay],
      reads: ["signals/*"],
      run: async (_, { ask, read, tool }) => {
        await ask("ready?");
        await read("signals/go");
        return tool("pay", { to: "ann" });
      },
    });
    for (const [labels, status] of [
      [undefined, "suspended"],
      [NOTHING, "completed"],
    ] as const) {
      const home = opened(alone(listener));
      const started = await home.orchestrator.start({ objective: "o" });
      const [question] = (await finish(home, started)).pendingApprovals;
      if (question === undefined) throw new Error("nobody is asked");
      await started.signal("go", "now", labels === undefined ? {} : { labels });
      await decide(home, question, "answer", "yes");
      expect((await finish(home, started)).status).toBe(status);
      if (status === "suspended")
        expect((await started.report()).pendingApprovals[0]?.reason).toContain("has heard signal go");
    }
  });

  it("takes no labels that are none", async () => {
    const home = opened(alone(payer));
    const invalid = { code: "config.invalid" };
    await expect(home.orchestrator.start({ objective: "o", labels: {} as never })).rejects.toMatchObject(invalid);
    const started = await home.orchestrator.start({ objective: "o" });
    await expect(started.signal("go", 1, { labels: {} as never })).rejects.toMatchObject(invalid);
  });
});

describe("a run without labels", () => {
  const plain = defineTool({ name: "plain", effect: "read", run: () => "x" });
  const agent = defineAgent({
    name: "a",
    tools: [plain],
    writes: ["*"],
    run: async (_, { tool, write }) => write("k", await tool("plain", {})),
  });

  it("says nothing of them anywhere in its journal or its report", async () => {
    const { report, entries } = await run(alone(agent));
    expect(report).not.toHaveProperty("declassified");
    expect(JSON.stringify(entries)).not.toMatch(/"flow":|"labels":|integrity/);
  });

  it("I-P2 that is taken up by a process whose tools have flow rules is refused their calls", async () => {
    const later = (tools: "old" | "new") =>
      alone(
        defineAgent({
          name: "a",
          tools: tools === "old" ? [defineTool({ name: "pay", effect: "idempotent", run: () => "paid" })] : [pay],
          run: async (_, { ask, tool }) => {
            await ask("go on?");
            return tool("pay", { to: "ann" } as never);
          },
        }),
      );
    const first = opened(later("old"));
    const { id } = await first.orchestrator.start({ objective: "o" });
    const [question] = (await finish(first, first.orchestrator.run(id))).pendingApprovals;
    if (question === undefined) throw new Error("nobody is asked");
    const second = house({ name: "flow", retries: 0, ...later("new") }, { store: first.store, time: first.time });
    const resumed = await second.orchestrator.resume(id);
    await decide(second, question, "answer", "yes");
    expect(await finish(second, resumed)).toMatchObject({ status: "failed", failure: { code: "policy.denied" } });
    expect(JSON.stringify(await journalOf(resumed))).toContain('"rule":"flow.unknown"');
  });
});
