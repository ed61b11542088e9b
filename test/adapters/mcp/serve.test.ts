/** serveMcp: an orchestrator as an MCP client sees it. */
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { expect, it, onTestFinished } from "vitest";
import { createOrchestrator, defineAgent, defineTool, type OrchestratorConfig } from "../../../index.ts";
import { type ServeMcpOptions, serveMcp } from "../../../src/adapters/servers/mcp.ts";
import { until } from "./small.ts";

const told: unknown[] = [];
const publish = defineTool({
  name: "publish",
  needsApproval: true,
  minIntegrity: "trusted",
  onUntrusted: "ask",
  run: (args: { readonly text: string }) => {
    told.push(args);
    return "out";
  },
});
const writer = defineAgent({
  name: "writer",
  tools: [publish],
  run: ({ objective }, { tool }) => tool("publish", { text: objective }, { rationale: "harmless \u202eelpoep" }),
});
const config: OrchestratorConfig = {
  name: "press",
  agents: { writer },
  planner: { tasks: [{ id: "t", agent: "writer" }], output: "t" },
};

async function served(options: ServeMcpOptions = { approver: "maria" }, name = "test") {
  const orchestrator = createOrchestrator(config);
  onTestFinished(() => orchestrator.stop());
  const door = serveMcp(orchestrator, options);
  const [near, far] = InMemoryTransport.createLinkedPair();
  await door.connect(far);
  const client = new Client({ name, version: "1" });
  await client.connect(near);
  const text = async (tool: string, args: Record<string, unknown> = {}): Promise<string> => {
    const { content } = (await client.callTool({ name: tool, arguments: args })) as CallToolResult;
    return content[0]?.type === "text" ? content[0].text : "";
  };
  const call = async (tool: string, args: Record<string, unknown> = {}) => JSON.parse(await text(tool, args));
  const asked = async (objective: string) => {
    const { run } = await call("start", { objective });
    await call("status", { run, waitSeconds: 10 });
    return { run, questions: (await call("inbox", { run })).questions };
  };
  return { orchestrator, client, text, call, asked };
}

it("A-ID-06 who decides is no argument, and to one of our own tools deciding is not offered", async () => {
  const { client, call, asked } = await served();
  const { run, questions } = await asked("news");
  const [{ question, digest }] = questions;
  const eve = client.callTool({ name: "decide", arguments: { question, digest, decision: "approve", by: "eve" } });
  expect(await eve).toMatchObject({ isError: true });
  expect(await call("decide", { question, digest, decision: "approve" })).toEqual({ accepted: true });
  expect(await call("status", { run, waitSeconds: 10 })).toMatchObject({ status: "completed", questions: [] });
  const own = await served({ approver: "maria" }, "bailiwick-tools");
  expect((await own.client.listTools()).tools.map(({ name }) => name)).not.toContain("decide");
  expect(await own.text("decide", { question, digest, decision: "approve" })).toMatch(/no tool "decide"/);
});

it("A-HUM-02 a value that is too long to be shown whole has no digest here, and cannot be approved with one from elsewhere", async () => {
  const { orchestrator, text, asked } = await served({ approver: "maria", maxLength: 1_000 });
  const { questions } = await asked("x".repeat(5_000));
  const [question] = questions;
  expect(question).toMatchObject({ value: { omitted: expect.any(Number) } });
  expect(question).not.toHaveProperty("digest");
  const [known] = await orchestrator.inbox();
  const approve = { question: question.question, decision: "approve", digest: known?.digest };
  expect(await text("decide", approve)).toMatch(/too long to be shown here/);
  expect(await text("decide", { question: question.question, decision: "reject" })).toMatch(/accepted/);
});

it("A-XSS-05 what an agent says does not turn the line around", async () => {
  const { text, asked } = await served();
  const { run } = await asked("news");
  const shown = await text("inbox", { run });
  expect(shown).not.toContain("\u202e");
  expect(JSON.parse(shown).questions[0].saidByTheAgent).toBe("harmless \u202eelpoep");
});

it("what a client gives is untrusted, where labels are used", async () => {
  const { orchestrator, asked } = await served();
  const { questions } = await asked("news");
  expect(questions[0].reason).toMatch(/untrusted/);
  const run = await orchestrator.start({ objective: "ours" });
  const { pendingApprovals } = await run.result;
  expect(pendingApprovals[0]?.reason).not.toMatch(/untrusted/);
});

it("a report is no longer than was asked for, whatever is in it", async () => {
  const long = "y".repeat(50_000);
  const agent = defineAgent({ name: "a", run: () => long });
  const orchestrator = createOrchestrator({
    name: "n",
    agents: { agent },
    planner: { tasks: [{ id: "t", agent: "a" }], output: "t" },
  });
  onTestFinished(() => orchestrator.stop());
  const door = serveMcp(orchestrator, { maxLength: 4_000 });
  const [near, far] = InMemoryTransport.createLinkedPair();
  await door.connect(far);
  const client = new Client({ name: "test", version: "1" });
  await client.connect(near);
  const run = await orchestrator.start({ objective: "o" });
  await run.result;
  const { content } = (await client.callTool({ name: "report", arguments: { run: run.id } })) as CallToolResult;
  const text = content[0]?.type === "text" ? content[0].text : "";
  expect(text.length).toBeLessThan(6_000);
  expect(JSON.parse(text).output).toMatchObject({ beginning: expect.stringMatching(/^"yyy/), omitted: 48_002 });
  await door.close();
  await until(() => client.transport === undefined, "the client told");
});

it("starts no more runs than may go on at once", async () => {
  const endless = defineAgent({ name: "a", run: () => new Promise(() => {}) });
  const orchestrator = createOrchestrator({
    name: "n",
    agents: { endless },
    planner: { tasks: [{ id: "t", agent: "a" }] },
    graceMs: 1,
  });
  onTestFinished(() => orchestrator.stop());
  const [near, far] = InMemoryTransport.createLinkedPair();
  await serveMcp(orchestrator, { maxRunning: 1 }).connect(far);
  const client = new Client({ name: "test", version: "1" });
  await client.connect(near);
  const start = () => client.callTool({ name: "start", arguments: { objective: "o" } });
  expect((await start()).isError).toBeUndefined();
  expect(await start()).toMatchObject({
    isError: true,
    content: [{ text: expect.stringMatching(/1 runs go on already/) }],
  });
});
