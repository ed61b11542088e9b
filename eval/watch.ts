/** Watch: plays a recorded run to the product's loop rule, one event after another, and notes what it says. */
import type { LoopEvidence } from "../src/contracts/loops.ts";
import { type Loops, NO_LOOPS, type Observed, observe, observeRequest } from "../src/decisions/loop.ts";
import type { LogEvent } from "./corpora/log.ts";

export interface Verdict {
  /** The step of the log at which it was given. */
  readonly at: number;
  readonly evidence: LoopEvidence;
}

/** The first verdict, as a running orchestrator would give it. A recorded agent heeds none, so later ones say nothing. */
export function watch(events: readonly LogEvent[]): Verdict | undefined {
  let loops: Loops = NO_LOOPS;
  for (const event of events) {
    const observed = tell(loops, event);
    if (observed.evidence !== undefined) return { at: event.at, evidence: observed.evidence };
    loops = observed.loops;
  }
  return undefined;
}

function tell(loops: Loops, event: LogEvent): Observed {
  if (event.kind === "act") return observe(loops, event.agent, event.act);
  const { from, to, at, text } = event;
  return observeRequest(loops, `${from} > ${to}`, { task: from, step: String(at), text });
}
