/** Review model: which model a review asks, as its request says it. The key is never part of it, only where it is. */
import * as v from "valibot";

export const reviewModelSchema = v.object({
  /** `provider/name`, as price files name it; the name is what the endpoint is asked for. */
  id: v.string(),
  baseUrl: v.string(),
  /** The variable of the environment that has the key. */
  keyEnv: v.optional(v.string()),
  /** A price file; absent: the model costs nothing. */
  prices: v.optional(v.string()),
});

export type ReviewModel = v.InferOutput<typeof reviewModelSchema>;

export const nameOf = ({ id }: Pick<ReviewModel, "id">): string => id.slice(id.indexOf("/") + 1);
