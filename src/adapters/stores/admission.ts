/**
 * What may enter a store, whichever it is:
 * S3  Entries of a run are gapless.
 * S5  An unexpired lease is displaced only by its own holder, or when its holder is certainly gone.
 * Texts are well-formed: what a database's UTF-8 would alter is refused, so that S4 holds for all that was accepted.
 */
import { RuntimeError } from "../../contracts/errors.ts";
import type { RunId } from "../../contracts/ids.ts";
import type { StoredEntry } from "../../contracts/journal.ts";
import type { Append, Holder, Lease, Owner, PostedSignal } from "../../contracts/ports.ts";
import type { Epoch, Seq, Timestamp } from "../../contracts/units.ts";

const HASH_LENGTH = 64;

/** Asked of every entry: a count in the pattern would take twice the time. */
const isHash = (text: string): boolean => text.length === HASH_LENGTH && /^[0-9a-f]+$/.test(text);

/** Refuses what could not be read back as it was written. Looks at texts only; a store checks the rest as it writes. */
export function admitAppend(append: Append): void {
  for (const { seq, body, hash } of append.entries) {
    if (body.isWellFormed() && isHash(hash)) continue;
    admitText(body, `entry ${seq} of run ${append.run}`);
    admitHash(hash, `entry ${seq} of run ${append.run}`);
  }
  for (const blob of append.blobs) {
    admitText(blob.digest, "the digest of a blob");
    admitText(blob.body, `blob ${blob.digest}`);
  }
  for (const { id, receipt } of append.taken ?? []) admitText(receipt, `the receipt of signal ${id}`);
  if (append.summary) admitSummary(append.run, append.summary.run);
}

/** A summary under another run's id would hide one run behind the other. */
export function admitSummary(run: RunId, named: RunId): void {
  if (run !== named) throw new RuntimeError("value.invalid", `the summary handed in for run ${run} is of run ${named}`);
}

export function admitText(text: string, what: string): void {
  if (text.isWellFormed()) return;
  throw new RuntimeError(
    "value.invalid",
    `${what} holds a lone surrogate, which UTF-8 cannot: use toWellFormed() first`,
  );
}

export function admitHash(hash: string, what: string): void {
  if (isHash(hash)) return;
  throw new RuntimeError("value.invalid", `${what} has a hash that is not 64 lower-case hex digits`);
}

/** S3: each entry follows the one before it. */
export function admitEntries(run: RunId, head: Seq, entries: readonly StoredEntry[]): void {
  let last = head;
  for (const { seq } of entries) {
    if (seq !== last + 1) {
      throw new RuntimeError("store.failed", `entry ${seq} of run ${run} does not follow its last entry, ${last}`);
    }
    last = seq;
  }
}

/** Texts of a signal and of its receipt. */
export function admitSignal({ id, body }: PostedSignal, receipt = ""): void {
  admitText(id, "the id of a signal");
  admitText(body, `signal ${id}`);
  admitText(receipt, `the receipt of signal ${id}`);
}

export interface Claim {
  readonly run: RunId;
  readonly holder: Holder;
  readonly now: Timestamp;
  readonly mayLive: (holder: Holder) => boolean;
}

/** S5: passes when the claim displaces nobody, or somebody who may be displaced. */
export function admitClaim(owner: Owner | undefined, claim: Claim): void {
  if (!owner || owner.until <= claim.now || owner.holder.id === claim.holder.id) return;
  if (!claim.mayLive(owner.holder)) return;
  const { id, pid, host } = owner.holder;
  const until = new Date(owner.until).toISOString();
  throw new RuntimeError("run.owned", `run ${claim.run} is owned by ${id} (process ${pid} on ${host}) until ${until}`);
}

export const runExists = (run: RunId): RuntimeError => new RuntimeError("run.owned", `run ${run} exists already`);

export const runUnknown = (run: RunId): RuntimeError =>
  new RuntimeError("run.unknown", `there is no run ${run} in this store`);

export const storeClosed = (): RuntimeError =>
  new RuntimeError("store.failed", "this store has been closed: open a new one");

/** A limit as a database takes it: a whole number, none below zero. */
export const wholeLimit = (limit: number): number =>
  Math.floor(Math.min(Math.max(limit, 0), Number.MAX_SAFE_INTEGER)) || 0;

export const sameOwner = (lease: Lease, epoch: Epoch, holder: Holder | undefined): boolean =>
  lease.epoch === epoch && lease.holder.id === holder?.id;
