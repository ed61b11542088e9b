/**
 * Model tool: a language model as a tool. A call of it is judged, held for, retried and recorded like every other.
 *
 * M2  The most it can cost is held before it is asked: the prompt by its bytes, the output by the limit it is sent.
 * M3  It has cost what its provider says, where that can be gone by; its hold, and a flag, where it cannot.
 * M4  An answer that broke off is no answer: it fails, and is asked for again under the same key.
 */
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { RuntimeError } from "../src/contracts/errors.ts";
import type { ModelAnswer, ModelCall, ModelPort, ModelProgress, ModelRequest } from "../src/contracts/models.ts";
import type { CallUsage } from "../src/contracts/prices.ts";
import type { Tool, ToolContext } from "../src/contracts/tools.ts";
import type { Milliseconds } from "../src/contracts/units.ts";
import { answerKey, callFault, callKey } from "../src/decisions/model-call.ts";
import { isPlausible, tokensOf } from "../src/decisions/model-usage.ts";
import { promptBound } from "../src/decisions/prompt-bound.ts";
import { defineTool } from "./define-tool.ts";
import type { Prices } from "./prices.ts";

type Passed =
  | "breaker"
  | "cheaper"
  | "description"
  | "egress"
  | "graceMs"
  | "labels"
  | "minIntegrity"
  | "needsApproval"
  | "onEgress"
  | "onUntrusted";

/** Of which call a progress is. */
export type ProgressOf = Pick<ToolContext, "run" | "agent" | "task" | "idempotencyKey">;

export interface ModelToolOptions<Name extends string = string>
  extends Pick<Tool<string, ModelCall, ModelCall, ModelAnswer>, Passed> {
  /** Default: the id of the model, with dots for all a name cannot have. */
  readonly name?: Name;
  /**
   * What the model costs. A model that is not in it is refused before it is called. `unpriced`: it costs nothing, as one
   * of your own machine does; its tokens are counted all the same.
   */
  readonly prices: Prices | "unpriced";
  /** Added to the bound of the prompt, for a tokeniser that may make more tokens than bytes. 0.1 is a tenth. Default 0. */
  readonly margin?: number;
  /** Tries after the first. Default 3. */
  readonly retries?: number;
  /** Wait before the second try, doubled for each further one; longer where the provider asks for it. Default 1,000. */
  readonly backoffMs?: Milliseconds;
  /** Longest a try may take in all. Default 600,000. */
  readonly timeoutMs?: Milliseconds;
  /** Longest silence of a stream. Default: the adapter's. */
  readonly idleMs?: Milliseconds;
  /**
   * What becomes of an answer of a model other than the one that was asked, as its provider names it. `record`: it is in
   * the answer, and no more. `policy`: the policy is asked whether that model may be called. `deny`: it is refused.
   * Default `record`, since many providers answer with the dated name of what was asked.
   */
  readonly onSwap?: "record" | "policy" | "deny";
  /** Sees an answer while it is made. Nothing of it is recorded. */
  readonly onProgress?: (progress: ModelProgress, of: ProgressOf) => void;
}

/** A model as a tool. */
export type GatedModel<Name extends string = string> = Tool<Name, ModelCall, ModelCall, ModelAnswer>;

/**
 * Makes a model a tool.
 *
 * @example
 * ```ts
 * const gpt = modelTool(openAiCompatible({ baseUrl, model: "small" }), { name: "gpt", prices: modelPrices("models.json") });
 * const writer = defineAgent({
 *   name: "writer",
 *   tools: [gpt],
 *   run: async ({ objective }, { model }) =>
 *     (await model("gpt", { messages: [{ role: "user", text: objective }], maxOutputTokens: 500 })).text,
 * });
 * ```
 */
export function modelTool<const Name extends string = string>(
  model: ModelPort,
  options: ModelToolOptions<Name>,
): GatedModel<Name> {
  const { name = model.id.replace(/[^\w.-]/g, "."), prices, margin, idleMs, onProgress, onSwap, ...passed } = options;
  const tool: GatedModel = {
    retries: 3,
    timeoutMs: 600_000,
    ...passed,
    name,
    model: model.id,
    effect: "idempotent",
    input: schema,
    loopKey: callKey,
    resultKey: answerKey,
    estimate: (call) => {
      const bound = boundOf(call);
      if (prices !== "unpriced")
        return prices.worstCase(model.id, { ...bound, ...(margin === undefined ? {} : { margin }) });
      return { tokens: Math.ceil(bound.inputTokens * (1 + (margin ?? 0))) + bound.maxOutputTokens };
    },
    run: (call, context) => new Asked(model, options, context).answer(call),
  };
  return defineTool(tool as Tool & { readonly input?: never }) as unknown as GatedModel<Name>;
}

const boundOf = (call: ModelCall): { readonly inputTokens: number; readonly maxOutputTokens: number } =>
  "ask" in call ? { inputTokens: promptBound(call.ask), maxOutputTokens: call.ask.maxOutputTokens } : call;

const schema: StandardSchemaV1<ModelCall, ModelCall> = {
  "~standard": {
    version: 1,
    vendor: "bailiwick",
    validate: (args) => {
      const fault = callFault(args);
      return fault === undefined ? { value: args as ModelCall } : { issues: [fault] };
    },
  },
};

/** One try of one call. */
class Asked {
  readonly #model: ModelPort;
  readonly #options: ModelToolOptions;
  readonly #context: ToolContext;

  constructor(model: ModelPort, options: ModelToolOptions, context: ToolContext) {
    this.#model = model;
    this.#options = options;
    this.#context = context;
  }

  async answer(call: ModelCall): Promise<ModelAnswer> {
    const answer = wellFormed(await this.#generate(await this.#request(call)));
    if (isPlausible(answer)) this.#spend(answer.usage as CallUsage);
    else this.#context.spent(UNTRUSTED);
    if (answer.stop === "truncated")
      throw new RuntimeError("model.truncated", `${this.#model.id}: the answer broke off before its end`);
    await this.#accept(answer);
    return answer;
  }

  async #request(call: ModelCall): Promise<ModelRequest> {
    if ("ask" in call) return call.ask;
    const { asking, signal } = this.#context;
    if (asking === undefined || signal.aborted)
      throw new RuntimeError("model.rejected", "the prompt of this call is not known here");
    const request = await asking.prompt(call.prompt);
    // Held for was what the arguments say.
    if (promptBound(request) > call.inputTokens || request.maxOutputTokens > call.maxOutputTokens)
      throw new RuntimeError("model.rejected", "the prompt is longer than its call says", { usage: null });
    return request;
  }

  async #generate(request: ModelRequest): Promise<ModelAnswer> {
    const { idempotencyKey, signal } = this.#context;
    const { idleMs } = this.#options;
    const watch = this.#watch();
    try {
      return await this.#model.generate(request, {
        idempotencyKey,
        signal,
        ...(idleMs === undefined ? {} : { idleMs }),
        ...(watch === undefined ? {} : { onProgress: watch.see }),
      });
    } catch (error) {
      const usage = error instanceof RuntimeError ? error.usage : undefined;
      if (usage === null) this.#context.spent({ costUsd: 0, tokens: 0 });
      else if (usage !== undefined) this.#spend(usage);
      throw error;
    } finally {
      watch?.end();
    }
  }

  /** Shows the answer to whoever watches, without the secrets that are known. */
  #watch(): { readonly see: (progress: ModelProgress) => void; readonly end: () => void } | undefined {
    const { onProgress } = this.#options;
    if (onProgress === undefined) return undefined;
    const { idempotencyKey, run, agent, task, asking } = this.#context;
    const of: ProgressOf = { run, agent, task, idempotencyKey };
    const whole = (): ((piece?: string) => string) => (piece) => piece ?? "";
    const redacted = asking?.redacted ?? whole;
    const pieces = { text: redacted(), reasoning: redacted() };
    const show = (progress: ModelProgress): void => {
      try {
        if (!("delta" in progress) || progress.delta !== "") onProgress(progress, of);
      } catch {
        // Whoever watches cannot harm what is watched.
      }
    };
    const one = (text: string): string => {
      const piece = redacted();
      return piece(text) + piece();
    };
    return {
      see: (progress) =>
        show(
          progress.kind === "tool"
            ? { kind: "tool", tool: one(progress.tool) }
            : { kind: progress.kind, delta: pieces[progress.kind](progress.delta) },
        ),
      end: () => {
        for (const kind of ["reasoning", "text"] as const) show({ kind, delta: pieces[kind]() });
      },
    };
  }

  /** Says what was used, at the price of the model that was asked. */
  #spend(usage: CallUsage): void {
    const { prices } = this.#options;
    try {
      const { costUsd, tokens } =
        prices === "unpriced" ? { costUsd: 0, tokens: tokensOf(usage) } : prices.cost(this.#model.id, usage);
      this.#context.spent({ costUsd, tokens });
    } catch {
      this.#context.spent(UNTRUSTED);
    }
  }

  /** @throws RuntimeError `model.swapped` for an answer of a model that may not be called. */
  async #accept({ model: answered }: ModelAnswer): Promise<void> {
    const { onSwap = "record" } = this.#options;
    const at = this.#model.id.indexOf("/");
    if (onSwap === "record" || answered === undefined || answered === this.#model.id.slice(at + 1)) return;
    const other = `${this.#model.id.slice(0, at + 1)}${answered}`;
    const verdict = onSwap === "policy" ? await this.#context.asking?.permits(other) : undefined;
    if (verdict?.kind === "allow") return;
    const rule = verdict === undefined ? "" : `, which ${verdict.rule} does not allow`;
    throw new RuntimeError("model.swapped", `${this.#model.id} was asked and ${other.slice(0, 200)} answered${rule}`);
  }
}

/** No amount: the call has cost its hold, and is flagged. */
const UNTRUSTED = { costUsd: Number.NaN, tokens: Number.NaN };

/** Texts of a model are Unicode, whatever came over the wire. */
function wellFormed({ text, calls, model, ...rest }: ModelAnswer): ModelAnswer {
  return {
    text: text.toWellFormed(),
    calls: calls.map((call) => ({
      id: call.id.toWellFormed(),
      tool: call.tool.toWellFormed(),
      arguments: call.arguments.toWellFormed(),
    })),
    ...rest,
    ...(model === undefined ? {} : { model: model.toWellFormed() }),
  };
}
