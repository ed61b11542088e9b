/** VoltAgent: an agent over the mock model of its AI SDK, with its defaults (`memory`) or without its memory (`bare`). */
import { load } from "../lib/peers.mjs";
import { pool } from "../lib/world.mjs";

let volt;
let mocks;
let z;

export const adapter = {
  workloads: { W1: ["memory", "bare"], W2: ["memory"], W5: ["memory"] },
  // A turn costs more the longer the run is.
  maxSize: { W1: { memory: 1_000, bare: 1_000 } },
  async load() {
    volt = await load("voltagent", "@voltagent/core");
    mocks = await load("voltagent", "ai/test");
    ({ z } = await load("voltagent", "zod"));
  },
  async open({ mode, world }) {
    const work = volt.createTool({
      name: "work",
      description: "work",
      parameters: z.object({ i: z.number() }),
      execute: async ({ i }) => world.work(i),
    });
    const agent = new volt.Agent({
      name: "agent",
      instructions: "work",
      model: modelOf(world),
      logger: silent,
      ...(mode === "bare" ? { memory: false } : {}),
      tools: [work],
    });
    const run = async ({ id, steps }) => {
      const { text } = await agent.generateText("go", { maxSteps: steps + 5, userId: "user", conversationId: id });
      if (text !== "done") throw new Error(`not done: ${text}`);
    };
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
    };
  },
};

const nothing = () => {};
const silent = {
  trace: nothing,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  fatal: nothing,
  child: () => silent,
};

function modelOf(world) {
  const model = new mocks.MockLanguageModelV3({
    doGenerate: async ({ prompt }) => {
      const newest = prompt.at(-1);
      const part = newest.role === "tool" ? newest.content.findLast(({ type }) => type === "tool-result") : undefined;
      const value = part?.output.value;
      const { final, text, tool, i } = world.decide(
        typeof value === "string" || value === undefined ? value : JSON.stringify(value),
      );
      const call = { type: "tool-call", toolCallId: `c${i}`, toolName: tool, input: JSON.stringify({ i }) };
      return {
        content: [{ type: "text", text }, ...(final ? [] : [call])],
        finishReason: { unified: final ? "stop" : "tool-calls", raw: undefined },
        usage: { inputTokens: { total: 1 }, outputTokens: { total: 1 } },
        warnings: [],
      };
    },
  });
  // The mock remembers every call it gets; that is the double's cost, not the framework's.
  model.doGenerateCalls.push = () => 0;
  return model;
}
