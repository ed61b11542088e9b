/** Watch: plays a recorded run to the product's loop rule, one event after another, and notes what it says. */
import type { LoopEvidence } from "../src/contracts/loops.ts";
import { type Loops, NO_LOOPS, type Observed, observe, observeRequest } from "../src/decisions/loop.ts";
import { isSame } from "../src/decisions/stream.ts";
import type { LogEvent } from "./corpora/log.ts";

export interface Verdict {
  /** Events until it was given, that one included. */
  readonly turn: number;
  /** Events in the whole run. */
  readonly turns: number;
  readonly evidence: LoopEvidence;
}

/** The first verdict, as a running orchestrator would give it. A recorded agent heeds none, so later ones say nothing. */
export function watch(events: readonly LogEvent[]): Verdict | undefined {
  let loops: Loops = NO_LOOPS;
  for (const [place, event] of events.entries()) {
    const { loops: next, evidence } = tell(loops, event);
    if (evidence !== undefined) return { turn: place + 1, turns: events.length, evidence };
    loops = next;
  }
  return undefined;
}

/** Steps of the log at which an agent did what it had just done: the same call, or another that came to the same. */
export interface Repeats {
  readonly calls: ReadonlySet<number>;
  readonly results: ReadonlySet<number>;
}

export function repeatsIn(events: readonly LogEvent[]): Repeats {
  let loops: Loops = NO_LOOPS;
  const calls = new Set<number>();
  const results = new Set<number>();
  for (const event of events) {
    loops = tell(loops, event).loops;
    if (event.kind !== "act") continue;
    const [before, last] = loops.streams[event.agent]?.seen.slice(-2) ?? [];
    if (before === undefined || last === undefined) continue;
    if (before.call === last.call) calls.add(event.call);
    if ((before.call === last.call && before.result === last.result) || isSame(before, last)) results.add(event.call);
  }
  return { calls, results };
}

function tell(loops: Loops, event: LogEvent): Observed {
  if (event.kind === "act") return observe(loops, event.agent, event.act);
  const { from, to, at, text } = event;
  return observeRequest(loops, `${from} > ${to}`, { task: from, step: String(at), text });
}

/** Events before the step at which the trouble began, as people saw it. */
export const turnOf = (events: readonly LogEvent[], onset: number): number =>
  events.filter((event) => (event.kind === "act" ? event.call : event.at) <= onset).length;
