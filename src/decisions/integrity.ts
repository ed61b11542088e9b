/**
 * Integrity: is the journal whole?
 *
 * H1  Each entry's hash is that of the previous hash, a newline and the entry's text.
 * H2  Sequence numbers are 1, 2, 3 …; epochs never go down.
 * H3  The first fault is named by its place; what comes after it proves nothing.
 */

import { FIRST_EPOCH, type JournalEntry, type StoredEntry } from "../contracts/journal.ts";
import type { HashPort } from "../contracts/ports.ts";
import type { Epoch, Seq } from "../contracts/units.ts";

/** Where a chain stands: its last place, hash and epoch. */
export interface ChainHead {
  readonly seq: Seq;
  readonly hash: string;
  readonly epoch: Epoch;
}

export const GENESIS: ChainHead = { seq: 0, hash: "", epoch: 0 };

export type LinkCheck =
  | { readonly kind: "whole"; readonly head: ChainHead }
  | { readonly kind: "broken"; readonly seq: Seq; readonly reason: string };

export const link = (previous: string, body: string, sha256: HashPort): string => sha256(`${previous}\n${body}`);

/** Checks one entry against the chain so far. */
export function follow(head: ChainHead, entry: StoredEntry, sha256: HashPort): LinkCheck {
  const broken = (reason: string): LinkCheck => ({ kind: "broken", seq: entry.seq, reason });
  if (entry.seq !== head.seq + 1) return broken(`entry ${entry.seq} follows ${head.seq}`);
  if (link(head.hash, entry.body, sha256) !== entry.hash) return broken("the text does not match its hash");
  const { seq, epoch = FIRST_EPOCH } = parse(entry.body);
  if (seq !== entry.seq) return broken(`the text says it is entry ${String(seq)}`);
  if (typeof epoch !== "number" || epoch < head.epoch) return broken(`epoch ${String(epoch)} after ${head.epoch}`);
  return { kind: "whole", head: { seq: entry.seq, hash: entry.hash, epoch } };
}

function parse(body: string): Partial<JournalEntry> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}
