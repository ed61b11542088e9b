/** sqliteStore with other real processes on its file: they lock it, race for it, and die over it. */
import { chmodSync, copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { processHolder } from "../../src/adapters/holder.ts";
import { type SqliteOptions, sqliteStore } from "../../src/adapters/stores/sqlite.ts";
import type { StorePort } from "../../src/contracts/ports.ts";
import type { RunSummary } from "../../src/contracts/report.ts";
import { type Child, child } from "./child.ts";

const me = processHolder("me");
const HOUR = 3_600_000;
const summaryOf = (run: string): RunSummary => ({
  run,
  name: "n",
  objective: "o",
  status: "running",
  state: "s",
  createdAt: 1,
  updatedAt: 1,
  head: 0,
  pendingApprovals: [],
});
const create = (store: StorePort, run = "run") => store.create(run, summaryOf(run), me.self, Date.now() + HOUR);

let directory: string;
let file: string;
let opened: StorePort[];
let children: Child[];
const open = (options?: SqliteOptions): StorePort => {
  const store = sqliteStore(file, options);
  opened.push(store);
  return store;
};
const start = (role: readonly string[], options?: Parameters<typeof child>[1]): Child => {
  const started = child(role, options);
  children.push(started);
  return started;
};
const integrity = (): unknown => {
  const db = new DatabaseSync(file);
  const answer = db.prepare("PRAGMA integrity_check").get()?.["integrity_check"];
  db.close();
  return answer;
};

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "bailiwick-processes-"));
  file = join(directory, "journal.db");
  [opened, children] = [[], []];
});
afterEach(async () => {
  for (const { process } of children) process.kill("SIGKILL");
  await Promise.all(children.map((one) => one.ended()));
  await Promise.allSettled(opened.map((store) => store.close()));
  chmodSync(directory, 0o755);
  rmSync(directory, { recursive: true });
});

describe("sqliteStore among processes", () => {
  it("F-CON-01 gives each of 50 runs to exactly one of 8 processes that race for it", async () => {
    const store = open();
    const runs = Array.from({ length: 50 }, (_, index) => `run-${index}`);
    for (const run of runs) await store.release(await create(store, run));
    const racers = runs.slice(0, 8).map(() => start(["race", file, ...runs]));
    for (const racer of racers) expect([await racer.said(), racer.errors()]).toEqual(["ready", ""]);
    for (const racer of racers) racer.tell();
    const won = (await Promise.all(racers.map((racer) => racer.said<[string, number][]>()))).flat();
    expect(won.map((one) => one?.[0]).sort()).toEqual(runs.toSorted());
    expect(new Set(won.map((one) => one?.[1]))).toEqual(new Set([2]));
    for (const racer of racers) racer.tell();
  });

  it("F-CON-03 lets four processes append to one file at the same time", async () => {
    await open().close();
    const writers = ["a", "b", "c", "d"].map((run) => start(["append", file, run, "100"]));
    for (const writer of writers) {
      await writer.ended();
      expect(writer.errors()).toBe("");
    }
    const store = open();
    for (const run of ["a", "b", "c", "d"]) expect((await store.head(run))?.seq).toBe(100);
    expect(integrity()).toBe("ok");
  });

  it("F-CON-03 lets processes create one file at the same time", async () => {
    const openers = Array.from({ length: 6 }, () => start(["attempt", file]));
    for (const opener of openers) expect(await opener.said()).toMatchObject({ epoch: 1 });
    expect(await open().runs({})).toHaveLength(6);
  });

  it("F-CON-03 waits for a lock without holding up the event loop", async () => {
    const store = open();
    const { epoch } = await create(store);
    const other = start(["lock", file]);
    expect(await other.said()).toBe("locked");
    let isWaiting = true;
    // Eight, none waited for: a try that overtakes another would leave a gap.
    const entries = Array.from({ length: 8 }, (_, index) => ({ seq: index + 1, body: "x", hash: "ab".repeat(32) }));
    const answers = Promise.all(
      entries.map((entry) => store.append([{ run: "run", epoch, entries: [entry], blobs: [], durable: false }])),
    ).finally(() => {
      isWaiting = false;
    });
    let longest = 0;
    for (let tick = 0; tick < 100; tick += 1) {
      const before = performance.now();
      await new Promise((resolve) => setTimeout(resolve, 1));
      longest = Math.max(longest, performance.now() - before);
    }
    expect([isWaiting, longest < 100]).toEqual([true, true]);
    expect(await store.head("run")).toBeUndefined();
    other.tell();
    expect(await answers).toEqual(entries.map(() => ["written"]));
  });

  it("F-CON-04 decides nothing before it may write", async () => {
    const store = open({ busyMs: 30 });
    await create(store);
    const other = start(["lock", file]);
    await other.said();
    const mayLive = vi.fn(() => false);
    const claim = store.acquire("run", { ...me.self, id: "another" }, Date.now(), Date.now() + HOUR, mayLive);
    await expect(claim).rejects.toMatchObject({ code: "store.busy" });
    expect(mayLive).not.toHaveBeenCalled();
  });

  it("F-CON-03 gives up after the time it was given, and writes again when the lock is gone", async () => {
    const store = open({ busyMs: 30 });
    await create(store);
    const other = start(["lock", file]);
    await other.said();
    await expect(create(store, "second")).rejects.toMatchObject({
      code: "store.busy",
      message: expect.stringContaining(file),
    });
    other.tell();
    expect(await other.said()).toBe("released");
    expect((await create(store, "second")).epoch).toBe(1);
  });

  it("F-CON-03 opens later when the file is locked while it is opened", async () => {
    new DatabaseSync(file).close();
    const other = start(["lock", file, "BEGIN EXCLUSIVE"]);
    await other.said();
    const created = create(open());
    other.tell();
    expect((await created).epoch).toBe(1);
  });
});

describe("sqliteStore and death", () => {
  it("F-DUR-01 F-CON-05 keeps all that a killed process acknowledged, and hands its run over at once", async () => {
    for (const acknowledged of [1, 7, 40, 173]) {
      const run = `run-${acknowledged}`;
      const writer = start(["append", file, run]);
      let last = 0;
      while (last < acknowledged) last = (await writer.said<number>()) ?? Number.POSITIVE_INFINITY;
      writer.process.kill("SIGKILL");
      for (let seq = await writer.said<number>(); seq; seq = await writer.said<number>()) last = seq;
      await writer.ended();
      const store = open();
      const entries = await store.read(run, 0, 100_000);
      expect(entries.length).toBeGreaterThanOrEqual(last);
      expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index + 1));
      expect((await store.acquire(run, me.self, Date.now(), Date.now() + HOUR, me.mayLive)).epoch).toBe(2);
      expect(integrity()).toBe("ok");
    }
  });

  it.runIf(existsSync("/proc/self/stat"))(
    "F-CON-02 F-CON-08 leaves a stopped process its lease, then fences it",
    async () => {
      const zombie = start(["zombie", file]);
      await zombie.said();
      const { pid } = zombie.process;
      while (!/\) T /.test(readFileSync(`/proc/${pid}/stat`, "utf8"))) await new Promise(setImmediate);
      const store = open();
      const now = Date.now();
      const owned = { code: "run.owned", message: expect.stringContaining(`process ${pid} `) };
      await expect(store.acquire("run", me.self, now, now + HOUR, me.mayLive)).rejects.toMatchObject(owned);
      expect((await store.acquire("run", me.self, now + HOUR, now + 2 * HOUR, me.mayLive)).epoch).toBe(2);
      zombie.process.kill("SIGCONT");
      expect(await zombie.said()).toEqual(["fenced"]);
      expect((await store.head("run"))?.seq).toBe(1);
    },
  );

  it.skipIf(process.platform === "win32")("F-DUR-09 answers nothing more once the disk has failed", async () => {
    // A limit on file size makes the kernel refuse a write, as a failing disk does.
    const writer = start(["exhaust", file], { via: `ulimit -f 256; exec "$@"` });
    let last = 0;
    let failure = await writer.said();
    for (; typeof failure === "number"; failure = await writer.said()) last = failure;
    expect(failure).toMatchObject({ code: "store.failed", message: expect.stringContaining("disk") });
    expect(await writer.said()).toMatchObject({
      code: "store.failed",
      message: expect.stringContaining("open the store again"),
    });
    await writer.ended();
    expect([integrity(), (await open().head("run"))?.seq]).toEqual(["ok", last]);
  });
});

describe("sqliteStore without permission", () => {
  // Nothing is forbidden to root: the attempt is made by a process that is nobody.
  const nobody = process.getuid?.() === 0 ? { uid: 65_534 } : {};
  const attempt = async (...role: string[]) => {
    const tried = start(["attempt", file, ...role], nobody);
    return (await tried.said<object>()) ?? tried.errors();
  };
  const readonly = { code: "store.readonly", message: expect.stringMatching(/journal\.db.*write access/) };

  it.skipIf(process.platform === "win32")("F-DUR-10 says that the file is read-only", async () => {
    await open().close();
    chmodSync(directory, 0o777);
    chmodSync(file, 0o444);
    expect(await attempt()).toMatchObject(readonly);
  });

  it.skipIf(process.platform === "win32")("F-DUR-10 says that the directory is read-only", async () => {
    chmodSync(directory, 0o555);
    expect(await attempt()).toMatchObject(readonly);
    await open().close();
    chmodSync(file, 0o666);
    expect(await attempt()).toMatchObject(readonly);
  });

  it.skipIf(process.platform === "win32")("F-DUR-10 says that the file cannot be read", async () => {
    await open().close();
    chmodSync(directory, 0o777);
    chmodSync(file, 0o000);
    expect(await attempt("readonly")).toMatchObject({ code: "store.failed", message: expect.stringContaining("read") });
  });

  it.skipIf(process.platform === "win32")("F-DUR-10 looks into an archive where nothing can be written", async () => {
    const store = open();
    await create(store);
    await store.close();
    const original = file;
    file = join(directory, "archive %3f #1.db");
    copyFileSync(original, file);
    chmodSync(file, 0o444);
    chmodSync(directory, 0o555);
    expect(await attempt("readonly")).toEqual({ runs: 1 });
  });
});
