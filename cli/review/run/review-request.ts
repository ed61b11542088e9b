/** Review request: what a review was asked to do; the input of its run, so that a resume needs to be told nothing again. */
import * as v from "valibot";
import type { Json } from "../../../index.ts";
import { reviewModelSchema } from "../model/review-model.ts";

const schema = v.object({
  /** Absolute, as all paths here: a resume may come from another folder. */
  dir: v.string(),
  out: v.string(),
  store: v.string(),
  /** Absent: the review's own agents. */
  model: v.optional(reviewModelSchema),
});

export type ReviewRequest = v.InferOutput<typeof schema>;

/** The request in a run's input; undefined when the run is no review. */
export function requestIn(input: Json | undefined): ReviewRequest | undefined {
  const parsed = v.safeParse(schema, input);
  return parsed.success ? parsed.output : undefined;
}
