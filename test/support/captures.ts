/** Captures: the state of a run after each of its entries, as text that can be compared. */

import type { LiveRun } from "../../actors/host/live-run.ts";
import { capture } from "../../actors/kernel/checkpoint.ts";
import type { Core } from "../../actors/kernel/core.ts";
import { sha256 } from "../../src/adapters/hash.ts";
import type { HashPort } from "../../src/contracts/ports.ts";
import type { Seq } from "../../src/contracts/units.ts";
import { canonical } from "../../src/decisions/ingest.ts";

export type Captures = Map<Seq, string>;

const canonicalOf = (text: string): string => canonical(JSON.parse(text));

/** The state, as it would stand in a checkpoint. */
export const bodyOf = (core: Core): string => JSON.stringify(capture(core));

/** The same, whatever the order of its keys. */
export const textOf = (core: Core): string => canonicalOf(bodyOf(core));

/** Whether two bodies are of one state. */
export const isSame = (one: string | undefined, other: string | undefined): boolean =>
  one === other || (one !== undefined && other !== undefined && canonicalOf(one) === canonicalOf(other));

/** The text of which the hash of an entry is taken: the hash before it, and the entry. */
const ENTRY = /^[0-9a-f]*\n\{"seq":(\d+),/;

/**
 * A hash that tells of the state of the run whenever an entry is hashed. That is the one moment at which the state in
 * memory is that of exactly this entry: it has been worked off, and nothing after it.
 */
export const telling =
  (live: () => LiveRun | undefined, tell: (seq: Seq, core: Core) => void): HashPort =>
  (text) => {
    const seq = ENTRY.exec(text)?.[1];
    const run = live();
    if (seq !== undefined && run !== undefined) tell(Number(seq), run.core);
    return sha256(text);
  };

/** Keeps the body of each. */
export const noting = (captures: Captures, live: () => LiveRun | undefined): HashPort =>
  telling(live, (seq, core) => captures.set(seq, bodyOf(core)));
