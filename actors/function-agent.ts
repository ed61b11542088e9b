/**
 * Function agent: the mind of an agent that is an async function.
 *
 * U1  Each act is proposed once. When the function is run again, acts on record are answered from the record.
 * U2  Answers are given in the order in which they were recorded, one a turn of the event loop, so that parallel
 *     branches of the function take the same turns again.
 * U3  A function that does not ask again for what it asked before has diverged, and the attempt fails.
 */
import type { Act } from "../src/contracts/acts.ts";
import type { Entry } from "../src/contracts/blackboard.ts";
import type { DelegateAct, Delegated, DelegationRequest } from "../src/contracts/delegation.ts";
import { RuntimeError } from "../src/contracts/errors.ts";
import type { Json } from "../src/contracts/json.ts";
import type { ModelAnswer, ModelRequest } from "../src/contracts/models.ts";
import type { Assignment } from "../src/contracts/plan.ts";
import type { CodecPort } from "../src/contracts/ports.ts";
import type { ActResult, Edited } from "../src/contracts/tools.ts";
import type { Timestamp } from "../src/contracts/units.ts";
import { canonical } from "../src/decisions/ingest.ts";
import { promptBound } from "../src/decisions/prompt-bound.ts";
import { type Redact, redacted } from "../src/decisions/redaction.ts";
import type { AgentContext, AskOptions, FunctionAgent } from "./define-agent.ts";
import type { Prompts } from "./prompts.ts";
import { giveOut, takeIn } from "./values.ts";

/** An answer on record, with the time of its entry. */
export interface Answered {
  readonly n: number;
  readonly result: ActResult;
  readonly at: Timestamp;
}

/** What is on record of an attempt. */
export interface History {
  readonly acts: readonly Act[];
  readonly answers: readonly Answered[];
}

/** How values leave a mind: what it says, and what it asks models. */
export interface MindDoors {
  readonly codec: CodecPort;
  readonly prompts: Prompts;
  /** Takes known secrets out of what it says. Absent: none are known. */
  readonly redact?: Redact | undefined;
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly onEdit: ((edited: Edited) => void) | undefined;
}

export class FunctionMind {
  readonly #agent: FunctionAgent;
  readonly #assignment: Assignment;
  readonly #codec: CodecPort;
  readonly #prompts: Prompts;
  readonly #redact: Redact | undefined;
  readonly #propose: (n: number, act: Act) => void;
  /** Prompts that wait for an answer. */
  readonly #asked = new Set<() => void>();
  readonly #waiting = new Map<number, Waiting>();
  readonly #heard = new Set<number>();
  #answers: Answered[] = [];
  #releasing = false;
  /** Acts on record that the function has not asked for again, by text. */
  readonly #recorded = new Map<string, number[]>();
  #next = 0;
  #ready = false;
  #fail: (error: RuntimeError) => void = () => {};
  #now: Timestamp;

  constructor(
    agent: FunctionAgent,
    assignment: Assignment,
    { codec, prompts, redact }: MindDoors,
    startedAt: Timestamp,
    propose: (n: number, act: Act) => void,
  ) {
    this.#agent = agent;
    this.#assignment = assignment;
    this.#codec = codec;
    this.#prompts = prompts;
    this.#redact = redact;
    this.#now = startedAt;
    this.#propose = propose;
  }

  /** The function has asked for something, and no answer to it is on its way. */
  get isWaiting(): boolean {
    return this.#ready && this.#waiting.size > 0 && this.#answers.length === 0 && !this.#releasing;
  }

  /** Runs the function to its end. */
  async run(history: History, signal: AbortSignal): Promise<Json> {
    this.#remember(history);
    const output = await new Promise<unknown>((resolve, reject) => {
      this.#fail = reject;
      signal.addEventListener("abort", () => reject(new RuntimeError("agent.stopped", "the attempt was stopped")), {
        once: true,
      });
      Promise.resolve(this.#agent.run(this.#assignment, this.#context(signal))).then(resolve, reject);
    }).finally(() => {
      for (const drop of this.#asked) drop();
    });
    this.#assertAsked();
    return takeIn(output, `the output of agent "${this.#agent.name}"`, this.#codec).value;
  }

  #remember({ acts, answers }: History): void {
    acts.forEach((act, n) => {
      const text = canonical(act as unknown as Json);
      this.#recorded.set(text, [...(this.#recorded.get(text) ?? []), n]);
    });
    this.#next = acts.length;
    const live = this.#answers;
    this.#answers = [];
    this.#heard.clear();
    this.#ready = true;
    for (const answer of [...answers, ...live]) this.settle(answer);
  }

  /** Hears how an act ended. What was heard before is not heard again. */
  settle(answer: Answered): void {
    if (this.#heard.has(answer.n)) return;
    this.#heard.add(answer.n);
    this.#answers.push(answer);
    this.#release();
  }

  #release(): void {
    const answer = this.#answers[0];
    if (!this.#ready || this.#releasing || answer === undefined) return;
    const waiting = this.#waiting.get(answer.n);
    if (waiting === undefined) return;
    this.#answers.shift();
    this.#waiting.delete(answer.n);
    this.#now = Math.max(this.#now, answer.at);
    if (answer.result.kind === "completed") {
      if (answer.result.edited !== undefined) waiting.onEdit?.(answer.result.edited);
      waiting.resolve(answer.result.value);
    } else waiting.reject(new RuntimeError(answer.result.failure.code, answer.result.failure.message));
    if (this.#answers.length === 0) return;
    this.#releasing = true;
    setImmediate(() => {
      this.#releasing = false;
      this.#release();
    });
  }

  #request(said: Act, onEdit?: (edited: Edited) => void): Promise<unknown> {
    // As it will be recorded: when the function is run again, its acts are held against the record.
    const act = redacted(said as unknown as Json, this.#redact) as unknown as Act;
    const recorded = this.#take(act);
    if (recorded === undefined) this.#assertAsked();
    const n = recorded ?? this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(n, { resolve, reject, onEdit });
      if (recorded === undefined) this.#propose(n, act);
      else this.#release();
    });
  }

  /** Asks a model, and others in its place where it cannot answer. */
  async #model(tool: string, asked: ModelRequest, options: AskOptions): Promise<ModelAnswer> {
    const value = redacted(takeIn(asked, `what "${tool}" is asked`, this.#codec).value, this.#redact);
    const request = value as unknown as ModelRequest;
    const append = takeIn(options.append ?? request.messages, "append", this.#codec).value;
    const prompt = this.#prompts.keep(request, canonical(value));
    const drop = (): void => {
      if (this.#asked.delete(drop)) this.#prompts.drop(prompt);
    };
    this.#asked.add(drop);
    // In the order of canonical JSON: arguments that a check leaves as they are are not recorded again.
    const args: Json = {
      append,
      inputTokens: promptBound(request),
      maxOutputTokens: request.maxOutputTokens,
      prompt,
    };
    try {
      return (await this.#firstOf([tool, ...(options.fallbacks ?? [])], args)) as unknown as ModelAnswer;
    } finally {
      drop();
    }
  }

  /** The first tool that answers. Where none does, the failure of the first one is told. */
  async #firstOf([tool, ...others]: readonly [string, ...string[]], args: Json): Promise<Json> {
    try {
      return (await this.#request({ kind: "tool", tool, args })) as Json;
    } catch (failed) {
      for (const other of isUnanswered(failed) ? others : []) {
        try {
          return (await this.#request({ kind: "tool", tool: other, args })) as Json;
        } catch (alsoFailed) {
          if (!isUnanswered(alsoFailed) && !isDenied(alsoFailed)) throw alsoFailed;
        }
      }
      throw failed;
    }
  }

  #take(act: Act): number | undefined {
    if (this.#recorded.size === 0) return undefined;
    const text = canonical(act as unknown as Json);
    const [n, ...rest] = this.#recorded.get(text) ?? [];
    if (rest.length === 0) this.#recorded.delete(text);
    else this.#recorded.set(text, rest);
    return n;
  }

  #assertAsked(): void {
    if (this.#recorded.size === 0) return;
    const [text] = this.#recorded.keys();
    const error = new RuntimeError(
      "agent.diverged",
      `agent "${this.#agent.name}" did not ask again for what it had asked before (${String(text).slice(0, 200)}); its requests must depend only on its assignment and earlier answers`,
    );
    this.#fail(error);
    throw error;
  }

  #context(signal: AbortSignal): AgentContext {
    const json = (value: unknown, what: string): Json => takeIn(value, what, this.#codec).value;
    return {
      tool: async (name, input, options) => {
        const args = json(input ?? null, `the arguments of "${name}"`);
        const act: Act = {
          kind: "tool",
          tool: name,
          args,
          ...(options?.rationale === undefined ? {} : { rationale: bounded(options.rationale) }),
        };
        return giveOut((await this.#request(act, options?.onEdit)) as Json, this.#codec) as never;
      },
      model: (name, request, options = {}) => this.#model(name, request, options),
      ask: async (question, options) => {
        const details =
          options?.details === undefined ? {} : { details: json(options.details, "the details of a question") };
        return (await this.#request({ kind: "ask", question: bounded(question), ...details })) as Json;
      },
      read: async (key) => ((await this.#request({ kind: "read", key })) ?? undefined) as Entry | undefined,
      write: async (key, value, options) => {
        const expect = options?.expect === undefined ? {} : { expect: options.expect };
        return (await this.#request({
          kind: "write",
          key,
          value: json(value, `the value for "${key}"`),
          ...expect,
        })) as Entry;
      },
      delegate: async (agent, request) => {
        const { objective, ...given } = json(request, `what is delegated to "${agent}"`) as DelegationRequest;
        const words = objective === undefined ? {} : { objective: bounded(objective) };
        const act: DelegateAct = { ...given, ...words, kind: "delegate", agent };
        return giveDelegated((await this.#request(act)) as Delegated, this.#codec);
      },
      signal,
      now: () => this.#now,
    };
  }
}

const codeOf = (error: unknown): string => (error instanceof RuntimeError ? error.code : "");

/** Another model may do what this one could not. */
const isUnanswered = (error: unknown): boolean =>
  [
    "model.busy",
    "model.malformed",
    "model.truncated",
    "model.unavailable",
    "tool.timeout",
    "tool.unavailable",
  ].includes(codeOf(error));

const isDenied = (error: unknown): boolean => codeOf(error) === "policy.denied";

/** The output of another agent, as what it was when it was taken in. */
const giveDelegated = (outcome: Delegated, codec: CodecPort): Delegated =>
  outcome.kind === "completed" ? { ...outcome, output: giveOut(outcome.output, codec) as Json } : outcome;

const MAX_TEXT = 4_000;

const bounded = (text: string): string => text.slice(0, MAX_TEXT).toWellFormed();
