/**
 * Rounds: A B C … then … C B A, so that drift of the machine falls on every peer alike. Each measurement is a new
 * process in a new folder; a cell that failed, or that would take too long, is told once and not run again.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { crashTrial } from "./crash-trial.mjs";
import { startChild } from "./process.mjs";

/** How often a cell is measured, by how long it takes once. */
const repeats = (wallMs) =>
  wallMs > 90_000 ? 1 : wallMs > 25_000 ? 2 : wallMs > 10_000 ? 3 : Number.POSITIVE_INFINITY;

const COLD_UP_TO = 1_000;

/** @param cells One for each peer and mode: `{ peer, mode, adapter }`. */
export async function measureAll(workload, cells, { sizes, reps, timeout, told, flags }) {
  const samples = [];
  const outcome = new Map();
  for (let rep = 0; rep < reps; rep++) {
    const order = rep % 2 === 1 ? cells.toReversed() : cells;
    for (const size of sizes) {
      for (const cell of order) {
        const name = `${cell.peer}:${cell.mode}`;
        const before = outcome.get(`${name}@${size}`);
        if (isLeftOut(cell, workload, size, samples, timeout) || (before !== undefined && rep >= repeats(before)))
          continue;
        const result = await measure(workload, { ...cell, size, timeout, flags });
        outcome.set(`${name}@${size}`, result.wallMs ?? result.endMs ?? 0);
        const sample = { workload, peer: cell.peer, mode: cell.mode, size, rep, load: loadavg()[0], ...result };
        samples.push(sample);
        told(sample);
      }
    }
  }
  return samples;
}

function isLeftOut(cell, workload, size, samples, timeout) {
  if (size > (cell.adapter.maxSize?.[workload]?.[cell.mode] ?? Number.POSITIVE_INFINITY)) return true;
  const own = samples.filter((sample) => sample.peer === cell.peer && sample.mode === cell.mode);
  if (own.some((sample) => sample.error !== undefined && sample.size <= size)) return true;
  const smaller = own.findLast((sample) => sample.size < size);
  if (smaller === undefined || (workload !== "W2" && workload !== "W3")) return false;
  return (smaller.wallMs * size) / smaller.size / 1000 > 1.2 * timeout;
}

async function measure(workload, { peer, mode, size, adapter, timeout, flags }) {
  const dir = mkdtempSync(join(tmpdir(), `bench-${workload}-${peer}-`));
  let service;
  try {
    service = await adapter.service?.start({ dir, mode });
    const job = { workload, peer, mode, size, dir, service: service?.info };
    if (workload === "W4") return await crashTrial(job, service, timeout);
    const result = await startChild(job, timeout, flags).done;
    if (workload !== "W3" || result.error !== undefined || mode === "memory" || size > COLD_UP_TO) return result;
    await service?.calm?.();
    const cold = await startChild({ ...job, workload: "W3cold" }, timeout).done;
    return cold.error === undefined ? { ...cold, ...result } : { ...result, coldError: cold.error };
  } catch (error) {
    return { error: String(error) };
  } finally {
    await service?.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}
