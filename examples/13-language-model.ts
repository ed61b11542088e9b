import { createOrchestrator, defineAgent, defineTool, languageModelPlanner, modelTool } from "bailiwick";
import { type ScriptLine, scriptedModel } from "bailiwick/testing";
import { z } from "zod";

// A model of a real server is `openAiCompatible({ baseUrl, model })` of "bailiwick/models/ai-sdk". This one is scripted.
const lines: readonly ScriptLine[] = [
  JSON.stringify({ tasks: [{ id: "quote", agent: "clerk", goal: "Find out what a new roof costs." }] }),
  { text: "I ask both.", calls: ["ada", "bob"].map((from) => ({ tool: "quote", arguments: { from } })) },
  {
    calls: [
      { tool: "qoute", arguments: { from: "cy" } },
      { tool: "order", arguments: { from: "bob" } },
    ],
  },
  { calls: [{ tool: "final_answer", arguments: { result: { roofer: "bob", price: 9_200 } } }] },
];
const model = scriptedModel(lines, { id: "acme/small" });

const quote = defineTool({
  name: "quote",
  description: "Asks a roofer for a price.",
  effect: "read",
  input: z.object({ from: z.string() }),
  run: ({ from }) => ({ from, price: from === "ada" ? 9_800 : 9_200 }),
});

const order = defineTool({
  name: "order",
  description: "Orders the roof. It cannot be taken back.",
  input: z.object({ from: z.string() }),
  needsApproval: true,
  run: ({ from }) => `ordered from ${from}`,
});

const clerk = defineAgent({
  name: "clerk",
  description: "Asks for prices, and orders.",
  instructions: "You work for a house owner. Ask two roofers at least.",
  model: modelTool(model, { prices: "unpriced" }),
  tools: [quote, order],
  schema: z.object({ roofer: z.string(), price: z.number() }),
});

const orchestrator = createOrchestrator({
  name: "roof",
  agents: { clerk },
  planner: languageModelPlanner({ model, prices: "unpriced" }),
  budget: { maxTokens: 200_000 },
});

const run = await orchestrator.start({ objective: "Find the cheapest roof." });
for (const { id, digest, title, subject } of (await run.result).pendingApprovals) {
  console.log(`${title}:`, subject);
  await orchestrator.decide({ requestId: id, digest, decision: "reject", by: "maria", reason: "not before May" });
}

const { output, tasks } = await run.result;
console.log(tasks.map(({ id, agent, status }) => `${id} by ${agent}: ${status}`).join("\n"));
console.log(output);
for (const message of model.asked.at(-1)?.messages ?? [])
  if (message.role === "tool") console.log(`${message.tool}:`, JSON.stringify(message.output));
await orchestrator.stop();
