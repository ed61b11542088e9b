/**
 * Call retry: one try of a call has failed. Is the call made again, and when?
 *
 * G1  The try is paid for and told to the tool's breaker, whatever follows.
 * G2  Only what may be made again without harm is, as often as its tool says, and within the run's share of retries.
 * G3  The next try is admitted like a new call: by the same rules, with a hold of its own.
 * G4  After a timeout it waits until the stopped try has had its grace: two tries never run side by side.
 * G5  Who asks to be left alone for a while is, up to an hour.
 * G6  What the next try will hold is held while it waits, where there is room for it: nobody else spends it meanwhile.
 */
import type { Command } from "../contracts/commands.ts";
import type { Failure } from "../contracts/errors.ts";
import type { ActorId, ToolName } from "../contracts/ids.ts";
import type { Reported } from "../contracts/tools.ts";
import type { Milliseconds } from "../contracts/units.ts";
import { closeAct, keepHold } from "./admission.ts";
import { countRetry, hasRetryLeft, hearCall, isOwnFault } from "./health.ts";
import { DEFAULT_BACKOFF, LONGEST, retry, stretched } from "./retry.ts";
import type { Moment, Reaction, RunState } from "./run-state.ts";

/** One try of a call, as its gate tells. */
export interface TryFailed {
  readonly gate: ActorId;
  readonly tool: ToolName;
  /** 1 for the first. */
  readonly tries: number;
  readonly failure: Failure;
  readonly position: number;
  readonly cost: Reported | null;
}

const DEFAULT_GRACE: Milliseconds = 2_000;

export function settleTry(state: RunState, failed: TryFailed, moment: Moment): Reaction {
  const { gate, tool, tries, failure } = failed;
  const end = isOwnFault(failure.code) ? "unknown" : "failed";
  const closed = closeAct(state, { ...failed, sent: true }, moment);
  const heard = hearCall(closed, { tool, id: gate, end, at: moment.at });
  const { retries = 0, backoffMs = DEFAULT_BACKOFF, graceMs = DEFAULT_GRACE } = settingsOf(state, tool);
  const decision = retry(failure.code, tries, retries, backoffMs);
  if (decision.kind === "give-up") return refused(heard, gate);
  if (!hasRetryLeft(state)) {
    const reason = "the run has used its share of second tries";
    const ruling = { rule: "retry.budget", verdict: "refused", reason, data: { act: gate } };
    return refused({ ...heard, commands: [...heard.commands, { type: "record", params: ruling }] }, gate);
  }
  const asked = Math.min(failure.retryAfterMs ?? 0, LONGEST);
  const wait = stretched(Math.max(decision.afterMs, asked), `${state.run}/${gate}/${tries}`);
  const afterMs = failure.code === "tool.timeout" ? Math.max(wait, graceMs) : wait;
  const granted: Command = { type: "tell", params: { to: gate, event: { type: "retry.granted", afterMs } } };
  const waiting = keepHold(countRetry(heard.state), gate, state.ledger.holds[gate], moment);
  return { state: waiting, commands: [...heard.commands, granted] };
}

const settingsOf = ({ settings: { tools } }: RunState, tool: ToolName) =>
  (tools !== undefined && Object.hasOwn(tools, tool) ? tools[tool] : undefined) ?? {};

const refused = ({ state, commands }: Reaction, gate: ActorId): Reaction => ({
  state,
  commands: [...commands, { type: "tell", params: { to: gate, event: { type: "retry.refused" } } }],
});
