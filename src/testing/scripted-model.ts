/** Models for tests: one that says what it is told to, and one that says what a recorded run's model said. */
import { RuntimeError } from "../contracts/errors.ts";
import type { JournalEntry } from "../contracts/journal.ts";
import type { Json, JsonObject } from "../contracts/json.ts";
import type { ModelAnswer, ModelOptions, ModelPort, ModelRequest, ModelToolCall } from "../contracts/models.ts";

/** A call as a script writes it: arguments are an object, or the exact text, sound or not. */
export interface ScriptedCall {
  readonly tool: string;
  readonly arguments?: JsonObject | string;
  /** Default: `call_<number>`, counted over the model's life. */
  readonly id?: string;
}

/** What is left out follows: calls stop for tools, a text is an answer, nothing at all is empty. */
export interface ScriptedAnswer extends Partial<Omit<ModelAnswer, "calls">> {
  readonly calls?: readonly ScriptedCall[];
}

/** One answer: a text, calls, all of it, an error to fail with, or a function of what is asked. */
export type ScriptLine =
  | string
  | ScriptedAnswer
  | Error
  | ((request: ModelRequest, options: ModelOptions) => ScriptLine | Promise<ScriptLine>);

export interface ScriptedModel extends ModelPort {
  /** What it was asked, in order. Asked again under the same key after an answer, it gives that answer and counts nothing. */
  readonly asked: readonly ModelRequest[];
  /** Lines that are left. */
  readonly left: number;
}

export interface ScriptOptions {
  /** Default `scripted/model`. */
  readonly id?: string;
  readonly contextTokens?: number;
}

/**
 * A model that gives one line after the other, for tests and offline work. It honours idempotency keys, reports a usage
 * that follows from the texts, and refuses to make up a line it was not given.
 */
export function scriptedModel(lines: readonly ScriptLine[], options: ScriptOptions = {}): ScriptedModel {
  const { id = "scripted/model", contextTokens } = options;
  const asked: ModelRequest[] = [];
  const given = new Map<string, ModelAnswer>();
  let calls = 0;
  let next = 0;
  const nameOf = (): string => `call_${++calls}`;
  return {
    id,
    ...(contextTokens === undefined ? {} : { contextTokens }),
    asked,
    get left() {
      return lines.length - next;
    },
    async generate(request, asking) {
      const known = given.get(asking.idempotencyKey);
      if (known !== undefined) return known;
      asked.push(request);
      const line = lines[next++];
      if (line === undefined)
        throw new RuntimeError("model.rejected", `${id}: the script has no line ${next}`, { usage: null });
      const answer = await said(line, request, asking, nameOf);
      given.set(asking.idempotencyKey, answer);
      if (answer.text !== "") asking.onProgress?.({ kind: "text", delta: answer.text });
      return answer;
    },
  };
}

async function said(
  line: ScriptLine,
  request: ModelRequest,
  options: ModelOptions,
  nameOf: () => string,
): Promise<ModelAnswer> {
  if (typeof line === "function") return said(await line(request, options), request, options, nameOf);
  if (line instanceof Error) throw line;
  const { text = "", calls = [], stop, usage, ...rest } = typeof line === "string" ? { text: line } : line;
  const made = calls.map((call) => madeCall(call, nameOf));
  return {
    text,
    calls: made,
    stop: stop ?? (made.length > 0 ? "tools" : text.trim() === "" ? "empty" : "answered"),
    usage: usage ?? {
      inputTokens: tokensOf(JSON.stringify(request.messages)),
      outputTokens: Math.max(1, tokensOf(text) + tokensOf(JSON.stringify(made))),
    },
    ...rest,
  };
}

const madeCall = ({ tool, arguments: args = {}, id }: ScriptedCall, nameOf: () => string): ModelToolCall => ({
  id: id ?? nameOf(),
  tool,
  arguments: typeof args === "string" ? args : JSON.stringify(args),
});

/** About four characters to a token. */
const tokensOf = (text: string): number => Math.ceil(text.length / 4);

/**
 * A model that gives the answers a journal has of one, in order: a recorded run, offline. `tools` are the names of the
 * tools that called it; default: every call whose result is an answer of a model.
 */
export function recordedModel(
  journal: Iterable<JournalEntry>,
  options: ScriptOptions & { readonly tools?: readonly string[] } = {},
): ScriptedModel {
  return scriptedModel(answersOf(journal, options.tools), options);
}

function answersOf(journal: Iterable<JournalEntry>, tools: readonly string[] | undefined): readonly ScriptedAnswer[] {
  const called = new Map<string, string>();
  const answers: ScriptedAnswer[] = [];
  for (const { kind, to, key = "", event } of journal) {
    const act = event["act"] as { readonly kind?: Json; readonly tool?: string } | undefined;
    if (kind === "request" && act?.kind === "tool") called.set(`${to}/${String(event["n"])}`, act.tool ?? "");
    if (kind !== "outcome" || !key.includes("/execute/")) continue;
    const output = (event["output"] as JsonObject | undefined)?.["output"];
    const tool = called.get(key.slice(0, key.indexOf("/execute/"))) ?? "";
    if (isAnswer(output) && (tools === undefined || tools.includes(tool))) answers.push(output);
  }
  return answers;
}

const isAnswer = (output: Json | undefined): output is Json & ModelAnswer => {
  if (typeof output !== "object" || output === null || Array.isArray(output)) return false;
  const { text, calls, stop } = output as JsonObject;
  return typeof text === "string" && Array.isArray(calls) && typeof stop === "string";
};
