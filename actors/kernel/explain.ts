/** Explain: why an entry is in a journal, and what it changed. Reads; needs no lease and performs nothing. */
import type { ActorId, RunId } from "../../src/contracts/ids.ts";
import type { Json } from "../../src/contracts/json.ts";
import type { InFlow, Tracked } from "../../src/contracts/labels.ts";
import type { HashPort, StorePort } from "../../src/contracts/ports.ts";
import type { Seq } from "../../src/contracts/units.ts";
import { type Change, changesBetween } from "../../src/decisions/change.ts";
import type { Explanation } from "../../src/decisions/explain.ts";
import { causesOf } from "./causes.ts";
import type { Core, Logics } from "./core.ts";
import { replay } from "./replay.ts";

export interface ExplainPorts {
  readonly store: StorePort;
  readonly sha256: HashPort;
  readonly logics: Logics;
}

/** An explanation, and the differences the entry made to the orchestrator's state. */
export interface ExplainedEntry extends Explanation {
  readonly changes: readonly Change[];
  /** Of all that the agent of this entry had heard by then, and what brought them; where labels are used. */
  readonly labels?: Tracked;
}

/** @throws RuntimeError `run.unknown` for a run or an entry that is not there, and what a replay throws. */
export async function explainEntry(ports: ExplainPorts, run: RunId, seq: Seq): Promise<ExplainedEntry> {
  const explanation = await causesOf({ store: ports.store, run }, seq);
  let before: Json = null;
  let after: Json = null;
  let known = new Map<ActorId, Tracked>();
  await replay({
    ...ports,
    run,
    until: seq,
    checkpoints: false,
    visit: (entry, core) => {
      before = after;
      if (entry.seq < seq - 1) return;
      after = core.state as unknown as Json;
      // An attempt that ends in this entry has the labels it had just before.
      known = new Map([...known, ...labelsIn(core)]);
    },
  });
  const { to } = explanation.entry;
  const labels = [...known].find(([attempt]) => to === attempt || to.startsWith(`${attempt}/`))?.[1];
  const changes = seq > 1 ? changesBetween(before, after) : [];
  return { ...explanation, changes, ...(labels === undefined ? {} : { labels }) };
}

/** What each attempt at work has heard. */
const labelsIn = (core: Core): readonly (readonly [ActorId, Tracked])[] =>
  [...core.actors].flatMap(([id, { kind, snapshot }]) => {
    const { flow } = snapshot.context as { readonly flow?: InFlow };
    return flow === undefined || kind !== "agent" ? [] : [[id, flow.labels] as const];
  });
