/** Live run ports: what a run in memory needs of its host, and what its host is told. */
import type { RuntimeError } from "../../src/contracts/errors.ts";
import type { ClockPort, HashPort, StorePort } from "../../src/contracts/ports.ts";
import type { Milliseconds } from "../../src/contracts/units.ts";
import type { Redact } from "../../src/decisions/redaction.ts";
import type { Moment } from "../../src/decisions/run-state.ts";
import type { Committer } from "./committer.ts";
import type { Performers } from "./effects.ts";
import type { Watched } from "./inspection.ts";
import type { LiveRun } from "./live-run.ts";
import type { MindPorts, Minds } from "./minds.ts";

export interface LiveRunPorts extends Watched {
  readonly store: StorePort;
  readonly committer: Committer;
  readonly clock: ClockPort;
  readonly sha256: HashPort;
  readonly performers: Performers;
  readonly minds: (ports: MindPorts) => Minds;
  /** Takes known secrets out of what comes in. Absent: none are known. */
  readonly redact?: Redact | undefined;
  /** The id of the policy in force in this process; null: none. */
  readonly policy: () => string | null;
  readonly parkAfterMs: Milliseconds;
  readonly graceMs: Milliseconds;
  /** Told after every commit. */
  readonly committed: (run: LiveRun, moment: Moment) => void;
  /** Told when the run has nothing to do but wait. */
  readonly idle: (run: LiveRun) => void;
  /** Told when the run has left memory: over, or failed to be written. */
  readonly gone: (run: LiveRun, failure?: RuntimeError) => void;
}
