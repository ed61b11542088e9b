/** Host ports: what a host needs of the system it runs in, and of the application. */
import type { ClockPort, HashPort, HolderPort, StorePort } from "../../src/contracts/ports.ts";
import type { Milliseconds } from "../../src/contracts/units.ts";
import type { Redact } from "../../src/decisions/redaction.ts";
import type { Logics } from "../kernel/core.ts";
import type { Performers } from "./effects.ts";
import type { MindPorts, Minds } from "./minds.ts";

export interface HostPorts {
  readonly store: StorePort;
  readonly clock: ClockPort;
  readonly holder: HolderPort;
  readonly sha256: HashPort;
  readonly logics: Logics;
  /** Versions of all charts, written into every start entry. */
  readonly charts: { readonly [kind: string]: string };
  readonly performers: Performers;
  readonly minds: (ports: MindPorts) => Minds;
  /** Takes known secrets out of what comes in. Absent: none are known. */
  readonly redact?: Redact | undefined;
  /** The id of the policy in force in this process; null: none. */
  readonly policy: () => string | null;
  readonly leaseMs: Milliseconds;
  readonly parkAfterMs: Milliseconds;
  readonly graceMs: Milliseconds;
  /** How often the store is asked whether another process has written. */
  readonly pollMs: Milliseconds;
}
