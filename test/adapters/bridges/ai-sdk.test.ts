/** Agents of the AI SDK behind the gate, with the AI SDK itself. */
import { generateText, jsonSchema, stepCountIs, streamText, ToolLoopAgent, tool } from "ai";
import { MockLanguageModelV4 } from "ai/test";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { aiSdkBridge } from "../../../src/adapters/bridges/ai-sdk.ts";
import { type BridgeSetup, bridgeSuite, turnOf, type World } from "./bridge-suite.ts";

const usage = {
  inputTokens: { total: 10, noCache: 10, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: 2, text: 2, reasoning: undefined },
};

/** Says its turn by how many answers of tools there are in the prompt. */
const scripted = (world: World) =>
  new MockLanguageModelV4({
    provider: "test",
    modelId: "small",
    doGenerate: async ({ prompt, maxOutputTokens }) => {
      expect(maxOutputTokens).toBe(50);
      const results = prompt.flatMap(({ role, content }) => (role === "tool" ? content : []));
      world.asked.push(results.length);
      const turn = turnOf(results.length);
      const last = results.at(-1);
      const heard = last?.type === "tool-result" && "value" in last.output ? String(last.output.value) : "";
      return {
        content:
          "call" in turn
            ? [
                {
                  type: "tool-call",
                  toolCallId: `call-${results.length}`,
                  toolName: turn.call,
                  input: JSON.stringify(turn.args),
                },
              ]
            : [{ type: "text", text: turn.text(heard) }],
        finishReason: { unified: "call" in turn ? "tool-calls" : "stop", raw: undefined },
        usage,
        warnings: [],
        response: { id: "r", modelId: "small", timestamp: new Date() },
      };
    },
  });

const toolsOf = (world: World) => ({
  search: tool({ description: "Searches.", inputSchema: z.strictObject({ topic: z.string() }), execute: world.search }),
  publish: tool({ description: "Publishes.", inputSchema: z.object({ text: z.string() }), execute: world.publish }),
});

const bridgeOf = ({ world, settings, prices, maxOutputTokens }: BridgeSetup) =>
  aiSdkBridge({ tools: toolsOf(world), settings, model: { model: scripted(world), prices, maxOutputTokens } });

describe("a ToolLoopAgent", () => {
  bridgeSuite((setup) => {
    const bridge = bridgeOf(setup);
    return {
      tools: bridge.tools,
      run: async ({ objective }, context) => {
        const agent = new ToolLoopAgent({ instructions: "Write.", ...bridge.within(context) });
        return (await agent.generate({ prompt: objective, abortSignal: context.signal })).text;
      },
    };
  });
});

describe("streamText", () => {
  bridgeSuite((setup) => {
    const bridge = bridgeOf(setup);
    return {
      tools: bridge.tools,
      run: async ({ objective }, context) => {
        const stream = streamText({
          ...bridge.within(context),
          prompt: objective,
          stopWhen: stepCountIs(5),
          abortSignal: context.signal,
          onError: () => {},
        });
        return stream.text;
      },
    };
  });
});

describe("what cannot be held", () => {
  it("A-TOOL-03 is refused: tools without execute, names that become one, models of another specification", () => {
    const asks = tool({ inputSchema: z.object({}) });
    expect(() => aiSdkBridge({ tools: { asks } })).toThrow(/"asks" has no execute/);
    expect(() => aiSdkBridge({ model: { model: "openai/small" } })).toThrow(/specification v4/);
    const named = (name: string) => ({ name, run: () => null });
    expect(() => aiSdkBridge({ more: [named("a.b"), named("a_b")] })).toThrow(/would both be "a_b"/);
    expect(() => aiSdkBridge({ settings: { serach: {} } })).toThrow(/no tool "serach"/);
  });
});

it("tools of ours are the agent's, too, under names that models can say", async () => {
  const { tools } = aiSdkBridge({
    more: [{ name: "files.read", description: "Reads.", input: z.object({ path: z.string() }), run: () => null }],
  }).within({ signal: new AbortController().signal, tool: async (name, input) => `${name} ${JSON.stringify(input)}` });
  const model = new MockLanguageModelV4({
    doGenerate: async ({ tools: told }) => {
      expect(told).toMatchObject([{ name: "files_read", inputSchema: { properties: { path: { type: "string" } } } }]);
      return {
        content: [{ type: "tool-call", toolCallId: "1", toolName: "files_read", input: '{"path":"a"}' }],
        finishReason: { unified: "tool-calls", raw: undefined },
        usage,
        warnings: [],
      };
    },
  });
  const { toolResults } = await generateText({ model, tools, prompt: "read" });
  expect(toolResults).toMatchObject([{ output: 'files.read {"path":"a"}' }]);
});

it("a schema of the AI SDK's own making is told to policies, and checks as it does there", async () => {
  const validate = (value: unknown) =>
    typeof value === "number"
      ? ({ success: true, value } as const)
      : ({ success: false, error: new Error("no number") } as const);
  const half = tool({
    inputSchema: jsonSchema<number>({ type: "number" }, { validate }),
    execute: (n: number) => n / 2,
  });
  const [ours] = aiSdkBridge({ tools: { half } }).tools;
  expect(await ours?.input?.["~standard"].validate("x")).toMatchObject({ issues: [{ message: "no number" }] });
  expect(await ours?.input?.["~standard"].validate(4)).toEqual({ value: 4 });
});
