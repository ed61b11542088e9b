/** Whether a journal is whole: what the chain of hashes covers, and what it only names. */
import { describe, expect, it } from "vitest";
import { createOrchestrator, defineAgent, memoryStore, type StorePort } from "../../index.ts";

const orchestratorOn = (store: StorePort) =>
  createOrchestrator({
    name: "verified",
    agents: { writer: defineAgent({ name: "writer", run: () => "x".repeat(100_000) }) },
    planner: { tasks: [{ id: "write", agent: "writer" }], output: "write" },
    store,
  });

async function written(): Promise<{ readonly store: StorePort; readonly run: string }> {
  const store = memoryStore();
  const run = await orchestratorOn(store).start({ objective: "write much" });
  expect((await run.result).status).toBe("completed");
  return { store, run: run.id };
}

const verified = (store: StorePort, run: string) => orchestratorOn(store).run(run).verify();

describe("a journal", () => {
  it("is whole, and its head is the hash of its last entry", async () => {
    const { store, run } = await written();
    const last = await store.head(run);
    expect(await verified(store, run)).toEqual({ kind: "whole", head: { seq: last?.seq, hash: last?.hash } });
  });

  it("is broken where a payload that was kept apart is another", async () => {
    const { store, run } = await written();
    const other: StorePort = { ...store, blob: async () => '"something else"' };
    expect(await verified(other, run)).toMatchObject({
      kind: "broken",
      reason: expect.stringContaining("is not what it was"),
    });
  });

  it("is broken where a payload is missing", async () => {
    const { store, run } = await written();
    const other: StorePort = { ...store, blob: async () => undefined };
    expect(await verified(other, run)).toMatchObject({ kind: "broken", reason: expect.stringContaining("is missing") });
  });

  it("is broken where it ends too early", async () => {
    const { store, run } = await written();
    const other: StorePort = { ...store, read: async (...of) => (await store.read(...of)).slice(0, 1) };
    expect(await verified(other, run)).toMatchObject({ kind: "broken", seq: 2 });
  });

  it("of no run is an error", async () => {
    const { store } = await written();
    await expect(verified(store, "run_nope")).rejects.toMatchObject({ code: "run.unknown" });
  });
});
