/** Core driver: one chart under a root that does nothing, driven by hand. For what no real run would let happen. */
import { type AnyEventObject, type AnyStateMachine, setup } from "xstate";
import { effectDone, effectFailed } from "../../actors/host/effects.ts";
import { capture, restore } from "../../actors/kernel/checkpoint.ts";
import { Core } from "../../actors/kernel/core.ts";
import { logicOf } from "../../actors/kernel/logic.ts";
import { stateName } from "../../actors/kernel/state-name.ts";
import { commands, options } from "../../machines/commands.ts";
import { sha256 } from "../../src/adapters/hash.ts";
import type { Input, Message } from "../../src/contracts/journal.ts";
import type { StatePath } from "../../src/testing/state-paths.ts";
import { textOf } from "./captures.ts";
import { START } from "./run-variants.ts";

const rootOf = (id: string, input: unknown): AnyStateMachine =>
  setup({ actions: commands }).createMachine({
    id: "root",
    version: "1",
    options,
    entry: { type: "spawn", params: { id, logic: "tool-gate", input: input as never } },
  });

/**
 * Takes a chart through a path, twice: in one core, and in a new one after every step, restored from what the last one
 * left. Throws where the two differ, or do not follow the path.
 */
export function driveInCore(
  path: StatePath,
  id: string,
  input: unknown,
  charts: { readonly [kind: string]: AnyStateMachine },
): void {
  const logics = new Map(
    Object.entries({ ...charts, orchestrator: rootOf(id, input) }).map(([kind, machine]) => [kind, logicOf(machine)]),
  );
  const fresh = () => new Core((kind) => logics.get(kind), sha256);
  const calm = fresh();
  let reborn = fresh();
  path.steps.forEach(({ event, snapshot }, place) => {
    const input = inputOf(calm, id, event, place);
    const moment = { at: START + place, seq: place + 1 };
    const [one, other] = [calm, reborn].map((core) => core.step(input, moment, () => undefined));
    if (JSON.stringify(one) !== JSON.stringify(other))
      throw new Error(`step ${place} causes something else when restored`);
    const text = textOf(calm);
    if (text !== textOf(reborn)) throw new Error(`step ${place} leads elsewhere when restored`);
    const next = fresh();
    restore(next, JSON.parse(JSON.stringify(capture(reborn))), (kind) => logics.get(kind));
    if (text !== textOf(next)) throw new Error(`after step ${place} not everything is restored`);
    reborn = next;
    const now = calm.actors.get(id)?.snapshot.value;
    const found = now === undefined ? "ended" : stateName(now);
    const expected = snapshot.status === "active" ? stateName(snapshot.value) : "ended";
    if (found !== expected) throw new Error(`${id} is ${found} after step ${place}, not ${expected}`);
  });
}

/** The input that brings an event of the chart about. */
function inputOf(core: Core, id: string, event: AnyEventObject, place: number): Input {
  if (place === 0) return { kind: "start", to: "orchestrator", event: { type: "run.start" } };
  const [, end, invoke] = /^xstate\.(done|error)\.actor\.(.+)$/.exec(event.type) ?? [];
  if (invoke !== undefined) {
    const effect = [...core.pending.values()].find((one) => one.actor === id && one.invoke === invoke);
    if (effect === undefined) throw new Error(`nothing is under way for ${event.type}`);
    const message = end === "done" ? effectDone(event["output"]) : effectFailed(event["error"]);
    return { kind: "outcome", to: id, key: effect.key, event: message };
  }
  if (event.type.startsWith("xstate.after.")) return { kind: "timer", to: id, key: `${id}|${event.type}`, event };
  return { kind: "signal", to: id, event: event as Message };
}
