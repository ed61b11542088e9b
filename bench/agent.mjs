/**
 * Agent: what a turn of an agent that is a language model costs beside the model itself.
 *
 * One conversation of S turns; in each the model asks for one call of one tool, and gets its answer. The model is a mock of
 * the AI SDK that answers at once, streamed, the same for all: what is measured is the loop around it. `bare` is the SDK's
 * own `streamText` with its tools and nothing else; ours goes through the gate, with a journal in memory or on disk.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { cpuMs, median, sqliteBytes } from "./lib/measure.mjs";
import { show } from "./lib/table.mjs";

const SIZES = [10, 50];
const WINDOW = 1_000_000;

export async function measure({ root, extension, reps }) {
  const ours = await import(`${root}index.${extension}`);
  const { aiSdkModel } = await import(`${root}src/adapters/models/ai-sdk.${extension}`);
  const { sqliteStore } = await import(`${root}src/adapters/stores/sqlite.${extension}`);
  const sdk = await import("ai");
  const { MockLanguageModelV4 } = await import("ai/test");
  const modelOf = (turns) => mockModel(sdk, MockLanguageModelV4, turns);
  const governed = (turns, store, file) => govern(ours, { model: aiSdkModel(modelOf(turns)), store, turns, file });
  const ways = {
    "bare: streamText": (turns) => bare(sdk, modelOf(turns), turns),
    "ours, journal in memory": (turns) => governed(turns, ours.memoryStore()),
    "ours, journal on disk": (turns) => onDisk(sqliteStore, (store, file) => governed(turns, store, file)),
  };
  const cells = SIZES.flatMap((turns) => Object.entries(ways).map(([name, run]) => ({ turns, name, run, rounds: [] })));
  for (let rep = -2; rep < reps; rep++) {
    for (const one of rep % 2 === 0 ? cells : cells.toReversed()) {
      const cpu = process.cpuUsage();
      const begun = performance.now();
      const { bytes } = await one.run(one.turns);
      const wall = performance.now() - begun;
      if (rep >= 0) one.rounds.push({ wall: wall / one.turns, cpu: cpuMs(cpu) / one.turns, bytes: bytes / one.turns });
    }
  }
  const of = (rounds, field) => median(rounds.map((round) => round[field]));
  return cells.map(({ turns, name, rounds }) => ({
    turns,
    name,
    msPerTurn: of(rounds, "wall"),
    cpuMsPerTurn: of(rounds, "cpu"),
    bytesPerTurn: of(rounds, "bytes"),
  }));
}

export function print(found) {
  const rows = found.map(({ turns, name, msPerTurn, cpuMsPerTurn, bytesPerTurn }) => {
    const base = found.find((one) => one.turns === turns).msPerTurn;
    return [turns, name, show(msPerTurn), show(cpuMsPerTurn), show(msPerTurn - base), show(bytesPerTurn)];
  });
  const lines = [["turns", "loop", "ms/turn", "CPU ms/turn", "ms more than bare", "journal bytes/turn"], ...rows];
  const widths = lines[0].map((_, at) => Math.max(...lines.map((line) => String(line[at]).length)));
  console.log(
    lines
      .map((line) =>
        line
          .map((cell, at) => String(cell).padEnd(widths[at]))
          .join("  ")
          .trimEnd(),
      )
      .join("\n"),
  );
  console.log(`\na turn is one answer of the model and one call of a tool; load ${loadavg()[0].toFixed(1)}`);
}

const usage = {
  inputTokens: { total: 100, noCache: 100, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 10, text: 10, reasoning: 0 },
};

function mockModel({ simulateReadableStream }, Mock, turns) {
  let turn = 0;
  return new Mock({
    provider: "mock",
    modelId: "mock",
    doStream: async () => {
      turn++;
      const isLast = turn > turns;
      const said = isLast
        ? [
            { type: "text-start", id: "t" },
            { type: "text-delta", id: "t", delta: "done" },
            { type: "text-end", id: "t" },
          ]
        : [
            {
              type: "tool-call",
              toolCallId: `call-${turn}`,
              toolName: "look",
              input: JSON.stringify({ at: `place ${turn}` }),
            },
          ];
      const finishReason = { unified: isLast ? "stop" : "tool-calls", raw: undefined };
      const chunks = [{ type: "stream-start", warnings: [] }, ...said, { type: "finish", finishReason, usage }];
      return { stream: simulateReadableStream({ chunks, initialDelayInMs: null, chunkDelayInMs: null }) };
    },
  });
}

const SCHEMA = { type: "object", properties: { at: { type: "string" } }, required: ["at"] };
const look = ({ at }) => `seen ${at}: nothing to speak of, but much of it`;

async function bare({ streamText, tool, jsonSchema, isStepCount }, model, turns) {
  const tools = {
    look: tool({ description: "Looks.", inputSchema: jsonSchema(SCHEMA), execute: async (args) => look(args) }),
  };
  const { text } = streamText({
    model,
    system: "You look around.",
    prompt: "Look.",
    tools,
    stopWhen: isStepCount(turns + 1),
  });
  assertDone(await text);
  return { bytes: 0 };
}

async function govern({ createOrchestrator, defineAgent, defineTool, modelTool }, { model, store, turns, file }) {
  const input = {
    "~standard": {
      version: 1,
      vendor: "bench",
      validate: (value) => ({ value }),
      jsonSchema: { input: () => SCHEMA, output: () => SCHEMA },
    },
  };
  const agent = defineAgent({
    name: "scout",
    instructions: "You look around.",
    model: modelTool(model, { name: "model", prices: "unpriced" }),
    tools: [defineTool({ name: "look", description: "Looks.", effect: "read", input, run: look })],
    maxTurns: turns + 1,
    window: { tokens: WINDOW },
  });
  const planner = { tasks: [{ id: "t", agent: "scout" }] };
  const budget = { maxCostUsd: 1, maxTokens: 1_000_000_000, maxSteps: 10_000, maxToolCalls: 10_000 };
  const orchestrator = createOrchestrator({ name: "bench", agents: { agent }, planner, budget, store });
  const { output } = await (await orchestrator.start({ objective: "Look." })).result;
  assertDone(output?.t);
  await orchestrator.stop();
  return { bytes: file === undefined ? 0 : sqliteBytes(file) };
}

async function onDisk(sqliteStore, run) {
  const folder = mkdtempSync(join(tmpdir(), "bench-agent-"));
  try {
    return await run(sqliteStore(join(folder, "runs.db")), folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function assertDone(text) {
  if (text !== "done") throw new Error(`the conversation ended with ${JSON.stringify(text)}`);
}
