/** Loops: what the product's loop rule sees in recorded runs, step by step, beside what people and other rules saw. */

import type { LogEvent } from "./corpora/log.ts";
import { type CodedRun, codedRuns } from "./corpora/se-traj.ts";
import { rewardedRuns, type SuccessfulRun, usefulRuns } from "./corpora/successes.ts";
import { teamRuns } from "./corpora/whowhen.ts";
import { medianOf, type Score, type Share, scoreOf, shareOf } from "./score.ts";
import { type Repeats, repeatsIn, turnOf, type Verdict, watch } from "./watch.ts";

/** A score, and how early the verdicts came. */
export interface DetectionScore extends Score {
  /** Median share of the run still to come when a true positive was flagged. */
  readonly turnsLeft: number | null;
  /** Median turns from the onset people noted to the verdict; negative is earlier. */
  readonly latency: number | null;
  readonly missed: readonly string[];
  readonly falseAlarms: readonly string[];
  /** How many verdicts each detector gave. */
  readonly detectors: { readonly [detector: string]: number };
}

export interface Harm {
  readonly stopped: number;
  readonly runs: number;
  readonly share: Share;
  readonly corpora: { readonly [corpus: string]: { readonly stopped: readonly string[]; readonly runs: number } };
}

export interface LoopsResult {
  readonly loops: DetectionScore;
  readonly noProgress: DetectionScore;
  /** One pair: the same call twice. */
  readonly pairs: Score;
  /** One pair: twice the same result, whatever the arguments. People see work in most of these; it takes three. */
  readonly resultPairs: Score;
  readonly harm: Harm;
  /** Of the repair runs whose bug was fixed in the end, those that were flagged on the way. No target: some do loop. */
  readonly resolvedFlagged: Share;
}

interface Watched {
  readonly id: string;
  readonly events: readonly LogEvent[];
  readonly isPositive: boolean;
  readonly onset: number | null;
}

export function evaluateLoops(dir: string, split: string): LoopsResult {
  const coded = codedRuns(dir, split);
  const loops = coded.flatMap(({ isLoop, ...run }) => (isLoop === null ? [] : [{ ...run, isPositive: isLoop }]));
  const stalls = teamRuns(dir, split).map(({ isStalled, ...run }) => ({ ...run, isPositive: isStalled }));
  const resolved = coded.filter(({ isResolved }) => isResolved);
  return {
    loops: detectionOf(loops),
    noProgress: detectionOf(stalls),
    pairs: pairsOf(coded, "calls"),
    resultPairs: pairsOf(coded, "results"),
    harm: harmOf({ tau_bench: rewardedRuns(dir, split), agentdyn: usefulRuns(dir, split) }),
    resolvedFlagged: shareOf(resolved.filter(({ events }) => watch(events) !== undefined).length, resolved.length),
  };
}

const pairsOf = (runs: readonly CodedRun[], kind: keyof Repeats): Score =>
  scoreOf(
    runs.flatMap(({ events, pairs }) => {
      const repeats = repeatsIn(events)[kind];
      return pairs.map(({ step, isRepetition }) => ({ isPositive: isRepetition, isFlagged: repeats.has(step) }));
    }),
  );

function detectionOf(runs: readonly Watched[]): DetectionScore {
  const watched = runs.map((run) => ({ ...run, verdict: watch(run.events) }));
  const hits = watched.flatMap(({ verdict, ...run }) =>
    verdict !== undefined && run.isPositive ? [{ run, verdict }] : [],
  );
  return {
    ...scoreOf(watched.map(({ isPositive, verdict }) => ({ isPositive, isFlagged: verdict !== undefined }))),
    turnsLeft: medianOf(hits.map(({ verdict: { turn, turns } }) => (turns - turn) / turns)),
    latency: medianOf(
      hits.flatMap(({ run: { events, onset }, verdict }) =>
        onset === null ? [] : [verdict.turn - turnOf(events, onset)],
      ),
    ),
    missed: watched.flatMap(({ id, isPositive, verdict }) => (isPositive && verdict === undefined ? [id] : [])),
    falseAlarms: watched.flatMap(({ id, isPositive, verdict }) => (!isPositive && verdict !== undefined ? [id] : [])),
    detectors: countsOf(watched.flatMap(({ verdict }) => (verdict === undefined ? [] : [verdict]))),
  };
}

function countsOf(verdicts: readonly Verdict[]): { readonly [detector: string]: number } {
  const counts: Record<string, number> = {};
  for (const { evidence } of verdicts) counts[evidence.detector] = (counts[evidence.detector] ?? 0) + 1;
  return counts;
}

function harmOf(corpora: { readonly [corpus: string]: readonly SuccessfulRun[] }): Harm {
  const stopped = Object.entries(corpora).map(([corpus, runs]) => {
    const ids = runs.filter(({ events }) => watch(events) !== undefined).map(({ id }) => id);
    return [corpus, { stopped: ids, runs: runs.length }] as const;
  });
  const count = stopped.reduce((sum, [, one]) => sum + one.stopped.length, 0);
  const all = stopped.reduce((sum, [, one]) => sum + one.runs, 0);
  return { stopped: count, runs: all, share: shareOf(count, all), corpora: Object.fromEntries(stopped) };
}
