/** An agent hands parts of its work to another, which may do no more for it than it may do itself. */
import { createOrchestrator, defineAgent, defineTool } from "bailiwick";

const look = defineTool({ name: "look", effect: "read", run: ({ at }: { at: string }) => `${at} is quiet` });
const ring = defineTool({ name: "ring", effect: "once", run: () => "the bell rings" });

const captain = defineAgent({
  name: "captain",
  tools: [look],
  delegates: ["guard"],
  run: async (_, { delegate }) => {
    const gates = ["the north gate", "the south gate"];
    const [north, south] = await Promise.all(gates.map((objective) => delegate("guard", { objective })));
    // The guard may ring the bell. The captain may not, and so may not have it rung.
    const alarm = await delegate("guard", { objective: "raise the alarm", tools: ["ring"] }).catch(String);
    return [north, south, alarm];
  },
});

const guard = defineAgent({
  name: "guard",
  tools: [look, ring],
  run: async ({ objective, delegatedBy }, { tool }) => {
    if (objective === "the south gate") await tool("ring", null);
    return `${await tool("look", { at: objective })}, ${delegatedBy}`;
  },
});

const orchestrator = createOrchestrator({
  name: "watch",
  agents: { captain, guard },
  planner: { tasks: [{ id: "round", agent: "captain", accountable: "maria" }] },
});

const run = await orchestrator.start({ objective: "a quiet night" });
const { output, tasks } = await run.result;
console.log(output);
for (const { id, agent, status, accountable } of tasks) console.log(id, agent, status, `for ${accountable}`);
await orchestrator.stop();
