/** Conflicting outputs: two agents read one licence and disagree. Alone the last one wins; here it is found and settled. */
import { createOrchestrator, defineAgent } from "bailiwick";

const LICENCE_FILE = "MIT License. Permission is hereby granted, free of charge …";

const readers = { first: () => "GPL-3.0", second: () => "MIT" };
const decide = (licence: unknown): string => `${licence === "MIT" ? "may" : "may not"} be used (${licence})`;

console.log("without the orchestrator");
const notes: { licence?: string } = {};
notes.licence = readers.second();
notes.licence = readers.first(); // nobody sees that it was something else
console.log(`  the package ${decide(notes.licence)}`);
console.log("  contradictions noticed: 0");

const orchestrator = createOrchestrator({
  name: "licences",
  agents: {
    first: defineAgent({ name: "first", run: readers.first }),
    second: defineAgent({ name: "second", run: readers.second }),
    lawyer: defineAgent({ name: "lawyer", run: ({ inputs }) => decide(inputs["licence"]) }),
  },
  planner: {
    tasks: [
      { id: "licence", agent: "first" },
      { id: "licence-again", agent: "second", crossCheck: "licence" },
      { id: "verdict", agent: "lawyer", needs: { licence: "licence" } },
    ],
    output: "verdict",
  },
  conflicts: { check: (licence) => LICENCE_FILE.startsWith(String(licence)) },
});
const run = await orchestrator.start({ objective: "may we use the package?" });
const report = await run.result;

console.log("with the orchestrator");
console.log(`  the package ${report.output}`);
for (const { kept, refused, resolution } of report.conflicts) {
  console.log(`  ${kept.author.agent} says ${kept.value}, ${refused.author.agent} says ${refused.value}`);
  console.log(`  settled by ${resolution?.rule}: ${resolution?.reason}`);
}
await orchestrator.stop();
