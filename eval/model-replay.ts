/**
 * Model replay: recorded runs of a language model, through a real orchestrator. The model says what it said then, its
 * tools answer what they answered then, and the customer is the person who is asked.
 */
import { defineAgent } from "../actors/define-agent.ts";
import { defineTool } from "../actors/define-tool.ts";
import { modelTool } from "../actors/model-tool.ts";
import { Orchestrator } from "../actors/orchestrator.ts";
import { pricesOf } from "../actors/prices.ts";
import type { Run } from "../actors/run.ts";
import { systemClock } from "../src/adapters/clock.ts";
import { superjsonCodec } from "../src/adapters/codec.ts";
import { sha256 } from "../src/adapters/hash.ts";
import { processHolder } from "../src/adapters/holder.ts";
import { memoryStore } from "../src/adapters/stores/memory.ts";
import { RuntimeError } from "../src/contracts/errors.ts";
import type { Json, JsonObject } from "../src/contracts/json.ts";
import type { CallUsage } from "../src/contracts/prices.ts";
import type { RunReport } from "../src/contracts/report.ts";
import type { Tool } from "../src/contracts/tools.ts";
import { canonical } from "../src/decisions/ingest.ts";
import { type ScriptedAnswer, scriptedModel } from "../src/testing/scripted-model.ts";
import type { Dialog, RecordedToolCall, RecordedTurn } from "./corpora/tau-bench.ts";

/** What one recorded run came to. */
export interface Replayed {
  readonly id: string;
  readonly isRewarded: boolean;
  readonly status: RunReport["status"];
  /** Calls of the log, and those that reached their tools, in order and with their arguments. */
  readonly recorded: number;
  readonly reached: number;
  readonly isInOrder: boolean;
  /** What the log comes to, and what the run's books say. */
  readonly expected: Books;
  readonly counted: Books;
  readonly isLoop: boolean;
  readonly failure?: string;
}

export interface Books {
  /** Of tools and of the model. */
  readonly toolCalls: number;
  readonly tokens: number;
  readonly costMicroUsd: number;
}

const MODEL = "openai/gpt-4o";
/** Dollars for a million tokens. The logs say no usage: a token is taken for four characters, on both sides. */
const RATES = { input: 2.5, output: 10 };

/** Replays one run. With `spare`, so many calls less may be made than the log has. */
export async function replay(dialog: Dialog, spare = 0): Promise<Replayed> {
  const lines = linesOf(dialog.turns);
  const usages: CallUsage[] = [];
  const model = scriptedModel(
    lines.map((line) => ({ messages }) => {
      const usage = {
        inputTokens: tokensIn(messages as unknown as Json),
        outputTokens: tokensIn(line as unknown as Json),
      };
      usages.push(usage);
      return { ...line, usage };
    }),
    { id: MODEL },
  );
  const calls = dialog.turns.flatMap((turn) => turn.calls);
  const made: RecordedToolCall[] = [];
  const cap = lines.length + calls.length - spare;
  const orchestrator = orchestratorOf(dialog, toolsOf(calls, made), { model, cap, turns: lines.length });
  const run = await orchestrator.start({ objective: dialog.opening });
  const report = await converse(orchestrator, run, dialog.turns);
  const isLoop = await hasLooped(run);
  await orchestrator.stop();
  const { toolCalls, tokens, costMicroUsd } = report.spend;
  return {
    id: dialog.id,
    isRewarded: dialog.isRewarded,
    status: report.status,
    recorded: calls.length,
    reached: made.length,
    isInOrder: isSame(calls, made),
    expected: { toolCalls: cap + spare, ...sumOf(usages) },
    counted: { toolCalls, tokens, costMicroUsd },
    isLoop,
    ...(report.failure === undefined ? {} : { failure: `${report.failure.code}: ${report.failure.message}` }),
  };
}

const tokensIn = (value: Json): number => Math.ceil(JSON.stringify(value).length / 4);

function sumOf(usages: readonly CallUsage[]): Omit<Books, "toolCalls"> {
  let [tokens, costMicroUsd] = [0, 0];
  for (const { inputTokens, outputTokens } of usages) {
    tokens += inputTokens + outputTokens;
    costMicroUsd += Math.ceil(inputTokens * RATES.input + outputTokens * RATES.output);
  }
  return { tokens, costMicroUsd };
}

const isSame = (recorded: readonly RecordedToolCall[], made: readonly RecordedToolCall[]): boolean =>
  recorded.length === made.length &&
  recorded.every(({ tool, args }, n) => tool === made[n]?.tool && canonical(args) === canonical(made[n]?.args ?? null));

/** What the model says, answer by answer. What it says to the customer is a question to a person. */
function linesOf(turns: readonly RecordedTurn[]): readonly ScriptedAnswer[] {
  const lines = turns.map(({ text, calls, reply }, n): ScriptedAnswer => {
    if (calls.length > 0)
      return { text, calls: calls.map(({ id, tool, args }) => ({ id, tool, arguments: JSON.stringify(args) })) };
    if (reply !== undefined) return { calls: [{ id: `ask_${n}`, tool: "ask_person", arguments: { question: text } }] };
    return n < turns.length - 1 ? { text, stop: "paused" } : { text };
  });
  const last = turns.at(-1);
  const isOpen = last === undefined || last.calls.length > 0 || last.reply !== undefined;
  return isOpen ? [...lines, { text: "The conversation is over." }] : lines;
}

/** Tools that answer as they did. A tool that is called out of turn answers nothing. */
function toolsOf(calls: readonly RecordedToolCall[], made: RecordedToolCall[]) {
  return [...new Set(calls.map(({ tool }) => tool))].map((name) =>
    defineTool({
      name,
      input: ANYTHING,
      run: (args: Json) => {
        const recorded = calls[made.length];
        made.push({ id: "", tool: name, args, result: "", failed: false });
        if (recorded === undefined) return null;
        if (recorded.failed) throw new RuntimeError("tool.rejected", recorded.result);
        return recorded.result;
      },
    }),
  );
}

const anything = (): JsonObject => ({ type: "object" });
/** Anything passes, and says so: a model can be told of it. */
const ANYTHING = {
  "~standard": {
    version: 1,
    vendor: "eval",
    validate: (value: unknown) => ({ value: value as Json }),
    jsonSchema: { input: anything, output: anything },
  },
} as NonNullable<Tool<string, Json, Json, unknown>["input"]>;

interface Staff {
  readonly model: Parameters<typeof modelTool>[0];
  readonly cap: number;
  readonly turns: number;
}

function orchestratorOf(dialog: Dialog, tools: ReturnType<typeof toolsOf>, { model, cap, turns }: Staff): Orchestrator {
  const prices = pricesOf({ openai: { models: { "gpt-4o": { cost: RATES } } } });
  const assistant = defineAgent({
    name: "assistant",
    instructions: "Serve the customer.",
    model: modelTool(model, { name: "model", prices }),
    tools,
    asksPeople: true,
    maxTurns: turns + 1,
    window: { tokens: 1_000_000 },
  });
  let signals = 0;
  return new Orchestrator(
    {
      name: "replay",
      agents: { assistant },
      planner: { tasks: [{ id: "serve", agent: "assistant", retries: 0 }], output: "serve" },
      budget: { maxToolCalls: cap },
      approvals: { askAboutRun: false },
    },
    {
      store: memoryStore(),
      clock: systemClock(),
      holder: processHolder(`replay-${dialog.id}`),
      sha256,
      codec: superjsonCodec(),
      newId: () => "run",
      newSignalId: () => `signal-${++signals}`,
    },
  );
}

/** Answers as the customer did, until the run is over. */
async function converse(orchestrator: Orchestrator, run: Run, turns: readonly RecordedTurn[]): Promise<RunReport> {
  const replies = turns.flatMap(({ calls, reply }) => (calls.length > 0 || reply === undefined ? [] : [reply]));
  for (let answered = 0; ; answered++) {
    const report = await run.result;
    const [question] = report.pendingApprovals;
    const value = replies[answered];
    if (report.status !== "suspended" || question?.kind !== "answer" || value === undefined) return report;
    const { id: requestId, digest } = question;
    await orchestrator.decide({ requestId, digest, decision: "answer", value, by: "customer" });
  }
}

async function hasLooped(run: Run): Promise<boolean> {
  for await (const { moved } of run.events())
    if (moved.some(({ path }) => path.includes("looping-detected"))) return true;
  return false;
}
