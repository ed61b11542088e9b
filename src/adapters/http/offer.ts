/** Offer: what a server serves, and can do. */
import type { ControlPort, Inspectable } from "../../contracts/control.ts";
import type { RunId } from "../../contracts/ids.ts";
import type { InspectionPort } from "../../contracts/inspection.ts";
import { runFile } from "./run-file.ts";

/** What the page shows buttons for. */
export interface Abilities {
  readonly decide: boolean;
  readonly control: boolean;
  readonly fork: boolean;
  readonly export: boolean;
}

/** What may be offered beside inspection and control. */
export interface Extras {
  /** A run as one HTML file. */
  readonly exportRun?: (run: RunId) => Promise<string>;
}

export interface Offer extends Extras {
  readonly inspection: InspectionPort;
  readonly control: ControlPort | undefined;
  readonly can: Abilities;
}

/** Without somebody who may, nothing that changes a run can be done, whatever the port can. */
export function offerOf(
  { inspection, control, exported }: Inspectable,
  { exportRun = exported === undefined ? undefined : async (run) => runFile(await exported(run)) }: Extras,
  { hasApprovers }: { readonly hasApprovers: boolean },
): Offer {
  const can = (port: unknown): boolean => hasApprovers && port !== undefined;
  return {
    inspection,
    control,
    ...(exportRun === undefined ? {} : { exportRun }),
    can: {
      decide: can(control?.decide),
      control: can(control?.steer),
      fork: can(control?.fork),
      export: exportRun !== undefined,
    },
  };
}
