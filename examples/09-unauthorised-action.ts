/** Unauthorised actions: an agent is talked into deleting files. Alone it does; here it is refused, by name of the rule. */
import { createOrchestrator, defineAgent, defineTool, type PolicyPort, RuntimeError } from "bailiwick";

const files = new Map(["notes.md", "draft.md", "tmp/cache"].map((name) => [name, "…"]));
const deleteFile = defineTool({
  name: "delete-file",
  effect: "idempotent",
  run: ({ name }: { name: string }) => files.delete(name),
});

/** Told to clear the cache, and by a note in it to clear the rest as well. */
async function clean(remove: (name: string) => Promise<unknown>): Promise<string> {
  const told = ["tmp/cache", "notes.md", "draft.md"];
  const refused: string[] = [];
  for (const name of told)
    await remove(name).catch((error: unknown) => refused.push(error instanceof RuntimeError ? error.message : name));
  return refused.length === 0 ? "all clean" : `refused: ${refused.join("; ")}`;
}

const before = new Map(files);
console.log("without the orchestrator");
await clean(async (name) => deleteFile.run({ name }, {} as never));
console.log(`  files left: ${[...files.keys()].join(", ") || "none"}`);

for (const [name, text] of before) files.set(name, text);
const policy: PolicyPort = {
  id: "files",
  decide: ({ call }) => {
    const { name } = call.args as { name: string };
    return name.startsWith("tmp/")
      ? { kind: "allow", rule: "tmp-only" }
      : { kind: "deny", rule: "tmp-only", reason: `${name} is not a temporary file` };
  },
};
const orchestrator = createOrchestrator({
  name: "files",
  policy,
  agents: {
    cleaner: defineAgent({
      name: "cleaner",
      tools: [deleteFile],
      run: (_, { tool }) => clean((name) => tool("delete-file", { name })),
    }),
  },
  planner: { tasks: [{ id: "clean", agent: "cleaner" }], output: "clean" },
});
const run = await orchestrator.start({ objective: "clear the cache" });
const report = await run.result;

console.log("with the orchestrator");
console.log(`  files left: ${[...files.keys()].join(", ")}`);
console.log(`  ${report.output}`);
await orchestrator.stop();
