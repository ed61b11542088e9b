/** Graphs of LangGraph behind the gate, with LangGraph itself. */
import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { AIMessage, type BaseMessage, ToolMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { FakeListChatModel } from "@langchain/core/utils/testing";
import { END, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { createReactAgent, ToolNode } from "@langchain/langgraph/prebuilt";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { langGraphBridge } from "../../../src/adapters/bridges/langgraph.ts";
import { type BridgeSetup, bridgeSuite, turnOf, type World } from "./bridge-suite.ts";

/** Says its turn by how many answers of tools there are among the messages. */
class Scripted extends BaseChatModel {
  private readonly world: World;

  constructor(world: World) {
    super({});
    this.world = world;
  }

  _llmType(): string {
    return "scripted";
  }

  override bindTools(): never {
    return this as never;
  }

  async _generate(messages: BaseMessage[]) {
    const results = messages.filter((message) => message instanceof ToolMessage);
    this.world.asked.push(results.length);
    const turn = turnOf(results.length);
    const usage_metadata = { input_tokens: 10, output_tokens: 2, total_tokens: 12 } as never;
    const message =
      "call" in turn
        ? new AIMessage({
            content: "",
            tool_calls: [{ id: `call-${results.length}`, name: turn.call, args: turn.args as Record<string, unknown> }],
            usage_metadata,
          })
        : new AIMessage({ content: turn.text(results.at(-1)?.text ?? ""), usage_metadata });
    return { generations: [{ message, text: message.text }] };
  }
}

const bridgeOf = ({ world, settings, prices, maxOutputTokens }: BridgeSetup) =>
  langGraphBridge({
    tools: [
      tool(world.search, { name: "search", description: "Searches.", schema: z.strictObject({ topic: z.string() }) }),
      tool(world.publish, { name: "publish", description: "Publishes.", schema: z.object({ text: z.string() }) }),
    ],
    settings,
    model: { model: new Scripted(world), id: "test/small", prices, maxOutputTokens },
  });

describe("a prebuilt agent", () => {
  bridgeSuite((setup) => {
    const bridge = bridgeOf(setup);
    return {
      tools: bridge.tools,
      run: async ({ objective }, context) => {
        const { tools, model } = bridge.within(context);
        const graph = createReactAgent({ llm: model, tools });
        const { messages } = await graph.invoke({ messages: [["user", objective]] }, { signal: context.signal });
        return messages.at(-1)?.text;
      },
    };
  });
});

describe("a graph of its own making", () => {
  bridgeSuite((setup) => {
    const bridge = bridgeOf(setup);
    return {
      tools: bridge.tools,
      run: async ({ objective }, context) => {
        const { tools, model } = bridge.within(context);
        const bound = model.bindTools?.(tools) ?? model;
        const graph = new StateGraph(MessagesAnnotation)
          .addNode("think", async ({ messages }) => ({ messages: [await bound.invoke(messages)] }))
          .addNode("act", new ToolNode(tools))
          .addEdge(START, "think")
          .addConditionalEdges("think", ({ messages }) =>
            ((messages.at(-1) as AIMessage).tool_calls?.length ?? 0) > 0 ? "act" : END,
          )
          .addEdge("act", "think")
          .compile();
        const { messages } = await graph.invoke({ messages: [["user", objective]] }, { signal: context.signal });
        return messages.at(-1)?.text;
      },
    };
  });
});

it("a model without tools answers through the gate", async () => {
  const bridge = langGraphBridge({
    model: { model: new FakeListChatModel({ responses: ["hello"] }), id: "test/fake" },
  });
  const [model] = bridge.tools;
  const context = { signal: new AbortController().signal, spent: () => {} };
  const gate = { ...context, tool: async (_: string, call: unknown) => model?.run(call, context as never) };
  expect((await bridge.within(gate).model.invoke("hi")).text).toBe("hello");
});

it("A-TOOL-03 what cannot be held is refused, and names that become one", () => {
  const named = (name: string) => ({ name, run: () => null });
  expect(() => langGraphBridge({ more: [named("a.b"), named("a_b")] })).toThrow(/would both be "a_b"/);
  expect(() => langGraphBridge({ settings: { serach: {} } })).toThrow(/no tool "serach"/);
});
