/**
 * Conversation: one attempt of an agent that is a language model. It thinks, acts, and thinks again, until it has a result.
 *
 * V1  Everything it does is an act of the agent: what the model is asked, and each call it wants made.
 * V2  What it asks next depends on its assignment and on earlier answers alone, so that a replay asks the same, to the letter.
 * V3  An answer of no use is sent back once; two in a row end the attempt, and so does the last turn (F-MOD-05 … F-MOD-10).
 * V4  A refusal is told to the model like any other answer, with its rule and reason.
 */
import { RuntimeError, toFailure } from "../../src/contracts/errors.ts";
import type { Json } from "../../src/contracts/json.ts";
import type { ModelAnswer, ModelMessage, ModelRequest } from "../../src/contracts/models.ts";
import { cut, type Dialogue, dropFor, fitted, messagesOf, newIn, toSummarise } from "../../src/decisions/dialogue.ts";
import { type ReadAnswer, type ReadCall, readAnswer } from "../../src/decisions/model-answer.ts";
import { filled } from "../../src/decisions/prompt.ts";
import { SUMMARY_PROMPT } from "../../src/decisions/prompts/summary.ts";
import { tokensOf } from "../../src/decisions/tokens.ts";
import type { AgentContext } from "../define-agent.ts";
import type { GatedModel } from "../model-tool.ts";
import { atOnce } from "./at-once.ts";
import type { Limits } from "./definition.ts";
import type { Ending } from "./ending.ts";
import { FINAL, type Toolbox, wireName } from "./toolbox.ts";

/** What a conversation is about, fixed when the agent is defined. */
export interface Manner {
  readonly name: string;
  readonly model: GatedModel;
  readonly fallbacks: readonly string[];
  readonly toolbox: Toolbox;
  readonly ending: Ending;
  readonly limits: Limits;
  readonly temperature?: number | undefined;
  readonly summarises: boolean;
}

/** Answers of no use, in a row, that end the attempt. */
const MOST_UNUSABLE = 2;
const SUMMARY_TOKENS = 1_024;
const LAST_TURN = "This is your last turn: no tool is left to you. Give the result now, with what you have.";

export class Conversation {
  readonly #manner: Manner;
  readonly #context: AgentContext;
  #dialogue: Dialogue;
  #window: number;
  readonly #ids = new Set<string>();
  /** The dialogue as the model was told it last. */
  #told: Dialogue | undefined;
  #turn = 0;
  #unusable = 0;

  constructor(manner: Manner, opening: readonly ModelMessage[], context: AgentContext) {
    this.#manner = manner;
    this.#context = context;
    this.#dialogue = { opening, turns: [], dropped: 0 };
    const offered = tokensOf(JSON.stringify(manner.toolbox.offered));
    this.#window = Math.max(1, manner.limits.window - offered);
  }

  async toItsEnd(): Promise<Json> {
    const { maxTurns } = this.#manner.limits;
    while (this.#turn < maxTurns) {
      this.#turn++;
      const isLast = this.#turn === maxTurns;
      const read = readAnswer(await this.#ask(isLast), this.#ids);
      // What it calls all the same, it was not offered.
      if (isLast && read.kind === "calls" && read.calls.some(({ tool }) => tool !== FINAL)) break;
      const end = await this.#react(read);
      if (end !== undefined) return end.output;
    }
    throw new RuntimeError("agent.failed", `no result after ${maxTurns} turns of the model`);
  }

  async #ask(isLast: boolean): Promise<ModelAnswer> {
    await this.#makeRoom();
    const { toolbox, ending, limits, temperature } = this.#manner;
    if (isLast && toolbox.offered.length > 0) this.#say({ role: "user", text: ending.lastWords(LAST_TURN) });
    const tools = isLast ? toolbox.offered.filter(({ name }) => name === FINAL) : toolbox.offered;
    const request: ModelRequest = {
      messages: messagesOf(this.#dialogue),
      ...(tools.length === 0 ? {} : { tools }),
      ...(ending.output === undefined ? {} : { output: ending.output }),
      maxOutputTokens: limits.maxOutputTokens,
      ...(temperature === undefined ? {} : { temperature }),
    };
    const append = newIn(this.#told, this.#dialogue);
    this.#told = this.#dialogue;
    return this.#generate(request, append);
  }

  /** `append`: what of it was not said before. */
  #generate(request: ModelRequest, append: readonly ModelMessage[]): Promise<ModelAnswer> {
    const { model, fallbacks } = this.#manner;
    return this.#context.model(model.name, request, { append, fallbacks });
  }

  /** Leaves out what no longer fits; sums it up first, where it is asked to. */
  async #makeRoom(): Promise<void> {
    const dropped = dropFor(this.#dialogue, this.#window);
    if (dropped === this.#dialogue.dropped) return;
    const summary = this.#manner.summarises ? await this.#summary(dropped) : undefined;
    this.#dialogue = { ...this.#dialogue, dropped, ...(summary === undefined ? {} : { summary }) };
  }

  /** A summary that fails is none: the names of the calls stand in its place. */
  async #summary(dropped: number): Promise<string | undefined> {
    const maxOutputTokens = Math.min(SUMMARY_TOKENS, this.#manner.limits.maxOutputTokens);
    const words = String(Math.floor(maxOutputTokens / 2));
    const messages: readonly ModelMessage[] = [
      { role: "system", text: filled(SUMMARY_PROMPT, { words }) },
      { role: "user", text: cut(toSummarise(this.#dialogue, dropped), this.#window) as string },
    ];
    const answer = await this.#generate({ messages, maxOutputTokens }, messages);
    const read = readAnswer(answer, this.#ids);
    return read.kind === "answer" ? read.text : this.#dialogue.summary;
  }

  async #react(read: ReadAnswer): Promise<{ readonly output: Json } | undefined> {
    switch (read.kind) {
      case "answer":
        return this.#conclude(await this.#manner.ending.ofText(read.text), { role: "assistant", text: read.text });
      case "calls":
        return this.#act(read.text, read.calls);
      case "paused":
        this.#say({ role: "assistant", text: read.text });
        return undefined;
      case "unusable":
        if (read.isTooLong === true) this.#window = Math.floor(this.#window / 2);
        return this.#complain(
          read.complaint,
          ...(read.text === "" ? [] : [{ role: "assistant" as const, text: read.text }]),
        );
      case "refused":
        throw new RuntimeError("model.refused", read.reason);
    }
  }

  #conclude(
    concluded: Awaited<ReturnType<Ending["ofText"]>>,
    ...said: readonly ModelMessage[]
  ): { readonly output: Json } | undefined {
    return concluded.kind === "output" ? concluded : this.#complain(concluded.complaint, ...said);
  }

  /** Sends an answer back (V3). */
  #complain(complaint: string, ...said: readonly ModelMessage[]): undefined {
    this.#unusable++;
    if (this.#unusable >= MOST_UNUSABLE)
      throw new RuntimeError("agent.failed", `the model's answers are of no use, twice in a row: ${complaint}`);
    this.#say(...said, { role: "user", text: complaint });
  }

  #say(...messages: readonly ModelMessage[]): void {
    this.#dialogue = { ...this.#dialogue, turns: [...this.#dialogue.turns, { messages }] };
  }

  async #act(text: string, calls: readonly ReadCall[]): Promise<{ readonly output: Json } | undefined> {
    for (const { id } of calls) this.#ids.add(id);
    const [only, ...others] = calls;
    if (only?.tool === FINAL && only.fault === undefined && others.length === 0) {
      const concluded = await this.#manner.ending.ofCall(only.args);
      if (concluded.kind === "output") return concluded;
      return this.#complain(
        "Mend the result, and give it again.",
        ...exchange(text, calls, [told(only, concluded.complaint)]),
      );
    }
    const answers = await atOnce(calls, this.#manner.limits.parallelCalls, (call) => this.#propose(call, text));
    const said = exchange(text, calls, answers);
    // Not one of them could be made: that is an answer of no use (F-MOD-05, F-MOD-08).
    if (calls.every((call) => this.#isUnusable(call)))
      return this.#complain("None of these calls could be made.", ...said);
    this.#unusable = 0;
    this.#say(...said);
    return undefined;
  }

  #isUnusable = ({ fault, tool }: ReadCall): boolean =>
    fault !== undefined || this.#manner.toolbox.find(tool) === undefined;

  async #propose(call: ReadCall, rationale: string): Promise<ModelMessage> {
    const { toolbox, model, fallbacks } = this.#manner;
    if (call.fault !== undefined) return told(call, call.fault);
    if (call.tool === FINAL) return told(call, `"${FINAL}" must be the only call of its turn`);
    if ([model.name, ...fallbacks].includes(call.tool)) return told(call, "the model is not a tool of yours");
    try {
      // A tool that is not there is refused by the orchestrator, who keeps count of it (F-MOD-08).
      const offer = toolbox.find(call.tool);
      const output =
        offer === undefined
          ? ((await this.#context.tool(call.tool, call.args)) as Json)
          : await offer.propose(call.args, this.#context, rationale);
      return { role: "tool", call: call.id, tool: wireName(call.tool), output: fitted(output, this.#window) };
    } catch (error) {
      const { code, message } = toFailure(error, "tool.failed");
      if (STOPPED.has(code)) throw error;
      return told(call, message, code);
    }
  }
}

/** The attempt itself is at an end; there is nobody left to tell. */
const STOPPED: ReadonlySet<string> = new Set(["agent.stopped", "agent.diverged", "run.cancelled"]);

const told = ({ id, tool }: ReadCall, reason: string, code = "call.invalid"): ModelMessage => ({
  role: "tool",
  call: id,
  tool: wireName(tool),
  output: { notDone: code, reason },
  failed: true,
});

/** What the model said, as it is told again: arguments that could not be read are shown as a text. */
function exchange(text: string, calls: readonly ReadCall[], answers: readonly ModelMessage[]): readonly ModelMessage[] {
  const said = calls.map(({ id, tool, args, fault }) => ({
    id,
    tool: wireName(tool),
    arguments: JSON.stringify(fault === undefined ? args : { unreadable: true }),
  }));
  return [{ role: "assistant", text, calls: said }, ...answers];
}
