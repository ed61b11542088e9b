/** Mind: how an agent that is a chart says what it wants to do. It invokes one of five actors. */
import { fromPromise, type PromiseActorLogic } from "xstate";
import type { Act } from "../../src/contracts/acts.ts";
import type { Entry } from "../../src/contracts/blackboard.ts";
import type { Delegated, DelegationRequest } from "../../src/contracts/delegation.ts";
import { RuntimeError } from "../../src/contracts/errors.ts";
import type { Json, JsonObject } from "../../src/contracts/json.ts";

const ACT_SOURCES = ["tool", "ask", "read", "write", "delegate"] as const;
type ActSource = (typeof ACT_SOURCES)[number];

export const isActSource = (src: unknown): src is ActSource => ACT_SOURCES.some((source) => source === src);

/** The act an invoke stands for: its kind is what was invoked, whatever the input says. */
export const actOf = (src: ActSource, input: Json): Act => ({ ...(input as JsonObject), kind: src }) as unknown as Act;

const decided = <Output, Input>(name: ActSource): PromiseActorLogic<Output, Input> =>
  fromPromise<Output, Input>(() => {
    throw new RuntimeError(
      "config.invalid",
      `"${name}" is decided by the orchestrator; provide an implementation to run this chart alone`,
    );
  });

/**
 * The actors an agent's chart may invoke.
 *
 * @example
 * ```ts
 * const machine = setup({ actors: agentActors }).createMachine({
 *   initial: "searching",
 *   states: {
 *     searching: {
 *       invoke: { src: "tool", id: "search", input: { tool: "search", args: { query: "…" } }, onDone: "found", onError: "failed" },
 *     },
 *     // …
 *   },
 * });
 * ```
 */
export const agentActors = {
  tool: decided<Json, { readonly tool: string; readonly args: Json; readonly rationale?: string }>("tool"),
  ask: decided<Json, { readonly question: string; readonly details?: Json }>("ask"),
  read: decided<Entry | null, { readonly key: string }>("read"),
  write: decided<Entry, { readonly key: string; readonly value: Json; readonly expect?: number }>("write"),
  delegate: decided<Delegated, DelegationRequest & { readonly agent: string }>("delegate"),
};
