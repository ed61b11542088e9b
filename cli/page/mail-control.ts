/** Mail control: what can be done to runs that another process has. A decision is left for it in the journal. */
import { type ControlPort, type Orchestrator, RuntimeError } from "../../index.ts";

/** How long its owner may take before the person is told that it is left. */
const WAIT_MS = 10_000;

export const mailControl = (orchestrator: Orchestrator): ControlPort => ({
  decide: async (decision) => {
    const { id, receipt } = await orchestrator.post(decision, { waitMs: WAIT_MS });
    if (receipt !== undefined) return receipt;
    const text = `nobody has taken it yet: it is left as ${id}, and counts when the run is taken up, if the question is still open then`;
    throw new RuntimeError("run.owned", text);
  },
});
