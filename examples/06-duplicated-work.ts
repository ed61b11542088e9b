/** Duplicated work: three agents need the same search. Alone each makes it; under the orchestrator one does. */
import { createOrchestrator, defineAgent, defineTool } from "bailiwick";

let searches = 0;
const search = defineTool({
  name: "search",
  effect: "read",
  dedupeKey: true,
  estimate: () => ({ costUsd: 0.01 }),
  run: ({ topic }: { topic: string }) => {
    searches++;
    return `what is known of ${topic}`;
  },
});

/** The work of every agent, whoever makes its calls. */
const work = async (find: (topic: string) => Promise<string>, angle: string): Promise<string> =>
  `${angle}, from ${await find("otters")}`;

const ANGLES = ["their food", "their sleep", "their young"];

console.log("without the orchestrator");
await Promise.all(ANGLES.map((angle) => work(async (topic) => search.run({ topic }, {} as never), angle)));
console.log(`  searches made: ${searches}`);

searches = 0;
const orchestrator = createOrchestrator({
  name: "otters",
  agents: {
    researcher: defineAgent({
      name: "researcher",
      tools: [search],
      run: ({ input }, { tool }) => work((topic) => tool("search", { topic }), String(input)),
    }),
  },
  planner: { tasks: ANGLES.map((angle, n) => ({ id: `part-${n}`, agent: "researcher", input: angle })) },
});
const run = await orchestrator.start({ objective: "all about otters" });
const report = await run.result;

console.log("with the orchestrator");
console.log(`  searches made: ${searches}`);
for (const { task, tool, from } of report.shares) console.log(`  ${task} shares the ${tool} of ${from}`);
console.log(`  spent: ${report.spend.costMicroUsd / 1_000_000} USD`);
await orchestrator.stop();
