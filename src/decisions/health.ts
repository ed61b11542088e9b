/** Health: how the tools and agents of a run are doing, as far as the run has seen it fail. */
import type { ErrorCode } from "../contracts/errors.ts";
import type { ActorId, ToolName } from "../contracts/ids.ts";
import type { FailureSettings } from "../contracts/settings.ts";
import type { ActResult } from "../contracts/tools.ts";
import type { Timestamp } from "../contracts/units.ts";
import { type Breakers, type CallEnd, hear } from "./breaker.ts";
import type { Restarts } from "./restart.ts";
import { fitsTraffic } from "./retry.ts";
import type { Reaction, RunState } from "./run-state.ts";

export interface Health {
  readonly breakers: Breakers;
  readonly restarts: Restarts;
  /** Second tries of calls and of tasks. */
  readonly again: number;
}

export const HEALTHY: Health = { breakers: {}, restarts: {}, again: 0 };

/** Whether the run has a second try left (R4 of retry). */
export function hasRetryLeft({ health, ledger: { spent, reserved }, schedule, settings }: RunState): boolean {
  const traffic = spent.toolCalls + reserved.toolCalls + schedule.tasks.length;
  return fitsTraffic(health.again, traffic, settings.failures);
}

export const withRestarts = ({ health }: RunState, restarts: Restarts): Health =>
  restarts === health.restarts ? health : { ...health, restarts };

export const countRetry = (state: RunState): RunState => ({
  ...state,
  health: { ...state.health, again: state.health.again + 1 },
});

/** Tells the breaker of a tool how a call of it ended; says so when it opens or closes. */
export function hearCall(
  state: RunState,
  call: { readonly tool: string; readonly id: string; readonly end: CallEnd; readonly at: number },
): Reaction {
  const settings = breakerSettings(state.settings, call.tool);
  if (settings === false) return { state, commands: [] };
  const { breakers, change } = hear(state.health.breakers, call, settings);
  if (breakers === state.health.breakers) return { state, commands: [] };
  const next = { ...state, health: { ...state.health, breakers } };
  if (change === undefined) return { state: next, commands: [] };
  const reason = change === "opened" ? "it has failed too often" : "it works again";
  const ruling = { rule: `breaker.${change}`, verdict: change, reason, data: { tool: call.tool } };
  return { state: next, commands: [{ type: "record", params: ruling }] };
}

/** The call itself was at fault: no second try can mend it, and it says nothing about its tool. */
export const isOwnFault = (failure: ErrorCode): boolean => failure === "tool.rejected" || failure === "model.rejected";

/** How a call ended, as its gate tells. */
export interface CallEnded {
  readonly gate: ActorId;
  readonly tool: ToolName;
  readonly outcome: ActResult["kind"];
  /** Of a call that did not complete. */
  readonly failure: ErrorCode | null;
  readonly sent: boolean;
}

/** Tells the breaker of a call that has settled. One whose last try failed has been told of already. */
export function hearSettled(
  state: RunState,
  { gate, tool, outcome, failure, sent }: CallEnded,
  at: Timestamp,
): Reaction {
  if (state.acts[gate] === undefined) return { state, commands: [] };
  // A call that was refused, or was itself at fault, says nothing about its tool.
  const isSilent = !sent || outcome === "refused" || (failure !== null && isOwnFault(failure));
  return hearCall(state, {
    tool,
    id: gate,
    end: isSilent ? "unknown" : outcome === "failed" ? "failed" : "worked",
    at,
  });
}

function breakerSettings(
  { tools, failures }: RunState["settings"],
  tool: string,
): NonNullable<FailureSettings["breaker"]> {
  const own = tools !== undefined && Object.hasOwn(tools, tool) ? tools[tool]?.breaker : undefined;
  return own ?? failures?.breaker ?? {};
}
