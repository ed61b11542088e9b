/** Agents that are language models: what is refused to them, what they end with, and what they do that is no tool. */
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { defineAgent, defineTool, modelTool, type Run } from "../../index.ts";
import { type ScriptLine, scriptedModel } from "../../src/testing/scripted-model.ts";
import { decide, finish, house, journalOf } from "../support/house.ts";
import { answers, call, looking, office, seen, told } from "../support/scout.ts";

const replies = async (run: Run): Promise<readonly unknown[]> =>
  (await journalOf(run)).flatMap((entry) => entry.replies.map((reply) => reply.result));
describe("what is refused to a model", () => {
  const pay = defineTool({
    name: "pay.out",
    needsApproval: true,
    input: z.object({ to: z.string() }),
    run: ({ to }) => `paid ${to}`,
  });

  it("V4 is told to it with the rule and the reason, and it goes on", async () => {
    const { home, script } = office({
      lines: [{ calls: [call("pay_out", { to: "Mallory" })] }, "Not paid."],
      tools: [pay],
    });
    const run = await home.orchestrator.start({ objective: "pay" });
    const { pendingApprovals } = await finish(home, run);
    await decide(home, pendingApprovals[0] as never, "reject");
    const report = await finish(home, run);
    expect(report.output).toEqual({ t: "Not paid." });
    expect(answers(script.asked[1])).toMatchObject([{ failed: true, output: { notDone: "approval.rejected" } }]);
  });

  it("V4 that a person has changed the arguments is told to it, with what came of them; also when it is run again", async () => {
    const { home, script } = office({
      lines: [{ calls: [call("pay_out", { to: "Mallory" })] }, "Paid."],
      tools: [pay],
    });
    const run = await home.orchestrator.start({ objective: "pay" });
    const { pendingApprovals } = await finish(home, run);
    await decide(home, pendingApprovals[0] as never, "edit", { to: "Ann" });
    expect((await finish(home, run)).output).toEqual({ t: "Paid." });
    const told = { changedBy: "ann", arguments: { to: "Ann" }, output: "paid Ann" };
    expect(answers(script.asked[1])).toMatchObject([{ output: told }]);
    expect(await replies(run)).toContainEqual({
      kind: "completed",
      value: "paid Ann",
      edited: { by: "ann", args: { to: "Ann" } },
    });
  });

  it("arguments its schema does not take come back as a refusal", async () => {
    const { script } = await told({ lines: [{ calls: [call("look", { where: 1 })] }, "done"] });
    expect(answers(script.asked[1])).toMatchObject([{ failed: true, output: { notDone: "schema.invalid" } }]);
    expect(seen).toEqual([]);
  });

  it("V4 that it repeats itself stops it like any other agent, however its thoughts differ", async () => {
    const again = Array.from(
      { length: 12 },
      (_, n): ScriptLine => ({ text: `Thought ${n}.`, ...(looking("the hill") as object) }),
    );
    const { report } = await told({
      lines: again,
      more: { loops: { interventions: 0 }, approvals: { askAboutRun: false } },
    });
    expect(report).toMatchObject({ status: "failed", failure: { code: "loop.detected" } });
    expect(seen.length).toBeLessThanOrEqual(4);
  });
});

describe("an output of a shape", () => {
  const schema = z.object({ verdict: z.enum(["fit", "unfit"]), why: z.string() });
  const good = { verdict: "fit", why: "tests" };

  it("is asked for as a call that ends the task, where there are tools", async () => {
    const { report, script } = await told({
      lines: [looking("the hill"), { calls: [call("final_answer", { result: good })] }],
      agent: { schema },
    });
    expect(report.output).toEqual({ t: good });
    expect(script.asked[0]?.tools?.map(({ name }) => name)).toEqual(["look", "final_answer"]);
    expect(script.asked[0]?.output).toBeUndefined();
  });

  it("is asked for as the answer, where there are none", async () => {
    const { report, script } = await told({ lines: [JSON.stringify(good)], tools: [], agent: { schema } });
    expect(report.output).toEqual({ t: good });
    expect(script.asked[0]?.output?.schema).toMatchObject({ required: ["verdict", "why"] });
  });

  it("F-MOD-05 that does not have it is sent back once, with what is wrong", async () => {
    const bad: ScriptLine = { calls: [call("final_answer", { result: { verdict: "maybe" } })] };
    const mended = await told({
      lines: [bad, { calls: [call("final_answer", { result: good })] }],
      agent: { schema },
    });
    expect(mended.report.output).toEqual({ t: good });
    expect(answers(mended.script.asked[1])).toMatchObject([
      { failed: true, output: { reason: expect.stringContaining("verdict") } },
    ]);
    expect((await told({ lines: [bad, bad, bad], agent: { schema } })).script.asked).toHaveLength(2);
  });
});

describe("acts that are no tools", () => {
  it("reads what it may read at the start, and reads and writes the blackboard by calls", async () => {
    const { report, script } = await told({
      lines: [
        { calls: [call("write_board", { key: "notes/a", value: { n: 1 } })] },
        { calls: [call("read_board", { key: "notes/a" })] },
        "done",
      ],
      agent: { reads: ["plan", "notes/*"], writes: ["notes/*"] },
    });
    expect(report.output).toEqual({ t: "done" });
    expect(answers(script.asked[2]).map(({ output }) => output)).toEqual([
      { version: 1 },
      { value: { n: 1 }, version: 1, by: "scout" },
    ]);
  });

  it("asks a person, where it may", async () => {
    const { home, script } = office({
      lines: [{ calls: [call("ask_person", { question: "Which hill?" })] }, "The north one."],
      agent: { asksPeople: true },
    });
    const run = await home.orchestrator.start({ objective: "look" });
    const { pendingApprovals } = await finish(home, run);
    await decide(home, pendingApprovals[0] as never, "answer", "the north one");
    expect((await finish(home, run)).output).toEqual({ t: "The north one." });
    expect(answers(script.asked[1])).toMatchObject([{ output: "the north one" }]);
  });

  it("delegates to those it may, and hears how that ended", async () => {
    const helper = defineAgent({ name: "helper", run: ({ objective }) => `did: ${objective}` });
    const lines: ScriptLine[] = [
      { calls: [call("delegate", { agent: "helper", objective: "the small hill" })] },
      "done",
    ];
    const script = scriptedModel(lines);
    const model = modelTool(script, { prices: "unpriced" });
    const scout = defineAgent({ name: "scout", instructions: "", model, delegates: ["helper"] });
    const home = house({ name: "d", agents: { scout, helper }, planner: { tasks: [{ id: "t", agent: "scout" }] } });
    const report = await finish(home, await home.orchestrator.start({ objective: "x" }));
    expect(report.output).toEqual({ t: "done" });
    expect(answers(script.asked[1])).toMatchObject([{ output: "did: the small hill" }]);
  });
});
