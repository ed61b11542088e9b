import { defineAgent, defineTool, type OrchestratorConfig, type Tool, type ToolContext } from "../../index.ts";
import type { Ruling } from "../../src/contracts/journal.ts";
import { finish, house, journalOf } from "./house.ts";

export const CENT = 10_000;

/** A tool that holds ten cents, and does as it is told. */
export const tenCents = (name = "ask", call: (context: ToolContext) => unknown = () => null, cheaper?: string) =>
  defineTool({
    name,
    effect: "read",
    estimate: () => ({ costUsd: 0.1 }),
    ...(cheaper === undefined ? {} : { cheaper }),
    run: (_: { n: number }, context) => call(context),
  });

type Calling = Tool<string, { n: number }, { n: number }>;

/** An agent that makes so many calls, one after the other, and says how many were made. */
export const caller = (name: string, calls: number, tools: readonly Calling[] = [tenCents()], more: object = {}) =>
  defineAgent({
    name,
    tools,
    ...more,
    run: async (_, { tool }) => {
      let made = 0;
      for (let n = 0; n < calls; n++) {
        await tool(tools[0]?.name ?? "", { n });
        made++;
      }
      return made;
    },
  });

export async function run(config: Partial<OrchestratorConfig> & Pick<OrchestratorConfig, "agents" | "planner">) {
  const there = house({ name: "budgets", approvals: { askAboutRun: false }, retries: 0, ...config });
  const started = await there.orchestrator.start({ objective: "spend" });
  const report = await finish(there, started);
  return { there, run: started, report };
}

export const ruled = async (started: Awaited<ReturnType<typeof run>>["run"]): Promise<readonly Ruling[]> =>
  (await journalOf(started)).flatMap((entry) => entry.ruled);
