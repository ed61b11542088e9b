/** Tone: what a state, a status or a mark means to whoever glances at it. Each has a glyph too: never colour alone. */
import type { Mark } from "../../../src/contracts/inspection.ts";
import type { RunStatus } from "../../../src/contracts/report.ts";

export type Tone = "calm" | "run" | "wait" | "good" | "bad" | "loop";

export type GlyphName =
  | "running"
  | "waiting"
  | "done"
  | "failed"
  | "stopped"
  | "idle"
  | "loop"
  | "budget"
  | "denied"
  | "question"
  | "conflict"
  | "retry"
  | "late"
  | "share"
  | "quarantine"
  | "order"
  | "plan"
  | "state";

export interface Look {
  readonly tone: Tone;
  readonly glyph: GlyphName;
  readonly label: string;
}

const look = (tone: Tone, glyph: GlyphName, label: string): Look => ({ tone, glyph, label });

export const statusLooks: Readonly<Record<RunStatus, Look>> = {
  running: look("run", "running", "Running"),
  suspended: look("wait", "waiting", "Suspended"),
  completed: look("good", "done", "Completed"),
  failed: look("bad", "failed", "Failed"),
  cancelled: look("calm", "stopped", "Cancelled"),
};

export const markLooks: Readonly<Record<Mark, Look>> = {
  state: look("run", "state", "State"),
  loop: look("loop", "loop", "Loop"),
  budget: look("wait", "budget", "Budget"),
  denied: look("bad", "denied", "Denied"),
  asked: look("wait", "question", "Asked"),
  decided: look("good", "done", "Decided"),
  conflict: look("loop", "conflict", "Conflict"),
  failed: look("bad", "failed", "Failed"),
  retried: look("calm", "retry", "Retried"),
  late: look("calm", "late", "Late"),
  shared: look("calm", "share", "Shared"),
  quarantined: look("bad", "quarantine", "Quarantined"),
  order: look("run", "order", "Order"),
  replanned: look("loop", "plan", "Replanned"),
};

const stateTones: Readonly<Record<string, Tone>> = {
  planning: "loop",
  executing: "run",
  "looping-detected": "loop",
  "over-budget": "wait",
  validating: "run",
  "awaiting-human": "wait",
  paused: "calm",
  completed: "good",
  failed: "bad",
  cancelled: "calm",
};

/** Of the orchestrator's states; a chart of another application has others, and they are calm. */
export const stateTone = (state: string): Tone => stateTones[state] ?? stateTones[state.split(".")[0] ?? ""] ?? "calm";
