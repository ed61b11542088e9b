/** Approvals in whole runs: who may say yes to what, how often, until when, and what happens then, exactly once. */
import { describe, expect, it } from "vitest";
import { defineAgent, defineTool, type OrchestratorConfig, type PolicyPort, type Verdict } from "../../index.ts";
import type { ApprovalRequest, ApprovalSettings, Decision } from "../../src/contracts/approvals.ts";
import type { JournalEntry } from "../../src/contracts/journal.ts";
import { decide, finish, type House, house, journalOf, settle } from "../support/house.ts";

interface Paid {
  readonly calls: unknown[];
}

const HOUR = 3_600_000;

/** One clerk who pays, once for each amount, and goes on whatever comes of it. */
function payroll(
  amounts: readonly { readonly to: string; readonly amount: number; readonly note?: string }[],
  approvals: ApprovalSettings = {},
  more: Partial<OrchestratorConfig> = {},
  policy?: (amount: number) => Verdict,
): OrchestratorConfig & Paid {
  const calls: unknown[] = [];
  const pay = defineTool({
    name: "pay",
    effect: "once",
    needsApproval: policy === undefined,
    dedupeKey: ({ to, amount }: { to: string; amount: number; note?: string }) => ({ to, amount }),
    run: (args) => {
      calls.push(args);
      return "paid";
    },
  });
  const clerk = defineAgent({
    name: "clerk",
    tools: [pay],
    run: async (_, { tool }) => {
      const ends: string[] = [];
      for (const args of amounts)
        ends.push(
          await tool("pay", args, { rationale: "please" }).catch(
            (error: { code: string; message: string }) => `${error.code}: ${error.message}`,
          ),
        );
      return ends;
    },
  });
  const port: PolicyPort | undefined = policy && {
    id: "amounts",
    decide: ({ call }) => policy((call.args as { amount: number }).amount),
  };
  return {
    name: "payroll",
    agents: { clerk },
    planner: { tasks: [{ id: "pay", agent: "clerk", accountable: "maria", retries: 0 }] },
    approvals,
    ...(port === undefined ? {} : { policy: port }),
    ...more,
    calls,
  };
}

const ann = { to: "ann", amount: 7 };

async function asked(config: OrchestratorConfig & Paid) {
  const home = house(config);
  const run = await home.orchestrator.start({ objective: "pay" });
  const report = await finish(home, run);
  const [question] = report.pendingApprovals;
  if (question === undefined) throw new Error(`nothing is asked: ${JSON.stringify(report)}`);
  return { home, run, question, calls: config.calls };
}

const say = (home: House, { id, digest }: ApprovalRequest, more: Partial<Decision> = {}) =>
  home.orchestrator.decide({ requestId: id, digest, decision: "approve", by: "olga", ...more });

const rulings = (entries: readonly JournalEntry[], rule: string) =>
  entries.flatMap(({ ruled }) => ruled.filter((one) => one.rule === rule));

describe("a decision", () => {
  it("F-APP-06 I-P5 is consumed in the very entry that carries the intent of the call", async () => {
    const { home, run, question } = await asked(payroll([ann]));
    expect(await say(home, question)).toEqual({ accepted: true });
    expect((await finish(home, run)).status).toBe("completed");
    const entries = await journalOf(run);
    const [decision] = entries.filter(({ event }) => event.type === "question.decide");
    expect(decision?.by).toEqual({ kind: "person", id: "olga" });
    expect(decision?.ruled).toMatchObject([{ rule: "approval.decided", data: { digest: question.digest } }]);
    expect(decision?.intents).toMatchObject([{ src: "execute", effect: "once" }]);
  });

  it("F-APP-01 F-APP-04 counts once, however many arrive at the same time, and the others are told and recorded", async () => {
    const { home, run, question, calls } = await asked(payroll([ann]));
    const all = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        say(home, question, { by: `p${n}`, decision: n % 2 === 0 ? "approve" : "reject" }),
      ),
    );
    expect(all.map(({ accepted }) => accepted)).toEqual([true, ...Array(19).fill(false)]);
    for (const receipt of all.slice(1)) expect(receipt).toMatchObject({ code: "approval.closed" });
    await finish(home, run);
    expect(calls).toEqual([ann]);
    expect(rulings(await journalOf(run), "dead-letter")).toHaveLength(19);
  });

  it.each<readonly [string, Partial<Decision>, string]>([
    ["of another digest", { digest: "0".repeat(64) }, "approval.forged"],
    ["by the agent that asks", { by: "clerk" }, "approval.requester"],
    ["by nobody", { by: "" }, "approval.requester"],
    ["by somebody of another role", { by: "eve" }, "approval.role"],
    ["by whoever is accountable", { by: "maria" }, "approval.requester"],
    ["of a kind that answers nothing", { decision: "answer", value: 1 }, "value.invalid"],
  ])("A-ID-06 F-APP-03 %s is refused, recorded, and executes nothing", async (_, forged, code) => {
    const { home, run, question, calls } = await asked(
      payroll([ann], { roles: { owner: ["olga", "maria", "clerk"] }, separateDuties: true }, { owner: "tom" }),
    );
    expect(await say(home, question, forged)).toMatchObject({ accepted: false, code });
    await settle();
    expect(calls).toEqual([]);
    expect(await home.orchestrator.inbox()).toHaveLength(1);
    expect(await say(home, question)).toEqual({ accepted: true });
    await finish(home, run);
    expect(rulings(await journalOf(run), code)).toMatchObject([{ verdict: "refused" }]);
    expect(calls).toEqual([ann]);
  });

  it("A-HUM-03 is about the question it names, whatever it says of tools and arguments", async () => {
    const { home, run, question, calls } = await asked(payroll([ann]));
    const hostile = {
      tool: "pay",
      subject: { to: "mallory", amount: 9e9 },
      args: { to: "mallory" },
      value: { to: "mallory" },
    };
    expect(await say(home, question, hostile as never)).toEqual({ accepted: true });
    await finish(home, run);
    expect(calls).toEqual([ann]);
  });

  it.each([
    ["another actor of the run", (id: string) => id.replace(/\/approve\/0$/, "")],
    ["the orchestrator", (id: string) => id.replace(/:.*$/, ":orchestrator")],
    ["a question that was never asked", (id: string) => id.replace(/0$/, "7")],
  ])("A-ID-03 F-APP-08 to %s moves nothing and is on record", async (_, forge) => {
    const { home, run, question, calls } = await asked(payroll([ann]));
    const receipt = await say(home, { ...question, id: forge(question.id) });
    expect(receipt).toMatchObject({ accepted: false, code: expect.stringMatching(/approval\.(unknown|closed)/) });
    await settle();
    expect(calls).toEqual([]);
    expect(await home.orchestrator.inbox()).toMatchObject([{ id: question.id }]);
    await run.cancel();
    const signals = (await journalOf(run)).filter(({ event }) => event.type === "question.decide");
    expect(signals).toHaveLength(1);
  });

  it("F-APP-02 after the deadline is refused, and the run went its other way once", async () => {
    const { home, run, question, calls } = await asked(payroll([ann], { expiresMs: HOUR }));
    await home.time.advanceAsync(HOUR);
    await settle();
    expect(await say(home, question)).toMatchObject({ accepted: false, code: "approval.closed" });
    const report = await finish(home, run);
    expect(report.output).toEqual({ pay: ["approval.expired: nobody answered in time"] });
    expect(calls).toEqual([]);
  });

  it("F-APP-09 after the run was cancelled is refused, and kept on record beside the journal", async () => {
    const { home, run, question, calls } = await asked(payroll([ann]));
    await run.cancel();
    expect(await say(home, question)).toMatchObject({ accepted: false, code: "approval.closed" });
    expect(calls).toEqual([]);
    expect(await home.store.posted(run.id, 9)).toEqual([]);
    const { id, receipt } = await home.orchestrator.post({
      requestId: question.id,
      digest: question.digest,
      decision: "approve",
      by: "olga",
    });
    expect(receipt).toMatchObject({ accepted: false, code: "approval.closed" });
    expect(await home.orchestrator.receipt(id ?? "")).toEqual(receipt);
  });
});

describe("after a question", () => {
  it("F-APP-13 what an agent did before it asked is not done again, whoever goes on with the run", async () => {
    let looks = 0;
    const sent: unknown[] = [];
    const config = (): OrchestratorConfig => {
      const look = defineTool({ name: "look", effect: "read", run: () => ++looks });
      const send = defineTool({
        name: "send",
        effect: "once",
        needsApproval: true,
        run: (args: unknown) => sent.push(args),
      });
      return {
        name: "before",
        agents: {
          clerk: defineAgent({
            name: "clerk",
            tools: [look, send],
            run: async (_, { tool }) => tool("send", { seen: [await tool("look", 1), await tool("look", 2)] }),
          }),
        },
        planner: { tasks: [{ id: "a", agent: "clerk" }] },
      };
    };
    const first = house(config());
    await finish(first, await first.orchestrator.start({ objective: "send" }));
    const second = house(config(), { store: first.store });
    const run = await second.orchestrator.resume("run_1");
    const [question] = (await finish(second, run)).pendingApprovals;
    await decide(second, question as ApprovalRequest, "approve");
    expect((await finish(second, run)).status).toBe("completed");
    expect([looks, sent]).toEqual([2, [{ seen: [1, 2] }]]);
  });
});

describe("escalation", () => {
  it("F-APP-07 I-O6 climbs its ladder to its end and then refuses; it never approves by itself", async () => {
    const escalations = [
      { role: "lead", afterMs: HOUR },
      { role: "chief", afterMs: HOUR },
    ];
    const { home, run, calls } = await asked(payroll([ann], { expiresMs: 10 * HOUR, escalations }));
    const roles: string[] = [];
    for (let hour = 1; hour <= 9; hour++) {
      await home.time.advanceAsync(HOUR);
      await settle();
      roles.push(...(await home.orchestrator.inbox()).map(({ role }) => role));
    }
    expect(roles).toEqual(["lead", ...Array(8).fill("chief")]);
    await home.time.advanceAsync(HOUR);
    await settle();
    expect((await finish(home, run)).output).toEqual({ pay: ["approval.expired: nobody answered in time"] });
    expect(calls).toEqual([]);
  });

  it("I-O6 every question has a deadline that survives the process", async () => {
    const { home, question, calls } = await asked(payroll([ann]));
    expect(question.expiresAt - question.askedAt).toBe(7 * 24 * HOUR);
    const next = house(payroll([ann]), { store: home.store });
    const run = await next.orchestrator.resume("run_1");
    await next.time.moveToAsync(question.expiresAt);
    await settle();
    expect((await finish(next, run)).status).toBe("completed");
    expect(calls).toEqual([]);
  });
});

describe("a quorum", () => {
  const roles = { owner: ["maria"], finance: ["tom", "ida", "eva"] };
  const two = (amount: number): Verdict =>
    amount > 1_000
      ? { kind: "ask", rule: "large", reason: "large", role: "finance", quorum: 2, expiresMs: HOUR }
      : amount > 5
        ? { kind: "ask", rule: "small", reason: "small", role: "owner" }
        : { kind: "allow", rule: "tiny" };

  it("F-APP-12 takes so many different people of the role the policy names, and the same one once", async () => {
    const { home, run, question, calls } = await asked(payroll([{ to: "ann", amount: 5_000 }], { roles }, {}, two));
    expect(question).toMatchObject({ role: "finance", quorum: 2, approvals: [], expiresAt: question.askedAt + HOUR });
    expect(await say(home, question, { by: "tom" })).toEqual({ accepted: true, missing: 1 });
    expect(await say(home, question, { by: "Tom " })).toMatchObject({ code: "approval.counted" });
    expect(await say(home, question, { by: "maria" })).toMatchObject({ code: "approval.role" });
    expect(await home.orchestrator.inbox()).toMatchObject([{ approvals: ["tom"] }]);
    expect(calls).toEqual([]);
    expect(await say(home, question, { by: "ida" })).toEqual({ accepted: true });
    await finish(home, run);
    expect(calls).toHaveLength(1);
  });

  it("A6 is refused by one no", async () => {
    const { home, run, question, calls } = await asked(payroll([{ to: "ann", amount: 5_000 }], { roles }, {}, two));
    await say(home, question, { by: "tom" });
    expect(await say(home, question, { by: "ida", decision: "reject", reason: "no" })).toEqual({ accepted: true });
    await finish(home, run);
    expect(calls).toEqual([]);
  });

  it("F-APP-11 begins anew with whoever edits, and is about what they wrote", async () => {
    const { home, run, question, calls } = await asked(payroll([{ to: "ann", amount: 5_000 }], { roles }, {}, two));
    await say(home, question, { by: "tom" });
    const edit = { decision: "edit" as const, value: { to: "ann", amount: 2_000 }, by: "ida" };
    expect(await say(home, question, edit)).toEqual({ accepted: true });
    const [again] = (await finish(home, run)).pendingApprovals;
    expect(again).toMatchObject({ subject: edit.value, quorum: 2, approvals: ["ida"] });
    expect(again?.digest).not.toBe(question.digest);
    expect(await say(home, question, { by: "eva" })).toMatchObject({ code: "approval.closed" });
    expect(await say(home, again as ApprovalRequest, { by: "ida" })).toMatchObject({ code: "approval.counted" });
    expect(await say(home, again as ApprovalRequest, { by: "tom" })).toEqual({ accepted: true });
    await finish(home, run);
    expect(calls).toEqual([edit.value]);
  });

  it("F-APP-11 an edit is judged anew: whoever may not approve what they wrote has not", async () => {
    const { home, run, question, calls } = await asked(payroll([{ to: "ann", amount: 10 }], { roles }, {}, two));
    const value = { to: "ann", amount: 2_000 };
    expect(await say(home, question, { decision: "edit", value, by: "maria" })).toEqual({ accepted: true });
    const [again] = (await finish(home, run)).pendingApprovals;
    expect(again).toMatchObject({ subject: value, role: "finance", approvals: [] });
    expect(calls).toEqual([]);
  });

  it("A5 what too few people could ever answer is refused at once, with the reason", async () => {
    const home = house(payroll([{ to: "ann", amount: 5_000 }], { roles: { finance: ["tom"] } }, {}, two));
    const run = await home.orchestrator.start({ objective: "pay" });
    expect((await finish(home, run)).output).toEqual({
      pay: ["policy.denied: it takes 2 of finance, and 1 may decide"],
    });
  });
});

describe("what a person has rejected", () => {
  it("J1 J2 is not asked again when it is worded anew, and the agent hears why", async () => {
    const again = { ...ann, note: "really, please" };
    const { home, run, question, calls } = await asked(
      payroll([{ ...ann, note: "first" }, again, { to: "bob", amount: 7 }]),
    );
    expect(await decide(home, question, "reject")).toEqual({ accepted: true });
    const [other, ...more] = (await finish(home, run)).pendingApprovals;
    expect(more).toEqual([]);
    expect(other?.subject).toEqual({ to: "bob", amount: 7 });
    await decide(home, other as ApprovalRequest, "approve");
    const report = await finish(home, run);
    expect(report.output).toEqual({
      pay: [
        "approval.rejected: ann said no: no reason given",
        "approval.rejected: ann said no: no reason given; it is not asked again in this run",
        "paid",
      ],
    });
    expect(calls).toEqual([{ to: "bob", amount: 7 }]);
    expect(rulings(await journalOf(run), "approval.remembered")).toHaveLength(1);
  });

  it("J2 F-APP-11 is not held against a person who writes the same arguments themselves", async () => {
    const { home, run, question, calls } = await asked(payroll([ann, { ...ann, amount: 8 }]));
    await decide(home, question, "reject");
    const [other] = (await finish(home, run)).pendingApprovals;
    expect(await decide(home, other as ApprovalRequest, "edit", ann)).toEqual({ accepted: true });
    await finish(home, run);
    expect(calls).toEqual([ann]);
  });

  it("J2 a tool that cannot say what makes two calls the same is not called", async () => {
    const fickle = defineTool({
      name: "fickle",
      dedupeKey: () => {
        throw new Error("no idea");
      },
      run: () => "done",
    });
    const home = house({
      name: "fickle",
      agents: { clerk: defineAgent({ name: "clerk", tools: [fickle], run: (_, { tool }) => tool("fickle", null) }) },
      planner: { tasks: [{ id: "a", agent: "clerk", retries: 0 }] },
    });
    const run = await home.orchestrator.start({ objective: "try" });
    expect(await finish(home, run)).toMatchObject({ status: "failed", failure: { code: "policy.denied" } });
  });

  it("J3 silence is no rejection: it is asked again", async () => {
    const { home, run } = await asked(payroll([ann, ann], { expiresMs: HOUR }));
    await home.time.advanceAsync(HOUR);
    expect((await finish(home, run)).pendingApprovals).toHaveLength(1);
  });
});

describe("fatigue", () => {
  it("A-HUM-04 F-APP-14 the report says who decided how fast, and one decision never answers two questions", async () => {
    const amounts = Array.from({ length: 6 }, (_, n) => ({ to: "ann", amount: n + 1 }));
    const { home, run, question } = await asked(payroll(amounts));
    let [next, before] = [question as ApprovalRequest | undefined, undefined as ApprovalRequest | undefined];
    while (next !== undefined) {
      if (before !== undefined) expect((await say(home, { ...next, digest: before.digest })).accepted).toBe(false);
      expect((await say(home, next)).accepted).toBe(true);
      before = next;
      [next] = (await finish(home, run)).pendingApprovals;
    }
    const { decided } = await run.report();
    expect(decided).toHaveLength(6);
    expect(decided?.[0]).toMatchObject({ by: "olga", decision: "approve", openMs: 0 });
    // Six yeses to questions that were open for no time at all: nobody reads so fast.
    expect(rulings(await journalOf(run), "approval.fatigue")).toMatchObject([
      { verdict: "alarm", data: { by: "olga", decisions: 5, quick: 5 } },
    ]);
  });
});

describe("settings that nobody could live with", () => {
  it.each<readonly [string, ApprovalSettings]>([
    ["a role without people", { role: "finance", roles: { lead: ["lea"] } }],
    ["a rung without people", { roles: {}, escalations: [{ role: "lead", afterMs: 1 }] }],
    ["an owner who may not answer", { roles: {}, separateDuties: true }],
    ["a quorum of nobody", { quorum: 0 }],
    ["a rung that is never reached", { escalations: [{ role: "lead", afterMs: Number.NaN }] }],
    ["an alarm that never rings", { alarmPerHour: 101 }],
  ])("A5 are refused at the start: %s", (_, approvals) => {
    expect(() => house(payroll([ann], approvals))).toThrow(expect.objectContaining({ code: "config.invalid" }));
  });
});
