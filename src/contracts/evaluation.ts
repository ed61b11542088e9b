import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Json } from "./json.ts";
import type { Readers } from "./labels.ts";
import type { Assignment, Finding } from "./plan.ts";

/** What an evaluator says: a score from 0 to 1, and what it found wanting. */
export interface Score {
  readonly score: number;
  readonly findings?: readonly string[];
}

/** Judges an output. `threshold` (default 1) is the least score that passes. */
export interface Evaluator {
  readonly name: string;
  readonly threshold?: number;
  readonly evaluate: (output: Json, assignment: Assignment | undefined) => Score | Promise<Score>;
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
  /** The output of an extractor that has its shape; with who may learn it, where the extractor says so. */
  readonly extracted?: { readonly readers?: Readers };
}
