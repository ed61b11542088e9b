/** Model flags: what the command line says about a model, checked before anything is started. */
import { resolve } from "node:path";
import { UsageError } from "../../complaint.ts";
import type { ReviewModel } from "./review-model.ts";

export interface ModelFlags {
  readonly model?: string;
  readonly baseUrl?: string;
  readonly apiKeyEnv?: string;
  readonly prices?: string;
  readonly unpriced?: boolean;
}

/** Undefined: no model is asked. @throws UsageError for flags that do not go together. */
export function modelOf({ model, baseUrl, apiKeyEnv, prices, unpriced = false }: ModelFlags): ReviewModel | undefined {
  if (model === undefined) {
    const [flag] = Object.entries({ "--base-url": baseUrl, "--api-key-env": apiKeyEnv, "--prices": prices }).flatMap(
      ([name, value]) => (value === undefined ? [] : [name]),
    );
    if (flag !== undefined || unpriced)
      throw new UsageError(`${flag ?? "--unpriced"} is about a model; name it with --model`);
    return undefined;
  }
  if (!/^[^/\s]+\/\S+$/.test(model))
    throw new UsageError(
      `--model is ${JSON.stringify(model)}; give a provider and a name, as in openai-compatible/llama3.2`,
    );
  if (baseUrl === undefined)
    throw new UsageError("give --base-url too: where the model is, as in http://localhost:11434/v1");
  if (!URL.canParse(baseUrl) || !/^https?:$/.test(new URL(baseUrl).protocol))
    throw new UsageError(`--base-url is ${JSON.stringify(baseUrl)}; give a URL, as in http://localhost:11434/v1`);
  const { username, password } = new URL(baseUrl);
  // It is written down with the run.
  if (username !== "" || password !== "")
    throw new UsageError(
      "--base-url holds a name or a password; put the key into the environment, and name it with --api-key-env",
    );
  if (prices === undefined && !unpriced)
    throw new UsageError(
      `it is not known what ${model} costs; give --prices FILE (in the format of models.dev), or --unpriced where it costs nothing, as on a machine of your own`,
    );
  if (prices !== undefined && unpriced) throw new UsageError("--prices and --unpriced exclude each other");
  return {
    id: model,
    baseUrl,
    ...(apiKeyEnv === undefined ? {} : { keyEnv: apiKeyEnv }),
    ...(prices === undefined ? {} : { prices: resolve(prices) }),
  };
}
