/** Score: what a detector is worth, with the uncertainty of a small sample. */

/** One run: what it is, what was said of it, and when. */
export interface Case {
  readonly isPositive: boolean;
  readonly isFlagged: boolean;
}

/** A share with its 95 % interval (Wilson). */
export interface Share {
  readonly value: number;
  readonly of: number;
  readonly low: number;
  readonly high: number;
}

export interface Score {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly falseAlarmRate: number;
  readonly positives: number;
  readonly negatives: number;
  readonly truePositives: number;
  readonly falsePositives: number;
  /** 95 %: Wilson for shares, bootstrap over runs for F1. */
  readonly intervals: {
    readonly precision: readonly [number, number];
    readonly recall: readonly [number, number];
    readonly f1: readonly [number, number];
    readonly falseAlarmRate: readonly [number, number];
  };
}

const Z = 1.959_964;

export function shareOf(part: number, of: number): Share {
  if (of === 0) return { value: 0, of, low: 0, high: 1 };
  const value = part / of;
  const middle = value + (Z * Z) / (2 * of);
  const reach = Z * Math.sqrt((value * (1 - value)) / of + (Z * Z) / (4 * of * of));
  const scale = 1 + (Z * Z) / of;
  return { value, of, low: Math.max(0, (middle - reach) / scale), high: Math.min(1, (middle + reach) / scale) };
}

export function scoreOf(cases: readonly Case[]): Score {
  const positives = cases.filter(({ isPositive }) => isPositive);
  const flagged = cases.filter(({ isFlagged }) => isFlagged);
  const hits = flagged.filter(({ isPositive }) => isPositive).length;
  const alarms = flagged.length - hits;
  const precision = shareOf(hits, flagged.length);
  const recall = shareOf(hits, positives.length);
  const falseAlarms = shareOf(alarms, cases.length - positives.length);
  return {
    precision: precision.value,
    recall: recall.value,
    f1: f1Of(cases),
    falseAlarmRate: falseAlarms.value,
    positives: positives.length,
    negatives: cases.length - positives.length,
    truePositives: hits,
    falsePositives: alarms,
    intervals: {
      precision: [precision.low, precision.high],
      recall: [recall.low, recall.high],
      f1: bootstrap(cases),
      falseAlarmRate: [falseAlarms.low, falseAlarms.high],
    },
  };
}

function f1Of(cases: readonly Case[]): number {
  let hits = 0;
  let sum = 0;
  for (const { isPositive, isFlagged } of cases) {
    if (isPositive && isFlagged) hits++;
    sum += Number(isPositive) + Number(isFlagged);
  }
  return sum === 0 ? 0 : (2 * hits) / sum;
}

const RESAMPLES = 4_000;

/** Draws runs with replacement; the seed is fixed, so that a figure can be had again. */
function bootstrap(cases: readonly Case[]): readonly [number, number] {
  let seed = 20_260_101;
  const random = (): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed / 2 ** 32;
  };
  const draw = (): Case => cases[Math.floor(random() * cases.length)] as Case;
  const scores = Array.from({ length: RESAMPLES }, () => f1Of(cases.map(draw))).sort((a, b) => a - b);
  return [scores[Math.floor(RESAMPLES * 0.025)] ?? 0, scores[Math.floor(RESAMPLES * 0.975)] ?? 0];
}

export function medianOf(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  if (sorted.length === 0) return null;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
