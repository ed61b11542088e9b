/** What if: a recorded run put before another policy or other caps. Nothing is performed, and nothing is written. */
import type { Limits, RunCaps } from "../src/contracts/budget.ts";
import { messageOf, RuntimeError } from "../src/contracts/errors.ts";
import type { RunId } from "../src/contracts/ids.ts";
import type { PolicyPort } from "../src/contracts/ports.ts";
import type { Verdict } from "../src/contracts/tools.ts";
import type { Recorded, Recording, WhatIf } from "../src/contracts/what-if.ts";
import { limitsOf, runCapFaults } from "../src/decisions/limits.ts";
import { asVerdict } from "../src/decisions/verdict.ts";
import { whatIf } from "../src/decisions/what-if.ts";
import { type RecordingPorts, recordingOf } from "./kernel/recording.ts";

export interface WhatIfOptions {
  /** Asked about every call again. Absent: the verdicts on record stand. */
  readonly policy?: PolicyPort;
  /** Caps in place of those the run had; a cap that is not named stays as it was, with what people granted. */
  readonly budget?: RunCaps;
}

/** @throws RuntimeError `run.unknown`, `config.invalid` for caps that are none, and what a replay throws. */
export async function whatIfOf(ports: RecordingPorts, run: RunId, { policy, budget }: WhatIfOptions): Promise<WhatIf> {
  const [fault] = budget === undefined ? [] : runCapFaults(budget, "budget");
  if (fault !== undefined) throw new RuntimeError("config.invalid", fault);
  const recording = await recordingOf(ports, run);
  const limits: Limits = { ...recording.limits, ...(budget === undefined ? {} : limitsOf(budget)) };
  const asked = policy === undefined ? {} : { policy: policy.id, verdicts: await verdictsOf(recording, policy) };
  return whatIf(recording, { limits, ...asked });
}

async function verdictsOf({ run, events }: Recording, policy: PolicyPort): Promise<ReadonlyMap<number, Verdict>> {
  const verdicts = new Map<number, Verdict>();
  for (const [place, one] of events.entries())
    if (one.kind === "judged") verdicts.set(place, await verdictOf(run, one, policy));
  return verdicts;
}

/** As when a run is judged, a policy that throws denies. */
async function verdictOf(
  run: RunId,
  { agent, task, chain, call, effect }: Extract<Recorded, { readonly kind: "judged" }>,
  policy: PolicyPort,
): Promise<Verdict> {
  try {
    return asVerdict(await policy.decide({ run, agent, task, chain, call, effect }), policy.id);
  } catch (error) {
    return { kind: "deny", rule: "policy.failed", reason: `${policy.id}: ${messageOf(error)}` };
  }
}
