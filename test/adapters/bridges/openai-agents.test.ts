/** Agents of the OpenAI Agents SDK behind the gate, with the SDK itself. */
import { Agent, type Model, type ModelRequest, Runner, tool, Usage, webSearchTool } from "@openai/agents";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { openAiAgentsBridge } from "../../../src/adapters/bridges/openai-agents.ts";
import { type BridgeSetup, bridgeSuite, turnOf, type World } from "./bridge-suite.ts";

/** Says its turn by how many answers of tools there are in the input. */
const scripted = (world: World): Model => ({
  getResponse: async ({ input, modelSettings }: ModelRequest) => {
    expect(modelSettings.maxTokens).toBe(50);
    const results = typeof input === "string" ? [] : input.filter((item) => item.type === "function_call_result");
    world.asked.push(results.length);
    const turn = turnOf(results.length);
    const last = results.at(-1);
    const output = last?.type === "function_call_result" ? last.output : "";
    const heard = typeof output === "object" && "text" in output ? output.text : String(output);
    const usage = new Usage({ requests: 1, inputTokens: 10, outputTokens: 2, totalTokens: 12 });
    if ("call" in turn) {
      const call = {
        type: "function_call",
        callId: `call-${results.length}`,
        name: turn.call,
        arguments: JSON.stringify(turn.args),
        status: "completed",
      } as const;
      return { usage, output: [call] };
    }
    const content = [{ type: "output_text", text: turn.text(heard) }] as const;
    return { usage, output: [{ type: "message", role: "assistant", status: "completed", content: [...content] }] };
  },
  getStreamedResponse: () => {
    throw new Error("the bridge asks for whole answers");
  },
});

const bridgeOf = ({ world, settings, prices, maxOutputTokens }: BridgeSetup) =>
  openAiAgentsBridge({
    tools: [
      tool({
        name: "search",
        description: "Searches.",
        parameters: z.object({ topic: z.string() }),
        execute: world.search,
        errorFunction: null,
      }),
      tool({
        name: "publish",
        description: "Publishes.",
        parameters: z.object({ text: z.string() }),
        execute: world.publish,
      }),
    ],
    settings,
    model: { model: scripted(world), id: "test/small", prices, maxOutputTokens },
  });

describe("an agent that is run", () => {
  bridgeSuite((setup) => {
    const bridge = bridgeOf(setup);
    return {
      tools: bridge.tools,
      run: async ({ objective }, context) => {
        const agent = new Agent({ name: "writer", instructions: "Write.", ...bridge.within(context) });
        const runner = new Runner({ tracingDisabled: true });
        return (await runner.run(agent, objective, { signal: context.signal })).finalOutput;
      },
    };
  });
});

describe("an agent that is streamed", () => {
  bridgeSuite((setup) => {
    const bridge = bridgeOf(setup);
    return {
      tools: bridge.tools,
      run: async ({ objective }, context) => {
        const agent = new Agent({ name: "writer", instructions: "Write.", ...bridge.within(context) });
        const runner = new Runner({ tracingDisabled: true });
        const stream = await runner.run(agent, objective, { signal: context.signal, stream: true });
        await stream.completed;
        return stream.finalOutput;
      },
    };
  });
});

it("A-TOOL-03 what cannot be held is refused: hosted tools, settings of no tool", () => {
  expect(() => openAiAgentsBridge({ tools: [webSearchTool()] })).toThrow(/whoever runs it, the gate cannot hold it/);
  expect(() => openAiAgentsBridge({ settings: { serach: {} } })).toThrow(/no tool "serach"/);
});

it("tools of ours are the agent's, too, under names that models can say", async () => {
  const files = { name: "files.read", description: "Reads.", input: z.object({ path: z.string() }), run: () => null };
  const gate = {
    signal: new AbortController().signal,
    tool: async (name: string, input: unknown) => `${name} ${JSON.stringify(input)}`,
  };
  const [read] = openAiAgentsBridge({ more: [files] }).within(gate).tools;
  expect(read).toMatchObject({ name: "files_read", parameters: { properties: { path: { type: "string" } } } });
  expect(await read?.invoke({} as never, '{"path":"a"}')).toBe('files.read {"path":"a"}');
  expect(await read?.invoke({} as never, '{"path":')).toBe('files.read "{\\"path\\":"');
});
