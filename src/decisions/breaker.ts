/**
 * Breaker: does this tool work, or is it left alone for a while?
 *
 * H1  Closed until `failures` of its last `of` calls have failed; then no call is made for a while.
 * H2  After the wait one call tries again. Its success closes the breaker; its failure doubles the wait, up to an hour.
 * H3  A call that tries again and ends without an answer leaves the next one to try.
 * H4  The state is the run's, in its journal: time is that of the entry, and a replay agrees.
 */
import type { ActorId, ToolName } from "../contracts/ids.ts";
import type { BreakerSettings } from "../contracts/settings.ts";
import type { Milliseconds, Timestamp } from "../contracts/units.ts";
import { withoutRow, withRow } from "./record.ts";

export interface Breaker {
  /** The last calls, oldest first: `x` failed, `.` did not. */
  readonly recent: string;
  /** While it is open: when a call may try again. */
  readonly openUntil: Timestamp | null;
  /** How often it has opened without closing in between. */
  readonly opened: number;
  /** The call that tries again. */
  readonly probe: ActorId | null;
}

/** Only of tools that have failed and not recovered since. */
export interface Breakers {
  readonly [tool: ToolName]: Breaker;
}

/** How a call ended, to the breaker: `unknown` says nothing about the tool. */
export type CallEnd = "worked" | "failed" | "unknown";

export type Passage = { readonly kind: "pass" | "probe" } | { readonly kind: "refused"; readonly reason: string };

const LONGEST: Milliseconds = 3_600_000;
const FRESH: Breaker = { recent: "", openUntil: null, opened: 0, probe: null };

export const breakerOf = (breakers: Breakers, tool: ToolName): Breaker | undefined =>
  Object.hasOwn(breakers, tool) ? breakers[tool] : undefined;

/** May the tool be called now? */
export function pass(breakers: Breakers, tool: ToolName, at: Timestamp): Passage {
  const breaker = breakerOf(breakers, tool);
  if (breaker === undefined || breaker.openUntil === null) return { kind: "pass" };
  if (at >= breaker.openUntil && breaker.probe === null) return { kind: "probe" };
  const reason =
    breaker.probe === null
      ? `"${tool}" has failed too often; it is tried again in ${breaker.openUntil - at} ms`
      : `"${tool}" has failed too often; one call is trying whether it works again`;
  return { kind: "refused", reason };
}

/** Has a granted call try whether the tool works again. */
export const probe = (breakers: Breakers, tool: ToolName, call: ActorId): Breakers =>
  withRow(breakers, tool, { ...(breakerOf(breakers, tool) ?? FRESH), probe: call });

export interface Heard {
  readonly breakers: Breakers;
  /** Of its state, if it did. */
  readonly change?: "opened" | "closed";
}

/** Notes how a call of the tool ended. */
export function hear(
  breakers: Breakers,
  call: { readonly tool: ToolName; readonly id: ActorId; readonly end: CallEnd; readonly at: Timestamp },
  { failures = 5, of = 10, coolMs = 30_000 }: BreakerSettings = {},
): Heard {
  const { tool, id, end, at } = call;
  const breaker = breakerOf(breakers, tool);
  if (breaker === undefined && end !== "failed") return { breakers };
  const before = breaker ?? FRESH;
  if (before.openUntil !== null) {
    // What was under way when it opened says nothing new.
    if (before.probe !== id) return { breakers };
    if (end === "worked") return { breakers: withoutRow(breakers, tool), change: "closed" };
    if (end === "unknown") return { breakers: withRow(breakers, tool, { ...before, probe: null }) };
    return open(breakers, tool, before, at, coolMs);
  }
  if (end === "unknown") return { breakers };
  const recent = (before.recent + (end === "failed" ? "x" : ".")).slice(-of);
  const failed = recent.length - recent.replaceAll("x", "").length;
  if (failed >= failures) return open(breakers, tool, { ...before, recent }, at, coolMs);
  return { breakers: failed === 0 ? withoutRow(breakers, tool) : withRow(breakers, tool, { ...before, recent }) };
}

function open(breakers: Breakers, tool: ToolName, before: Breaker, at: Timestamp, coolMs: Milliseconds): Heard {
  const wait = Math.min(coolMs * 2 ** Math.min(before.opened, 22), Math.max(LONGEST, coolMs));
  const next: Breaker = { recent: before.recent, openUntil: at + wait, opened: before.opened + 1, probe: null };
  return { breakers: withRow(breakers, tool, next), change: "opened" };
}

/** The call has ended with its attempt: if it was trying again, another one may. */
export function abandonProbe(breakers: Breakers, call: ActorId): Breakers {
  for (const [tool, breaker] of Object.entries(breakers))
    if (breaker.probe === call) return withRow(breakers, tool, { ...breaker, probe: null });
  return breakers;
}
