/** What if: a recorded run put before another policy or other caps. Nothing is performed, and nothing is written. */
import type { Limits, RunCaps } from "../src/contracts/budget.ts";
import { RuntimeError } from "../src/contracts/errors.ts";
import type { RunId } from "../src/contracts/ids.ts";
import type { PolicyScope } from "../src/contracts/policy.ts";
import type { ClockPort, PolicyPort } from "../src/contracts/ports.ts";
import type { Verdict } from "../src/contracts/tools.ts";
import type { Recording, WhatIf } from "../src/contracts/what-if.ts";
import { limitsOf, runCapFaults } from "../src/decisions/limits.ts";
import { observedScope } from "../src/decisions/observed.ts";
import { whatIf } from "../src/decisions/what-if.ts";
import { type RecordingPorts, recordingOf } from "./kernel/recording.ts";
import { adopted, ask, type PolicyHolder } from "./policy.ts";

export interface WhatIfOptions {
  /** Asked about every call again. Absent: the verdicts on record stand. */
  readonly policy?: PolicyPort;
  /** Caps in place of those the run had; a cap that is not named stays as it was, with what people granted. */
  readonly budget?: RunCaps;
}

export interface WhatIfPorts extends RecordingPorts {
  readonly clock: ClockPort;
}

type Asked = PolicyHolder & { readonly policy: PolicyPort };

/** How long a policy may think about one call. */
const ANSWER_MS = 5_000;

/** @throws RuntimeError `run.unknown`, `config.invalid` for caps that are none, `policy.invalid`, and what a replay throws. */
export async function whatIfOf(
  ports: WhatIfPorts,
  run: RunId,
  { policy, budget }: WhatIfOptions,
  scope: PolicyScope,
): Promise<WhatIf> {
  const [fault] = budget === undefined ? [] : runCapFaults(budget, "budget");
  if (fault !== undefined) throw new RuntimeError("config.invalid", fault);
  const recording = await recordingOf(ports, run);
  const limits: Limits = { ...recording.limits, ...(budget === undefined ? {} : limitsOf(budget)) };
  if (policy === undefined) return whatIf(recording, { limits });
  const observed = observedScope(recording, scope);
  const bound = adopted(policy, observed);
  const verdicts = await verdictsOf(recording, observed, { policy: bound, clock: ports.clock, timeoutMs: ANSWER_MS });
  return whatIf(recording, { limits, policy: bound.id, verdicts });
}

/** As when a run is judged: everybody on the chain is asked about, and a policy that throws or does not answer denies. */
async function verdictsOf(
  { run, events }: Recording,
  { tools }: PolicyScope,
  holder: Asked,
): Promise<ReadonlyMap<number, Verdict>> {
  const models = new Map(tools.map(({ name, model }) => [name, model]));
  const verdicts = new Map<number, Verdict>();
  for (const [place, one] of events.entries()) {
    if (one.kind !== "judged") continue;
    const { agent, task, chain, call, effect, at } = one;
    const model = models.get(call.tool);
    const action = model === undefined ? "call" : "model";
    const request = { run, agent, task, chain, action, resource: model ?? call.tool, call, effect, at } as const;
    verdicts.set(place, await ask(holder, request));
  }
  return verdicts;
}
