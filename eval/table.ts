/** Table: the results in words and columns, for people. */
import type { DetectionScore, LoopsResult } from "./loops.ts";
import { LOOP_PEERS, type PeerScore, STALL_PEERS } from "./peers.ts";
import type { Score } from "./score.ts";

const two = (value: number | undefined): string => (value === undefined ? "" : value.toFixed(2));
const per = (value: number | null): string => (value === null ? "" : `${Math.round(value * 100)} %`);
const within = (value: number, [low, high]: readonly [number, number]): string =>
  `${two(value)} [${two(low)}–${two(high)}]`;

export function rows(lines: readonly (readonly string[])[]): string {
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? [];
  return lines
    .map((line) => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  "))
    .map((line) => `  ${line.trimEnd()}`)
    .join("\n");
}

const HEAD = ["", "precision", "recall", "F1", "false alarms", "left", "latency"];

const ours = ({ precision, recall, f1, falseAlarmRate, intervals }: Score): readonly string[] => [
  within(precision, intervals.precision),
  within(recall, intervals.recall),
  within(f1, intervals.f1),
  within(falseAlarmRate, intervals.falseAlarmRate),
];

const line = (score: DetectionScore): readonly string[] => [
  "Bailiwick",
  ...ours(score),
  per(score.turnsLeft),
  score.latency === null ? "" : `${score.latency > 0 ? "+" : ""}${score.latency} turns`,
];

const peer = ({ peer: name, precision, recall, f1, falseAlarmRate }: PeerScore): readonly string[] => [
  name,
  two(precision),
  two(recall),
  two(f1),
  two(falseAlarmRate),
];

const found = (score: DetectionScore): string =>
  [
    `  seen by ${
      Object.entries(score.detectors)
        .map(([name, count]) => `${name} ${count}`)
        .join(", ") || "none"
    }`,
    `  missed: ${score.missed.join(", ") || "none"}`,
    `  false alarms: ${score.falseAlarms.join(", ") || "none"}`,
  ].join("\n");

/** Everything measured. Peers' figures are of the development split, and are shown beside that one only. */
export function tableOf(
  { loops, noProgress, pairs, resultPairs, harm, resolvedFlagged }: LoopsResult,
  split: string,
): string {
  const peers = (scores: readonly PeerScore[]): readonly (readonly string[])[] =>
    split === "dev" ? scores.map(peer) : [];
  const stopped = Object.entries(harm.corpora).map(([corpus, one]) => `${corpus} ${one.stopped.length} of ${one.runs}`);
  return [
    `Loops: runs of se_traj, split ${split} (${loops.positives} with a loop, ${loops.negatives} without)`,
    rows([HEAD, line(loops), ...peers(LOOP_PEERS)]),
    found(loops),
    "",
    `No progress: team runs of whowhen, split ${split} (${noProgress.positives} that got nowhere, ${noProgress.negatives} others)`,
    rows([HEAD, line(noProgress), ...peers(STALL_PEERS)]),
    found(noProgress),
    "",
    `Pairs: consecutive actions of se_traj that people coded as repetition (${pairs.positives} of ${pairs.positives + pairs.negatives})`,
    rows([HEAD.slice(0, 5), ["the same call", ...ours(pairs)], ["the same result", ...ours(resultPairs)]]),
    "",
    `Harm: successful runs in which anything was said: ${harm.stopped} of ${harm.runs}, at most ${two(harm.share.high * 100)} % (${stopped.join(", ")})`,
    `Repair runs that reached their end, flagged on the way: ${per(resolvedFlagged.value)} of ${resolvedFlagged.of}`,
    "",
    "Intervals are 95 %: Wilson for shares, bootstrap over runs for F1. Peers' rules were implemented anew from their",
    "sources, without the parts that ask a model; see eval/peers.ts.",
  ].join("\n");
}
