/** Streaming: what models are saying just now, for whoever watches. Nothing of it is recorded. */
import type { ModelProgress, ProgressOf } from "../../../index.ts";

export interface Streaming {
  /** For the calls of agents. */
  readonly ofCall: (progress: ModelProgress, of: ProgressOf) => void;
  /** For a planner or a judge. */
  readonly of: (who: string) => (progress: ModelProgress) => void;
}

/** Told at each piece: who speaks, the end of what was said, and how many pieces there were. */
export type Listener = (said: { readonly who: string; readonly tail: string; readonly pieces: number }) => void;

const TAIL = 200;

export function streaming(listen: Listener): Streaming {
  const spoken = new Map<string, { call: string; tail: string; pieces: number }>();
  const hear = (who: string, call: string, progress: ModelProgress): void => {
    const before = spoken.get(who);
    const one = before?.call === call ? before : { call, tail: "", pieces: 0 };
    const text = progress.kind === "tool" ? ` [${progress.tool}]` : progress.delta;
    const next = { call, tail: (one.tail + text).slice(-TAIL), pieces: one.pieces + 1 };
    spoken.set(who, next);
    listen({ who, tail: next.tail, pieces: next.pieces });
  };
  return {
    ofCall: (progress, { task, idempotencyKey }) => hear(task, idempotencyKey, progress),
    of: (who) => (progress) => hear(who, who, progress),
  };
}
