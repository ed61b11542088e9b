import type { JsonObject } from "./json.ts";
import type { AgentGrant } from "./settings.ts";
import type { EffectClass } from "./tools.ts";

/** All that a policy can be asked about: the agents and tools of one orchestrator. */
export interface PolicyScope {
  readonly agents: readonly AgentGrant[];
  readonly tools: readonly ToolShape[];
  /**
   * Made of what a recorded run did, and not of what there is. A tool without `args` was never called, and arguments
   * are those that were given: what cannot apply here is no fault of a policy.
   */
  readonly isObserved?: true;
}

/** A tool as a policy may know it. */
export interface ToolShape {
  readonly name: string;
  readonly effect: EffectClass;
  readonly model?: string;
  /** JSON Schema of the arguments as the tool gets them. Absent where its schema does not say: opaque to policy. */
  readonly args?: JsonObject;
}

/** How the blackboard is named in the place of a tool. No tool can have such a name. */
export const BOARD = { read: "board:read", write: "board:write" } as const;
