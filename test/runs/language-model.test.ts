/** Agents that are language models: what they are told, and what becomes of what they say. */
import { describe, expect, it } from "vitest";
import { defineTool } from "../../index.ts";
import type { ScriptLine } from "../../src/testing/scripted-model.ts";
import { journalOf, settle } from "../support/house.ts";
import { answers, call, looking, seen, told } from "../support/scout.ts";

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

  it("F-MOD-05 a turn that is of use is a new beginning: only two in a row end the attempt", async () => {
    const broken: ScriptLine = { calls: [call("look", "{")] };
    const { report } = await told({ lines: [broken, looking("a"), broken, looking("b"), "done"] });
    expect(report.output).toEqual({ t: "done" });
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
