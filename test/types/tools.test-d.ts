import { describe, expectTypeOf, it } from "vitest";
import { z } from "zod";
import { type AnyTool, defineAgent, defineTool, type Tool, type ToolContext } from "../../index.ts";
import type { McpOutput, McpServer } from "../../src/adapters/tools/mcp.ts";

const search = defineTool({
  name: "search",
  input: z.object({ query: z.string(), limit: z.string().transform(Number) }),
  effect: "read",
  run: (args, context) => {
    expectTypeOf(args).toEqualTypeOf<{ query: string; limit: number }>();
    expectTypeOf(context).toEqualTypeOf<ToolContext>();
    return { hits: [args.query], limit: args.limit };
  },
});

describe("defineTool", () => {
  it("takes what goes into the schema, and gives `run` what comes out of it", () => {
    expectTypeOf(search).toEqualTypeOf<
      Tool<
        "search",
        { query: string; limit: string },
        { query: string; limit: number },
        { hits: string[]; limit: number }
      >
    >();
  });

  it("keeps the name as a literal", () => {
    expectTypeOf(search.name).toEqualTypeOf<"search">();
  });

  it("gives the other callbacks what comes out of the schema", () => {
    defineTool({
      name: "pay",
      input: z.object({ cents: z.string().transform(Number) }),
      needsApproval: (args) => {
        expectTypeOf(args.cents).toEqualTypeOf<number>();
        return args.cents > 100;
      },
      estimate: (args) => ({ costUsd: args.cents / 100 }),
      labels: (args) => ({ integrity: args.cents > 0 ? "trusted" : "untrusted", readers: [] }),
      egress: (args) => (args.cents > 0 ? ["ann"] : "public"),
      loopKey: (args) => args.cents,
      run: (args) => args.cents,
    });
  });

  it("takes its input from `run` when there is no schema", () => {
    const shout = defineTool({ name: "shout", run: (text: string) => text.toUpperCase() });
    expectTypeOf(shout).toEqualTypeOf<Tool<"shout", string, string, string>>();
  });

  it("knows the effect classes and no other", () => {
    defineTool({
      name: "send",
      // @ts-expect-error: there is no such class
      effect: "sometimes",
      run: () => null,
    });
  });

  it("lets any tool stand in a list of tools", () => {
    expectTypeOf(search).toExtend<AnyTool>();
  });
});

it("a tool of an MCP server is known by its whole name, and by what its answers are made of", () => {
  const server = {} as McpServer<"files">;
  const read = server.tool("read_text_file");
  expectTypeOf(read.name).toEqualTypeOf<"files.read_text_file">();
  defineAgent({
    name: "clerk",
    tools: [read],
    run: async (_, { tool }) => {
      expectTypeOf(await tool("files.read_text_file", { path: "a" })).toEqualTypeOf<McpOutput>();
      // @ts-expect-error: it was not given this one
      await tool("files.write_file", {});
    },
  });
});
