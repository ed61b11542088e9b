/** W2: one run of T tasks of three steps each, 64 at once. What does a task cost, and does a large plan make it dearer? */
import { collect, cpuMs, peakMb, residentBytes } from "../lib/measure.mjs";

const STEPS = 3;
const CONCURRENCY = 64;

export async function fanOut(bench) {
  const { engine, world, size } = bench;
  world.steps = STEPS;
  await engine.fanOut({ id: "warm", tasks: 20, steps: STEPS, concurrency: CONCURRENCY });
  await collect();
  const stored = await bench.stored();
  const tools = world.toolCalls;
  const cpu = process.cpuUsage();
  const begun = performance.now();
  const finished = await engine.fanOut({ id: "fan", tasks: size, steps: STEPS, concurrency: CONCURRENCY });
  const total = performance.now() - begun;
  const used = cpuMs(cpu);
  const toolCalls = world.toolCalls - tools;
  if (finished !== size || toolCalls !== size * STEPS) {
    throw new Error(`${finished} tasks finished and ${toolCalls} tool calls of ${size} tasks`);
  }
  const bytes = (await bench.stored()) - stored;
  const peak = peakMb();
  await collect();
  const heapMb = process.memoryUsage().heapUsed / 2 ** 20;
  const serverMb = bench.servers.reduce((sum, pid) => sum + residentBytes(pid), 0) / 2 ** 20;
  await engine.close?.();
  return {
    total,
    tasksPerSecond: (size * 1000) / total,
    usPerTask: (total * 1000) / size,
    cpuUsPerTask: (used * 1000) / size,
    peakMb: peak,
    heapMb,
    bytes,
    bytesPerTask: bytes / size,
    ...(serverMb > 0 ? { serverMb } : {}),
  };
}
