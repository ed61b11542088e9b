/** Verify: is a run's journal whole, with the payloads kept apart from it? Reads; needs neither lease nor charts. */
import type { RunId } from "../../src/contracts/ids.ts";
import type { HashPort, StorePort } from "../../src/contracts/ports.ts";
import type { Seq } from "../../src/contracts/units.ts";
import { type ChainHead, follow, GENESIS } from "../../src/decisions/integrity.ts";
import { blobsOf } from "./entry.ts";
import { pagesOf } from "./pages.ts";

/** `head` of a whole journal: its last entry and that entry's hash, which covers all before it. */
export type Verification =
  | { readonly kind: "whole"; readonly head: Pick<ChainHead, "seq" | "hash"> }
  | { readonly kind: "broken"; readonly seq: Seq; readonly reason: string };

export interface VerifyPorts {
  readonly store: StorePort;
  readonly sha256: HashPort;
}

/** @throws RuntimeError `run.unknown`, or what the store throws when it cannot be read at all. */
export async function verify({ store, sha256 }: VerifyPorts, run: RunId): Promise<Verification> {
  // Read first: a live run may go on meanwhile, and then has more entries than this, never fewer.
  const known = (await store.summary(run))?.head ?? 0;
  let head: ChainHead = GENESIS;
  for await (const page of pagesOf(store, run, 0)) {
    for (const stored of page) {
      const check = follow(head, stored, sha256);
      if (check.kind === "broken") return check;
      const reason = await faultOfBlobs(blobsOf(stored.body), { store, sha256 });
      if (reason !== undefined) return { kind: "broken", seq: stored.seq, reason };
      head = check.head;
    }
  }
  // A journal cut at its end is a whole chain, only a shorter one: the list of runs remembers how long it was.
  if (head.seq < known) {
    return { kind: "broken", seq: head.seq + 1, reason: `the journal had ${known} entries, and ends before this one` };
  }
  return { kind: "whole", head: { seq: head.seq, hash: head.hash } };
}

/** The chain covers the digests of payloads; that the payloads have those digests is asked here. */
async function faultOfBlobs(digests: readonly string[], ports: VerifyPorts): Promise<string | undefined> {
  for (const digest of digests) {
    const body = await ports.store.blob(digest);
    if (body === undefined) return `payload ${digest} is missing`;
    if (ports.sha256(body) !== digest) return `payload ${digest} is not what it was`;
  }
  return undefined;
}
