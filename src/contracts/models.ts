/**
 * Models: what a language model is asked and what it answers, whoever makes it. One adapter per client library; a call of
 * a model is a tool call to the orchestrator (`Tool.model`), judged, held for and recorded like every other.
 */
import type { Digest } from "./ids.ts";
import type { Json, JsonObject } from "./json.ts";
import type { CallUsage } from "./prices.ts";
import type { Milliseconds, Tokens } from "./units.ts";

export type ModelMessage =
  | { readonly role: "system" | "user"; readonly text: string }
  | { readonly role: "assistant"; readonly text: string; readonly calls?: readonly ModelToolCall[] }
  | {
      readonly role: "tool";
      /** Of the {@link ModelToolCall} it answers. */
      readonly call: string;
      readonly tool: string;
      readonly output: Json;
      readonly failed?: boolean;
    };

/** A call a model wants made. Its arguments are the exact text it wrote: nothing has checked or mended them. */
export interface ModelToolCall {
  readonly id: string;
  readonly tool: string;
  readonly arguments: string;
}

/** A tool as a model is told of it. */
export interface ModelTool {
  readonly name: string;
  readonly description?: string;
  /** JSON Schema of its arguments. */
  readonly input: JsonObject;
}

export interface ModelRequest {
  readonly messages: readonly ModelMessage[];
  readonly tools?: readonly ModelTool[];
  /** The answer must be JSON of this shape. */
  readonly output?: { readonly name: string; readonly schema: JsonObject };
  /** Always sent: what was held for. */
  readonly maxOutputTokens: Tokens;
  readonly temperature?: number;
}

/**
 * Why a model stopped. `truncated`: the stream ended without a word; `unknown`: it gave a reason we do not know. Neither,
 * nor `length`, `context` or `refused`, is an answer to act on.
 */
export type ModelStop =
  | "answered"
  | "tools"
  | "length"
  | "context"
  | "refused"
  | "paused"
  | "empty"
  | "truncated"
  | "unknown";

export interface ModelAnswer {
  readonly text: string;
  /** Complete calls only: none out of a block that was not ended. */
  readonly calls: readonly ModelToolCall[];
  readonly stop: ModelStop;
  /** As the provider reports it, unchecked; absent when it does not. */
  readonly usage?: CallUsage;
  /** The model that answered, as the provider names it. */
  readonly model?: string;
}

/**
 * Arguments of a call of a model. A conversation is not recorded again with each question in it: they have what is new in
 * it, and the digest of the whole, which its agent says again when it is run again. A single question may be said whole.
 */
export type ModelCall = Prompted | { readonly ask: ModelRequest };

export interface Prompted {
  /** Messages that no earlier call of this conversation has. */
  readonly append: readonly ModelMessage[];
  /** SHA-256 of the canonical text of the whole request. */
  readonly prompt: Digest;
  /** Tokens of the whole prompt, at most. */
  readonly inputTokens: Tokens;
  readonly maxOutputTokens: Tokens;
}

/** Telemetry of an answer that is being made. Nothing of it is recorded, and nothing may depend on it. */
export type ModelProgress =
  | { readonly kind: "text" | "reasoning"; readonly delta: string }
  | { readonly kind: "tool"; readonly tool: string };

export interface ModelOptions {
  /** The same for every attempt at one call; for providers that honour such a key. */
  readonly idempotencyKey: string;
  readonly signal: AbortSignal;
  /** The longest silence of the stream. */
  readonly idleMs?: Milliseconds;
  readonly onProgress?: (progress: ModelProgress) => void;
}

/**
 * A language model. It makes one attempt: second tries, fallbacks and waiting are the orchestrator's.
 *
 * @throws RuntimeError `model.busy` (with `retryAfterMs`, where the provider says it), `model.unavailable`,
 * `model.rejected` (no second try can mend it), `model.malformed`; with `usage`, where it is known; never with a key, a header or a prompt in its message.
 */
export interface ModelPort {
  /** `<provider>/<model>`, as price files and policies name it. */
  readonly id: string;
  readonly contextTokens?: Tokens;
  generate(request: ModelRequest, options: ModelOptions): Promise<ModelAnswer>;
}
