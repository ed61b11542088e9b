import { createOrchestrator, defineAgent, defineTool } from "bailiwick";
import { z } from "zod";

const library: Record<string, string> = { otters: "Otters hold hands when they sleep." };

const search = defineTool({
  name: "search",
  input: z.object({ topic: z.string() }),
  effect: "read",
  estimate: () => ({ costUsd: 0.01 }),
  run: ({ topic }) => library[topic] ?? "Nothing found.",
});

const publish = defineTool({
  name: "publish",
  input: z.object({ text: z.string().max(280) }),
  effect: "once",
  needsApproval: true,
  run: ({ text }) => ({ url: `https://example.com/${text.length}` }),
});

const researcher = defineAgent({
  name: "researcher",
  tools: [search],
  run: ({ objective }, { tool }) => tool("search", { topic: objective }),
});

const writer = defineAgent({
  name: "writer",
  tools: [publish],
  run: ({ inputs }, { tool }) => tool("publish", { text: `Did you know? ${inputs["facts"]}` }),
});

const orchestrator = createOrchestrator({
  name: "newsroom",
  agents: { researcher, writer },
  planner: {
    tasks: [
      { id: "research", agent: "researcher" },
      { id: "write", agent: "writer", needs: { facts: "research" }, accountable: "maria" },
    ],
  },
  budget: { maxCostUsd: 0.5, maxToolCalls: 10 },
});

const run = await orchestrator.start({ objective: "otters" });
const waiting = await run.result;
console.log(waiting.status, "in", waiting.state);

for (const { id, digest, title, subject } of waiting.pendingApprovals) {
  console.log(title, subject);
  await orchestrator.decide({ requestId: id, digest, decision: "approve", by: "maria" });
}

const report = await run.result;
console.log(report.status, report.output);
console.log("spent", report.spend.costMicroUsd / 1_000_000, "USD in", report.spend.toolCalls, "calls");
await orchestrator.stop();
