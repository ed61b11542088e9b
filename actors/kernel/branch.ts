/**
 * Branch: the actors of a run as they stand, kept aside. Snapshots are never changed, so a branch shares them: it costs a
 * list, and a core grown from it goes its own way.
 */
import type { HashPort } from "../../src/contracts/ports.ts";
import type { Timestamp } from "../../src/contracts/units.ts";
import type { ChainHead } from "../../src/decisions/integrity.ts";
import { Core, type Logics } from "./core.ts";
import type { Snapshot } from "./logic.ts";
import type { NewActor, PendingEffect } from "./registry.ts";
import type { Position } from "./replay.ts";
import type { Timer } from "./timers.ts";

export interface Branch {
  readonly head: ChainHead;
  readonly at: Timestamp;
  readonly actors: readonly (readonly [NewActor, Snapshot])[];
  readonly pending: readonly PendingEffect[];
  readonly timers: readonly Timer[];
  readonly fatal: Core["fatal"];
}

export const branchOf = ({ core, head, at }: Position): Branch => ({
  head,
  at,
  actors: [...core.actors.values()].map(({ id, kind, parent, logic, mind, snapshot }) => [
    { id, kind, parent, logic, ...(mind === undefined ? {} : { mind: copyOf(mind) }) },
    snapshot,
  ]),
  pending: [...core.pending.values()],
  timers: core.timers.all(),
  fatal: core.fatal,
});

/** A core of its own that stands where the branch was taken. */
export function grow(branch: Branch, logics: Logics, sha256: HashPort): Position {
  const core = new Core(logics, sha256);
  for (const [{ id, kind, parent, logic, mind }, snapshot] of branch.actors) {
    // The same chart may be looked at through other logic than the one it ran by.
    const own = { id, kind, parent, logic: logics(kind) ?? logic };
    core.registry.add(mind === undefined ? own : { ...own, mind: copyOf(mind) }, snapshot);
  }
  for (const effect of branch.pending) core.registry.addEffect(effect);
  for (const timer of branch.timers) core.registry.setTimer(timer);
  core.fatal = branch.fatal;
  return { core, head: branch.head, at: branch.at };
}

const copyOf = ({ next, waiting }: NonNullable<NewActor["mind"]>): NonNullable<NewActor["mind"]> => ({
  next,
  waiting: new Map(waiting),
});
