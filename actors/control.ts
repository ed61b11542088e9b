/** Control: what a person may do to the runs of an orchestrator from afar, as that orchestrator does it. */
import type { Decision, DecisionReceipt } from "../src/contracts/approvals.ts";
import type { ControlPort } from "../src/contracts/control.ts";
import type { RunId } from "../src/contracts/ids.ts";
import type { Seq } from "../src/contracts/units.ts";
import type { Run } from "./run.ts";

export interface Controlled {
  decide(decision: Decision): Promise<DecisionReceipt>;
  run(run: RunId): Run;
  fork(run: RunId, seq: Seq): Promise<Run>;
}

export const controlOf = (orchestrator: Controlled): ControlPort => ({
  decide: (decision) => orchestrator.decide(decision),
  steer: (run, { action, by, reason }) => {
    const held = orchestrator.run(run);
    if (action === "cancel") return held.cancel(reason, by);
    return action === "pause" ? held.pause(by) : held.resume(by);
  },
  fork: async (run, seq) => (await orchestrator.fork(run, seq)).id,
});
