/** Child: one measurement in a process of its own. Its argument is a job as JSON; its last line is the result. */

import { peakMb, sqliteBytes, writtenBytes } from "./lib/measure.mjs";
import { adapterOf } from "./lib/peers.mjs";
import { World } from "./lib/world.mjs";
import { coldStart } from "./workloads/cold-start.mjs";
import { crash, recovery } from "./workloads/crash.mjs";
import { fanOut } from "./workloads/fan-out.mjs";
import { parked, parkedCold } from "./workloads/parked.mjs";
import { singleRun } from "./workloads/single-run.mjs";

const workloads = {
  W1: singleRun,
  W2: fanOut,
  W3: parked,
  W3cold: parkedCold,
  W4crash: crash,
  W4recovery: recovery,
  W5: coldStart,
};

const job = JSON.parse(process.argv[2]);
const adapter = await adapterOf(job.peer);
await adapter.load();
const loadMs = performance.now();
const world = new World(job.effects);
const engine = await adapter.open({ mode: job.mode, dir: job.dir, world, service: job.service });
const openMs = performance.now() - loadMs;
const servers = job.service?.pids ?? [];

const bench = {
  engine,
  world,
  size: job.size,
  servers,
  loadMs,
  openMs,
  async stored() {
    await engine.settle?.();
    return engine.storedBytes ? engine.storedBytes() : sqliteBytes(job.dir);
  },
  written: () => engine.writtenBytes?.() ?? writtenBytes() + servers.reduce((sum, pid) => sum + writtenBytes(pid), 0),
};

const result = await workloads[job.workload](bench);
const line = `@@${JSON.stringify({ peakMb: peakMb(), ...result })}\n`;
// Peers leave timers and sockets behind; the measurement is over all the same.
process.stdout.write(line, () => process.exit(0));
