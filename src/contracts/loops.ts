import type { Digest, TaskId } from "./ids.ts";

/** What saw that a run repeats itself or gets nowhere. */
export type Detector =
  /** The same call with the same result, or a cycle of up to 16 different ones, three times over. */
  | "period"
  /** Different arguments, a place in common, and the same result. */
  | "same-result"
  /** The same failure or refusal of one tool, whatever the arguments. */
  | "same-failure"
  /** Most of what was done lately had been done before, in no order. */
  | "nothing-new"
  /** Several tasks read the same text, under different names. */
  | "same-reading"
  /** Much the same was asked of the same one again and again. */
  | "same-request"
  /** A new plan is an old plan, and nothing was completed in between. */
  | "same-plan"
  /** Most acts are about something else than the task. Only where the settings say to step in. */
  | "drift";

/** Why the run is held to repeat itself: which steps, of which task. */
export interface LoopEvidence {
  readonly detector: Detector;
  /** Empty where it is the plan that repeats. */
  readonly task: TaskId;
  /** What to forbid. Absent where there is no call to forbid. */
  readonly call?: Digest;
  /** Steps in one round of the cycle; 1 for all that is no cycle. */
  readonly period: number;
  /** Rounds, repeats, or askings seen. */
  readonly count: number;
  /** Acts it was seen in, oldest first: `task#attempt/n`, bounded. */
  readonly steps: readonly string[];
}

/** One act that has settled, as the loop rule sees it. What the agent says about it is no part of it. */
export interface LoopStep {
  readonly step: string;
  readonly tool: string;
  /** Identity of tool and arguments, or what the tool declares as its `loopKey`. */
  readonly call: Digest;
  /** What the call is about: the paths and addresses in its arguments. */
  readonly places: readonly string[];
  /** Identity of the result, without what changes by itself. */
  readonly result: string;
  readonly outcome: "completed" | "failed" | "refused";
  /** The call changes nothing, so that all it can bring is information. */
  readonly reads: boolean;
  /** How much the result says: nothing at all, that it is done, or something. */
  readonly says: "nothing" | "done" | "something";
  /** Of a poll: equal results in a row that are as meant. */
  readonly poll: number | null;
  /** It asks a model: what came of it shows in the acts that follow. */
  readonly thinks?: true;
}
