/** Agents that are language models: what they are told, what becomes of what they say, and how they end. */
import { describe, expect, it } from "vitest";
import { z } from "zod";
import {
  type AnyTool,
  defineAgent,
  defineTool,
  type Json,
  modelTool,
  type OrchestratorConfig,
  type Run,
} from "../../index.ts";
import type { ModelMessage, ModelRequest } from "../../src/contracts/models.ts";
import { type ScriptLine, scriptedModel } from "../../src/testing/scripted-model.ts";
import { decide, finish, house, journalOf, settle } from "../support/house.ts";

const seen: string[] = [];
const look = defineTool({
  name: "look",
  description: "Looks somewhere.",
  effect: "read",
  input: z.object({ at: z.string() }),
  run: ({ at }) => {
    seen.push(at);
    return `seen ${at}`;
  },
});

interface Case {
  readonly lines: readonly ScriptLine[];
  readonly agent?: object;
  readonly tools?: readonly AnyTool[];
  readonly more?: Partial<OrchestratorConfig>;
}

function office({ lines, agent = {}, tools = [look], more = {} }: Case) {
  const script = scriptedModel(lines);
  const model = modelTool(script, { prices: "unpriced", retries: 0 });
  const scout = defineAgent({ name: "scout", instructions: "You look around.", model, tools, ...agent });
  const home = house({
    name: "models",
    agents: { scout },
    planner: { tasks: [{ id: "t", agent: "scout", goal: "Look at the hill.", input: { hill: "<b>north</b>" } }] },
    retries: 0,
    replans: 0,
    ...more,
  });
  return { script, home };
}

async function told(one: Case) {
  seen.length = 0;
  const { script, home } = office(one);
  const run = await home.orchestrator.start({ objective: "See what is there." });
  const report = await finish(home, run);
  return { script, run, report, task: report.tasks[0], last: script.asked.at(-1)?.messages.at(-1) };
}

const call = (tool: string, args: Json, id?: string) => ({
  tool,
  arguments: args as never,
  ...(id === undefined ? {} : { id }),
});
const looking = (at: string): ScriptLine => ({ calls: [call("look", { at })] });
const answers = (request: ModelRequest | undefined): readonly Extract<ModelMessage, { readonly role: "tool" }>[] =>
  (request?.messages ?? []).filter((one) => one.role === "tool");

describe("an agent that is a model", () => {
  it("V1 thinks and acts in turn, and every act of it is on record", async () => {
    const { report, run, script } = await told({
      lines: [{ text: "I look.", calls: [call("look", { at: "the hill" })] }, "It is quiet."],
    });
    expect(report.output).toEqual({ t: "It is quiet." });
    expect(script.asked.map(({ messages }) => messages.map(({ role }) => role))).toEqual([
      ["system", "user"],
      ["system", "user", "assistant", "tool"],
    ]);
    expect(script.asked[0]?.tools?.map(({ name, input }) => [name, input["required"]])).toEqual([["look", ["at"]]]);
    const acts = (await journalOf(run)).flatMap(({ event }) =>
      event.type === "act.proposed" ? [(event["act"] as { readonly tool: string }).tool] : [],
    );
    expect(acts).toEqual(["scripted.model", "look", "scripted.model"]);
    expect(report.spend.toolCalls).toBe(3);
  });

  it("its chart is thinking while the model is asked, and acting while a tool is at work", async () => {
    const { run } = await told({ lines: [looking("the hill"), "done"] });
    const states = (await journalOf(run)).flatMap(({ moved }) =>
      moved.flatMap(({ actor, path }) => (actor === "t#1" ? [path.join(" → ")] : [])),
    );
    expect(states).toEqual([
      " → working.thinking",
      "working.thinking → working.acting",
      "working.acting → working.thinking",
      "working.thinking → reporting → done",
    ]);
  });

  it("M1 is told its task with the values of others set apart, in which no tag can end", async () => {
    const { script } = await told({ lines: ["done"] });
    const [system, task] = script.asked[0]?.messages ?? [];
    expect(system).toMatchObject({ role: "system", text: expect.stringContaining("You look around.") });
    expect(task).toMatchObject({ role: "user", text: expect.stringContaining("Your task: Look at the hill.") });
    expect((task as { readonly text: string }).text).toContain('{"hill":"\\u003cb>north\\u003c/b>"}');
  });

  it("a run starts with the digest of the words its models work with", async () => {
    const { run } = await told({ lines: ["done"] });
    const [start] = await journalOf(run);
    expect(start?.event["settings"]).toMatchObject({
      prompts: { "agent scout": expect.stringMatching(/^agent@1 [\da-f]{16}$/) },
    });
  });

  it("F-MOD-10 each of fifty calls of one turn is judged and counted alone, and no more are open than it may have", async () => {
    let [open, most] = [0, 0];
    const slow = defineTool({
      name: "slow",
      effect: "read",
      run: async ({ n }: { n: number }) => {
        most = Math.max(most, ++open);
        await settle(1);
        open--;
        return n;
      },
    });
    const fifty = Array.from({ length: 50 }, (_, n) => call("slow", { n }));
    const { report, script } = await told({
      lines: [{ calls: fifty }, "done"],
      tools: [slow],
      agent: { parallelCalls: 3 },
      more: { budget: { maxToolCalls: 31 }, approvals: { askAboutRun: false } },
    });
    expect(most).toBe(3);
    expect(report.spend.toolCalls).toBe(31);
    expect(report.state).toBe("failed");
    expect(script.asked).toHaveLength(1);
  });

  it("F-MOD-10 the answers of parallel calls come back in the order of the calls", async () => {
    const slow = defineTool({
      name: "slow",
      effect: "read",
      run: async ({ n }: { n: number }) => {
        await settle(5 - n);
        return n;
      },
    });
    const { last, script } = await told({
      lines: [{ calls: [1, 2, 3].map((n) => call("slow", { n })) }, "done"],
      tools: [slow],
    });
    expect(answers(script.asked[1]).map(({ output }) => output)).toEqual([1, 2, 3]);
    expect(last).toMatchObject({ output: 3 });
  });
});

describe("what a model says that is of no use", () => {
  it.each([
    ["not ended", '{"at": "the hill"'],
    ["with text after it", '{"at": "the hill"} and more'],
    ["with a key twice", '{"at": "here", "at": "there"}'],
    ["with a key twice in another spelling", '{"at": "here", "\\u0061t": "there"}'],
    ["with half a character", '{"at": "\\ud800"}'],
    ["with a key that is none", '{"__proto__": {"at": "here"}}'],
  ])("F-MOD-05 arguments %s are never acted on; the model may mend them once", async (_, text) => {
    const broken: ScriptLine = { calls: [call("look", text)] };
    const mended = await told({ lines: [broken, looking("the hill"), "done"] });
    expect(mended.report.output).toEqual({ t: "done" });
    expect(seen).toEqual(["the hill"]);
    expect(answers(mended.script.asked[1])).toMatchObject([{ failed: true, output: { notDone: "call.invalid" } }]);
    const again = await told({ lines: [broken, broken, "done"] });
    expect(again.task).toMatchObject({ status: "failed", failure: { code: "agent.failed" } });
    expect(seen).toEqual([]);
    expect(again.script.asked).toHaveLength(2);
  });

  it("F-MOD-05 the history that goes back to the model holds no arguments that cannot be read", async () => {
    const { script } = await told({ lines: [{ calls: [call("look", "{broken")] }, "done"] });
    for (const message of script.asked[1]?.messages ?? [])
      for (const one of message.role === "assistant" ? (message.calls ?? []) : [])
        expect(() => JSON.parse(one.arguments)).not.toThrow();
  });

  it("F-MOD-06 an empty answer is sent back once, and then it is the end", async () => {
    expect((await told({ lines: [" \n", "done"] })).report.output).toEqual({ t: "done" });
    expect((await told({ lines: ["", ""] })).task?.failure?.message).toContain("twice in a row");
  });

  it.each(["length", "context"] as const)("F-MOD-07 of an answer that stopped for %s no call is made", async (stop) => {
    const cut: ScriptLine = { text: "so", calls: [call("look", { at: "the hill" })], stop };
    const { report, script } = await told({ lines: [cut, "done"] });
    expect(report.output).toEqual({ t: "done" });
    expect(seen).toEqual([]);
    expect(script.asked[1]?.messages.at(-1)).toMatchObject({ role: "user" });
    expect((await told({ lines: [cut, cut] })).task).toMatchObject({ status: "failed" });
  });

  it("F-MOD-07 a model that pauses goes on where it stopped", async () => {
    const { report, script } = await told({ lines: [{ text: "First half.", stop: "paused" }, "Second half."] });
    expect(report.output).toEqual({ t: "Second half." });
    expect(script.asked[1]?.messages.at(-1)).toEqual({ role: "assistant", text: "First half." });
  });

  it.each(["refused", "unknown"] as const)("F-MOD-07 %s ends the attempt, and makes no call", async (stop) => {
    const { task, script } = await told({
      lines: [{ text: "No.", calls: [call("look", { at: "the hill" })], stop }, "done"],
    });
    expect(task).toMatchObject({ status: "failed", failure: { code: "model.refused" } });
    expect([seen, script.asked.length]).toEqual([[], 1]);
  });

  it("F-MOD-08 a tool that does not exist is refused by the orchestrator, on record, and named to the model", async () => {
    const wrong: ScriptLine = { calls: [call("teleport", { to: "moon" }), call("look", { at: "the hill" })] };
    const { report, run, script } = await told({ lines: [wrong, "done"] });
    expect(report.output).toEqual({ t: "done" });
    expect(answers(script.asked[1])).toMatchObject([
      { tool: "teleport", failed: true, output: { notDone: "tool.unknown" } },
      { tool: "look", output: "seen the hill" },
    ]);
    expect(JSON.stringify(await journalOf(run))).toContain('"rule":"tool.unknown"');
  });

  it("F-MOD-08 who calls nothing but tools that do not exist is stopped at the second time", async () => {
    const { task, script } = await told({ lines: [{ calls: [call("a", {})] }, { calls: [call("b", {})] }, "done"] });
    expect(task).toMatchObject({ status: "failed", failure: { message: expect.stringContaining("twice in a row") } });
    expect(script.asked).toHaveLength(2);
  });

  it("F-MOD-08 the model itself is no tool of its own, although the agent is granted it", async () => {
    const { script } = await told({ lines: [{ calls: [call("scripted.model", { ask: {} })] }, "done"] });
    expect(answers(script.asked[1])).toMatchObject([{ failed: true, output: { notDone: "call.invalid" } }]);
    expect(script.asked).toHaveLength(2);
  });

  it("F-MOD-09 a call whose id another of its turn has is not made; one that has it from an earlier turn is another", async () => {
    const twice: ScriptLine = { calls: [call("look", { at: "a" }, "x"), call("look", { at: "b" }, "x")] };
    const { script } = await told({
      lines: [twice, { calls: [call("look", { at: "c" }, "x"), call("look", { at: "d" }, "y")] }, "done"],
    });
    expect(seen).toEqual(["a", "c", "d"]);
    const ids = answers(script.asked[2]).map((one) => one.call);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("ends after so many turns, the last of them without tools", async () => {
    const { task, script } = await told({ lines: [looking("a"), looking("b"), looking("c")], agent: { maxTurns: 3 } });
    expect(task?.failure?.message).toContain("after 3 turns");
    expect(script.asked.map(({ tools = [] }) => tools.length)).toEqual([1, 1, 0]);
    expect(seen).toEqual(["a", "b"]);
  });
});

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
