/**
 * AI SDK, on the way in: an answer out of a stream.
 *
 * A1  Calls are taken only when the provider has said how its answer ends, and that it ends for them.
 * A2  Every reason to stop has a branch; one that is not known is no answer to act on.
 */
import { RuntimeError } from "../../contracts/errors.ts";
import type { ModelAnswer, ModelProgress, ModelStop, ModelToolCall } from "../../contracts/models.ts";
import type { CallUsage } from "../../contracts/prices.ts";
import { streamFailure } from "./ai-sdk-failure.ts";
import type { ProviderModel } from "./ai-sdk-prompt.ts";

type Stream = Awaited<ReturnType<ProviderModel["doStream"]>>["stream"];
export type StreamPart = Stream extends ReadableStream<infer Part> ? Part : never;
type Finish = Extract<StreamPart, { readonly type: "finish" }>;
type Usage = Finish["usage"];

/** No token is a text longer than this. */
const CHARACTERS_OF_A_TOKEN = 512;

/** Takes the parts of one answer, in order. */
export class Answering {
  readonly #id: string;
  readonly #most: number;
  readonly #progress: ((progress: ModelProgress) => void) | undefined;
  #text = "";
  #characters = 0;
  readonly #calls: ModelToolCall[] = [];
  #model: string | undefined;
  #finish: Finish | undefined;
  #error: { readonly error: unknown } | undefined;

  constructor(id: string, maxOutputTokens: number, progress: ((progress: ModelProgress) => void) | undefined) {
    this.#id = id;
    this.#most = maxOutputTokens * CHARACTERS_OF_A_TOKEN;
    this.#progress = progress;
  }

  take(part: StreamPart): void {
    switch (part.type) {
      case "text-delta":
        this.#text += part.delta;
        return this.#grow(part.delta, "text");
      case "reasoning-delta":
        return this.#grow(part.delta, "reasoning");
      case "tool-input-start":
        return this.#progress?.({ kind: "tool", tool: part.toolName });
      case "tool-input-delta":
        return this.#grow(part.delta);
      case "tool-call":
        // What the provider has executed itself is none of ours.
        if (part.providerExecuted !== true)
          this.#calls.push({ id: part.toolCallId, tool: part.toolName, arguments: part.input });
        return;
      case "response-metadata":
        this.#model = part.modelId ?? this.#model;
        return;
      case "error":
        this.#error ??= { error: part.error };
        return;
      case "finish":
        this.#finish = part;
    }
  }

  #grow(delta: string, kind?: "text" | "reasoning"): void {
    this.#characters += delta.length;
    if (this.#characters > this.#most)
      throw new RuntimeError("model.malformed", `${this.#id}: the answer is far longer than it was allowed to be`);
    if (kind !== undefined) this.#progress?.({ kind, delta });
  }

  /** The answer, when the stream has ended. @throws RuntimeError for what the provider says went wrong. */
  end(): ModelAnswer {
    const usage = usageOf(this.#finish?.usage);
    const model = this.#model === undefined || this.#model === "" ? {} : { model: this.#model };
    const rest = { ...(usage === undefined ? {} : { usage }), ...model };
    if (this.#error !== undefined) {
      const failure = streamFailure(this.#id, this.#error.error, usage);
      if (failure.code !== "model.truncated") throw failure;
      return { text: this.#text, calls: [], stop: "truncated", ...rest };
    }
    const stop = this.#stop();
    return { text: this.#text, calls: stop === "tools" ? this.#complete() : [], stop, ...rest };
  }

  /** The stream broke off. @throws RuntimeError where it was not the connection that broke. */
  broken(error: unknown): ModelAnswer {
    if (error instanceof Error && error.name.startsWith("AI_") && error.name !== "AI_APICallError")
      throw streamFailure(this.#id, error, undefined);
    return { text: this.#text, calls: [], stop: "truncated" };
  }

  #stop(): ModelStop {
    if (this.#finish === undefined) return "truncated";
    const said = stopOf(this.#finish.finishReason);
    if (said === "answered" && this.#calls.length > 0) return "tools";
    if (said === "tools" && this.#calls.length === 0) return "unknown";
    return said === "answered" && this.#text.trim() === "" ? "empty" : said;
  }

  /** Whose answer is whose must be known: calls of one id cannot be told apart. */
  #complete(): readonly ModelToolCall[] {
    const usage = usageOf(this.#finish?.usage);
    const isCollided = this.#finish?.providerMetadata?.["bailiwick"]?.["collided"] === true;
    if (isCollided || new Set(this.#calls.map(({ id }) => id)).size < this.#calls.length)
      throw new RuntimeError(
        "model.malformed",
        `${this.#id}: two calls have the same id`,
        usage === undefined ? {} : { usage },
      );
    return this.#calls;
  }
}

/** By the provider's own word, where it says more than the SDK's. */
const BY_WORD: Readonly<Record<string, ModelStop>> = {
  stop: "answered",
  end_turn: "answered",
  stop_sequence: "answered",
  tool_calls: "tools",
  tool_use: "tools",
  function_call: "tools",
  length: "length",
  max_tokens: "length",
  content_filter: "refused",
  refusal: "refused",
  pause_turn: "paused",
  model_context_window_exceeded: "context",
};

const BY_KIND: Readonly<Record<Finish["finishReason"]["unified"], ModelStop>> = {
  stop: "answered",
  length: "length",
  "content-filter": "refused",
  "tool-calls": "tools",
  error: "unknown",
  interrupted: "truncated",
  other: "unknown",
};

function stopOf({ unified, raw }: Finish["finishReason"]): ModelStop {
  if (unified === "content-filter" || unified === "interrupted" || unified === "error") return BY_KIND[unified];
  return (raw !== undefined && Object.hasOwn(BY_WORD, raw) ? BY_WORD[raw] : undefined) ?? BY_KIND[unified] ?? "unknown";
}

/** As the provider reports it. Reasoning is part of the output there, and beside it here. */
function usageOf(usage: Usage | undefined): CallUsage | undefined {
  const { total, cacheRead = 0, cacheWrite = 0 } = usage?.inputTokens ?? {};
  const { total: output, reasoning = 0 } = usage?.outputTokens ?? {};
  if (total === undefined || output === undefined) return undefined;
  return {
    inputTokens: total - cacheRead - cacheWrite,
    outputTokens: output - reasoning,
    ...(reasoning === 0 ? {} : { reasoningTokens: reasoning }),
    ...(cacheRead === 0 ? {} : { cacheReadTokens: cacheRead }),
    ...(cacheWrite === 0 ? {} : { cacheWriteTokens: cacheWrite }),
  };
}
