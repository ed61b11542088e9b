/** Crash trial: kills a run about half-way, starts again, and counts from the effects file what was done twice. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { startChild } from "./process.mjs";

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export async function crashTrial(job, service, seconds) {
  const effects = join(job.dir, "effects.txt");
  const first = startChild({ ...job, workload: "W4crash", effects }, seconds);
  const aim = job.size * (0.4 + 0.2 * Math.random());
  let early;
  void first.done.then((result) => {
    early = result;
  });
  while (early === undefined && toolCalls(effects).length < aim) await pause(2);
  if (early !== undefined) return { error: early.error ?? "the run ended before the kill" };
  first.kill();
  await first.done;
  await service?.crash?.();
  const killedAt = toolCalls(effects).length;
  const size = sizeOf(effects);

  const begun = performance.now();
  await service?.restart?.();
  const second = startChild({ ...job, workload: "W4recovery", effects, service: service?.info }, seconds);
  let onwardMs;
  let result;
  void second.done.then((one) => {
    result = one;
  });
  while (result === undefined) {
    if (onwardMs === undefined && sizeOf(effects) > size) onwardMs = performance.now() - begun;
    await pause(onwardMs === undefined ? 1 : 20);
  }
  if (result.error !== undefined) return result;
  const [tools, models] = [toolCalls(effects), linesOf(effects, "m")];
  return {
    killedAt,
    onwardMs,
    endMs: result.endMs,
    toolTwice: tools.length - new Set(tools).size,
    modelTwice: models.length - new Set(models).size,
    lost: job.size - new Set(tools).size,
  };
}

const sizeOf = (file) => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

function linesOf(file, kind) {
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line.startsWith(kind));
}

const toolCalls = (file) => linesOf(file, "t");
