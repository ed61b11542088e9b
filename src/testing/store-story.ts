/** What the cases of the store suite are told with: a fixture, a cast, and assertions that need no test runner. */
import type { RuntimeError } from "../contracts/errors.ts";
import type { RunId } from "../contracts/ids.ts";
import type { StoredEntry } from "../contracts/journal.ts";
import type { Append, Holder, Lease, StorePort } from "../contracts/ports.ts";
import type { RunSummary } from "../contracts/report.ts";
import type { Seq, Timestamp } from "../contracts/units.ts";

/** One empty record, and how others get at it. */
export interface StoreFixture {
  readonly store: StorePort;
  /** Another handle on the same record, as another process would open it. A store of one process returns itself. */
  another(): StorePort | Promise<StorePort>;
  /** Closes every handle and removes the record. */
  dispose(): void | Promise<void>;
}

export type MakeStore = () => StoreFixture | Promise<StoreFixture>;

export interface StoreCase {
  /** The rule it guards. */
  readonly id: string;
  /** A fact that holds of a sound store. */
  readonly title: string;
  run(make: MakeStore): Promise<void>;
}

export const RUN: RunId = "run-1";
export const NOW: Timestamp = 1_000_000;
export const LATER: Timestamp = NOW + 30_000;
export const alive = (): boolean => true;
export const gone = (): boolean => false;
export const holderOf = (id: string): Holder => ({ id, host: "host-of-suite", pid: 4_711, boot: "boot/1" });
export const [ANN, BOB] = [holderOf("ann"), holderOf("bob")];

export const summaryOf = (run: RunId, changes: Partial<RunSummary> = {}): RunSummary => ({
  run,
  name: "suite",
  objective: "keep what was written",
  status: "running",
  state: "working",
  createdAt: NOW,
  updatedAt: NOW,
  head: 0,
  pendingApprovals: [],
  ...changes,
});
/** Stores do not recompute hashes: any 64 hex digits will do. */
export const entryOf = (seq: Seq, body = `{"seq":${seq}}`): StoredEntry => ({
  seq,
  body,
  hash: seq.toString(16).padStart(64, "0"),
});
export const entriesOf = (first: Seq, last: Seq): StoredEntry[] =>
  Array.from({ length: last - first + 1 }, (_, index) => entryOf(first + index));
export const appendOf = (entries: readonly StoredEntry[], changes: Partial<Append> = {}): Append => ({
  run: RUN,
  epoch: 1,
  entries,
  blobs: [],
  durable: false,
  ...changes,
});

export const create = (store: StorePort, run = RUN, changes: Partial<RunSummary> = {}): Promise<Lease> =>
  store.create(run, summaryOf(run, changes), ANN, LATER);
export const bodies = async (store: StorePort, run = RUN): Promise<readonly string[]> =>
  (await store.read(run, 0, 1_000)).map((entry) => entry.body);

/** A run that waits for nobody: created, and let go of. */
export async function leave(store: StorePort, run: RunId, changes: Partial<RunSummary>): Promise<void> {
  await store.release(await create(store, run, changes));
}

/** Runs the story on a fresh record, whatever becomes of it. */
export const story = (id: string, title: string, tell: (fixture: StoreFixture) => Promise<void>): StoreCase => ({
  id,
  title,
  async run(make) {
    const fixture = await make();
    try {
      await tell(fixture);
    } finally {
      await fixture.dispose();
    }
  },
});

export function same(actual: unknown, expected: unknown, what: string): void {
  const [is, wanted] = [textOf(actual), textOf(expected)];
  if (is !== wanted) throw new Error(`${what}: expected ${wanted.slice(0, 500)}, got ${is.slice(0, 500)}`);
}

/** Keys in order, so that only what was said counts. A value that is absent is told from null. */
export const textOf = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  ) ?? "undefined";

export async function refused(promise: Promise<unknown>, code: RuntimeError["code"]): Promise<string> {
  try {
    await promise;
  } catch (error) {
    const { code: actual, message } = error as RuntimeError;
    same(actual, code, `the code of "${message}"`);
    return message;
  }
  throw new Error(`expected a rejection with ${code}, got an answer`);
}
