/** Run world: what is known around an orchestrator, and not to it. */
import type { AnyEventObject, SnapshotFrom } from "xstate";
import type { orchestratorMachine } from "../../machines/orchestrator.ts";
import type { Timestamp } from "../../src/contracts/units.ts";
import type { RunState } from "../../src/decisions/run-state.ts";
import { agentActorOf } from "../../src/decisions/schedule.ts";
import type { StatePath } from "../../src/testing/state-paths.ts";
import { START } from "./run-variants.ts";

export type RunPath = StatePath<typeof orchestratorMachine>;
export type RunSnapshot = SnapshotFrom<typeof orchestratorMachine>;

/** What is known around the orchestrator, and not to it. */
export interface RunWorld {
  readonly at: Timestamp;
  /** Acts proposed so far, by attempt. */
  readonly acts: { readonly [actor: string]: number };
  /** Attempts that have proposed something since the run was paused: they cannot end before it goes on. */
  readonly busy: readonly string[];
  /** Deadlines that the orchestrator has asked for. */
  readonly waits: readonly { readonly id: string; readonly due: Timestamp; readonly event: AnyEventObject }[];
  /** The call of which a try has just failed. */
  readonly failing: AnyEventObject | null;
  /** Questions about conflicts that the orchestrator asks. */
  readonly asked: readonly string[];
  /** Questions that have been opened. */
  readonly opened: readonly string[];
  readonly pauses: number;
  /** The state before the last event. */
  readonly from: string;
}

export const NOTHING: RunWorld = {
  at: START,
  acts: {},
  busy: [],
  waits: [],
  failing: null,
  asked: [],
  opened: [],
  pauses: 0,
  from: "",
};

export const actorsOf = ({ schedule }: RunState): readonly { readonly actor: string; readonly position: number }[] =>
  schedule.tasks.flatMap((task, position) =>
    task.status === "running" ? [{ actor: agentActorOf(task), position }] : [],
  );
