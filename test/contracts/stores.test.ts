import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { memoryStore } from "../../src/adapters/stores/memory.ts";
import { sqliteStore } from "../../src/adapters/stores/sqlite.ts";
import type { StorePort } from "../../src/contracts/ports.ts";
import { type StoreFixture, storeCases, storeSuite } from "../../src/testing/store-suite.ts";

const inMemory = (): StoreFixture => {
  const store = memoryStore();
  return { store, another: () => store, dispose: () => store.close() };
};

const inFile = (): StoreFixture => {
  const directory = mkdtempSync(join(tmpdir(), "bailiwick-store-"));
  const opened: StorePort[] = [];
  const open = (): StorePort => {
    const store = sqliteStore(join(directory, "journal.db"));
    opened.push(store);
    return store;
  };
  return {
    store: open(),
    another: open,
    async dispose() {
      await Promise.all(opened.map((store) => store.close()));
      rmSync(directory, { recursive: true });
    },
  };
};

describe("memoryStore", () => storeSuite(it, inMemory));
describe("sqliteStore", () => storeSuite(it, inFile));

describe("the suite itself", () => {
  /** Each breaks one promise of a sound store. */
  const broken: { readonly [name: string]: (store: StorePort) => Partial<StorePort> } = {
    "never fences": (store) => ({
      append: async (batch) => (await store.append(batch)).map(() => "written"),
    }),
    "lets everybody in": (store) => ({
      acquire: (run, holder, now, until) => store.acquire(run, holder, now, until, () => false),
    }),
    "never displaces the dead": (store) => ({
      acquire: (run, holder, now, until) => store.acquire(run, holder, now, until, () => true),
    }),
    "writes a batch piece by piece": (store) => ({
      append: async (batch) => (await Promise.all(batch.map((one) => store.append([one])))).flat(),
    }),
    "loses NUL": (store) => ({
      read: async (...args) => (await store.read(...args)).map((e) => ({ ...e, body: e.body.split("\0")[0] ?? "" })),
    }),
    "forgets blobs": () => ({ blob: async () => undefined }),
    "keeps the oldest checkpoint": (store) => ({
      saveCheckpoint: async (run, epoch, checkpoint) =>
        (await store.loadCheckpoint(run)) ? "written" : store.saveCheckpoint(run, epoch, checkpoint),
    }),
    "renews everything": (store) => ({ renew: async (...args) => (await store.renew(...args)).slice(0, 0) }),
    "ignores the limit": (store) => ({ read: (run, after) => store.read(run, after, 1_000) }),
    "calls owned runs due": (store) => ({ due: (_, limit) => store.due(Number.MAX_SAFE_INTEGER, limit) }),
    "loses mail": () => ({ posted: async () => [] }),
    "gives mail to everybody": (store) => ({ mailed: () => store.mailed(99) }),
    "takes a signal twice": (store) => ({
      append: (batch) => store.append(batch.map(({ taken: _, ...rest }) => rest)),
    }),
    "keeps no receipts": () => ({ receipt: async () => undefined }),
    "does not tell of posts": () => ({ onPost: () => () => undefined }),
    "answers after it was closed": () => ({ close: async () => undefined }),
  };

  it.each(Object.keys(broken))("turns red on a store that %s", async (name) => {
    const make = (): StoreFixture => {
      const store = memoryStore();
      const bad = { ...store, ...broken[name]?.(store) };
      return { store: bad, another: () => bad, dispose: () => undefined };
    };
    const ends = await Promise.allSettled(storeCases.map((each) => each.run(make)));
    expect(ends.filter((end) => end.status === "rejected").length).toBeGreaterThan(0);
  });
});
