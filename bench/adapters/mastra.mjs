/**
 * Mastra: `memory`, an agent with the in-memory store; `libsql`, an agent on a LibSQL file, which stores a run only when
 * it pauses; `workflow`, a workflow of one step that repeats, its history in the step's data, on a LibSQL file.
 */
import { join } from "node:path";
import { load } from "../lib/peers.mjs";
import { pool } from "../lib/world.mjs";

let z;

const get = (name) => load("mastra", name);

export const adapter = {
  workloads: {
    W1: ["memory", "workflow"],
    W2: ["memory", "workflow"],
    W3: ["memory", "libsql"],
    W4: ["workflow"],
    W5: ["memory", "libsql"],
  },
  // A turn costs more the longer the run is.
  maxSize: { W1: { memory: 300, workflow: 1_000 } },
  async load() {
    for (const name of ["@mastra/core", "@mastra/core/agent", "@mastra/core/tools"]) await get(name);
    ({ z } = await get("zod"));
  },
  async open({ mode, dir, world }) {
    const { Mastra } = await get("@mastra/core");
    const storage = await storageOf(mode, dir);
    const workflows = mode === "workflow" ? await workflowsOf(world) : {};
    const mastra = new Mastra({ storage, logger: false, agents: { agent: await agentOf(world) }, workflows });
    await storage.init?.();
    return mode === "workflow" ? workflowEngine(mastra) : agentEngine(mastra.getAgent("agent"), world);
  },
};

async function storageOf(mode, dir) {
  if (mode === "memory") return new (await get("@mastra/core/storage")).InMemoryStore();
  const { LibSQLStore } = await get("@mastra/libsql");
  return new LibSQLStore({ id: "bench", url: `file:${join(dir, "mastra.db")}` });
}

function agentEngine(agent, world) {
  const calls = new Map();
  const run = async ({ id, steps }) => done((await agent.generate("go", { runId: id, maxSteps: steps + 5 })).text);
  return {
    run,
    async fanOut({ id, tasks, steps, concurrency }) {
      let count = 0;
      await pool(tasks, concurrency, async (task) => {
        await run({ id: `${id}/${task}`, steps });
        count++;
      });
      return count;
    },
    async runUntilPause({ id, steps }) {
      const result = await agent.generate("go", { runId: id, maxSteps: steps + 5 });
      if (result.finishReason !== "suspended") throw new Error(`not paused: ${result.finishReason}`);
      calls.set(id, result.suspendPayload?.toolCallId);
    },
    async resume({ id }) {
      const toolCallId = calls.get(id) ?? `c${world.steps}ask`;
      done((await agent.approveToolCallGenerate({ runId: id, toolCallId })).text);
    },
  };
}

function workflowEngine(mastra) {
  const begin = async (name, id, inputData) => {
    const result = await (await mastra.getWorkflow(name).createRun({ runId: id })).start({ inputData });
    return succeeded(result);
  };
  return {
    run: ({ id }) => begin("run", id, { messages: [], done: false }),
    async fanOut({ id, tasks }) {
      const { result } = await begin(
        "fan",
        id,
        Array.from({ length: tasks }, (_, task) => task),
      );
      return result.filter((one) => one.done).length;
    },
    recover: async ({ id }) => succeeded(await (await mastra.getWorkflow("run").createRun({ runId: id })).restart()),
  };
}

async function workflowsOf(world) {
  const { createStep, createWorkflow } = await get("@mastra/core/workflows");
  const data = z.object({ messages: z.array(z.any()), last: z.string().optional(), done: z.boolean() });
  const turn = createStep({
    id: "turn",
    inputSchema: data,
    outputSchema: data,
    execute: async ({ inputData }) => {
      const move = world.decide(inputData.last);
      const messages = [...inputData.messages, { role: "assistant", content: move.text }];
      if (move.final) return { messages, done: true };
      const last = world.work(move.i);
      return { messages: [...messages, { role: "tool", content: last }], last, done: false };
    },
  });
  const isDone = async ({ inputData }) => inputData.done;
  const begin = createStep({
    id: "begin",
    inputSchema: z.number(),
    outputSchema: data,
    execute: async () => ({ messages: [], done: false }),
  });
  const run = createWorkflow({ id: "run", inputSchema: data, outputSchema: data }).dountil(turn, isDone).commit();
  const worker = createWorkflow({ id: "worker", inputSchema: z.number(), outputSchema: data })
    .then(begin)
    .dountil(turn, isDone)
    .commit();
  const fan = createWorkflow({ id: "fan", inputSchema: z.array(z.number()), outputSchema: z.array(data) })
    .foreach(worker, { concurrency: 64 })
    .commit();
  return { run, fan };
}

async function agentOf(world) {
  const { Agent } = await get("@mastra/core/agent");
  const { createTool } = await get("@mastra/core/tools");
  const inputSchema = z.object({ i: z.number() });
  const indexOf = (args) => args.i ?? args.context?.i;
  const tool = (id, answer, extra = {}) =>
    createTool({ id, description: id, inputSchema, execute: async (args) => answer(indexOf(args)), ...extra });
  const tools = {
    work: tool("work", (i) => world.work(i)),
    ask: tool("ask", (i) => world.answer(i), { requireApproval: true }),
  };
  return new Agent({ id: "agent", name: "agent", instructions: "work", model: modelOf(world), tools });
}

const usage = { inputTokens: 1, outputTokens: 1, totalTokens: 2 };

function modelOf(world) {
  const answer = (prompt) => {
    const move = world.decide(lastResult(prompt));
    const input = JSON.stringify({ i: move.i });
    const call = { type: "tool-call", toolCallId: `c${move.i}${move.tool}`, toolName: move.tool, input };
    return { text: move.text, calls: move.final ? [] : [call], finishReason: move.final ? "stop" : "tool-calls" };
  };
  return {
    specificationVersion: "v2",
    provider: "bench",
    modelId: "bench",
    supportedUrls: {},
    async doGenerate({ prompt }) {
      const { text, calls, finishReason } = answer(prompt);
      return { content: [{ type: "text", text }, ...calls], finishReason, usage, warnings: [] };
    },
    async doStream({ prompt }) {
      const { text, calls, finishReason } = answer(prompt);
      const chunks = [
        { type: "stream-start", warnings: [] },
        { type: "text-start", id: "1" },
        { type: "text-delta", id: "1", delta: text },
        { type: "text-end", id: "1" },
        ...calls,
        { type: "finish", finishReason, usage },
      ];
      return { stream: ReadableStream.from(chunks) };
    },
  };
}

function lastResult(prompt) {
  const newest = prompt.at(-1);
  if (newest?.role !== "tool") return undefined;
  const { output } = newest.content.findLast(({ type }) => type === "tool-result");
  const value = typeof output === "string" ? output : output.value;
  return typeof value === "string" ? value : JSON.stringify(value);
}

function done(text) {
  if (!String(text).endsWith("done")) throw new Error(`not done: ${String(text).slice(-80)}`);
}

function succeeded(result) {
  if (result.status !== "success") throw new Error(`workflow ${result.status}: ${result.error}`);
  return result;
}
