import type { Digest, RunId, SignalId } from "../../contracts/ids.ts";
import type { StoredEntry } from "../../contracts/journal.ts";
import type {
  Append,
  Checkpoint,
  Holder,
  Lease,
  Owner,
  PostedSignal,
  RunFilter,
  StorePort,
} from "../../contracts/ports.ts";
import type { RunStatus, RunSummary } from "../../contracts/report.ts";
import type { Epoch, Timestamp } from "../../contracts/units.ts";
import {
  admitAppend,
  admitClaim,
  admitEntries,
  admitHash,
  admitSignal,
  admitText,
  runExists,
  runUnknown,
  sameOwner,
  storeClosed,
  wholeLimit,
} from "./admission.ts";

interface Signal extends PostedSignal {
  receipt: string | undefined;
}

interface Row {
  readonly run: RunId;
  readonly number: number;
  readonly createdAt: Timestamp;
  readonly entries: StoredEntry[];
  epoch: Epoch;
  owner?: Owner | undefined;
  /** Who was the last to own it, once nobody does. */
  home?: Holder;
  readonly signals: Signal[];
  checkpoint?: Checkpoint;
  /** As text: what a caller later does to the object it handed in, or was handed, changes nothing here. */
  summary: string;
  status: RunStatus;
  nextDue?: Timestamp | undefined;
}

/**
 * A store that lives and dies with this process: for tests, and for runs nobody needs after it. Keeps the same promises
 * as `sqliteStore`, to the readers and writers of this one process.
 */
export function memoryStore(): StorePort {
  const rows = new Map<RunId, Row>();
  /** Rows with a timer: all that `due` has to look at. */
  const timed = new Set<Row>();
  const blobs = new Map<Digest, string>();
  const signals = new Map<SignalId, Signal>();
  const listeners = new Set<() => void>();
  let closed = false;

  const rowOf = (run: RunId): Row => {
    const row = rows.get(run);
    if (!row) throw runUnknown(run);
    return row;
  };
  const setSummary = (row: Row, summary: RunSummary, text: string): void => {
    row.summary = text;
    row.status = summary.status;
    row.nextDue = summary.nextDue;
    if (summary.nextDue === undefined) timed.delete(row);
    else timed.add(row);
  };
  const lease = (row: Row, owner: Owner): Lease => {
    row.epoch += 1;
    row.owner = owner;
    return { run: row.run, epoch: row.epoch, ...owner };
  };
  const held = (of: Lease): Row | undefined => {
    const row = rows.get(of.run);
    return row && sameOwner(of, row.epoch, row.owner?.holder) ? row : undefined;
  };
  /** S1: everything that can be refused is refused here, before anything is changed. */
  const stage = (append: Append, heads: Map<Row, number>): (() => void) | undefined => {
    admitAppend(append);
    const row = rowOf(append.run);
    if (row.epoch !== append.epoch) return undefined;
    const taken = append.taken?.map(({ id, receipt }) => ({ signal: signals.get(id), receipt })) ?? [];
    if (taken.some(({ signal }) => signal?.run !== append.run || signal.receipt !== undefined)) return undefined;
    const head = heads.get(row) ?? row.entries.length;
    admitEntries(append.run, head, append.entries);
    heads.set(row, head + append.entries.length);
    const { summary } = append;
    const text = summary && JSON.stringify(summary);
    return () => {
      for (const { seq, body, hash } of append.entries) row.entries.push(Object.freeze({ seq, body, hash }));
      for (const { signal, receipt } of taken) if (signal) signal.receipt = receipt;
      for (const blob of append.blobs) if (!blobs.has(blob.digest)) blobs.set(blob.digest, blob.body);
      if (summary && text) setSummary(row, summary, text);
    };
  };
  /** All of a store's answers are promises, its refusals included. */
  const answer = async <T>(act: () => T): Promise<T> => {
    if (closed) throw storeClosed();
    return act();
  };

  return {
    create: (run, summary, holder, until, { entries, blobs: payloads } = NO_ENTRIES) =>
      answer(() => {
        if (rows.has(run)) throw runExists(run);
        admitAppend({ run, epoch: 1, entries, blobs: payloads, summary, durable: true });
        admitEntries(run, 0, entries);
        const text = JSON.stringify(summary);
        admitText(run, "the id of a run");
        const { createdAt, status } = summary;
        const row: Row = {
          run,
          number: rows.size + 1,
          createdAt,
          entries: [],
          signals: [],
          epoch: 0,
          summary: text,
          status,
        };
        setSummary(row, summary, text);
        rows.set(run, row);
        for (const { seq, body, hash } of entries) row.entries.push(Object.freeze({ seq, body, hash }));
        for (const { digest, body } of payloads) if (!blobs.has(digest)) blobs.set(digest, body);
        return lease(row, { holder, until });
      }),
    acquire: (run, holder, now, until, mayLive) =>
      answer(() => {
        const row = rowOf(run);
        admitClaim(row.owner, { run, holder, now, mayLive });
        return lease(row, { holder, until });
      }),
    renew: (leases, until) =>
      answer(() => {
        const lost: RunId[] = [];
        for (const of of leases) {
          const row = held(of);
          if (row?.owner) row.owner = { holder: row.owner.holder, until: Math.max(row.owner.until, until) };
          else lost.push(of.run);
        }
        return lost;
      }),
    release: (of) =>
      answer(() => {
        const row = held(of);
        if (!row?.owner) return;
        row.home = row.owner.holder;
        row.owner = undefined;
      }),
    append: (batch) =>
      answer(() => {
        const heads = new Map<Row, number>();
        const staged = batch.map((append) => stage(append, heads));
        return staged.map((write) => {
          write?.();
          return write ? "written" : "fenced";
        });
      }),
    read: (run, after, limit) =>
      answer(() => {
        const first = Math.max(after, 0);
        return rowOf(run).entries.slice(first, first + wholeLimit(limit));
      }),
    head: (run) => answer(() => rowOf(run).entries.at(-1)),
    saveCheckpoint: (run, epoch, { seq, hash, body }) =>
      answer(() => {
        admitText(body, `the checkpoint of run ${run}`);
        admitHash(hash, `the checkpoint of run ${run}`);
        const row = rowOf(run);
        if (row.epoch !== epoch) return "fenced";
        if (seq >= (row.checkpoint?.seq ?? 0)) row.checkpoint = Object.freeze({ seq, hash, body });
        return "written";
      }),
    loadCheckpoint: (run) => answer(() => rows.get(run)?.checkpoint),
    summary: (run) => answer(() => parsed(rows.get(run))),
    runs: (filter) => answer(() => newest([...rows.values()], filter).map((row) => JSON.parse(row.summary))),
    due: (now, limit) =>
      answer(() =>
        [...timed]
          .filter((row) => dueOf(row) <= now && (row.owner?.until ?? now) <= now)
          .sort((a, b) => dueOf(a) - dueOf(b) || a.number - b.number)
          .slice(0, wholeLimit(limit))
          .map((row) => row.run),
      ),
    nextDue: () =>
      answer(() => {
        let next: Timestamp | undefined;
        for (const row of timed) if (!row.owner) next = Math.min(dueOf(row), next ?? dueOf(row));
        return next;
      }),
    post: async (signal, receipt) => {
      await answer(() => {
        admitSignal(signal, receipt);
        const row = rowOf(signal.run);
        if (signals.has(signal.id)) return;
        const { id, run, postedAt, body } = signal;
        const kept: Signal = { id, run, postedAt, body, receipt };
        signals.set(id, kept);
        row.signals.push(kept);
      });
      for (const told of [...listeners]) told();
    },
    posted: (run, limit) =>
      answer(() =>
        waiting(rows.get(run))
          .slice(0, wholeLimit(limit))
          .map(({ receipt: _, ...signal }) => signal),
      ),
    receipt: (id) => answer(() => signals.get(id)?.receipt),
    mailed: (limit, holder) =>
      answer(() =>
        [...rows.values()]
          .filter((row) => waiting(row).length > 0)
          .filter((row) => holder === undefined || (row.owner?.holder ?? row.home)?.id === holder)
          .slice(0, wholeLimit(limit))
          .map(({ run }) => run),
      ),
    owner: (run) =>
      answer(() => {
        const { owner, home } = rowOf(run);
        return owner ?? (home && { holder: home, until: 0 });
      }),
    onPost: (told) => {
      listeners.add(told);
      return () => listeners.delete(told);
    },
    blob: (digest) => answer(() => blobs.get(digest)),
    close: async () => {
      closed = true;
    },
  };
}

const waiting = (row: Row | undefined): readonly Signal[] =>
  row?.signals.filter(({ receipt }) => receipt === undefined) ?? [];

const NO_ENTRIES = { entries: [], blobs: [] };

const dueOf = (row: Row): Timestamp => row.nextDue ?? Number.POSITIVE_INFINITY;

const parsed = (row: Row | undefined): RunSummary | undefined => row && JSON.parse(row.summary);

function newest(rows: readonly Row[], { status, before, limit }: RunFilter): readonly Row[] {
  return rows
    .filter((row) => (!status || row.status === status) && (before === undefined || row.createdAt < before))
    .sort((a, b) => b.createdAt - a.createdAt || b.number - a.number)
    .slice(0, wholeLimit(limit ?? 50));
}
