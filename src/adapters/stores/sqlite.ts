import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import { RuntimeError } from "../../contracts/errors.ts";
import type { RunId } from "../../contracts/ids.ts";
import type { StoredEntry } from "../../contracts/journal.ts";
import type { Append, Holder, Lease, Owner, PostedSignal, StorePort } from "../../contracts/ports.ts";
import type { RunSummary } from "../../contracts/report.ts";
import type { Epoch, Seq } from "../../contracts/units.ts";
import {
  admitAppend,
  admitClaim,
  admitEntries,
  admitHash,
  admitSignal,
  admitText,
  runExists,
  runUnknown,
  wholeLimit,
} from "./admission.ts";
import { type SqliteOptions, sqliteConnection } from "./sqlite-connection.ts";

export type { SqliteOptions } from "./sqlite-connection.ts";

type Statements = ReturnType<typeof prepare>;
type Columns = Record<string, SQLOutputValue>;

/**
 * The record of all runs in one SQLite file, by `node:sqlite` in WAL mode. Any number of processes may have it open.
 * A path that cannot be used is refused here, with a `RuntimeError`; a store that fails later rejects.
 */
export function sqliteStore(file: string, options: SqliteOptions = {}): StorePort {
  const { read, write, writeOnce, close } = sqliteConnection(file, options, prepare);
  const tips = new Map<RunId, Tip>();
  const listeners = new Set<() => void>();
  return {
    create: async (run, summary, holder, until, { entries, blobs } = NO_ENTRIES) => {
      admitText(run, "the id of a run");
      const first: Append = { run, epoch: 1, entries, blobs, durable: false };
      admitAppend({ ...first, summary });
      const { status, createdAt, updatedAt, nextDue = null } = summary;
      const text = JSON.stringify(summary);
      return write((sql) => {
        if (sql.tip.get(run)) throw runExists(run);
        sql.addRun.run(run, status, createdAt, updatedAt, nextDue, until, JSON.stringify(holder), text);
        appendTo(sql, first);
        return { run, epoch: 1, holder, until };
      });
    },
    acquire: (run, holder, now, until, mayLive) =>
      write((sql) => {
        const row = known(sql.owner.get(run), run);
        admitClaim(ownerOf(row), { run, holder, now, mayLive });
        const epoch = Number(row["epoch"]) + 1;
        sql.own.run(epoch, JSON.stringify(holder), until, Number(row["number"]));
        return { run, epoch, holder, until };
      }),
    renew: async (leases, until) => {
      if (leases.length === 0) return [];
      return write((sql) =>
        leases.filter((of) => sql.renew.run(until, ...keyOf(of)).changes === 0).map((of) => of.run),
      );
    },
    release: (lease) => {
      tips.delete(lease.run);
      return write((sql) => {
        sql.disown.run(...keyOf(lease));
      });
    },
    append: async (batch) => {
      for (const append of batch) admitAppend(append);
      const durable = batch.some((append) => append.durable);
      const [only] = batch.length === 1 ? batch : [];
      const tip = only && tips.get(only.run);
      const next = only && isShort(only) && tip && (await writeOnce((sql) => appendOnce(sql, only, tip), durable));
      const appended = next
        ? [next]
        : await write((sql) => batch.map((append) => appendAfter(sql, append, tips.get(append.run))), durable);
      batch.forEach(({ run }, place) => {
        const tip = appended[place];
        if (tip === undefined || tip === "fenced") tips.delete(run);
        else tips.set(run, tip);
      });
      return appended.map((tip) => (tip === "fenced" ? "fenced" : "written"));
    },
    read: (run, after, limit) =>
      read((sql) => {
        const rows = sql.entries.all(run, Math.max(after, 0), run, wholeLimit(limit));
        if (rows.length === 0) known(sql.owner.get(run), run);
        return rows.map(entryOf);
      }),
    head: (run) =>
      read((sql) => {
        const row = known(sql.head.get(run), run);
        return row["seq"] === null ? undefined : entryOf(row);
      }),
    saveCheckpoint: async (run, epoch, { seq, hash, body }) => {
      admitText(body, `the checkpoint of run ${run}`);
      admitHash(hash, `the checkpoint of run ${run}`);
      return write((sql) => {
        const row = known(sql.owner.get(run), run);
        if (row["epoch"] !== epoch) return "fenced";
        sql.saveCheckpoint.run(Number(row["number"]), seq, hash, body);
        return "written";
      });
    },
    loadCheckpoint: (run) =>
      read((sql) => {
        const row = sql.checkpoint.get(run);
        return row && entryOf(row);
      }),
    summary: (run) =>
      read((sql) => {
        const row = sql.summary.get(run);
        return row && summaryOf(row);
      }),
    runs: async ({ status, before = Number.POSITIVE_INFINITY, limit = 50 }) =>
      read((sql) => {
        const most = wholeLimit(limit);
        const rows = status ? sql.runsOf.all(status, before, most) : sql.runs.all(before, most);
        return rows.map(summaryOf);
      }),
    due: (now, limit) => read((sql) => sql.due.all({ now, limit: wholeLimit(limit) }).map((row) => String(row["id"]))),
    nextDue: () =>
      read((sql) => {
        const next = sql.nextDue.get()?.["next"];
        return typeof next === "number" ? next : undefined;
      }),
    blob: (digest) =>
      read((sql) => {
        const row = sql.blob.get(digest);
        return row && String(row["body"]);
      }),
    post: async (signal, receipt) => {
      admitSignal(signal, receipt);
      const { id, run, postedAt, body } = signal;
      await write((sql) => {
        const row = known(sql.owner.get(run), run);
        sql.addSignal.run(id, Number(row["number"]), postedAt, body, receipt ?? null);
      }, true);
      for (const told of [...listeners]) told();
    },
    posted: (run, limit) => read((sql) => sql.signals.all(run, wholeLimit(limit)).map((row) => signalOf(run, row))),
    receipt: (id) =>
      read((sql) => {
        const receipt = sql.receipt.get(id)?.["receipt"];
        return typeof receipt === "string" ? receipt : undefined;
      }),
    mailed: (limit, holder) =>
      read((sql) =>
        sql.mailed.all({ holder: holder ?? null, limit: wholeLimit(limit) }).map((row) => String(row["id"])),
      ),
    owner: (run) =>
      read((sql) => {
        const row = known(sql.owner.get(run), run);
        return ownerOf(row) ?? (row["home"] === null ? undefined : { holder: parsed<Holder>(row["home"]), until: 0 });
      }),
    onPost: (told) => {
      listeners.add(told);
      return () => listeners.delete(told);
    },
    version: () => read((sql) => Number(sql.version.get()?.["data_version"])),
    close,
  };
}

const signalOf = (run: RunId, { id, posted, body }: Columns): PostedSignal => ({
  id: String(id),
  run,
  postedAt: Number(posted),
  body: String(body),
});

const NO_ENTRIES = { entries: [], blobs: [] };

/** Where a run stood after this store's last append to it. */
interface Tip {
  readonly number: number;
  readonly epoch: Epoch;
  readonly head: Seq;
}

/** An append that is nothing but an entry or two: nearly all are. */
const isShort = ({ entries, blobs, summary, taken }: Append): boolean =>
  entries.length <= 2 && blobs.length === 0 && !summary && !taken;

/**
 * The first entries of an append that follows this store's last one, without looking up where the run stands: written
 * only if the epoch is still its own (S2), and colliding with any entry another wrote meanwhile (S3). False where that
 * is not so: {@link appendTo} says why.
 */
function addAfter(sql: Statements, { epoch, entries: [first, second] }: Append, tip: Tip): boolean {
  if (!first || tip.epoch !== epoch || first.seq !== tip.head + 1) return false;
  const { number } = tip;
  try {
    if (!second) return sql.addNext.run(first.seq, first.body, first.hash, number, epoch).changes === 1;
    if (second.seq !== first.seq + 1) return false;
    const { seq, body, hash } = second;
    return sql.addTwo.run(first.seq, first.body, first.hash, seq, body, hash, number, epoch).changes === 2;
  } catch {
    return false;
  }
}

const appendOnce = (sql: Statements, append: Append, tip: Tip): Tip | undefined =>
  addAfter(sql, append, tip) ? { ...tip, head: tip.head + append.entries.length } : undefined;

function appendAfter(sql: Statements, append: Append, tip: Tip | undefined): Tip | "fenced" {
  const { run, entries, blobs, summary, taken } = append;
  if (!tip || summary || taken || !addAfter(sql, append, tip)) return appendTo(sql, append);
  const rest = entries.slice(2);
  admitEntries(run, tip.head + 2, rest);
  return addTo(sql, { ...tip, head: entries.at(-1)?.seq ?? tip.head }, rest, blobs);
}

function addTo(sql: Statements, tip: Tip, entries: readonly StoredEntry[], blobs: Append["blobs"]): Tip {
  for (const { seq, body, hash } of entries) sql.addEntry.run(tip.number, seq, body, hash);
  for (const { digest, body } of blobs) sql.addBlob.run(digest, body);
  return tip;
}

/** S2 and S3 are asked inside the transaction, by the one statement that also finds the run. */
function appendTo(sql: Statements, { run, epoch, entries, blobs, summary, taken = [] }: Append): Tip | "fenced" {
  const tip = known(sql.tip.get(run), run);
  if (tip["epoch"] !== epoch) return "fenced";
  const [number, head] = [Number(tip["number"]), Number(tip["head"])];
  if (taken.some(({ id }) => sql.waiting.get(id, number) === undefined)) return "fenced";
  admitEntries(run, head, entries);
  for (const { id, receipt } of taken) sql.take.run(receipt, id);
  const next = addTo(sql, { number, epoch, head: entries.at(-1)?.seq ?? head }, entries, blobs);
  if (summary) {
    const { status, updatedAt, nextDue = null } = summary;
    const text = JSON.stringify(summary);
    // Naming an indexed column rewrites its index even where nothing changed: one more page in each commit.
    if (status === tip["status"] && nextDue === tip["next_due"]) sql.setSummary.run(updatedAt, text, number);
    else sql.moveSummary.run(updatedAt, text, status, nextDue, number);
  }
  return next;
}

function known<Row>(row: Row | undefined, run: RunId): Row {
  if (!row) throw runUnknown(run);
  return row;
}

const keyOf = ({ run, epoch, holder }: Lease): [string, number, string] => [run, epoch, holder.id];

function ownerOf(row: Columns): Owner | undefined {
  if (row["holder"] === null) return undefined;
  return { holder: parsed<Holder>(row["holder"]), until: Number(row["lease_until"]) };
}

function entryOf({ seq, body, hash }: Columns): StoredEntry {
  const bytes = hash instanceof Uint8Array ? hash : new Uint8Array();
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
  return { seq: Number(seq), body: String(body), hash: hex };
}

const summaryOf = (row: Columns): RunSummary => parsed<RunSummary>(row["summary"]);

/** Texts this adapter wrote itself: one that does not parse was damaged on the disk. */
function parsed<T>(text: unknown): T {
  try {
    return JSON.parse(String(text));
  } catch (error) {
    throw new RuntimeError("journal.corrupt", "a row of the table runs is damaged: restore the file", { cause: error });
  }
}

/** The bits of a place that are the seq. */
const SEQ = 0xffff_ffff;

/** Every statement there is, prepared once. */
function prepare(db: DatabaseSync) {
  const number = "(SELECT number FROM runs WHERE id = ?)";
  const last = `FROM journal WHERE place BETWEEN number << 32 AND (number << 32 | ${SEQ}) ORDER BY place DESC LIMIT 1`;
  return {
    addRun: db.prepare(
      `INSERT INTO runs (id, status, created, updated, next_due, lease_until, holder, summary, epoch)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1)`,
    ),
    tip: db.prepare(
      `SELECT number, epoch, status, next_due, ifnull((SELECT place & ${SEQ} ${last}), 0) AS head
       FROM runs WHERE id = ?`,
    ),
    owner: db.prepare("SELECT number, epoch, holder, home, lease_until FROM runs WHERE id = ?"),
    own: db.prepare("UPDATE runs SET epoch = ?, holder = ?, lease_until = ? WHERE number = ?"),
    renew: db.prepare(
      "UPDATE runs SET lease_until = max(lease_until, ?) WHERE id = ? AND epoch = ? AND holder ->> 'id' = ?",
    ),
    disown: db.prepare(
      "UPDATE runs SET home = holder, holder = NULL, lease_until = 0 WHERE id = ? AND epoch = ? AND holder ->> 'id' = ?",
    ),
    addEntry: db.prepare("INSERT INTO journal (place, body, hash) VALUES (? << 32 | ?, ?, unhex(?))"),
    addNext: db.prepare(
      "INSERT INTO journal (place, body, hash) SELECT number << 32 | ?, ?, unhex(?) FROM runs WHERE number = ? AND epoch = ?",
    ),
    addTwo: db.prepare(
      `INSERT INTO journal (place, body, hash) SELECT number << 32 | column1, column2, unhex(column3)
       FROM runs, (VALUES (?, ?, ?), (?, ?, ?)) WHERE number = ? AND epoch = ?`,
    ),
    addBlob: db.prepare("INSERT INTO blobs (digest, body) VALUES (?, ?) ON CONFLICT DO NOTHING"),
    setSummary: db.prepare("UPDATE runs SET updated = ?, summary = ? WHERE number = ?"),
    moveSummary: db.prepare("UPDATE runs SET updated = ?, summary = ?, status = ?, next_due = ? WHERE number = ?"),
    entries: db.prepare(
      `SELECT place & ${SEQ} AS seq, body, hash FROM journal
       WHERE place > (${number} << 32 | ?) AND place <= (${number} << 32 | ${SEQ}) ORDER BY place LIMIT ?`,
    ),
    head: db.prepare(
      `SELECT place & ${SEQ} AS seq, body, hash FROM runs LEFT JOIN journal ON place = (SELECT place ${last})
       WHERE id = ?`,
    ),
    saveCheckpoint: db.prepare(
      `INSERT INTO checkpoints (run, seq, hash, body) VALUES (?, ?, unhex(?), ?)
       ON CONFLICT DO UPDATE SET seq = excluded.seq, hash = excluded.hash, body = excluded.body
       WHERE excluded.seq >= seq`,
    ),
    checkpoint: db.prepare(`SELECT seq, hash, body FROM checkpoints WHERE run = ${number}`),
    summary: db.prepare("SELECT summary FROM runs WHERE id = ?"),
    runs: db.prepare("SELECT summary FROM runs WHERE created < ? ORDER BY created DESC, number DESC LIMIT ?"),
    runsOf: db.prepare(
      "SELECT summary FROM runs WHERE status = ? AND created < ? ORDER BY created DESC, number DESC LIMIT ?",
    ),
    due: db.prepare(
      `SELECT id FROM (
         SELECT id, next_due, number FROM runs WHERE holder IS NULL AND next_due <= :now
         UNION ALL
         SELECT id, next_due, number FROM runs WHERE holder IS NOT NULL AND next_due <= :now AND lease_until <= :now
       ) ORDER BY next_due, number LIMIT :limit`,
    ),
    nextDue: db.prepare("SELECT min(next_due) AS next FROM runs WHERE holder IS NULL AND next_due IS NOT NULL"),
    blob: db.prepare("SELECT body FROM blobs WHERE digest = ?"),
    addSignal: db.prepare(
      "INSERT INTO signals (id, run, posted, body, receipt) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
    ),
    signals: db.prepare(
      `SELECT id, posted, body FROM signals WHERE run = ${number} AND receipt IS NULL ORDER BY number LIMIT ?`,
    ),
    waiting: db.prepare("SELECT 1 FROM signals WHERE id = ? AND run = ? AND receipt IS NULL"),
    take: db.prepare("UPDATE signals SET receipt = ? WHERE id = ?"),
    receipt: db.prepare("SELECT receipt FROM signals WHERE id = ?"),
    mailed: db.prepare(
      `SELECT id FROM runs WHERE number IN (SELECT run FROM signals WHERE run > 0 AND receipt IS NULL)
       AND (:holder IS NULL OR ifnull(holder, home) ->> 'id' = :holder) ORDER BY number LIMIT :limit`,
    ),
    version: db.prepare("PRAGMA data_version"),
  };
}
