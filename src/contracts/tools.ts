import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Failure } from "./errors.ts";
import type { AgentName, Digest, EffectKey, PersonId, RunId, TaskId, ToolName } from "./ids.ts";
import type { Json } from "./json.ts";
import type { Extraction, FlowStop, Integrity, Labels, Readers } from "./labels.ts";
import type { ModelRequest } from "./models.ts";
import type { BreakerSettings } from "./settings.ts";
import type { MicroUsd, Milliseconds, Timestamp, Tokens } from "./units.ts";

/**
 * What a crash between doing and recording means for a tool:
 * - `read`: changes nothing; done again.
 * - `idempotent`: done again with the same key, which the tool honours.
 * - `reconcilable`: the tool's own `reconcile(key)` says what became of it.
 * - `once`: unknown; a person decides. The default.
 */
export type EffectClass = "read" | "idempotent" | "reconcilable" | "once";

/** What one call may cost at most, or did cost. Calls and steps are counted by the runtime. */
export interface Cost {
  readonly costMicroUsd: MicroUsd;
  readonly tokens: Tokens;
}

export const FREE: Cost = { costMicroUsd: 0, tokens: 0 };

/** What a call says it used. `null` is a number that is none. */
export interface Reported {
  readonly costMicroUsd?: MicroUsd | null;
  readonly tokens?: Tokens | null;
}

/** What a tool is given beside its arguments. */
export interface ToolContext {
  /**
   * `<run>/<task>/<place>-<digest>`: the same for every attempt at this one call, after a crash, a retry of the call or
   * of the whole task. Hand it to the service you call.
   */
  readonly idempotencyKey: string;
  readonly run: RunId;
  readonly agent: AgentName;
  readonly task: TaskId;
  /** Aborted when the call is cancelled or times out. Stop; whatever you return afterwards is noted as late. */
  readonly signal: AbortSignal;
  /** Of a tool that has a `model`. */
  readonly asking?: Asking;
  /** Reports what the call really cost. What it does not say has cost its whole hold. */
  spent(cost: { readonly costUsd?: number; readonly tokens?: number }): void;
}

/** What something can cost at most, or what it says it did cost. */
export interface Estimate {
  readonly costUsd?: number;
  readonly tokens?: number;
}

/** What a planner, an evaluator or a judge is given beside what it is to decide about. */
export interface EffectContext {
  /** `<run>/<effect>`: the same when it is asked again after a crash. Hand it to the service you call. */
  readonly idempotencyKey: string;
  /** Aborted when the answer is no longer wanted. */
  readonly signal: AbortSignal;
  /** Waits, by the clock of the runtime. Rejects when the answer is no longer wanted. */
  wait(ms: Milliseconds): Promise<void>;
}

/** What a tool that calls a model is told beside its arguments. */
export interface Asking {
  /** What the agent asks, by the digest in the arguments. Waits for an agent that has yet to say it again, after a crash. */
  prompt(digest: Digest): Promise<ModelRequest>;
  /** What the policy in force says of a call of that model by this agent. Without a policy it is allowed. */
  permits(model: string): Promise<Verdict>;
  /** Takes known secrets out of a text that comes in pieces; without a piece, it has ended. Absent: none are known. */
  readonly redacted?: () => (piece?: string) => string;
}

/** What a tool's `reconcile` found out about a call whose outcome was lost. */
export type Reconciled<Output> =
  | { readonly kind: "done"; readonly output: Output }
  | { readonly kind: "absent" }
  | { readonly kind: "unknown" };

/** A tool as the application defines it. Agents never hold one: they name it, and the runtime calls it. */
export interface Tool<Name extends string = string, Input = unknown, Args = Input, Output = unknown> {
  readonly name: Name;
  readonly description?: string;
  /** Checks and types the arguments (zod, valibot, arktype …). The checked value is what policy sees and `run` gets. */
  readonly input?: StandardSchemaV1<Input, Args>;
  /** Default `once`. */
  readonly effect?: EffectClass;
  /**
   * The language model it calls, if that is what it does. To a policy, a call of it is then a model call; to the loop rule
   * it is a thought: it is no part of a row of acts, and repeats itself only where no act comes between.
   */
  readonly model?: string;
  /** Ask a person before each call, or before those the function picks. A throw asks. */
  readonly needsApproval?: boolean | ((args: Args) => boolean);
  /** The most one call can cost; what is held before it runs. Absent: free. A throw refuses the call. */
  readonly estimate?: (args: Args) => { readonly costUsd?: number; readonly tokens?: number };
  /** What makes two calls "the same" to the loop rule. Default: all arguments. */
  readonly loopKey?: (args: Args) => Json;
  /** What makes two results "the same" to the loop rule. Default: all of it, without what changes by itself. */
  resultKey?(output: Awaited<Output>): Json;
  /**
   * What makes two calls the same (true: all arguments). To other tasks: the first call is made, the others wait and share
   * its result, for as long as the run lasts; default: each call is made. And to a person who has rejected one: what a
   * rephrased retry would not change; default: `loopKey`, or all arguments.
   */
  readonly dedupeKey?: true | ((args: Args) => Json);
  /** This tool is meant to be called again and again with the same result, up to so many times. */
  readonly poll?: { readonly maxIdentical: number };
  /**
   * The name of a tool that takes the same arguments and costs less: a smaller model. When a cap is reached it is called
   * instead, judged anew; the agent gets its result. Every agent that is granted this tool must be granted that one.
   */
  readonly cheaper?: string;
  /** The call is stopped after this long: its signal is aborted, and it is not waited for any longer. */
  readonly timeoutMs?: Milliseconds;
  /**
   * Tries after the first, when a call fails or times out; only of `read` and `idempotent` tools. Default 0.
   * Throw a RuntimeError `tool.rejected` for what no second try can mend: it counts neither as a try nor as a failure.
   */
  readonly retries?: number;
  /** Wait before the second try, doubled for each further one, and up to a quarter longer. Default 1,000. */
  readonly backoffMs?: Milliseconds;
  /** How long a call that timed out may take to stop before it is tried again. Default 2,000. */
  readonly graceMs?: Milliseconds;
  /** When it is left alone for a while. Default: the orchestrator's `failures.breaker`. False: never. */
  readonly breaker?: BreakerSettings | false;
  /**
   * What its results carry. Default: untrusted, for the public to read. A tool that adds nothing from outside to its
   * arguments says trusted and public: its caller knows the arguments already. A throw refuses the call.
   */
  readonly labels?: Labels | ((args: Args) => Labels);
  /** `trusted`: a consequential tool, not to be called by an agent that has heard something untrusted. */
  readonly minIntegrity?: Integrity;
  /** Who learns of the arguments. All of them must be allowed to learn what the agent has heard. A throw refuses the call. */
  readonly egress?: (args: Args) => Readers;
  /** What becomes of a call stopped by `minIntegrity` or `egress`. Default: what the run's settings say. */
  readonly onUntrusted?: FlowStop;
  readonly onEgress?: FlowStop;
  /** Makes it an extractor: its output must have this shape, and is then trusted. */
  readonly extracts?: Extraction;
  /**
   * What it is, as it was approved: a digest of its definition. A call that was judged by another revision is refused as
   * `tool.rejected`, and proposed anew if the agent wants it still.
   */
  readonly revision?: string;
  /**
   * The one connection it comes by. What stands before the first "." of its name is then that of this origin alone: no
   * other tool of the orchestrator may be named so.
   */
  readonly origin?: string;
  /**
   * Throw a RuntimeError `effect.unknown` where it cannot be said whether the call happened: a connection was lost, a
   * process died. A `reconcilable` call is then looked up, and a person is asked about one that is `once`.
   */
  readonly run: (args: Args, context: ToolContext) => Output | Promise<Output>;
  /** Required for `reconcilable`: asks the outside what became of the call with this idempotency key. */
  readonly reconcile?: (
    key: string,
    args: Args,
    context: ToolContext,
  ) => Reconciled<Output> | Promise<Reconciled<Output>>;
}

// biome-ignore lint/suspicious/noExplicitAny: a tool of any input and output; `never` would refuse typed callbacks
export type AnyTool = Tool<string, any, any, any>;

/** One proposed call, its arguments checked, canonical and frozen. Everything decided is decided about this copy. */
export interface ToolCall {
  readonly tool: ToolName;
  readonly args: Json;
  readonly digest: Digest;
}

/** What the rules say about an act. `rule` names the one that decided; `rules` all that did, where there are several. */
export type Verdict =
  | { readonly kind: "allow"; readonly rule: string; readonly rules?: readonly string[] }
  | ({ readonly kind: "ask"; readonly rule: string; readonly rules?: readonly string[] } & Terms)
  | { readonly kind: "deny"; readonly rule: string; readonly rules?: readonly string[]; readonly reason: string };

/** Who is to be asked, why, and for how long. */
export interface Terms {
  readonly reason: string;
  /** Default: the first in the run's ladder. */
  readonly role?: string;
  /** How many different people must agree. Default 1. */
  readonly quorum?: number;
  /** Silence refuses after this long. Default: that of the run. */
  readonly expiresMs?: Milliseconds;
}

/** What an agent wants: call a tool, call a model, read or write the blackboard. */
export type PolicyAction = "call" | "model" | "read" | "write";

/** What is left under the caps of the run, open holds taken off. A cap that does not bind is absent. */
export interface Remaining {
  readonly costMicroUsd?: MicroUsd;
  readonly tokens?: Tokens;
  readonly steps?: number;
  readonly toolCalls?: number;
}

/** What a policy is asked: may this agent do this, now? Everything in it is frozen. */
export interface PolicyRequest {
  readonly run: RunId;
  /** Whose authority it is about: each agent of `chain` in turn, and the strictest answer stands. */
  readonly agent: AgentName;
  /** Who delegated the task, the outermost first; last the agent that acts. */
  readonly chain: readonly AgentName[];
  readonly task: TaskId;
  readonly action: PolicyAction;
  /** The tool, the model, or the key. */
  readonly resource: string;
  /** The arguments as the tool would get them. Of a read or write: the tool `board:read` or `board:write`, with `key` and `value`. */
  readonly call: ToolCall;
  readonly effect: EffectClass;
  /** Of all its agent has heard, and so of the arguments; where labels are used. */
  readonly labels?: Labels;
  readonly remaining?: Remaining;
  /** Of the journal's entry in which it is asked; never a clock. */
  readonly at: Timestamp;
}

/** A call as judged: the verdict, and all that the later stages need to know of the tool. */
export interface Judgement {
  readonly verdict: Verdict;
  /** The policy that was asked, where it is not the one the run was started with; null: none, but the agents' own lists. */
  readonly policy?: string | null;
  readonly call: ToolCall;
  readonly effect: EffectClass;
  /** The most it can cost. Absent: nothing. */
  readonly hold?: Cost;
  /** Identity of the call to the loop rule, before its result is known. */
  readonly symbol: Digest;
  /** Identity of the call to other tasks, where the tool has one. */
  readonly dedupe?: Digest;
  /** Identity of the call to a person who has rejected it. Absent: the symbol. */
  readonly fingerprint?: Digest;
  readonly maxIdentical?: number;
  /** It asks a model. */
  readonly thinks?: true;
  readonly timeoutMs?: Milliseconds;
  /** Of the tool it was judged by, where it has one; 16 characters of it. */
  readonly revision?: string;
  /** Of what the tool will answer, where they are not the default. */
  readonly labels?: Labels;
  /** The tool to call instead when there is too little money. */
  readonly cheaper?: ToolName;
}

/** A judgement as the judge gives it: what the proposal says already, or follows from it, is not said again. */
export interface Judged extends Omit<Judgement, "call" | "symbol" | "hold"> {
  /** The digest, in full where a person's word or another attempt is held against it; arguments the schema changed. */
  readonly call: Pick<ToolCall, "digest"> & Partial<ToolCall>;
  /** Where the tool has a `loopKey`. Default: the tool and the digest. */
  readonly symbol?: Digest;
  /** Amounts that are not zero. */
  readonly hold?: Partial<Cost>;
}

/** What an effect came to: the tool's answer, its digest and its cost. */
export interface Executed {
  readonly output: Json;
  /** Tells two results apart: 16 characters of a digest of the output, without what changes by itself, such as times. */
  readonly digest: string;
  readonly cost?: Reported;
  /** Of an extractor's output that was held against its shape. */
  readonly labels?: Labels;
}

/** The arguments a call was made with, where a person has put them in place of those that were proposed. */
export interface Edited {
  readonly by: PersonId;
  readonly args: Json;
}

/** How an act of an agent ended, as the agent is told. */
export type ActResult =
  | { readonly kind: "completed"; readonly value: Json; readonly edited?: Edited }
  | { readonly kind: "refused"; readonly rule: string; readonly failure: Failure }
  | { readonly kind: "failed"; readonly failure: Failure };

/** Input of every effect: the key comes first. */
export interface Keyed {
  readonly key: EffectKey;
}
