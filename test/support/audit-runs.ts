/**
 * Audit of all runs: loaded before each test file. Hears every entry that any run of a test writes, and every call that
 * is begun, and fails the test in which I-P1 did not hold.
 */
import { afterEach } from "vitest";
import { Committer } from "../../actors/host/committer.ts";
import { Effects } from "../../actors/host/effects.ts";
import { LiveRun } from "../../actors/host/live-run.ts";
import { readEntry } from "../../actors/kernel/entry.ts";
import type { PendingEffect } from "../../actors/kernel/registry.ts";
import { sha256 } from "../../src/adapters/hash.ts";
import { sqliteStore } from "../../src/adapters/stores/sqlite.ts";
import type { Append, StorePort } from "../../src/contracts/ports.ts";
import type { Judgement } from "../../src/contracts/tools.ts";
import { link } from "../../src/decisions/integrity.ts";
import { type Audited, audit, digestOf, NOTHING } from "./audit.ts";

type Written = Pick<Append, "run" | "entries" | "blobs">;

/** What is known after an entry, by the hash of the entry: journals of one run id are told apart by their chains. */
interface Node {
  readonly hash: string;
  readonly known: Audited;
}

/** So much is kept from test to test: some make a run once for all of them. */
const KEPT = 20_000;

const written: Written[] = [];
const performed: { readonly run: string; readonly key: string; readonly digest: string }[] = [];
const nodes = new Map<string, Node[]>();
let count = 0;

/** Calls that were found in order, since the file began. */
export const audited = { entries: 0, calls: 0 };

const { add } = Committer.prototype;
Committer.prototype.add = function (append, told) {
  written.push(append);
  return add.call(this, append, told);
};

const { begin } = LiveRun.prototype;
LiveRun.prototype.begin = function (input, create) {
  return begin.call(this, input, (first) => {
    written.push(first);
    return create(first);
  });
};

const { start } = Effects.prototype;
Effects.prototype.start = function (effect: PendingEffect): void {
  if (effect.src === "execute" && !this.has(effect.key)) performed.push(performanceOf(effect));
  return start.call(this, effect);
};

function performanceOf({ key, input }: PendingEffect): (typeof performed)[number] {
  const { attempt, judgement } = input as unknown as {
    readonly attempt: { readonly run: string };
    readonly judgement: Judgement;
  };
  return { run: attempt.run, key, digest: digestOf(judgement.call.args) };
}

/** What was not in order. */
export async function faultsOfAllRuns(): Promise<readonly string[]> {
  const faults: string[] = [];
  const begun = new Map<string, Set<string>>();
  for (const one of written.splice(0)) faults.push(...(await take(one, begun)));
  for (const { run, key, digest } of performed.splice(0)) {
    const digests = begun.get(`${run} ${key}`) ?? known(run, key);
    if (digests.size > 0 && ![...digests].some((one) => digest.startsWith(one)))
      faults.push(`${run}, ${key}: performed with other arguments than the journal says`);
    audited.calls++;
  }
  if (count > KEPT) {
    nodes.clear();
    count = 0;
  }
  return faults;
}

async function take({ run, entries, blobs }: Written, begun: Map<string, Set<string>>): Promise<readonly string[]> {
  const faults: string[] = [];
  const bodies = new Map(blobs.map(({ digest, body }) => [digest, body]));
  for (const stored of entries) {
    const before = stored.seq === 1 ? NOTHING : parentOf(run, stored)?.known;
    // Of a journal that was written by hand, or by a process of its own, the beginning is not known here.
    if (before === undefined) continue;
    const entry = await readEntry(run, stored, { blob: async (digest) => bodies.get(digest) });
    const after = audit(before, entry);
    faults.push(...after.faults.slice(before.faults.length).map((fault) => `${run}, ${fault}`));
    keep(`${run} ${stored.seq}`, { hash: stored.hash, known: after });
    for (const [key, digest] of after.begun) {
      const digests = begun.get(`${run} ${key}`) ?? new Set();
      begun.set(`${run} ${key}`, digests.add(digest));
    }
    audited.entries++;
  }
  return faults;
}

const parentOf = (run: string, { seq, body, hash }: { seq: number; body: string; hash: string }): Node | undefined =>
  nodes.get(`${run} ${seq - 1}`)?.find((node) => link(node.hash, body, sha256) === hash);

function keep(place: string, node: Node): void {
  const there = nodes.get(place) ?? [];
  if (there.some(({ hash }) => hash === node.hash)) return;
  nodes.set(place, [...there, node]);
  count++;
}

function known(run: string, key: string): Set<string> {
  const found = new Set<string>();
  for (const [place, some] of nodes) {
    if (!place.startsWith(`${run} `)) continue;
    for (const { known: one } of some) if (one.begun.has(key)) found.add(one.begun.get(key) ?? "");
  }
  return found;
}

/** Audits all runs of a file that another process has written. @throws Error when they are not in order. */
export async function auditFile(file: string): Promise<void> {
  const store: StorePort = sqliteStore(file, { readonly: true });
  const faults: string[] = [];
  for (const { run } of await store.runs({ limit: 10_000 })) {
    let now = NOTHING;
    for (const stored of await store.read(run, 0, 100_000)) now = audit(now, await readEntry(run, stored, store));
    faults.push(...now.faults.map((fault) => `${run}, ${fault}`));
    audited.calls += now.begun.size;
  }
  await store.close();
  if (faults.length > 0) throw new Error(`I-P1 does not hold:\n${faults.join("\n")}`);
}

afterEach(async () => {
  const faults = await faultsOfAllRuns();
  if (faults.length > 0) throw new Error(`I-P1 does not hold:\n${faults.join("\n")}`);
});
