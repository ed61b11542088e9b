/** Model questions: a real client asks a real endpoint, once. */
import { afterEach } from "vitest";
import { type OpenAiCompatibleOptions, openAiCompatible } from "../../src/adapters/models/ai-sdk.ts";
import { RuntimeError } from "../../src/contracts/errors.ts";
import type { ModelAnswer, ModelOptions, ModelRequest } from "../../src/contracts/models.ts";
import { type ModelEndpoint, modelEndpoint, type Reply } from "./model-endpoint.ts";

/** Closed after each test. */
export const opened: ModelEndpoint[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((endpoint) => endpoint.close()));
});

export const REQUEST: ModelRequest = { messages: [{ role: "user", text: "hello" }], maxOutputTokens: 100 };

export interface Case extends Partial<ModelOptions> {
  readonly request?: Partial<ModelRequest>;
  readonly adapter?: Partial<OpenAiCompatibleOptions>;
}

/** Asks an endpoint once. */
export async function ask(
  reply: Reply,
  { request, adapter, ...options }: Case = {},
): Promise<ModelAnswer & { readonly endpoint: ModelEndpoint }> {
  const endpoint = await modelEndpoint([reply]);
  opened.push(endpoint);
  const model = openAiCompatible({ baseUrl: endpoint.baseUrl, model: "small", apiKey: "sk-canary", ...adapter });
  const asked = { idempotencyKey: "k1", signal: new AbortController().signal, ...options };
  return { ...(await model.generate({ ...REQUEST, ...request }, asked)), endpoint };
}

export const failed = (asked: Promise<unknown>): Promise<RuntimeError> =>
  asked.then(
    () => {
      throw new Error("it did not fail");
    },
    (error) => {
      if (!(error instanceof RuntimeError)) throw error;
      return error;
    },
  );
