import { beforeEach, describe, expect, it } from "vitest";
import { memoryStore } from "../../src/adapters/stores/memory.ts";
import type { Append, Holder, StorePort } from "../../src/contracts/ports.ts";
import type { RunSummary } from "../../src/contracts/report.ts";
import { type Fault, faultStore } from "../../src/testing/fault-store.ts";
import { storeSuite } from "../../src/testing/store-suite.ts";

const holder: Holder = { id: "me", host: "here", pid: 1, boot: "b/1" };
const summary: RunSummary = {
  run: "r",
  name: "n",
  objective: "o",
  status: "running",
  state: "s",
  createdAt: 0,
  updatedAt: 0,
  head: 0,
  pendingApprovals: [],
};
const append = (seq: number, epoch = 1): Append[] => {
  const entry = { seq, body: `${seq}`, hash: "0".repeat(64) };
  return [{ run: "r", epoch, entries: [entry], blobs: [], durable: false }];
};
const failed = { code: "store.failed" };

let inner: StorePort;
/** The run is there already: the first write of the plan is the first of the test. */
beforeEach(async () => {
  inner = memoryStore();
  await inner.create("r", summary, holder, 1_000);
});
const head = async (): Promise<number> => (await inner.head("r"))?.seq ?? 0;

describe("faultStore without faults", () =>
  storeSuite(it, () => {
    const store = faultStore(memoryStore());
    return { store, another: () => store, dispose: () => undefined };
  }));

describe("faultStore", () => {
  it("F-DUR-01 counts writes, not reads", async () => {
    const store = faultStore(inner);
    await store.append(append(1));
    await store.head("r");
    await store.runs({});
    const lease = await store.acquire("r", holder, 0, 1_000, () => true);
    await store.renew([lease], 2_000);
    await store.saveCheckpoint("r", 2, { seq: 1, hash: "0".repeat(64), body: "" });
    await store.release(lease);
    await store.create("r2", { ...summary, run: "r2" }, holder, 1_000);
    expect(store.writes).toBe(6);
  });

  it.each([
    ["before", 1],
    ["after", 2],
  ] as const)("F-DUR-01 dies %s the second write, of which %i are kept", async (when, kept) => {
    const store = faultStore(inner, [{ kind: "kill", at: 2, when }]);
    await store.append(append(1));
    await expect(store.append(append(2))).rejects.toMatchObject(failed);
    expect([store.isDead, store.writes, await head()]).toEqual([true, 2, kept]);
    await expect(store.append(append(kept + 1))).rejects.toMatchObject(failed);
    await expect(store.head("r")).rejects.toMatchObject(failed);
    await expect(store.close()).rejects.toMatchObject(failed);
    expect([store.writes, await head()]).toEqual([2, kept]);
  });

  it("F-DUR-01 dies between two writes when told to, and answers nothing that was under way", async () => {
    const store = faultStore(inner);
    const underWay = store.append(append(1));
    store.kill();
    await expect(underWay).rejects.toMatchObject(failed);
    await expect(store.head("r")).rejects.toMatchObject(failed);
  });

  it("F-DUR-08 is full from one write to another, and writes again afterwards", async () => {
    const store = faultStore(inner, [{ kind: "full", from: 2, to: 3 }]);
    await store.append(append(1));
    await expect(store.append(append(2))).rejects.toMatchObject(failed);
    await expect(store.append(append(2))).rejects.toMatchObject(failed);
    expect(await head()).toBe(1);
    expect(await store.append(append(2))).toEqual(["written"]);
  });

  it.each<[Fault, number]>([
    [{ kind: "fail", at: 1 }, 0],
    [{ kind: "fail", at: 1, when: "before" }, 0],
    [{ kind: "fail", at: 1, when: "after" }, 1],
  ])("F-DUR-09 fails once: %j keeps %i", async (fault, kept) => {
    const store = faultStore(inner, [fault]);
    await expect(store.append(append(1))).rejects.toMatchObject(failed);
    expect([await head(), store.isDead]).toEqual([kept, false]);
    expect(await store.append(append(kept + 1))).toEqual(["written"]);
  });

  it("F-DUR-14 holds a slow write until the test lets it go; reads go on", async () => {
    const gate = Promise.withResolvers<void>();
    const store = faultStore(inner, [{ kind: "slow", from: 1, to: 1, until: () => gate.promise }]);
    const slow = store.append(append(1));
    expect(await store.head("r")).toBeUndefined();
    gate.resolve();
    expect(await slow).toEqual(["written"]);
  });

  it("F-DUR-01 writes nothing of a slow write when the process dies meanwhile", async () => {
    const gate = Promise.withResolvers<void>();
    const store = faultStore(inner, [{ kind: "slow", from: 1, to: 1, until: () => gate.promise }]);
    const slow = store.append(append(1));
    store.kill();
    gate.resolve();
    await expect(slow).rejects.toMatchObject(failed);
    expect(await head()).toBe(0);
  });

  it("F-CON-02 lets another owner take the run just before a write", async () => {
    const store = faultStore(inner, [{ kind: "fence", at: 2 }]);
    await store.append(append(1));
    expect(await store.append(append(2))).toEqual(["fenced"]);
    expect(await store.append(append(2))).toEqual(["fenced"]);
    expect(await head()).toBe(1);
    const lease = await store.acquire("r", holder, 0, 1_000, () => true);
    expect(await store.append(append(2, lease.epoch))).toEqual(["written"]);
  });
});
