/** Path driver: takes a run through a path in a real host, and compares what the host makes of it. */
import type { AnyStateMachine } from "xstate";
import { stateName } from "../../actors/kernel/state-name.ts";
import type { StorePort } from "../../src/contracts/ports.ts";
import type { StatePath } from "../../src/testing/state-paths.ts";
import { isSame } from "./captures.ts";
import { nameOf } from "./path-checks.ts";
import { PuppetHouse } from "./puppet-house.ts";

/** Makes what happens on a path happen in a house. Throws where the house does not follow. */
export type Drive<Machine extends AnyStateMachine = AnyStateMachine> = (
  house: PuppetHouse,
  path: StatePath<Machine>,
) => Promise<void>;

/**
 * Drives a path twice: once undisturbed, and once with the process dying after every move. Both must follow the path,
 * and must be in the same state after every entry that both have seen. Tells how often the process died.
 */
export async function driveWithDeaths<Machine extends AnyStateMachine>(
  path: StatePath<Machine>,
  drive: Drive<Machine>,
  open?: (name: string) => StorePort,
): Promise<{ readonly deaths: number; readonly entries: number }> {
  const houseWith = (crashes: boolean) =>
    new PuppetHouse({ crashes, ...(open === undefined ? {} : { open: () => open(crashes ? "dying" : "calm") }) });
  const [calm, dying] = [houseWith(false), houseWith(true)];
  try {
    await drive(calm, path);
    await drive(dying, path);
    for (const [seq, then] of calm.captures) {
      const now = dying.captures.get(seq);
      if (!isSame(now, then))
        throw new Error(`entry ${seq} differs when the process dies on the way:\n${then}\n${now}`);
    }
    if (dying.captures.size !== calm.captures.size)
      throw new Error(`${dying.captures.size} entries, not ${calm.captures.size}`);
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\non the path ${nameOf(path)}`, {
      cause: error,
    });
  } finally {
    await Promise.all([...calm.stores, ...dying.stores].map((store) => store.close()));
  }
  return { deaths: dying.crashes, entries: calm.captures.size };
}

/** The actor is where the path says; one that has ended is not there any more. */
export function assertIn(
  house: PuppetHouse,
  actor: string,
  { value, status }: { value: unknown; status: string },
): void {
  const now = house.valueOf(actor);
  const expected = status === "active" || actor === "orchestrator" ? stateName(value as string) : "ended";
  const found = now === undefined ? "ended" : stateName(now as string);
  if (found !== expected) throw new Error(`${actor} is ${found}, not ${expected}`);
}
