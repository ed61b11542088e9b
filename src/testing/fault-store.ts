import { RuntimeError } from "../contracts/errors.ts";
import type { RunId } from "../contracts/ids.ts";
import type { Append, Holder, StorePort } from "../contracts/ports.ts";

/** Counts the writes of a store: 1 is the first. */
export type WriteNumber = number;

/**
 * What goes wrong, and at which write:
 * - `kill`: the process dies before or after the write; every later call rejects, as nobody is left to answer it.
 * - `full`: the disk is full from one write to another, both included; those write nothing.
 * - `fail`: one write is reported as failed; `after`: although it was written, as when a flush fails.
 * - `slow`: the write waits for `until` before it begins. Nothing sleeps: the test says when.
 * - `fence`: another owner takes the runs of the write just before it.
 */
export type Fault =
  | { readonly kind: "kill"; readonly at: WriteNumber; readonly when: "before" | "after" }
  | { readonly kind: "full"; readonly from: WriteNumber; readonly to: WriteNumber }
  | { readonly kind: "fail"; readonly at: WriteNumber; readonly when?: "before" | "after" }
  | { readonly kind: "slow"; readonly from: WriteNumber; readonly to: WriteNumber; readonly until: () => Promise<void> }
  | { readonly kind: "fence"; readonly at: WriteNumber };

export interface FaultStore extends StorePort {
  /** Writes begun so far: calls of `create`, `acquire`, `renew`, `release`, `append`, `saveCheckpoint` and `post`. */
  readonly writes: WriteNumber;
  readonly isDead: boolean;
  /** Dies now, between two writes. */
  kill(): void;
}

/** Who takes a run in a `fence`. Its lease has expired already, so that the run can be taken back. */
const INTRUDER: Holder = { id: "intruder", host: "fault-store", pid: 0, boot: "" };

/**
 * A store that fails on demand: `inner`, and the faults laid in its way. Run a story once with an empty plan to count its
 * writes, then once for each of them with a `kill` there. `inner` stays open: it is what survives the crash.
 */
export function faultStore(inner: StorePort, plan: readonly Fault[] = []): FaultStore {
  let writes: WriteNumber = 0;
  let isDead = false;

  const refuseDead = (): void => {
    if (isDead) throw new RuntimeError("store.failed", "fault: this process is dead");
  };
  const die = (): never => {
    isDead = true;
    throw new RuntimeError("store.failed", "fault: killed");
  };
  const read = async <T>(act: () => Promise<T>): Promise<T> => {
    refuseDead();
    const answer = await act();
    refuseDead();
    return answer;
  };
  const write = async <T>(runs: readonly RunId[], act: () => Promise<T>): Promise<T> => {
    refuseDead();
    writes += 1;
    const faults = plan.filter((fault) => isHit(fault, writes));
    const has = (kind: Fault["kind"], when: "before" | "after"): boolean =>
      faults.some((fault) => fault.kind === kind && ("when" in fault ? fault.when : "before") === when);

    for (const fault of faults) if (fault.kind === "slow") await fault.until();
    refuseDead();
    if (has("kill", "before")) die();
    if (has("full", "before")) throw new RuntimeError("store.failed", "fault: the disk is full");
    if (has("fail", "before")) throw new RuntimeError("store.failed", "fault: the write failed");
    if (has("fence", "before")) for (const run of new Set(runs)) await inner.acquire(run, INTRUDER, 0, 0, () => false);
    const answer = await act();
    refuseDead();
    if (has("kill", "after")) die();
    if (has("fail", "after")) throw new RuntimeError("store.failed", "fault: the write was made, and called failed");
    return answer;
  };

  return {
    get writes() {
      return writes;
    },
    get isDead() {
      return isDead;
    },
    kill() {
      isDead = true;
    },
    create: (...args) => write([], () => inner.create(...args)),
    acquire: (...args) => write([], () => inner.acquire(...args)),
    renew: (leases, until) => write(runsOf(leases), () => inner.renew(leases, until)),
    release: (lease) => write([lease.run], () => inner.release(lease)),
    append: (batch) => write(runsOf(batch), () => inner.append(batch)),
    saveCheckpoint: (run, ...args) => write([run], () => inner.saveCheckpoint(run, ...args)),
    read: (...args) => read(() => inner.read(...args)),
    head: (...args) => read(() => inner.head(...args)),
    loadCheckpoint: (...args) => read(() => inner.loadCheckpoint(...args)),
    summary: (...args) => read(() => inner.summary(...args)),
    runs: (...args) => read(() => inner.runs(...args)),
    due: (...args) => read(() => inner.due(...args)),
    nextDue: () => read(() => inner.nextDue()),
    post: (signal, ...args) => write([signal.run], () => inner.post(signal, ...args)),
    posted: (...args) => read(() => inner.posted(...args)),
    receipt: (...args) => read(() => inner.receipt(...args)),
    mailed: (...args) => read(() => inner.mailed(...args)),
    owner: (...args) => read(() => inner.owner(...args)),
    onPost: (told) => inner.onPost(told),
    ...(inner.version === undefined ? {} : { version: () => read(async () => (await inner.version?.()) ?? 0) }),
    blob: (...args) => read(() => inner.blob(...args)),
    close: () => read(() => inner.close()),
  };
}

const isHit = (fault: Fault, write: WriteNumber): boolean =>
  "at" in fault ? fault.at === write : fault.from <= write && write <= fault.to;

const runsOf = (parts: readonly Pick<Append, "run">[]): readonly RunId[] => parts.map((part) => part.run);
