/** Table: medians of each cell, the ratio to the reference in the same round, and how cost grows with size. */
import { median } from "./measure.mjs";

/** What is shown of each workload, the figure compared first. */
export const columns = {
  W1: {
    usPerStep: "µs/step",
    cpuUsPerStep: "CPU µs/step",
    coldUsPerStep: "cold µs/step",
    bytesPerStep: "B stored/step",
    writtenPerStep: "B written/step",
    peakMb: "peak RSS MB",
  },
  W2: {
    usPerTask: "µs/task",
    tasksPerSecond: "tasks/s",
    cpuUsPerTask: "CPU µs/task",
    peakMb: "peak RSS MB",
    heapMb: "heap after MB",
    bytesPerTask: "B stored/task",
    serverMb: "server RSS MB",
  },
  W3: {
    usPerRun: "µs/run to pause",
    heapPerRun: "heap B/run",
    rssPerRun: "RSS B/run",
    bytesPerRun: "B stored/run",
    onwardMs: "answer to next model call ms",
    resumeMs: "answer to end ms",
    coldOnwardMs: "new process to next model call ms",
    coldEndMs: "new process to end ms",
  },
  W4: {
    onwardMs: "restart to first effect ms",
    endMs: "restart to end ms",
    killedAt: "killed after step",
    toolTwice: "tool calls twice",
    modelTwice: "model calls twice",
    lost: "lost",
  },
  W5: {
    readyMs: "start to first run done ms",
    importMs: "import ms",
    openMs: "open ms",
    firstRunMs: "first run ms",
    wallMs: "whole process ms",
    peakMb: "peak RSS MB",
  },
};

export const REFERENCE = "xstate:journal";
const FALLBACK = "bare:memory";

export const nameOf = ({ peer, mode }) => `${peer}:${mode}`;

export const good = (samples) => samples.filter((sample) => sample.error === undefined);

/** Median, over the rounds that have both, of `field` of one cell over that of another. */
export function ratio(samples, name, reference, size, field) {
  const of = (one) => good(samples).filter((sample) => nameOf(sample) === one && sample.size === size);
  const references = new Map(of(reference).map((sample) => [sample.rep, sample[field]]));
  return median(of(name).map((sample) => sample[field] / references.get(sample.rep)));
}

export function mainTable(workload, samples, missing) {
  const fields = Object.keys(columns[workload]);
  const main = fields[0];
  const reference = samples.some((sample) => nameOf(sample) === REFERENCE) ? REFERENCE : FALLBACK;
  const head = ["peer", "size", "n", ...Object.values(columns[workload]), "range", `× ${reference}`];
  const rows = cellsOf(samples).map(([name, size, cell]) => {
    const fine = good(cell);
    if (fine.length === 0)
      return [name, size, 0, `failed: ${String(cell[0].error).replace(/\s+/g, " ").slice(0, 120)}`];
    const values = fine.map((sample) => sample[main]);
    const figures = fields.map((field) => show(median(fine.map((sample) => sample[field]))));
    const range = `${show(Math.min(...values))}–${show(Math.max(...values))}`;
    return [name, size, fine.length, ...figures, range, show(ratio(samples, name, reference, size, main))];
  });
  return text([head, ...rows, ...missing.map((name) => [name, "–", 0, "not installed: run bench/setup.sh"])]);
}

/** `total ~ size^exponent` between neighbouring sizes: 1 is flat, 2 is quadratic. */
export function growthTable(samples) {
  const rows = [];
  for (const name of new Set(samples.map(nameOf))) {
    const sizes = cellsOf(samples).filter(([one]) => one === name);
    for (let i = 1; i < sizes.length; i++) {
      const [[, small, a], [, large, b]] = [sizes[i - 1], sizes[i]];
      const growth = (field) => exponent(small, typical(a, field), large, typical(b, field));
      rows.push([name, `${small} → ${large}`, show(growth("total")), show(growth("bytes"))]);
    }
  }
  return rows.length === 0 ? "" : text([["peer", "sizes", "time exponent", "bytes exponent"], ...rows]);
}

export const typical = (samples, field) => median(good(samples).map((sample) => sample[field]));

export function exponent(small, a, large, b) {
  return a > 0 && b > 0 ? Math.log(b / a) / Math.log(large / small) : undefined;
}

function cellsOf(samples) {
  const cells = Map.groupBy(samples, (sample) => `${nameOf(sample)} ${sample.size}`);
  return [...cells.values()].map((cell) => [nameOf(cell[0]), cell[0].size, cell]).sort(byNameThenSize);
}

const byNameThenSize = (a, b) => a[0].localeCompare(b[0]) || a[1] - b[1];

export function show(value) {
  if (value === undefined || !Number.isFinite(value)) return "–";
  return Math.abs(value) >= 1000 ? Math.round(value).toLocaleString("en") : String(Number(value.toPrecision(3)));
}

/** A Markdown table that is also readable as it is. */
function text(rows) {
  const widths = rows[0].map((_, column) => Math.max(3, ...rows.map((row) => String(row[column] ?? "").length)));
  // A failure may be longer than its column: it has the rest of its line.
  for (const row of rows)
    if (row.length < rows[0].length) widths[row.length - 1] = Math.max(3, ...fullRows(rows, row.length - 1));
  const line = (row) => `| ${row.map((cell, column) => String(cell).padEnd(widths[column])).join(" | ")} |`;
  return [line(rows[0]), line(widths.map((width) => "-".repeat(width))), ...rows.slice(1).map(line)].join("\n");
}

const fullRows = (rows, column) =>
  rows.filter((row) => row.length === rows[0].length).map((row) => String(row[column]).length);
