/**
 * Model access: the model of a review, reached. What is wrong is found out before the review begins, and said in one line.
 *
 * The key is read from the environment, goes into the requests and nowhere else: no message here has it.
 */
import { type ModelPort, type ModelUse, modelPrices } from "../../../index.ts";
import { UsageError } from "../../complaint.ts";
import { nameOf, type ReviewModel } from "./review-model.ts";

export interface ModelAccess {
  readonly model: ModelPort;
  readonly prices: ModelUse["prices"];
  /** What must appear in no record. */
  readonly secrets: readonly string[];
}

const PROBE_MS = 10_000;
const MOST_NAMED = 8;

/** @throws UsageError naming what is wrong, and how to go on. */
export async function modelAccess(asked: ReviewModel, env: NodeJS.ProcessEnv = process.env): Promise<ModelAccess> {
  const key = keyOf(asked, env);
  const prices = asked.prices === undefined ? ("unpriced" as const) : modelPrices(asked.prices);
  // Unknown is refused by the gate, call by call; here it is said once, before anything is spent.
  if (prices !== "unpriced") assertPriced(prices, asked);
  await assertThere(asked, key);
  const { openAiCompatible } = await import("../../../src/adapters/models/ai-sdk.ts");
  const { id, baseUrl } = asked;
  const model = openAiCompatible({ baseUrl, model: nameOf(asked), id, apiKey: key });
  return { model, prices, secrets: key === undefined ? [] : [key] };
}

function keyOf({ keyEnv }: ReviewModel, env: NodeJS.ProcessEnv): string | undefined {
  if (keyEnv === undefined) return undefined;
  const key = env[keyEnv]?.trim();
  if (key !== undefined && key !== "") return key;
  throw new UsageError(`there is no key in $${keyEnv}; set it, or leave --api-key-env out for a model that needs none`);
}

function assertPriced(prices: Exclude<ModelUse["prices"], "unpriced">, { id, prices: file }: ReviewModel): void {
  try {
    prices.worstCase(id, { inputTokens: 1, maxOutputTokens: 1 });
  } catch (error) {
    throw new UsageError(`${file} has no price for ${id}; add one, or give --unpriced where it costs nothing`, {
      cause: error,
    });
  }
}

/** Asks the endpoint what models it has. One that does not say is taken at its word later. */
async function assertThere(asked: ReviewModel, key: string | undefined): Promise<void> {
  const { baseUrl, keyEnv } = asked;
  const response = await fetch(`${baseUrl.replace(/\/$/, "")}/models`, {
    headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
    signal: AbortSignal.timeout(PROBE_MS),
  }).catch((error: unknown) => {
    throw new UsageError(
      `nothing answers at ${baseUrl} (${reasonOf(error)}); start the model's server, or give another --base-url`,
    );
  });
  if (response.status === 401 || response.status === 403) {
    const hint = keyEnv === undefined ? "give --api-key-env NAME, the variable that has the key" : `look at $${keyEnv}`;
    throw new UsageError(`${baseUrl} does not let you in (${response.status}); ${hint}`);
  }
  const names = response.ok ? await namesIn(response) : undefined;
  if (names === undefined || names.length === 0 || names.includes(nameOf(asked))) return;
  const some = names.slice(0, MOST_NAMED).join(", ");
  const more = names.length > MOST_NAMED ? `, and ${names.length - MOST_NAMED} more` : "";
  throw new UsageError(`${baseUrl} has no model ${JSON.stringify(nameOf(asked))}; it has ${some}${more}`);
}

const reasonOf = (error: unknown): string => {
  if (error instanceof DOMException && error.name === "TimeoutError") return `no answer within ${PROBE_MS / 1_000} s`;
  const { code } = ((error as Error).cause ?? {}) as { readonly code?: unknown };
  return typeof code === "string" ? code : "the connection failed";
};

async function namesIn(response: Response): Promise<readonly string[] | undefined> {
  const body: unknown = await response.json().catch(() => undefined);
  const { data } = (body ?? {}) as { readonly data?: unknown };
  if (!Array.isArray(data)) return undefined;
  return data.flatMap((one: { readonly id?: unknown } | null) => (typeof one?.id === "string" ? [one.id] : []));
}
