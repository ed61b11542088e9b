import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type SqliteOptions, sqliteStore } from "../../src/adapters/stores/sqlite.ts";
import { MIGRATIONS } from "../../src/adapters/stores/sqlite-schema.ts";
import type { Append, Holder, StorePort } from "../../src/contracts/ports.ts";
import type { RunSummary } from "../../src/contracts/report.ts";

const holder: Holder = { id: "me", host: "here", pid: 1, boot: "b/1" };
const summaryOf = (run: string, changes: Partial<RunSummary> = {}): RunSummary => ({
  run,
  name: "n",
  objective: "o",
  status: "running",
  state: "s",
  createdAt: 1,
  updatedAt: 1,
  head: 0,
  pendingApprovals: [],
  ...changes,
});
const append = (seq: number, changes: Partial<Append> = {}): Append => {
  const entry = { seq, body: "x".repeat(300), hash: "ab".repeat(32) };
  return { run: "run", epoch: 1, entries: [entry], blobs: [], durable: false, ...changes };
};

let directory: string;
let file: string;
let opened: StorePort[];
const open = (options?: SqliteOptions): StorePort => {
  const store = sqliteStore(file, options);
  opened.push(store);
  return store;
};
const create = (store: StorePort, run = "run") => store.create(run, summaryOf(run), holder, 1_000);
/** The database behind the journal, in another handle. */
function inFile<T>(act: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(file);
  try {
    return act(db);
  } finally {
    db.close();
  }
}
const rejection = async (promise: Promise<unknown>): Promise<{ code: string; message: string; cause: unknown }> =>
  promise.then(
    () => expect.fail("expected a rejection"),
    (error) => error,
  );
const thrown = (act: () => unknown) => rejection((async () => act())());

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "bailiwick-sqlite-"));
  file = join(directory, "journal.db");
  opened = [];
});
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.allSettled(opened.map((store) => store.close()));
  chmodSync(directory, 0o755);
  rmSync(directory, { recursive: true });
});

describe("sqliteStore and its file", () => {
  it("S4 reads back after it was closed and opened again", async () => {
    const store = open();
    await create(store);
    await store.append([append(1), append(2, { durable: true })]);
    await store.close();
    const again = open();
    expect((await again.read("run", 0, 9)).map(({ seq }) => seq)).toEqual([1, 2]);
    expect((await again.acquire("run", holder, 0, 1_000, () => true)).epoch).toBe(2);
  });

  it("F-DUR-15 keeps a WAL while open, and leaves one file behind when closed", async () => {
    const store = open();
    await create(store);
    expect(inFile((db) => db.prepare("PRAGMA journal_mode").get())).toEqual({ journal_mode: "wal" });
    expect(existsSync(`${file}-wal`)).toBe(true);
    await store.close();
    expect(readdirSync(directory)).toEqual(["journal.db"]);
  });

  it("F-DUR-15 moves the WAL into the file on a thread of its own, and loses nothing of it", {
    timeout: 30_000,
  }, async () => {
    const store = open();
    await create(store);
    const before = statSync(file).size;
    let seq = 0;
    // Fewer pages than a commit of this thread would take upon itself.
    while (seq < 1_100) await store.append([append(++seq)]);
    await vi.waitUntil(() => statSync(file).size > before + seq * 200, { timeout: 20_000, interval: 5 });
    await store.close();
    expect(readdirSync(directory)).toEqual(["journal.db"]);
    const entries = await open().read("run", 0, 2_000);
    expect(entries.map((entry) => entry.seq)).toEqual(Array.from({ length: seq }, (_, place) => place + 1));
  });

  it("F-DUR-15 empties the WAL when closed, beside another handle too", async () => {
    const store = open();
    const other = open();
    await create(store);
    await store.close();
    expect(statSync(`${file}-wal`).size).toBe(0);
    expect(await other.summary("run")).toMatchObject({ run: "run" });
  });

  it.each([":memory:", "", "file:journal.db?mode=memory"])("S4 refuses %j, which is no file", async (name) => {
    expect(await thrown(() => sqliteStore(name))).toMatchObject({
      code: "config.invalid",
      message: expect.stringContaining("memoryStore()"),
    });
  });

  it("F-DUR-10 says which directory is missing", async () => {
    const missing = join(directory, "no", "journal.db");
    expect(await thrown(() => sqliteStore(missing))).toMatchObject({
      code: "store.failed",
      message: expect.stringContaining(join(directory, "no")),
    });
  });

  it("F-DUR-10 fails closed when its file was removed under it", async () => {
    const store = open();
    await create(store);
    rmSync(file);
    const removed = { code: "store.failed", message: expect.stringContaining("removed") };
    expect(await rejection(store.append([{ ...append(1), durable: true }]))).toMatchObject(removed);
    const now = performance.now();
    using _ = vi.spyOn(performance, "now").mockReturnValue(now + 20);
    expect(await rejection(store.append([append(1)]))).toMatchObject(removed);
  });

  it("F-DUR-07 says that a file is no database", async () => {
    writeFileSync(file, "not a database ".repeat(1_000));
    expect(await thrown(() => open())).toMatchObject({
      code: "journal.corrupt",
      message: expect.stringContaining(file),
    });
  });

  it("F-DUR-07 says that a page is damaged, when it is read", async () => {
    const store = open();
    await create(store);
    for (let seq = 1; seq <= 200; seq += 1) await store.append([append(seq)]);
    await store.close();
    const root = inFile((db) =>
      db
        .prepare(
          "SELECT rootpage, (SELECT page_size FROM pragma_page_size) AS size FROM sqlite_schema WHERE name = 'journal'",
        )
        .get(),
    );
    const bytes = readFileSync(file);
    const start = (Number(root?.["rootpage"]) - 1) * Number(root?.["size"]);
    writeFileSync(file, bytes.fill(0xff, start, start + 4_096));
    expect((await rejection(open().head("run"))).code).toBe("journal.corrupt");
  });

  it("F-DUR-07 says that a summary is damaged", async () => {
    const store = open();
    await create(store);
    inFile((db) => db.exec("UPDATE runs SET summary = '{'"));
    expect((await rejection(store.summary("run"))).code).toBe("journal.corrupt");
  });
});

describe("sqliteStore and its schema", () => {
  const setVersion = (version: number) => inFile((db) => db.exec(`PRAGMA user_version = ${version}`));

  it("F-SNP counts its migrations, and applies none twice", async () => {
    await open().close();
    expect(inFile((db) => db.prepare("PRAGMA user_version").get())).toEqual({ user_version: MIGRATIONS.length });
    await create(open());
  });

  it("F-SNP refuses a file of a newer schema, and leaves it alone", async () => {
    await open().close();
    setVersion(MIGRATIONS.length + 1);
    const before = readFileSync(file);
    expect((await thrown(() => open())).code).toBe("store.version");
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it("F-SNP refuses the database of another program, and leaves it alone", async () => {
    inFile((db) => db.exec("CREATE TABLE theirs (x)"));
    const before = readFileSync(file);
    expect((await thrown(() => open())).code).toBe("store.version");
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it("F-SNP refuses to look into a file of an older schema", async () => {
    await open().close();
    setVersion(MIGRATIONS.length - 1);
    expect((await thrown(() => open({ readonly: true }))).code).toBe("store.version");
  });

  it("F-RES touches no run that merely waits: every statement searches, none scans", async () => {
    const prepared = vi.spyOn(DatabaseSync.prototype, "prepare");
    open();
    const texts = prepared.mock.calls
      .map(([sql]) => sql)
      .filter((sql) => /\b(runs|journal|checkpoints|blobs)\b/.test(sql));
    expect(texts.length).toBeGreaterThan(15);
    const plans = inFile((db) =>
      texts.flatMap((sql) => {
        const named = sql.includes(":now") ? [{ now: 1, limit: 1 }] : Array(sql.split("?").length - 1).fill(1);
        return db
          .prepare(`EXPLAIN QUERY PLAN ${sql}`)
          .all(...named)
          .map((row) => `${row["detail"]}`);
      }),
    );
    expect(plans.filter((plan) => /^SCAN (?!\(|CONSTANT|\d-ROW VALUES)/.test(plan))).toEqual([]);
    for (const index of ["signals_waiting", "runs_due", "runs_due_owned", "runs_created", "runs_status"]) {
      expect(plans.join("\n")).toMatch(new RegExp(`INDEX ${index}\\b`));
    }
    expect(plans.join("\n")).not.toContain("SCAN runs");
  });
});

describe("sqliteStore and the disk", () => {
  /** The store's own handle, to look at and to trip up. */
  async function withHandle(options?: SqliteOptions): Promise<{ store: StorePort; db: DatabaseSync }> {
    const exec = vi.spyOn(DatabaseSync.prototype, "exec");
    const store = open(options);
    const db = exec.mock.contexts[0] as DatabaseSync;
    await create(store);
    return { store, db };
  }
  const synchronous = (db: DatabaseSync) => db.prepare("PRAGMA synchronous").get()?.["synchronous"];
  const [NORMAL, FULL] = [1, 2];

  it("F-DUR-11 flushes an append that asks for it, and those alone", async () => {
    const { store, db } = await withHandle();
    expect(synchronous(db)).toBe(NORMAL);
    await store.append([append(1), append(2, { durable: true })]);
    expect(synchronous(db)).toBe(FULL);
    await store.append([append(3)]);
    expect(synchronous(db)).toBe(NORMAL);
  });

  it("F-DUR-11 flushes every append with full durability", async () => {
    const { store, db } = await withHandle({ durability: "full" });
    expect(synchronous(db)).toBe(FULL);
    await store.append([append(1)]);
    expect(synchronous(db)).toBe(FULL);
  });

  it("F-CON-03 never waits inside SQLite", async () => {
    const { db } = await withHandle();
    expect(db.prepare("PRAGMA busy_timeout").get()).toEqual({ timeout: 0 });
  });

  it("F-DUR-08 writes nothing on a full disk, and goes on once there is room", async () => {
    const { store, db } = await withHandle();
    const pages = db.prepare("PRAGMA page_count").get()?.["page_count"];
    db.exec(`PRAGMA max_page_count = ${pages}`);
    const blobs = [{ digest: "d", body: "x".repeat(100_000) }];
    expect(await rejection(store.append([append(1, { blobs })]))).toMatchObject({
      code: "store.failed",
      message: expect.stringContaining("full"),
    });
    expect(await store.head("run")).toBeUndefined();
    db.exec("PRAGMA max_page_count = 1000000");
    expect(await store.append([append(1, { blobs })])).toEqual(["written"]);
  });
});

describe("sqliteStore opened to look", () => {
  it("F-DUR-10 reads beside a writer, and refuses to write", async () => {
    await create(open());
    const reader = open({ readonly: true });
    expect((await reader.runs({})).map(({ run }) => run)).toEqual(["run"]);
    expect((await rejection(reader.append([append(1)]))).code).toBe("store.readonly");
    expect((await rejection(create(reader, "other"))).code).toBe("store.readonly");
  });

  it("F-DUR-10 creates nothing where there is nothing", async () => {
    expect(await thrown(() => open({ readonly: true }))).toMatchObject({
      code: "store.failed",
      message: expect.stringContaining(`there is no journal at ${file}`),
    });
    expect(readdirSync(directory)).toEqual([]);
  });

  it("F-DUR-10 leaves a closed journal as it was", async () => {
    const writer = open();
    await create(writer);
    await writer.close();
    const before = readFileSync(file);
    const reader = open({ readonly: true });
    expect(await reader.summary("run")).toMatchObject({ run: "run" });
    await reader.close();
    expect(readFileSync(file).equals(before)).toBe(true);
  });
});
