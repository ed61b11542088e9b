import type { ActorId, TaskId } from "./ids.ts";

/** One thing an attempt was told. */
export interface Source {
  /** The attempt that was told. */
  readonly by: ActorId;
  /** The attempt whose work it is; `orchestrator` for what the application has signalled. */
  readonly author: ActorId;
  readonly what:
    | { readonly kind: "output"; readonly task: TaskId }
    | { readonly kind: "entry"; readonly key: string; readonly version: number }
    | { readonly kind: "findings" };
}
