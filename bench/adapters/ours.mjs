/**
 * Bailiwick, governed as an application would have it: an allow-list policy, caps on everything, the loop rule on.
 *
 *   memory       the memory store
 *   sqlite       the SQLite store; calls are priced in tokens, so no intent waits for the disk (as WAL, NORMAL)
 *   priced       the same with model calls priced in dollars: their intents are on the platter before they are made
 *   once         the same with `work` left at the default class, `once`: its intents are on the platter as well
 *   sqlite-full  every commit on the platter
 *
 * A step is a call of tool `model` (read) with the last tool result, then of tool `work` (idempotent) with the step's
 * number; so the arguments of no two calls are alike, and the loop rule has nothing to say.
 */
import { join } from "node:path";
import { Slips } from "../lib/slips.mjs";

const stored = ["sqlite", "priced", "once", "sqlite-full"];
const root = process.env.BENCH_SOURCE === "1" ? "../../" : "../dist/";
const extension = process.env.BENCH_SOURCE === "1" ? "ts" : "js";

let bailiwick;

const policy = {
  id: "bench-allow-list@1",
  decide: ({ call }) =>
    call.tool === "model" || call.tool === "work"
      ? { kind: "allow", rule: "bench.allow-list" }
      : { kind: "deny", rule: "bench.allow-list", reason: `"${call.tool}" is not on the list` },
};

const budget = {
  maxCostUsd: 10_000,
  maxTokens: 1_000_000_000,
  maxSteps: 10_000_000,
  maxToolCalls: 10_000_000,
  maxWallMs: 3_600_000,
};

export const adapter = {
  workloads: {
    W1: ["memory", ...stored],
    W2: ["memory", ...stored],
    W3: ["memory", "sqlite"],
    W4: ["sqlite", "priced"],
    W5: ["memory", "sqlite"],
  },
  async load() {
    bailiwick = await import(`${root}index.${extension}`);
  },
  async open({ mode, dir, world }) {
    const store = await storeOf(mode, dir);
    const worker = workerOf(world, mode);
    const orchestrator = (tasks, concurrency) =>
      bailiwick.createOrchestrator({
        name: "bench",
        agents: { worker },
        planner: { tasks: Array.from({ length: tasks }, (_, task) => ({ id: `t${task}`, agent: "worker" })) },
        policy,
        budget,
        loops: { identical: 3, interventions: 3 },
        concurrency,
        store,
        parkAfterMs: 0,
      });
    const single = orchestrator(1, 8);
    const slips = new Slips(join(dir, "slips.txt"));
    return {
      run: async ({ id }) => finished(await (await single.start({ objective: id })).result),
      async fanOut({ id, tasks, concurrency }) {
        const run = await orchestrator(tasks, concurrency).start({ objective: id });
        const report = finished(await run.result);
        return report.tasks.filter((task) => task.status === "completed").length;
      },
      // Who is to answer keeps the question: outside this process, so that its memory is not counted as ours.
      async runUntilPause({ id }) {
        const run = await single.start({ objective: id });
        const [question] = (await run.result).pendingApprovals;
        slips.put(id, { run: run.id, requestId: question.id, digest: question.digest });
      },
      async resume({ id }) {
        const { run, requestId, digest } = slips.get(id);
        const value = world.answer(world.steps);
        const receipt = await single.decide({ requestId, digest, decision: "answer", value, by: "person" });
        if (!receipt.accepted) throw new Error(`${id}: ${receipt.code} ${receipt.reason}`);
        finished(await single.run(run).result);
      },
      async recover() {
        const [run] = await single.recover();
        finished(await run.result);
      },
      settle: () => new Promise((resolve) => setTimeout(resolve, 20)),
      close: () => single.stop(),
    };
  },
};

async function storeOf(mode, dir) {
  if (mode === "memory") return bailiwick.memoryStore();
  const { sqliteStore } = await import(`${root}src/adapters/stores/sqlite.${extension}`);
  return sqliteStore(join(dir, "ours.db"), mode === "sqlite-full" ? { durability: "full" } : {});
}

function workerOf(world, mode) {
  const isPriced = mode === "priced";
  const model = bailiwick.defineTool({
    name: "model",
    effect: "read",
    estimate: () => ({ tokens: 500, ...(isPriced ? { costUsd: 0.01 } : {}) }),
    run: async ({ last }, { spent }) => {
      spent({ tokens: 100, ...(isPriced ? { costUsd: 0.002 } : {}) });
      return world.decide(last);
    },
  });
  const effect = mode === "once" ? "once" : "idempotent";
  const work = bailiwick.defineTool({ name: "work", effect, run: async ({ i }) => world.work(i) });
  return bailiwick.defineAgent({
    name: "worker",
    tools: [model, work],
    async run(_assignment, { tool, ask }) {
      let last = null;
      for (;;) {
        const move = await tool("model", { last });
        if (move.final) return move.text;
        last = move.tool === "ask" ? await ask("go on?") : await tool("work", { i: move.i });
      }
    },
  });
}

function finished(report) {
  if (report.status === "completed") return report;
  throw new Error(`${report.run} is ${report.status}: ${report.failure?.message ?? report.state}`);
}
