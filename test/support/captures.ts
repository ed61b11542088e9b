/** Captures: the state of a run after each of its entries, as text that can be compared. */
import { capture } from "../../actors/host/checkpoint.ts";
import type { Core } from "../../actors/host/core.ts";
import type { LiveRun } from "../../actors/host/live-run.ts";
import { sha256 } from "../../src/adapters/hash.ts";
import type { HashPort } from "../../src/contracts/ports.ts";
import type { Seq } from "../../src/contracts/units.ts";
import { canonical } from "../../src/decisions/ingest.ts";

export type Captures = Map<Seq, string>;

export const textOf = (core: Core): string => canonical(JSON.parse(JSON.stringify(capture(core))));

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

export const noting = (captures: Captures, live: () => LiveRun | undefined): HashPort =>
  telling(live, (seq, core) => captures.set(seq, textOf(core)));
