/**
 * Models over the Vercel AI SDK: of any of its providers, and of any server that speaks the OpenAI-compatible protocol
 * (Ollama, vLLM, llama.cpp, LM Studio, hosted services).
 *
 * One attempt for each call: the SDK's own retries are not used, and neither are its loops. The SDK is an optional
 * dependency: `npm install ai @ai-sdk/openai-compatible`.
 */
import type { LanguageModel } from "ai";
import { RuntimeError } from "../../contracts/errors.ts";
import type { ModelAnswer, ModelOptions, ModelPort, ModelRequest } from "../../contracts/models.ts";
import type { Milliseconds, Tokens } from "../../contracts/units.ts";
import { Answering } from "./ai-sdk-answer.ts";
import { requestFailure } from "./ai-sdk-failure.ts";
import { callOptionsOf, type ProviderModel } from "./ai-sdk-prompt.ts";

export interface ModelAdapterOptions {
  /** `<provider>/<model>`, as price files and policies name it. Default: as the provider names both. */
  readonly id?: string;
  readonly contextTokens?: Tokens;
  /** Longest silence of a stream, for calls that do not say. Default 60,000. */
  readonly idleMs?: Milliseconds;
  /** Longest an answer may take in all. Default 600,000. */
  readonly totalMs?: Milliseconds;
}

export interface OpenAiCompatibleOptions extends ModelAdapterOptions {
  /** Up to the version: `http://localhost:11434/v1`. */
  readonly baseUrl: string;
  readonly model: string;
  /** Of the id. Default: the host of the URL. */
  readonly provider?: string;
  /** Read from the environment by the caller, and kept nowhere but in the request: `process.env.OPENAI_API_KEY`. */
  readonly apiKey?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether the server takes a JSON schema for its answer. Default true; false asks for JSON without one. */
  readonly structuredOutputs?: boolean;
}

/** A model of any AI SDK provider: `aiSdkModel(anthropic("claude-sonnet-4-5"))`. */
export function aiSdkModel(model: Exclude<LanguageModel, string>, options: ModelAdapterOptions = {}): ModelPort {
  const provider = model.provider.split(".")[0] as string;
  return portOf(options.id ?? `${provider}/${model.modelId}`, () => newest(model), options);
}

/** A model of a server that speaks the OpenAI-compatible protocol. @throws RuntimeError `config.invalid`. */
export function openAiCompatible(options: OpenAiCompatibleOptions): ModelPort {
  const { baseUrl, model, provider = hostOf(baseUrl), apiKey, headers, structuredOutputs = true } = options;
  let made: Promise<ProviderModel> | undefined;
  const load = async (): Promise<ProviderModel> => {
    const { createOpenAICompatible } = await imported(
      () => import("@ai-sdk/openai-compatible"),
      "@ai-sdk/openai-compatible",
    );
    return createOpenAICompatible({
      name: "openaiCompatible",
      baseURL: baseUrl,
      includeUsage: true,
      supportsStructuredOutputs: structuredOutputs,
      ...(apiKey === undefined ? {} : { apiKey }),
      ...(headers === undefined ? {} : { headers: { ...headers } }),
      metadataExtractor: collisions,
    }).chatModel(model) as ProviderModel;
  };
  return portOf(options.id ?? `${provider}/${model}`, () => (made ??= load()), options);
}

function hostOf(baseUrl: string): string {
  if (!URL.canParse(baseUrl) || !/^https?:/.test(baseUrl))
    throw new RuntimeError(
      "config.invalid",
      'baseUrl is no URL of a server; give one as in "http://localhost:11434/v1"',
    );
  return new URL(baseUrl).hostname;
}

async function imported<Module>(load: () => Promise<Module>, name: string): Promise<Module> {
  try {
    return await load();
  } catch (cause) {
    throw new RuntimeError(
      "config.invalid",
      `models need the AI SDK: npm install ai ${name === "ai" ? "" : name}`.trim(),
      {
        cause,
      },
    );
  }
}

/** Providers of older specifications are spoken to through the SDK. */
async function newest(model: Exclude<LanguageModel, string>): Promise<ProviderModel> {
  if (model.specificationVersion === "v4") return model;
  const { wrapLanguageModel } = await imported(() => import("ai"), "ai");
  return wrapLanguageModel({ model, middleware: [] });
}

/**
 * Two calls of one id: the SDK gives the second another one, and so who repeats itself by mistake would have both made.
 * What is seen here is told at the end, and refuses the answer.
 */
const collisions = {
  extractMetadata: async () => undefined,
  createStreamExtractor: () => {
    const places = new Map<string, number>();
    let collided = false;
    return {
      processChunk(chunk: unknown): void {
        for (const { id, index } of callsIn(chunk)) {
          if (typeof id !== "string" || typeof index !== "number") continue;
          if ((places.get(id) ?? index) !== index) collided = true;
          places.set(id, index);
        }
      },
      buildMetadata: () => (collided ? { bailiwick: { collided } } : undefined),
    };
  },
};

type CallDelta = { readonly id?: unknown; readonly index?: unknown };

function callsIn(chunk: unknown): readonly CallDelta[] {
  const { choices } = (chunk ?? {}) as {
    readonly choices?: readonly { readonly delta?: { readonly tool_calls?: unknown } }[];
  };
  const calls = Array.isArray(choices) ? choices[0]?.delta?.tool_calls : undefined;
  return Array.isArray(calls) ? calls.filter((call) => typeof call === "object" && call !== null) : [];
}

const IDLE_MS: Milliseconds = 60_000;
const TOTAL_MS: Milliseconds = 600_000;

function portOf(id: string, load: () => Promise<ProviderModel>, options: ModelAdapterOptions): ModelPort {
  const { contextTokens, idleMs = IDLE_MS, totalMs = TOTAL_MS } = options;
  return {
    id,
    ...(contextTokens === undefined ? {} : { contextTokens }),
    generate: async (request, asked) =>
      new Attempt(id, await load(), { totalMs, ...asked, idleMs: asked.idleMs ?? idleMs }).make(request),
  };
}

/** One attempt at one answer. */
class Attempt {
  readonly #id: string;
  readonly #model: ProviderModel;
  readonly #options: ModelOptions & { readonly idleMs: Milliseconds; readonly totalMs: Milliseconds };
  readonly #controller = new AbortController();
  #stopped: RuntimeError | undefined;
  #idle: NodeJS.Timeout | undefined;

  constructor(
    id: string,
    model: ProviderModel,
    options: ModelOptions & { readonly idleMs: Milliseconds; readonly totalMs: Milliseconds },
  ) {
    this.#id = id;
    this.#model = model;
    this.#options = options;
  }

  async make(request: ModelRequest): Promise<ModelAnswer> {
    const { signal, totalMs } = this.#options;
    const stop = (): void => this.#stop("agent.stopped", "the call was stopped");
    const total = setTimeout(() => this.#stop("model.unavailable", `took longer than ${totalMs} ms`), totalMs);
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    this.#listen();
    try {
      return await this.#read(request, await this.#open(request));
    } catch (error) {
      throw this.#stopped ?? error;
    } finally {
      signal.removeEventListener("abort", stop);
      clearTimeout(total);
      clearTimeout(this.#idle);
      this.#controller.abort();
    }
  }

  #stop(code: "agent.stopped" | "model.unavailable", what: string): void {
    this.#stopped ??= new RuntimeError(code, `${this.#id}: ${what}`);
    this.#controller.abort();
  }

  /** From now on, so much silence is too much. */
  #listen(): void {
    clearTimeout(this.#idle);
    const { idleMs } = this.#options;
    this.#idle = setTimeout(() => this.#stop("model.unavailable", `said nothing for ${idleMs} ms`), idleMs);
  }

  async #open(request: ModelRequest) {
    const headers = { "Idempotency-Key": this.#options.idempotencyKey };
    try {
      const asked = { ...callOptionsOf(request), headers, abortSignal: this.#controller.signal };
      return (await this.#model.doStream(asked)).stream;
    } catch (error) {
      throw this.#stopped ?? requestFailure(this.#id, error);
    }
  }

  async #read(
    request: ModelRequest,
    stream: Awaited<ReturnType<ProviderModel["doStream"]>>["stream"],
  ): Promise<ModelAnswer> {
    const answering = new Answering(this.#id, request.maxOutputTokens, this.#options.onProgress);
    const reader = stream.getReader();
    for (;;) {
      const next = await reader.read().catch((error: unknown) => ({ error }));
      if (this.#stopped !== undefined) throw this.#stopped;
      if ("error" in next) return answering.broken(next.error);
      if (next.done) return answering.end();
      this.#listen();
      answering.take(next.value);
    }
  }
}
