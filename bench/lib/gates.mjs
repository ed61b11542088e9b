/** Gates: what we promise of our own cost, as ratios that hold on any machine. Printed, never asserted. */
import { median } from "./measure.mjs";
import { exponent, good, nameOf, REFERENCE, show, typical } from "./table.mjs";

const OURS = "ours:sqlite";

export const GATES = {
  stepRatio: 2,
  stepExponent: 1.1,
  stepBytes: 2_500,
  bytesExponent: 1.05,
  fanOutGrowth: 12,
  heapPerRun: 200,
};

export function gates(workload, samples) {
  const ours = good(samples).filter((sample) => nameOf(sample) === OURS);
  const sizes = [...new Set(ours.map((sample) => sample.size))].sort((a, b) => a - b);
  const at = (size, field) =>
    typical(
      ours.filter((sample) => sample.size === size),
      field,
    );
  const lines = { W1: stepGates, W2: fanOutGates, W3: parkedGates }[workload]?.(samples, sizes, at) ?? [];
  return lines.map(
    ([label, value, limit]) => `${verdict(value, limit)}  ${label}: ${show(value)} (gate ${show(limit)})`,
  );
}

const verdict = (value, limit) => (value === undefined ? " –  " : value <= limit ? "pass" : "FAIL");

const pairs = (sizes) => sizes.slice(1).map((large, i) => [sizes[i], large]);

function stepGates(samples, sizes, at) {
  const durable = pairs(sizes).map(([small, large]) => [
    `${OURS}, a governed step over ${REFERENCE}, ${small} → ${large}`,
    stepRatio(samples, small, large),
    GATES.stepRatio,
  ]);
  const growth = pairs(sizes).flatMap(([small, large]) => [
    [
      `time exponent ${small} → ${large}`,
      exponent(small, at(small, "total"), large, at(large, "total")),
      GATES.stepExponent,
    ],
    [
      `bytes exponent ${small} → ${large}`,
      exponent(small, at(small, "bytes"), large, at(large, "bytes")),
      GATES.bytesExponent,
    ],
  ]);
  const bytes = pairs(sizes).map(([small, large]) => [
    `bytes stored for a step more, ${small} → ${large}`,
    (at(large, "bytes") - at(small, "bytes")) / (large - small),
    GATES.stepBytes,
  ]);
  return [...durable, ...growth, ...bytes];
}

/** What a step more costs, over what it costs the reference, in the rounds that have both: starting and ending a run is no step. */
function stepRatio(samples, small, large) {
  const more = (name) => {
    const totals = (size) => new Map(of(samples, name, size).map((sample) => [sample.rep, sample.total]));
    const [before, after] = [totals(small), totals(large)];
    return new Map([...after].map(([rep, total]) => [rep, total - before.get(rep)]));
  };
  const [ours, theirs] = [more(OURS), more(REFERENCE)];
  return median([...ours].map(([rep, ms]) => ms / theirs.get(rep)).filter(Number.isFinite));
}

const of = (samples, name, size) => good(samples).filter((sample) => nameOf(sample) === name && sample.size === size);

const fanOutGates = (_, sizes, at) =>
  pairs(sizes)
    .filter(([small, large]) => large === 10 * small)
    .map(([small, large]) => [
      `time of ${large} tasks over that of ${small}`,
      at(large, "total") / at(small, "total"),
      GATES.fanOutGrowth,
    ]);

/** What a process allocates once, compiled code for the most part and some 0.3 MB, would count for much in fewer runs. */
const MANY_RUNS = 10_000;

const parkedGates = (_, sizes, at) =>
  sizes
    .filter((size) => size >= MANY_RUNS)
    .map((size) => [`heap a parked run keeps, bytes, R=${size}`, at(size, "heapPerRun"), GATES.heapPerRun]);
