/**
 * Peers: what other runtimes' loop rules score on the same runs.
 *
 * Their rules were implemented anew from their published sources, each at the commit named, without the parts that ask a
 * model; the last line is the model's own ledger as it stands in the recorded runs.
 */
export interface PeerScore {
  readonly peer: string;
  readonly source: string;
  readonly precision?: number;
  readonly recall?: number;
  readonly f1: number;
  readonly falseAlarmRate?: number;
}

const OPENHANDS = "All-Hands-AI/OpenHands@156d0686";
const GEMINI = "google-gemini/gemini-cli@5411f113";
const CLINE = "cline/cline@21cb8d25";

/** `se_traj`, development split: 11 runs with a loop, 36 without. */
export const LOOP_PEERS: readonly PeerScore[] = [
  { peer: "OpenHands V0", source: OPENHANDS, precision: 1, recall: 0.27, f1: 0.43, falseAlarmRate: 0 },
  { peer: "Gemini CLI, no model", source: GEMINI, precision: 1, recall: 0.45, f1: 0.62, falseAlarmRate: 0 },
  { peer: "3 identical calls (Cline)", source: CLINE, precision: 1, recall: 0.82, f1: 0.9, falseAlarmRate: 0 },
  { peer: "at most 25 turns", source: "a limit", precision: 0.77, recall: 0.91, f1: 0.83, falseAlarmRate: 0.08 },
];

/** `whowhen`, development split: 6 runs that got nowhere, 16 others. */
export const STALL_PEERS: readonly PeerScore[] = [
  { peer: "OpenHands V0", source: OPENHANDS, f1: 0 },
  { peer: "Gemini CLI, no model", source: GEMINI, f1: 0.2 },
  { peer: "3 identical calls (Cline)", source: CLINE, f1: 0.36 },
  { peer: "at most 25 turns", source: "a limit", f1: 0.36 },
  { peer: "Magentic-One's model, 3 stalls", source: "microsoft/autogen@027ecf0a", f1: 0.67, falseAlarmRate: 0.25 },
];
