/**
 * Host of a watched run, in a process of its own, so that its cpu is the run's and its server's and no browser's. Says where
 * its page is, begins at a word, says what came of it, and stays until its input ends.
 */
import { createInterface } from "node:readline";
import { producer } from "./lib/producer.mjs";

const HEAP_EVERY_MS = 5_000;
/** By then pages have the run open, and the compiler has seen the code. */
const OPENING_MS = 3_000;
const { root, extension, file, steps, page } = JSON.parse(process.argv[2]);
const load = (path) => import(new URL(`${root}${path}.${extension}`, import.meta.url));
const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);

const { serve } = await load("src/adapters/http");
const { orchestrator, start, done } = await producer(load, { file, steps });
const served = await serve(orchestrator, { page });
const words = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
say({ url: served.openUrl() });
await words.next();

const heap = [];
const sampling = setInterval(() => heap.push(heapMb()), HEAP_EVERY_MS);
const begun = moment();
let opened = begun;
const opening = setTimeout(() => (opened = moment()), OPENING_MS);
const run = await start();
await run.result;
const ended = moment();
clearTimeout(opening);
clearInterval(sampling);
const { head } = await run.verify();
heap.push(heapMb());
say({ ...between(begun, ended), step: perStep(opened, ended), entries: head.seq, hash: head.hash, heap });
await words.next();
await served.close();
await orchestrator.stop();
process.exit(0);

function moment() {
  const { user, system } = process.cpuUsage();
  return { at: performance.now(), cpu: (user + system) / 1_000, steps: done() };
}

function between(from, to) {
  return { ms: to.at - from.at, cpu: to.cpu - from.cpu };
}

function perStep(from, to) {
  const { ms, cpu } = between(from, to);
  const steps = to.steps - from.steps;
  return { us: (ms * 1_000) / steps, cpuUs: (cpu * 1_000) / steps };
}

/** What lives. */
function heapMb() {
  globalThis.gc();
  return process.memoryUsage().heapUsed / 1e6;
}
