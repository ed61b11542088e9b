/** Measure: what the machine says about a process and its files. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

export function median(values) {
  const sorted = values.filter((value) => Number.isFinite(value)).sort((a, b) => a - b);
  if (sorted.length === 0) return undefined;
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const FOLD = `const { DatabaseSync } = require("node:sqlite");
for (const file of process.argv.slice(1)) {
  const db = new DatabaseSync(file);
  db.exec("PRAGMA busy_timeout = 5000; PRAGMA wal_checkpoint(TRUNCATE)");
  db.close();
}`;

/**
 * Bytes of the SQLite files in a folder, their logs folded in. By another process: a second SQLite library that closes
 * a file in this one would drop the locks of the library being measured.
 */
export function sqliteBytes(dir) {
  const files = readdirSync(dir)
    .filter((name) => name.endsWith(".db"))
    .map((name) => join(dir, name));
  if (files.length === 0) return 0;
  execFileSync(process.execPath, ["--no-warnings", "-e", FOLD, ...files], { stdio: "ignore" });
  return files.flatMap((file) => [file, `${file}-wal`]).reduce((sum, file) => sum + sizeOf(file), 0);
}

const sizeOf = (file) => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

/** Size of all files below a folder. */
export function folderBytes(dir) {
  return readdirSync(dir, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + sizeOf(join(entry.parentPath, entry.name)), 0);
}

/** A figure from /proc, or 0 where there is none. */
function proc(file, pattern) {
  try {
    return Number(pattern.exec(readFileSync(file, "utf8"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** Bytes a process has handed to write(2) and the like. */
export const writtenBytes = (pid = "self") => proc(`/proc/${pid}/io`, /wchar: (\d+)/);

export const residentBytes = (pid) => proc(`/proc/${pid}/status`, /VmRSS:\s+(\d+)/) * 1024;

export const cpuMs = (since) => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
};

export const peakMb = () => process.resourceUsage().maxRSS / 1024;

/** Collects garbage until there is none. */
export async function collect() {
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < 3; i++) globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
