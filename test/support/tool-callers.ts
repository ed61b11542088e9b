/** Tool callers: one agent that calls one tool, and a tool that fails by a script. */
import { defineAgent, defineTool, type OrchestratorConfig, type RuntimeError } from "../../index.ts";
import type { AnyTool, Tool } from "../../src/contracts/tools.ts";

/** One agent that calls one tool so many times, one after the other, and gives what came of each. */
export const caller = (tool: AnyTool, times = 1, more: Partial<OrchestratorConfig> = {}): OrchestratorConfig => ({
  name: "n",
  agents: {
    caller: defineAgent({
      name: "caller",
      tools: [tool],
      run: async (_, context) => {
        const came: unknown[] = [];
        for (let n = 0; n < times; n++)
          came.push(await context.tool(tool.name, { n }).catch((error: RuntimeError) => error.code));
        return came;
      },
    }),
  },
  planner: { tasks: [{ id: "t", agent: "caller" }], output: "t" },
  ...more,
});

export type Numbered = Tool<"flaky", { n: number }, { n: number }, string>;

/** A tool that does what the text says, call by call: `x` throws. */
export const scripted = (script: string, more: Partial<Numbered> = {}): { tool: Numbered; calls: () => number } => {
  let calls = 0;
  const run = (): string => {
    if (script[calls++] === "x") throw new Error(`down for the ${calls}. time`);
    return "up";
  };
  return {
    tool: defineTool<"flaky", { n: number }, string>({
      name: "flaky",
      effect: "read",
      run,
      ...more,
    } as never) as Numbered,
    calls: () => calls,
  };
};
