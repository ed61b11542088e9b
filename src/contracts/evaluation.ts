import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Json } from "./json.ts";
import type { Readers } from "./labels.ts";
import type { Assignment, Finding } from "./plan.ts";
import type { PromptUse } from "./prompts.ts";
import type { Cost, EffectContext } from "./tools.ts";

/** What an evaluator says: a score from 0 to 1, and what it found wanting. */
export interface Score {
  readonly score: number;
  readonly findings?: readonly string[];
  /** What it cost to find out. Without it the whole estimate is taken as spent. */
  readonly costUsd?: number;
  readonly tokens?: number;
}

/** Judges an output. `threshold` (default 1) is the least score that passes. */
export interface Evaluator {
  readonly name: string;
  readonly threshold?: number;
  /** What it looks for, in words. It stands beside the score in reports, and is told to whoever revises. */
  readonly rubric?: string;
  /** The most one evaluation can cost; held before the work it judges begins. Absent: free. */
  readonly estimate?: { readonly costUsd?: number; readonly tokens?: number };
  /** The words of a model that judges. */
  readonly prompt?: PromptUse;
  readonly evaluate: (
    output: Json,
    assignment: Assignment | undefined,
    context: EffectContext,
  ) => Score | Promise<Score>;
}

/** Something the objective asks for, as a machine can tell. */
export interface AcceptanceCheck {
  readonly name: string;
  /** Whether it holds, or how much of it does, from 0 to 1. */
  readonly check: (achieved: Achieved) => boolean | number | Promise<boolean | number>;
}

/** What there is so far. */
export interface Achieved {
  /** Outputs of completed tasks. */
  readonly outputs: { readonly [task: string]: Json };
  /** Values of the blackboard. */
  readonly board: { readonly [key: string]: Json };
}

/** How much of each criterion holds, by its name. */
export interface Acceptance {
  readonly [criterion: string]: number;
}

/** What an output must satisfy: a schema, and evaluators. */
export interface Checks {
  readonly schema?: StandardSchemaV1;
  readonly evaluators?: readonly Evaluator[];
}

/** Checks and scores taken together. */
export interface Review {
  readonly accepted: boolean;
  readonly scores: { readonly [evaluator: string]: number };
  readonly findings: readonly Finding[];
  /** What its evaluators cost, where they have a price. */
  readonly cost?: Cost;
  /** The output of an extractor that has its shape; with who may learn it, where the extractor says so. */
  readonly extracted?: { readonly readers?: Readers };
}
