/** W1: one run of S steps, each a model call and a tool call. What does a step cost, and does it stay so? */
import { cpuMs, median } from "../lib/measure.mjs";

const WARM_RUNS = 5;
const WARM_STEPS = 20;

export async function singleRun(bench) {
  const { engine, size } = bench;
  for (let i = 0; i < WARM_RUNS; i++) await timedRun(bench, `warm${i}`, Math.min(size, WARM_STEPS));
  const repeats = Math.max(1, Math.min(20, Math.round(300 / size)));
  const stored = await bench.stored();
  const written = await bench.written();
  const runs = [];
  for (let i = 0; i < repeats; i++) runs.push(await timedRun(bench, `run${i}`, size));
  const writtenPerStep = ((await bench.written()) - written) / repeats / size;
  const bytes = ((await bench.stored()) - stored) / repeats;
  await engine.close?.();
  const ms = median(runs.map((run) => run.ms));
  const cpu = median(runs.map((run) => run.cpu));
  return {
    total: ms,
    usPerStep: (ms * 1000) / size,
    cpuUsPerStep: (cpu * 1000) / size,
    bytes,
    bytesPerStep: bytes / size,
    writtenPerStep,
  };
}

/** One run, with its calls counted: a peer that skips work is not fast. */
export async function timedRun({ engine, world }, id, steps) {
  world.steps = steps;
  const [tools, models] = [world.toolCalls, world.modelCalls];
  const cpu = process.cpuUsage();
  const begun = performance.now();
  await engine.run({ id, steps });
  const ms = performance.now() - begun;
  const used = cpuMs(cpu);
  const [toolCalls, modelCalls] = [world.toolCalls - tools, world.modelCalls - models];
  if (toolCalls !== steps || modelCalls !== steps + 1) {
    throw new Error(`${id}: ${toolCalls} tool calls and ${modelCalls} model calls for ${steps} steps`);
  }
  return { ms, cpu: used };
}
