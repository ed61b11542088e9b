/** Route requests: what each route of the server is asked, so that all of them can be. */
import { question } from "./shown-runs.ts";

/** A path of a route, about a run. */
export const about = (path: string, run = "run_a"): string =>
  path.replace(":run", run).replace(":actor", "a%231%2F0").replace(":name", "agent").replace(":seq", "2") +
  "?from=1&to=2";

export const decision = (run = "run_a") => ({
  requestId: question(run).id,
  digest: question(run).digest,
  decision: "approve",
});

export const BODIES: Readonly<Record<string, unknown>> = {
  "/v1/decisions": decision(),
  "/v1/runs/:run/control": { action: "pause" },
  "/v1/runs/:run/fork": { seq: 2 },
};
