import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Failure } from "./errors.ts";
import type { AgentName, Digest, EffectKey, RunId, TaskId, ToolName } from "./ids.ts";
import type { Json } from "./json.ts";
import type { Extraction, FlowStop, Integrity, Labels, Readers } from "./labels.ts";
import type { BreakerSettings } from "./settings.ts";
import type { MicroUsd, Milliseconds, Tokens } from "./units.ts";

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
  /** Reports what the call really cost. Without it the whole hold is taken as spent. */
  spent(cost: { readonly costUsd?: number; readonly tokens?: number }): void;
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
  /** Ask a person before each call, or before those the function picks. A throw asks. */
  readonly needsApproval?: boolean | ((args: Args) => boolean);
  /** The most one call can cost; what is held before it runs. Absent: free. A throw refuses the call. */
  readonly estimate?: (args: Args) => { readonly costUsd?: number; readonly tokens?: number };
  /** What makes two calls "the same" to the loop rule. Default: all arguments. */
  readonly loopKey?: (args: Args) => Json;
  /**
   * What makes two calls the same (true: all arguments). To other tasks: the first call is made, the others wait and share
   * its result, for as long as the run lasts; default: each call is made. And to a person who has rejected one: what a
   * rephrased retry would not change; default: `loopKey`, or all arguments.
   */
  readonly dedupeKey?: true | ((args: Args) => Json);
  /** This tool is meant to be called again and again with the same result, up to so many times. */
  readonly poll?: { readonly maxIdentical: number };
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

/** What the rules say about a call. `rule` names the one that decided. */
export type Verdict =
  | { readonly kind: "allow"; readonly rule: string }
  | {
      readonly kind: "ask";
      readonly rule: string;
      readonly reason: string;
      /** Who is asked first, how many must approve, and until when; each in place of what the run's settings say. */
      readonly role?: string;
      readonly quorum?: number;
      readonly expiresMs?: Milliseconds;
    }
  | { readonly kind: "deny"; readonly rule: string; readonly reason: string };

/** What the policy is asked. */
export interface PolicyRequest {
  readonly run: RunId;
  readonly agent: AgentName;
  readonly task: TaskId;
  /** On whose behalf: the outermost delegator first, `agent` last; `agent` alone where nothing was delegated. */
  readonly chain: readonly AgentName[];
  readonly call: ToolCall;
  readonly effect: EffectClass;
  /** Of all its agent has heard, and so of the arguments; where labels are used. */
  readonly labels?: Labels;
}

/** A call as judged: the verdict, and all that the later stages need to know of the tool. */
export interface Judgement {
  readonly verdict: Verdict;
  /** The policy that was asked. Absent: the agents' own lists of tools. */
  readonly policy?: string;
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
  readonly timeoutMs?: Milliseconds;
  /** Of what the tool will answer, where they are not the default. */
  readonly labels?: Labels;
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
  readonly cost?: Cost;
  /** Of an extractor's output that was held against its shape. */
  readonly labels?: Labels;
}

/** How an act of an agent ended, as the agent is told. */
export type ActResult =
  | { readonly kind: "completed"; readonly value: Json }
  | { readonly kind: "refused"; readonly rule: string; readonly failure: Failure }
  | { readonly kind: "failed"; readonly failure: Failure };

/** Input of every effect: the key comes first. */
export interface Keyed {
  readonly key: EffectKey;
}
