/**
 * Host of a watched run, in a process of its own, so that its cpu is the run's and its server's and no browser's. Says where
 * its page is, begins at a word, says what came of it, and stays until its input ends.
 */
import { createInterface } from "node:readline";
import { producer } from "./lib/producer.mjs";

const HEAP_EVERY_MS = 5_000;
const { root, extension, file, steps, page } = JSON.parse(process.argv[2]);
const load = (path) => import(new URL(`${root}${path}.${extension}`, import.meta.url));
const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);

const { serve } = await load("src/adapters/http");
const { orchestrator, start } = await producer(load, { file, steps });
const served = await serve(orchestrator, { page });
const words = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
say({ url: served.openUrl() });
await words.next();

const heap = [];
const sampling = setInterval(() => heap.push(heapMb()), HEAP_EVERY_MS);
const cpu = process.cpuUsage();
const begun = performance.now();
const run = await start();
await run.result;
const ms = performance.now() - begun;
const { user, system } = process.cpuUsage(cpu);
clearInterval(sampling);
const { head } = await run.verify();
heap.push(heapMb());
say({ ms, cpu: (user + system) / 1_000, entries: head.seq, hash: head.hash, heap });
await words.next();
await served.close();
await orchestrator.stop();
process.exit(0);

/** What lives. */
function heapMb() {
  globalThis.gc();
  return process.memoryUsage().heapUsed / 1e6;
}
