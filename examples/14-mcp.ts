/**
 * The filesystem server of MCP, behind the gate: its tools are pinned, held to a policy by their arguments, and asked
 * about where they write. A server that has changed one of its tools since they were approved does not get it called.
 */
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createOrchestrator, defineAgent } from "bailiwick";
import { allowList } from "bailiwick/policies/allow-list";
import { mcpTools, type StdioTransport, surveyMcp } from "bailiwick/tools/mcp";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "bailiwick-example-")));
writeFileSync(join(folder, "notes.txt"), "Otters hold hands when they sleep.");

const require = createRequire(import.meta.url);
const server = dirname(require.resolve("@modelcontextprotocol/server-filesystem/package.json"));
const transport: StdioTransport = {
  kind: "stdio",
  command: process.execPath,
  args: [join(server, "dist/index.js"), folder],
};

// A person looks at what there is, and approves it. These pins belong into a file under version control.
const { pins, tools } = await surveyMcp({ name: "files", transport });
console.log(
  "the server has",
  tools.length,
  "tools; one of them is",
  tools.find(({ tool }) => tool === "read_text_file")?.tool,
);

const files = await mcpTools({
  name: "files",
  transport,
  pins,
  // Without a word of ours each of them is `once`: what became of a call that was lost, a person would have to say.
  settings: { read_text_file: { effect: "read" }, write_file: { needsApproval: true } },
});

const clerk = defineAgent({
  name: "clerk",
  tools: [files.tool("read_text_file"), files.tool("write_file")],
  run: async (_, { tool }) => {
    const read = (path: string) => tool("files.read_text_file", { path });
    const told = await read("/etc/passwd").catch((error: Error) => error.message);
    console.log("clerk hears:", told);
    const { text } = await read(join(folder, "notes.txt"));
    await tool("files.write_file", { path: join(folder, "copy.txt"), content: text.toUpperCase() });
    return text;
  },
});

const orchestrator = createOrchestrator({
  name: "office",
  agents: { clerk },
  planner: { tasks: [{ id: "copy", agent: "clerk" }], output: "copy" },
  policy: allowList({
    agents: {
      clerk: {
        tools: {
          "files.read_text_file": { when: { path: { within: folder } } },
          "files.write_file": { when: { path: { within: folder } } },
        },
      },
    },
  }),
});

const run = await orchestrator.start({ objective: "Copy the notes in capitals." });
for (const { id, digest, title } of (await run.result).pendingApprovals) {
  console.log(title);
  await orchestrator.decide({ requestId: id, digest, decision: "approve", by: "maria" });
}
console.log((await run.result).status, "and the copy says:", readFileSync(join(folder, "copy.txt"), "utf8"));

// The same server, as if it had been approved when its tool was another one.
const stale = { ...pins, tools: { ...pins.tools, read_text_file: "0".repeat(64) } };
const changed = await mcpTools({ name: "files", transport, pins: stale });
try {
  changed.tool("read_text_file");
} catch (error) {
  console.log(String(error).replace(/it is [0-9a-f]+ now/, "it is … now"));
}

await Promise.all([changed.close(), files.close(), orchestrator.stop()]);
rmSync(folder, { recursive: true });
