/** W3: R runs of five steps that then all wait for a person. What does a waiting run keep, and how soon does it go on? */
import { collect, median } from "../lib/measure.mjs";
import { pool } from "../lib/world.mjs";

const STEPS = 5;
const LANES = 64;
const ANSWERED = 21;

export async function parked(bench) {
  const { engine, world, size } = bench;
  world.steps = STEPS;
  world.pause = true;
  await pool(30, LANES, (i) => engine.runUntilPause({ id: `warm${i}`, steps: STEPS }));
  const before = await settled(bench);
  const tools = world.toolCalls;
  const begun = performance.now();
  await pool(size, LANES, (i) => engine.runUntilPause({ id: `run${i}`, steps: STEPS }));
  const total = performance.now() - begun;
  if (world.toolCalls - tools !== size * STEPS) throw new Error(`${world.toolCalls - tools} tool calls`);
  const after = await settled(bench);
  const { onward, resumed } = await answerSome(bench);
  await engine.close?.();
  return {
    total,
    usPerRun: (total * 1000) / size,
    heapPerRun: (after.heap - before.heap) / size,
    rssPerRun: (after.rss - before.rss) / size,
    bytes: after.bytes - before.bytes,
    bytesPerRun: (after.bytes - before.bytes) / size,
    onwardMs: median(onward),
    resumeMs: median(resumed),
  };
}

async function settled(bench) {
  await bench.engine.settle?.();
  await collect();
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rss, heap: heapUsed + external, bytes: await bench.stored() };
}

/** Answers runs from all over the list, one after another. */
async function answerSome({ engine, world, size }) {
  const [onward, resumed] = [[], []];
  const count = Math.min(ANSWERED, size);
  for (let k = 0; k < count; k++) {
    const id = `run${Math.floor((k * (size - 1)) / Math.max(1, count - 1))}`;
    const models = world.modelCalls;
    const begun = performance.now();
    await engine.resume({ id });
    resumed.push(performance.now() - begun);
    onward.push(world.lastModelAt - begun);
    if (world.modelCalls === models) throw new Error(`${id} did not go on after the answer`);
  }
  return { onward, resumed };
}

/** In a new process over the folder that {@link parked} left: answers a run nobody has. Times count from its start. */
export async function parkedCold({ engine, world }) {
  world.steps = STEPS;
  world.pause = true;
  const opened = performance.now();
  await engine.resume({ id: "warm0" });
  if (world.toolCalls !== 0) throw new Error(`going on repeated ${world.toolCalls} tool calls`);
  return { coldOpenMs: opened, coldOnwardMs: world.lastModelAt, coldEndMs: performance.now() };
}
