/**
 * W1: one run of S steps, each a model call and a tool call. What does a step cost, and does it stay so?
 *
 * A runtime lives in processes that live long, so the process has run before it is measured: until then the compiler is
 * measured as much as the runtime. What the first steps of a process cost is told beside it (`cold`).
 */
import { cpuMs, median } from "../lib/measure.mjs";

const COLD_RUNS = 5;
const COLD_STEPS = 20;
const WARM_STEPS = 4_000;
const WARM_RUN = 100;
/** A slow peer is warm enough after this. */
const WARM_MS = 4_000;

export async function singleRun(bench) {
  const { engine, size } = bench;
  const coldUsPerStep = await cold(bench);
  await warm(bench);
  const repeats = Math.max(1, Math.min(40, Math.round(1_000 / size)));
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
    coldUsPerStep,
    bytes,
    bytesPerStep: bytes / size,
    writtenPerStep,
  };
}

/** The first hundred steps of the process, a few at a time. */
async function cold(bench) {
  let ms = 0;
  for (let i = 0; i < COLD_RUNS; i++) ms += (await timedRun(bench, `cold${i}`, COLD_STEPS)).ms;
  return (ms * 1000) / COLD_RUNS / COLD_STEPS;
}

async function warm(bench) {
  const until = performance.now() + WARM_MS;
  for (let steps = 0; steps < WARM_STEPS && performance.now() < until; steps += WARM_RUN) {
    await timedRun(bench, `warm${steps}`, WARM_RUN);
  }
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
