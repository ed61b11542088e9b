/**
 * Inspect: what it costs to look at a run.
 *
 * Opening: a journal of 100,000 entries in a file, read by a process that has not seen it. Load: a run that makes entries
 * as fast as the host can, watched by nobody and by three, one of whom takes no notice; runs of as many steps, so that
 * their journals must be the same to the last hash.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { median } from "./lib/measure.mjs";
import { producer } from "./lib/producer.mjs";

const OPENED = 25_000;
const SCRUBS = 200;
const CALIBRATION = 5_000;

export async function measure({ root, extension, seconds, reps }) {
  const load = (path) => import(new URL(`${root}${path}.${extension}`, import.meta.url));
  const dir = mkdtempSync(join(tmpdir(), "bailiwick-bench-"));
  try {
    return { opening: await opening(load, dir), load: await loads(load, dir, { seconds, reps }) };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const timed = async (act) => {
  const begun = performance.now();
  const value = await act();
  return [performance.now() - begun, value];
};

async function opening(load, dir) {
  const file = join(dir, "large.db");
  const made = await producer(load, { file, steps: OPENED });
  await (await made.start()).result;
  await made.orchestrator.stop();
  const { orchestrator } = await producer(load, { file, steps: 0 });
  const { inspection } = orchestrator;
  const lag = monitorEventLoopDelay({ resolution: 1 });
  lag.enable();
  const [{ run, head }] = await inspection.runs({ limit: 1 });
  const [overviewMs] = await timed(() => inspection.overview(run, 600));
  const [rowsMs] = await timed(() => inspection.rows(run, { from: head - 199, limit: 200 }));
  const [momentMs] = await timed(() => inspection.moment(run));
  const [walkMs] = await timed(() => walked(inspection, run));
  const lagMs = lag.max / 1e6;
  lag.disable();
  const jumps = [];
  for (let n = 0; n < SCRUBS; n++) jumps.push((await timed(() => inspection.moment(run, 1 + ((n * 7_919) % head))))[0]);
  const steps = [];
  for (let n = 0; n < SCRUBS; n++) steps.push((await timed(() => inspection.moment(run, 40_000 + n)))[0]);
  const [whyMs] = await timed(() => inspection.why(run, head - 1));
  const [chainMs] = await timed(() => inspection.chain(run));
  const [searchMs] = await timed(() => inspection.rows(run, { from: 1, limit: 10, search: "nothing like it" }));
  await orchestrator.stop();
  return {
    entries: head,
    overviewMs,
    rowsMs,
    momentMs,
    openMs: overviewMs + rowsMs + momentMs,
    walkMs,
    lagMs,
    jumpMs: median(jumps),
    worstJumpMs: Math.max(...jumps),
    stepMs: median(steps),
    whyMs,
    chainMs,
    searchMs,
  };
}

async function walked(inspection, run) {
  while ((await inspection.overview(run, 1)).amountsTo !== undefined)
    await new Promise((resolve) => setTimeout(resolve, 20));
}

async function loads(load, dir, { seconds, reps }) {
  // Once more than is counted, so that the first is not the one that warms up.
  await busy(load, join(dir, "warm.db"), { steps: CALIBRATION, watchers: 3 });
  const { ms } = await busy(load, join(dir, "rate.db"), { steps: CALIBRATION, watchers: 0 });
  const steps = Math.round((CALIBRATION * seconds * 1_000) / ms);
  const rounds = [];
  for (let rep = 0; rep < reps; rep++) {
    for (const watchers of rep % 2 === 0 ? [0, 3] : [3, 0])
      rounds.push(await busy(load, join(dir, `load-${rep}-${watchers}.db`), { steps, watchers }));
  }
  const of = (watchers, field) => rounds.filter((round) => round.watchers === watchers).map((round) => round[field]);
  return {
    steps,
    rounds,
    hashes: [...new Set(rounds.map(({ hash }) => hash))].length,
    slowdown: median(of(3, "ms")) / median(of(0, "ms")) - 1,
    cpuSlowdown: median(of(3, "cpu")) / median(of(0, "cpu")) - 1,
  };
}

async function busy(load, file, { steps, watchers }) {
  const { orchestrator, start } = await producer(load, { file, steps });
  const seen = { frames: 0, rows: 0, gaps: 0, characters: 0, most: 0 };
  const heap = [];
  const cpu = process.cpuUsage();
  const begun = performance.now();
  const run = await start();
  const unwatch = Array.from({ length: watchers }, (_, n) =>
    orchestrator.inspection.watch(run.id, 0, n === 2 ? () => {} : (data) => note(seen, data)),
  );
  const sampling = setInterval(() => heap.push(heapMb()), 1_000);
  await run.result;
  const ms = performance.now() - begun;
  const { user, system } = process.cpuUsage(cpu);
  clearInterval(sampling);
  for (const end of unwatch) end();
  const { head } = await run.verify();
  await orchestrator.stop();
  return {
    watchers,
    ms,
    cpu: (user + system) / 1_000,
    entries: head.seq,
    hash: head.hash,
    heapMb: [Math.min(...heap), Math.max(...heap)],
    ...seen,
  };
}

/** As a server would: each frame becomes text. */
function note(seen, data) {
  seen.characters += JSON.stringify(data).length;
  if (data.kind === "moment") seen.frames++;
  if (data.kind === "gap") seen.gaps++;
  if (data.kind === "rows") {
    seen.rows += data.rows.length;
    seen.most = Math.max(seen.most, data.rows.length);
  }
}

/** What lives, where the process was started so that it can be told. */
function heapMb() {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 1e6;
}

const ms = (value) => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
const percent = (value) => `${(value * 100).toFixed(1)} %`;

export function print({ opening: open, load }) {
  console.log(`opening a run of ${open.entries} entries: ${ms(open.openMs)} (overview ${ms(open.overviewMs)}, rows ${ms(open.rowsMs)}, moment at the head ${ms(open.momentMs)})
  walking it once, in the background: ${ms(open.walkMs)}; the event loop was held for at most ${ms(open.lagMs)}
  then: a jump ${ms(open.jumpMs)} (worst ${ms(open.worstJumpMs)}), a step ${ms(open.stepMs)}
  why ${ms(open.whyMs)}, chain ${ms(open.chainMs)}, search through all ${ms(open.searchMs)}`);
  console.log(
    `\nload: ${load.steps} steps; ${load.hashes === 1 ? "the same journal in all rounds" : `${load.hashes} DIFFERENT journals`}`,
  );
  for (const round of load.rounds)
    console.log(
      `  ${round.watchers} watching: ${ms(round.ms)}, cpu ${ms(round.cpu)}, ${Math.round((round.entries * 1_000) / round.ms)} entries/s, heap ${round.heapMb.map((mb) => mb.toFixed(0)).join("–")} MB, ${round.frames} frames, ${round.rows} rows (at most ${round.most} at once), ${round.gaps} gaps`,
    );
  console.log(`  slowdown by three who watch: ${percent(load.slowdown)} of time, ${percent(load.cpuSlowdown)} of cpu`);
}
