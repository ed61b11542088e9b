import { describe, expectTypeOf, it } from "vitest";
import { setup } from "xstate";
import { z } from "zod";
import {
  type AgentContext,
  agentActors,
  defineAgent,
  defineTool,
  type Failure,
  type FunctionAgent,
  type Json,
  type MachineAgent,
  type ModelAnswer,
  type ModelPort,
  modelTool,
} from "../../index.ts";

const search = defineTool({
  name: "search",
  input: z.object({ query: z.string(), limit: z.string().transform(Number) }),
  run: async ({ query }) => ({ hits: [query] }),
});
const shout = defineTool({ name: "shout", run: (text: string) => text.length });

describe("defineAgent", () => {
  it("keeps its name and its tools", () => {
    const writer = defineAgent({ name: "writer", tools: [search, shout], run: () => null });
    expectTypeOf(writer).toEqualTypeOf<FunctionAgent<"writer", readonly [typeof search, typeof shout]>>();
  });

  it("gives a chart-minded agent its machine", () => {
    const machine = setup({ actors: agentActors }).createMachine({ initial: "on", states: { on: {} } });
    const charted = defineAgent({ name: "charted", machine });
    expectTypeOf(charted).toEqualTypeOf<MachineAgent<"charted", readonly []>>();
  });

  it("makes an agent of instructions and a model, with the tools it was given", () => {
    const model = modelTool({} as ModelPort, { prices: "unpriced" });
    const clerk = defineAgent({ name: "clerk", instructions: "Be short.", model, tools: [search] });
    expectTypeOf(clerk).toEqualTypeOf<FunctionAgent<"clerk", readonly [typeof search]>>();
    // @ts-expect-error: instructions need a model
    defineAgent({ name: "clerk", instructions: "Be short." });
    // @ts-expect-error: a tool is no model
    defineAgent({ name: "clerk", instructions: "Be short.", model: search });
    // @ts-expect-error: a model or a function, not both
    defineAgent({ name: "clerk", instructions: "Be short.", model, run: () => null });
  });

  it("has a function or a machine, not both", () => {
    const machine = setup({ actors: agentActors }).createMachine({});
    // @ts-expect-error: one or the other
    defineAgent({ name: "both", machine, run: () => null });
  });
});

describe("delegate()", () => {
  it("takes a request, and resolves to an output or a failure", () => {
    defineAgent({
      name: "lead",
      delegates: ["scout"],
      run: async (_, { delegate }) => {
        const outcome = await delegate("scout", { objective: "look", tools: ["search"], depth: 0 });
        if (outcome.kind === "completed") expectTypeOf(outcome.output).toEqualTypeOf<Json>();
        else expectTypeOf(outcome.failure).toEqualTypeOf<Failure>();
        // @ts-expect-error: nobody says on whose behalf
        await delegate("scout", { objective: "look", chain: ["admin"] });
      },
    });
  });
});

describe("tool()", () => {
  it("takes a tool's input and resolves to its output", () => {
    defineAgent({
      name: "reader",
      tools: [search, shout],
      run: async (_, { tool }) => {
        expectTypeOf(await tool("search", { query: "a", limit: "3" })).toEqualTypeOf<{ hits: string[] }>();
        expectTypeOf(await tool("shout", "a")).toEqualTypeOf<number>();
      },
    });
  });

  it("refuses a name that is not among the agent's tools", () => {
    defineAgent({
      name: "reader",
      tools: [search],
      run: async (_, { tool }) => {
        // @ts-expect-error: the agent has no such tool
        await tool("shout", "a");
      },
    });
  });

  it("refuses arguments that do not go into the schema", () => {
    defineAgent({
      name: "reader",
      tools: [search],
      run: async (_, { tool }) => {
        // @ts-expect-error: what comes out of the schema does not go into it
        await tool("search", { query: "a", limit: 3 });
        // @ts-expect-error: an argument is missing
        await tool("search", { query: "a" });
      },
    });
  });

  it("has no tool to name where the agent has none", () => {
    defineAgent({
      name: "idle",
      run: async (_, { tool }) => {
        // @ts-expect-error: the agent has no tools
        await tool("search", { query: "a", limit: "3" });
      },
    });
  });

  it("answers a question and a read with what is on record", () => {
    expectTypeOf<Awaited<ReturnType<AgentContext["ask"]>>>().toEqualTypeOf<Json>();
    expectTypeOf<NonNullable<Awaited<ReturnType<AgentContext["read"]>>>["value"]>().toEqualTypeOf<Json>();
  });
});

describe("a model", () => {
  const gpt = modelTool({ id: "acme/small", generate: async () => ANSWER }, { name: "gpt", prices: "unpriced" });

  it("is asked by the name of a tool of the agent, and gives its answer", () => {
    defineAgent({
      name: "writer",
      tools: [gpt],
      run: async (_, { model, tool }) => {
        const request = { messages: [{ role: "user" as const, text: "hi" }], maxOutputTokens: 5 };
        expectTypeOf(await model("gpt", request)).toEqualTypeOf<ModelAnswer>();
        expectTypeOf(await tool("gpt", { ask: request })).toEqualTypeOf<ModelAnswer>();
        // @ts-expect-error: what is said has a limit
        await model("gpt", { messages: [] });
        // @ts-expect-error: a question has messages
        await tool("gpt", { ask: { maxOutputTokens: 5 } });
      },
    });
  });

  it("is asked under no other name", () => {
    defineAgent({
      name: "writer",
      tools: [search],
      // @ts-expect-error: it has no such tool
      run: async (_, { model }) => model("gpt", { messages: [], maxOutputTokens: 5 }),
    });
  });
});

const ANSWER: ModelAnswer = { text: "", calls: [], stop: "empty" };
