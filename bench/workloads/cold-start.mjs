/** W5: from the start of a process to the end of its first run, of one step. */
import { timedRun } from "./single-run.mjs";

export async function coldStart(bench) {
  const begun = performance.now();
  await timedRun(bench, "first", 1);
  return {
    importMs: bench.loadMs,
    openMs: bench.openMs,
    firstRunMs: performance.now() - begun,
    readyMs: performance.now(),
  };
}
