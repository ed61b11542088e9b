/** The other process of sqlite.test.ts and holder.test.ts: `node sqlite-child.ts <role> <file> [args]`, JSON lines out. */

import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { processHolder } from "../../src/adapters/holder.ts";
import { sqliteStore } from "../../src/adapters/stores/sqlite.ts";
import type { Append, StorePort } from "../../src/contracts/ports.ts";
import type { RunSummary } from "../../src/contracts/report.ts";

const say = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const told = async (): Promise<void> => void (await lines.next());
const codeOf = (error: unknown) => {
  const { code, message } = error as { code?: string; message: string };
  return { code, message };
};

const [role, file = "", ...args] = process.argv.slice(2);
const { self, mayLive } = processHolder(`child-${process.pid}`);
const now = Date.now();
const summaryOf = (run: string): RunSummary => ({
  run,
  name: "child",
  objective: "o",
  status: "running",
  state: "s",
  createdAt: now,
  updatedAt: now,
  head: 0,
  pendingApprovals: [],
});
const appendOf = (run: string, epoch: number, seq: number): Append => {
  const entry = { seq, body: `entry ${seq} `.repeat(40), hash: "ab".repeat(32) };
  return { run, epoch, entries: [entry], blobs: [], durable: seq % 5 === 0 };
};

/** Appends until stopped, saying each seq once it is acknowledged. */
async function appendFor(store: StorePort, run: string, last: number): Promise<void> {
  const { epoch } = await store.create(run, summaryOf(run), self, now + 60_000);
  for (let seq = 1; seq <= last; seq += 1) {
    await store.append([appendOf(run, epoch, seq)]);
    say(seq);
  }
}

const roles: { readonly [role: string]: () => Promise<void> } = {
  async holder() {
    say(self);
    await told();
  },
  /** At a barrier, asks for the lease of every run there is. */
  async race() {
    const store = sqliteStore(file);
    say("ready");
    await told();
    const won: [string, number][] = [];
    for (const run of args) {
      await store.acquire(run, self, now, now + 60_000, mayLive).then(
        ({ epoch }) => won.push([run, epoch]),
        (error) => codeOf(error).code === "run.owned" || say(codeOf(error)),
      );
    }
    say(won);
    await told();
    await store.close();
  },
  async lock() {
    const db = new DatabaseSync(file);
    db.exec(args[0] ?? "BEGIN IMMEDIATE");
    say("locked");
    await told();
    db.exec("COMMIT");
    db.close();
    say("released");
  },
  async append() {
    const store = sqliteStore(file);
    await appendFor(store, args[0] ?? "run", Number(args[1] ?? Number.POSITIVE_INFINITY));
    await store.close();
  },
  /** Stops itself between two appends, as a paused machine does; says how the second went. */
  async zombie() {
    const store = sqliteStore(file);
    await appendFor(store, "run", 1);
    process.kill(process.pid, "SIGSTOP");
    say(await store.append([appendOf("run", 1, 2)]));
    await store.close();
  },
  /** Opens and creates a run, if it may; says how that went. */
  async attempt() {
    try {
      const store = sqliteStore(file, { readonly: args[0] === "readonly" });
      if (args[0] === "readonly") say({ runs: (await store.runs({})).length });
      else say(await store.create(`run-${process.pid}`, summaryOf(`run-${process.pid}`), self, now));
      await store.close();
    } catch (error) {
      say(codeOf(error));
    }
  },
  /** Appends until the disk refuses; then says what the store answers afterwards. */
  async exhaust() {
    const store = sqliteStore(file);
    await appendFor(store, "run", Number.POSITIVE_INFINITY).catch((error) => say(codeOf(error)));
    await store.head("run").catch((error) => say(codeOf(error)));
    await store.close();
  },
};

await roles[role ?? ""]?.();
process.stdin.destroy();
