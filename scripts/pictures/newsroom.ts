/** Newsroom: a run for pictures, in which agents repeat themselves, contradict each other, and want what they may not have. */
import { createOrchestrator, defineAgent, defineTool, type Orchestrator } from "../../index.ts";

const archive = defineTool({
  name: "search-archive",
  effect: "read",
  estimate: () => ({ costUsd: 0.002, tokens: 400 }),
  run: ({ query }: { readonly query: string }) => (query.includes("page 2") ? "nothing new" : "3 articles on otters"),
});
const wire = defineTool({
  name: "publish",
  effect: "once",
  needsApproval: true,
  estimate: () => ({ costUsd: 0.01 }),
  run: () => ({ url: "https://example.com/otters" }),
});
const remove = defineTool({ name: "delete-archive", effect: "once", run: () => "gone" });

const researcher = defineAgent({
  name: "researcher",
  tools: [archive],
  writes: ["facts/*"],
  run: async (_, { tool, write }) => {
    const found = await tool("search-archive", { query: "otters" });
    for (let page = 0; page < 8; page++)
      await tool("search-archive", { query: "otters, page 2" }).catch(() => undefined);
    await write("facts/otters", { found, asleep: "they hold hands" });
    return found;
  },
});
const dating = (name: string, date: string) =>
  defineAgent({
    name,
    writes: ["facts/*"],
    run: async (_, { write }) => {
      await write("facts/embargo", date).catch(() => undefined);
      return date;
    },
  });
const writer = defineAgent({
  name: "writer",
  tools: [wire],
  reads: ["facts/*"],
  run: async ({ inputs }, { tool, read }) => {
    await read("facts/otters");
    // It is not among its tools.
    await (tool as (name: string, input: unknown) => Promise<unknown>)("delete-archive", {}).catch(() => undefined);
    return tool(
      "publish",
      {
        headline: "Otters hold hands when they sleep",
        sources: [String(inputs["research"])],
        embargo: "Friday",
      } as never,
      { rationale: "Both sources agree; the embargo ends on Friday." },
    );
  },
});

export const newsroom = (): Orchestrator =>
  createOrchestrator({
    name: "newsroom",
    agents: {
      researcher,
      desk: dating("desk", "Friday"),
      agency: dating("agency", "Saturday"),
      writer,
      janitor: defineAgent({ name: "janitor", tools: [remove], run: () => null }),
    },
    planner: {
      tasks: [
        { id: "research", agent: "researcher", accountable: "maria" },
        { id: "embargo", agent: "desk" },
        { id: "second-source", agent: "agency", crossCheck: "embargo" },
        { id: "write", agent: "writer", needs: ["research", "embargo"], accountable: "maria" },
        { id: "archive", agent: "janitor", needs: ["write"], optional: true },
      ],
    },
    budget: { maxCostUsd: 0.25, maxTokens: 50_000, maxToolCalls: 40 },
    approvals: { expiresMs: 3_600_000 },
  });
