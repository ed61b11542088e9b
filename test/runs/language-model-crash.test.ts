/** Agents that are language models, and processes that die: what was asked is asked again to the letter, and paid once. */
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { defineAgent, defineTool, modelTool } from "../../index.ts";
import { memoryStore } from "../../src/adapters/stores/memory.ts";
import type { ModelAnswer, ModelPort, ModelRequest } from "../../src/contracts/models.ts";
import { canonical } from "../../src/decisions/ingest.ts";
import { finish, type House, house, journalOf, settle } from "../support/house.ts";

/** A service that answers one way for one prompt, and bills by key. Its `deaf` call hears, bills and never answers. */
function service() {
  const billed = new Map<string, string>();
  const state = { deaf: 0, calls: 0 };
  const port: ModelPort = {
    id: "test/model",
    generate: (request, { idempotencyKey }) => {
      const text = canonical(request as never);
      const before = billed.get(idempotencyKey);
      if (before !== undefined && before !== text) throw new Error("another prompt under the same key");
      billed.set(idempotencyKey, text);
      if (++state.calls === state.deaf) return new Promise(() => {});
      return Promise.resolve(answerTo(request));
    },
  };
  return { billed, state, port };
}

const TURNS = 9;

/** Turns of two calls each, with long answers, so that the window is full several times over; then the end. */
function answerTo({ messages, tools = [] }: ModelRequest): ModelAnswer {
  const usage = { inputTokens: 9, outputTokens: 1 };
  if (tools.length === 0) return { text: `summary of ${messages[1]?.role}`, calls: [], stop: "answered", usage };
  const last = messages.findLast((one) => one.role === "assistant");
  const n = last === undefined ? 0 : Number(last.text) + 1;
  if (n === TURNS) return { text: "done", calls: [], stop: "answered", usage };
  const calls = ["a", "b"].map((id) => ({ id: `${n}${id}`, tool: "look", arguments: `{"at":"${n}${id}"}` }));
  return { text: String(n), calls, stop: "tools", usage };
}

const looked: string[] = [];
const look = defineTool({
  name: "look",
  effect: "read",
  input: z.object({ at: z.string() }),
  run: ({ at }) => {
    looked.push(at);
    return { at, seen: `${at} `.repeat(200) };
  },
});

function opened(port: ModelPort, store: ReturnType<typeof memoryStore>): House {
  const model = modelTool(port, { prices: "unpriced", retries: 0 });
  const scout = defineAgent({
    name: "scout",
    instructions: "Look.",
    model,
    tools: [look],
    window: { tokens: 2_000, summarise: true },
  });
  return house(
    { name: "crash", agents: { scout }, planner: { tasks: [{ id: "t", agent: "scout" }] }, retries: 0 },
    { store },
  );
}

async function whole() {
  const { port, billed } = service();
  const home = opened(port, memoryStore());
  const run = await home.orchestrator.start({ objective: "look" });
  const report = await finish(home, run);
  return { report, prompts: [...billed.values()], entries: (await journalOf(run)).length };
}

describe("a process that dies", () => {
  it("V2 at any call of the model is followed by one that asks the same, to the letter, and pays for none twice", async () => {
    const { report, prompts } = await whole();
    expect(report.output).toEqual({ t: "done" });
    expect(prompts.filter((text) => text.includes("You keep the notes")).length).toBeGreaterThan(1);
    for (let deaf = 1; deaf <= prompts.length; deaf++) {
      const { port, billed, state } = service();
      state.deaf = deaf;
      const store = memoryStore();
      const first = opened(port, store);
      const { id } = await first.orchestrator.start({ objective: "look" });
      await settle(400);
      const second = opened(port, store);
      const run = await second.orchestrator.resume(id);
      const after = await finish(second, run);
      expect(after.output, `deaf at ${deaf}`).toEqual({ t: "done" });
      expect([...billed.values()], `deaf at ${deaf}`).toEqual(prompts);
    }
  });

  it("V2 says, run again, what it had said before: nothing of the journal is another", async () => {
    const { port, billed, state } = service();
    state.deaf = 7;
    const store = memoryStore();
    const first = opened(port, store);
    const { id } = await first.orchestrator.start({ objective: "look" });
    await settle(400);
    const before = await store.read(id, 0, 10_000);
    const second = opened(port, store);
    const run = await second.orchestrator.resume(id);
    await finish(second, run);
    const after = await store.read(id, 0, 10_000);
    expect(after.slice(0, before.length)).toEqual(before);
    expect(JSON.stringify(await journalOf(run))).not.toContain("agent.diverged");
    expect(billed.size).toBe((await whole()).prompts.length);
  });
});
