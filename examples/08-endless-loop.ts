/** Endless loops: an agent waits for a page that never changes. Alone it never ends; here it is told, and does something else. */
import { createOrchestrator, defineAgent, defineTool, type RuntimeError } from "bailiwick";

let reads = 0;
const readPage = defineTool({
  name: "read-page",
  effect: "read",
  run: () => {
    reads++;
    return "under construction";
  },
});

/** Reads on until the page is ready. The example itself gives up after 1,000 reads; the agent never would. */
async function wait(read: () => Promise<string>): Promise<string> {
  for (let n = 0; n < 1_000; n++) if ((await read()) === "ready") return "the page is ready";
  return "(stopped by the example)";
}

console.log("without the orchestrator");
const alone = await wait(async () => readPage.run({}, {} as never));
console.log(`  after ${reads} reads: ${alone}`);

reads = 0;
const orchestrator = createOrchestrator({
  name: "pages",
  agents: {
    reader: defineAgent({
      name: "reader",
      tools: [readPage],
      run: (_, { tool }) => wait(() => tool("read-page", {})).catch((error: RuntimeError) => `gave up: ${error.code}`),
    }),
  },
  planner: { tasks: [{ id: "read", agent: "reader" }], output: "read" },
});
const run = await orchestrator.start({ objective: "read the page" });
const report = await run.result;

console.log("with the orchestrator");
console.log(`  after ${reads} reads: ${report.output}`);
const states: string[] = [];
for await (const { moved } of run.events())
  for (const { actor, path } of moved)
    if (actor === "orchestrator") states.push(...path.filter((state) => state !== ""));
console.log(`  it went through: ${[...new Set(states)].join(", ")}`);
await orchestrator.stop();
