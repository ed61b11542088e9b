/**
 * Watch: what it costs a run to be watched in real pages, and what it costs the pages.
 *
 * A run that makes entries as fast as the host can, served to nobody and to three pages in Chromium, one of which stalls:
 * its scripts are stopped where they are, so that it reads nothing any more. Runs of as many steps, so that their journals
 * must be the same to the last hash. A step is timed from when the pages are open. Pages and host share this machine's
 * cores; so the same is read once more by readers that draw nothing.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { launchChrome } from "../scripts/chrome.ts";
import { median } from "./lib/measure.mjs";
import { reader } from "./lib/readers.mjs";

const PAGE = fileURLToPath(new URL("../dist/visualizer", import.meta.url));
const HOST = fileURLToPath(new URL("watch-host.mjs", import.meta.url));
const CALIBRATION = 5_000;
const OPENED = 25_000;
const SCROLLED_MS = 3_000;
const RUN = "run_busy";
const MANY = 3;
const WATCHING = ["nobody", "readers", "pages"];
/** How long the pages that go on may take to be at the head, once the run has ended. */
const SETTLE_MS = 15_000;

export async function measure({ root, extension, seconds, reps }) {
  if (!existsSync(join(PAGE, "index.html"))) throw new Error("there is no page: npm run build:page");
  const dir = mkdtempSync(join(tmpdir(), "bailiwick-bench-"));
  const browser = await launchChrome();
  try {
    const round = (name, steps, who) =>
      watched({ browser, job: { root, extension, file: join(dir, `${name}.db`), steps, page: PAGE } }, who);
    const { ms } = await round("rate", CALIBRATION, "nobody");
    const steps = Math.round((CALIBRATION * seconds * 1_000) / ms);
    const rounds = [];
    for (let rep = 0; rep < reps; rep++)
      for (const who of rep % 2 === 0 ? WATCHING : WATCHING.toReversed())
        rounds.push(await round(`${rep}-${who}`, steps, who));
    return { ...compared(rounds), steps, rounds, opening: await opening({ browser, root, extension, dir }) };
  } finally {
    await browser.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** A finished run of 100,000 entries, opened and scrolled in a page. */
async function opening({ browser, root, extension, dir }) {
  const host = hosted({ root, extension, file: join(dir, "large.db"), steps: OPENED, page: PAGE });
  const { url } = await host.heard();
  host.say("go");
  const { entries } = await host.heard();
  const { context, page, sampling } = await opened(browser, url);
  clearInterval(sampling);
  const begun = performance.now();
  await page.evaluate(`location.hash = "#/run/${RUN}?tab=journal&side=why"`);
  await page.locator("[data-panel=journal]").getByText(entries.toLocaleString("en-US")).first().waitFor();
  const ms = performance.now() - begun;
  const frames = await page.evaluate(scrolled, SCROLLED_MS);
  const longest = await page.evaluate("Math.max(0, ...longTasks)");
  await context.close();
  host.say("end");
  return { entries, ms, longestMs: longest, ...frames };
}

/** In the page: turns the journal over as fast as a wheel does, and counts what is drawn. */
async function scrolled(forMs) {
  const list = [...document.querySelectorAll("[data-panel=journal] *")].find(
    (one) => one.scrollHeight > 2 * one.clientHeight,
  );
  const times = [];
  for (let begun = performance.now(); performance.now() - begun < forMs; ) {
    list.scrollTop = Math.max(0, list.scrollTop - 120);
    times.push(await new Promise((resolve) => requestAnimationFrame(resolve)));
  }
  const gaps = times.slice(1).map((at, n) => at - times[n]);
  return { fps: (1_000 * gaps.length) / (times.at(-1) - times[0]), worstFrameMs: Math.max(...gaps) };
}

function compared(rounds) {
  const step = (who, field) => median(rounds.filter((round) => round.who === who).map((round) => round.step[field]));
  const slowdownBy = (who) => ({
    time: step(who, "us") / step("nobody", "us") - 1,
    cpu: step(who, "cpuUs") / step("nobody", "cpuUs") - 1,
  });
  return {
    hashes: new Set(rounds.map(({ hash }) => hash)).size,
    byReaders: slowdownBy("readers"),
    byPages: slowdownBy("pages"),
  };
}

async function watched({ browser, job }, who) {
  const host = hosted(job);
  const { url } = await host.heard();
  const open = await Promise.all(Array.from({ length: who === "pages" ? MANY : 0 }, () => opened(browser, url)));
  const [stalled] = open.slice(2);
  host.say("go");
  await Promise.all(open.map(({ page }) => page.evaluate(`location.hash = "#/run/${RUN}?tab=chart&side=budget"`)));
  if (stalled !== undefined) await stall(stalled);
  const readers = Array.from({ length: who === "readers" ? MANY : 0 }, () => reader(url, RUN));
  const { heap, ...round } = await host.heard();
  const seen = await Promise.all(open.slice(0, 2).map((one) => seenBy(one, round.entries)));
  for (const { context } of open) await context.close();
  // Who is told nothing costs nothing, and would be taken for cheap.
  if (readers.map((end) => end()).includes(0)) throw new Error("a reader was told nothing of the run");
  host.say("end");
  return { who, ...round, heapMb: ends(heap), seen, load: loadavg()[0] };
}

/** Says a word to the host, and hears one after the other what it says. */
function hosted(job) {
  const flags = ["--expose-gc", "--no-warnings"];
  const child = spawn(process.execPath, [...flags, HOST, JSON.stringify(job)], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    say: (word) => child.stdin.write(`${word}\n`),
    heard: async () => {
      const { value, done } = await lines.next();
      if (done) throw new Error("the host has ended; its error stands above");
      return JSON.parse(value);
    },
  };
}

/** Early, the most, and the last. */
const ends = (heap) => (heap.length === 0 ? [] : [heap[0], Math.max(...heap), heap.at(-1)]);

async function opened(browser, url) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await page.addInitScript(() => {
    globalThis.longTasks = [];
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) globalThis.longTasks.push(duration);
    }).observe({ type: "longtask", buffered: true });
  });
  await page.goto(url);
  await page.getByText("Live").waitFor();
  // Only what watching costs, not what opening the page did.
  await page.evaluate("longTasks.length = 0");
  const heap = [];
  const sampling = setInterval(
    () =>
      void pageHeap(session).then(
        (mb) => heap.push(mb),
        () => undefined,
      ),
    5_000,
  );
  return { context, page, session, heap, sampling };
}

async function pageHeap(session) {
  await session.send("HeapProfiler.collectGarbage");
  return (await session.send("Runtime.getHeapUsage")).usedSize / 1e6;
}

/** Its scripts stand still; its socket is open, and nobody reads. */
async function stall({ session, sampling }) {
  clearInterval(sampling);
  await session.send("Debugger.enable");
  await session.send("Debugger.pause");
}

async function seenBy({ page, session, heap, sampling }, head) {
  clearInterval(sampling);
  const slider = page.getByRole("slider", { name: "Moment of the journal" });
  const until = performance.now() + SETTLE_MS;
  let at = 0;
  while (at < head && performance.now() < until) {
    at = Number(await slider.getAttribute("aria-valuenow"));
    await page.waitForTimeout(100);
  }
  const tasks = await page.evaluate("longTasks");
  heap.push(await pageHeap(session));
  return { at, longTasks: tasks.length, longestMs: Math.max(0, ...tasks), heapMb: ends(heap) };
}

const ms = (value) => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
const percent = (value) => `${(value * 100).toFixed(1)} %`;
const heapText = ([early, most, last] = []) =>
  early === undefined
    ? "not measured"
    : `${early.toFixed(0)} MB early, ${last.toFixed(0)} MB at the end, at most ${most.toFixed(0)} MB`;

const slowdown = ({ time, cpu }) => `${percent(time)} of time, ${percent(cpu)} of the host's cpu`;

export function print({ steps, hashes, rounds, byReaders, byPages, opening: open }) {
  console.log(`${steps} steps; ${hashes === 1 ? "the same journal in all rounds" : `${hashes} DIFFERENT journals`}`);
  for (const round of rounds) {
    const rate = Math.round((round.entries * 1_000) / round.ms);
    console.log(
      `  ${round.who}: ${ms(round.ms)}, cpu ${ms(round.cpu)}, ${rate} entries/s; heap ${heapText(round.heapMb)}; load average ${round.load.toFixed(1)}`,
    );
    for (const { at, longTasks, longestMs, heapMb: heap } of round.seen)
      console.log(
        `    a page: ${at === round.entries ? "at the head" : `at ${at} of ${round.entries}`}; ${longTasks} tasks over 50 ms, the longest ${ms(longestMs)}; heap ${heapText(heap)}`,
      );
  }
  console.log(
    `  slowdown of a step by ${MANY} who read all that pages do and draw nothing: ${slowdown(byReaders)}\n  by ${MANY} pages, one of them stalled: ${slowdown(byPages)}`,
  );
  console.log(
    `a run of ${open.entries} entries: ${ms(open.ms)} until its journal is shown; scrolled at ${Math.round(open.fps)} frames a second, the slowest ${ms(open.worstFrameMs)}; longest task ${ms(open.longestMs)}`,
  );
}
