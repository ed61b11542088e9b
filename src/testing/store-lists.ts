/** Which runs there are, which are due, and what a store says of those it does not know. */
import type { Lease, StorePort } from "../contracts/ports.ts";
import {
  ANN,
  alive,
  appendOf,
  BOB,
  create,
  entryOf,
  LATER,
  leave,
  NOW,
  RUN,
  refused,
  type StoreCase,
  same,
  story,
  summaryOf,
} from "./store-story.ts";

export const listCases: readonly StoreCase[] = [
  story("F-CLK-05", "finds due runs that nobody owns, the earliest first", async ({ store }) => {
    same(await store.nextDue(), undefined, "next due time of an empty store");
    await leave(store, "late", { nextDue: NOW + 9 });
    await leave(store, "soon", { nextDue: NOW + 1 });
    await leave(store, "soon-too", { nextDue: NOW + 1 });
    await leave(store, "never", {});
    same(await store.due(NOW, 10), [], "due before the first");
    same(await store.due(NOW + 1, 10), ["soon", "soon-too"], "due at the first");
    same(await store.due(NOW + 99, 10), ["soon", "soon-too", "late"], "due in the end");
    same(await store.due(NOW + 99, 1), ["soon"], "due, at most one");
    same(await store.nextDue(), NOW + 1, "next due time");
  }),
  story("F-CLK-05", "leaves owned runs to their owners, until their leases expire", async ({ store }) => {
    await create(store, RUN, { nextDue: NOW });
    await leave(store, "run-2", { nextDue: NOW + 5 });
    same(await store.due(NOW + 9, 10), ["run-2"], "due while the first is owned");
    same(await store.nextDue(), NOW + 5, "next due time while the first is owned");
    same(await store.due(LATER - 1, 10), ["run-2"], "due just before the lease expires");
    same(await store.due(LATER, 10), [RUN, "run-2"], "due once the lease has expired");
    const lease = await store.acquire("run-2", BOB, NOW, LATER, alive);
    same(await store.nextDue(), undefined, "next due time when both are owned");
    const summary = summaryOf("run-2", { head: 1 });
    await store.append([appendOf([entryOf(1)], { run: "run-2", epoch: lease.epoch, summary })]);
    await store.release(lease);
    same(await store.nextDue(), undefined, "next due time when the timer is gone");
    same(await store.due(LATER - 1, 10), [], "due when the timer is gone");
  }),
  story("S4", "lists runs newest first, by status, before a time, at most so many", async (fixture) => {
    await create(fixture.store, "old", { createdAt: NOW - 2, status: "completed" });
    await create(fixture.store, "mid", { createdAt: NOW - 1 });
    await create(fixture.store, "new", { createdAt: NOW, status: "completed" });
    const store = await fixture.another();
    const ids = async (filter: Parameters<StorePort["runs"]>[0]) => (await store.runs(filter)).map(({ run }) => run);
    same(await ids({}), ["new", "mid", "old"], "all");
    same(await ids({ limit: 2 }), ["new", "mid"], "two");
    same(await ids({ status: "completed" }), ["new", "old"], "completed");
    same(await ids({ before: NOW }), ["mid", "old"], "before the newest");
    same(await ids({ status: "completed", before: NOW, limit: 1 }), ["old"], "completed, before the newest");
    same(await ids({ status: "failed" }), [], "failed");
  }),
  story("S4", "keeps the newest checkpoint", async (fixture) => {
    await create(fixture.store);
    await create(fixture.store, "run-2");
    same(await fixture.store.loadCheckpoint(RUN), undefined, "no checkpoint");
    const checkpoint = entryOf(7, '{"state":"🦊\\u0000"}');
    same(await fixture.store.saveCheckpoint(RUN, 1, entryOf(5)), "written", "first");
    same(await fixture.store.saveCheckpoint(RUN, 1, checkpoint), "written", "newer");
    same(await fixture.store.saveCheckpoint(RUN, 1, entryOf(6)), "written", "older");
    const other = await fixture.another();
    same(await other.loadCheckpoint(RUN), checkpoint, "checkpoint");
    same(await other.loadCheckpoint("run-2"), undefined, "checkpoint of the other run");
  }),
  story("S4", "says which run it does not know", async ({ store }) => {
    const asked = [
      store.read("nobody", 0, 1),
      store.head("nobody"),
      store.append([appendOf([entryOf(1)], { run: "nobody" })]),
      store.acquire("nobody", ANN, NOW, LATER, alive),
      store.saveCheckpoint("nobody", 1, entryOf(1)),
    ];
    for (const answer of asked) same((await refused(answer, "run.unknown")).includes("nobody"), true, "run named");
    same(await store.summary("nobody"), undefined, "summary");
    same(await store.loadCheckpoint("nobody"), undefined, "checkpoint");
    const lost: Lease = { run: "nobody", epoch: 1, holder: ANN, until: LATER };
    same(await store.renew([lost], LATER), ["nobody"], "lost runs");
    await store.release(lost);
  }),
  story("S4", "tells an empty journal from a missing one", async ({ store }) => {
    await create(store);
    same(await store.head(RUN), undefined, "head");
    same(await store.read(RUN, 0, 10), [], "entries");
    same(await store.append([]), [], "results of an empty batch");
    same(await store.append([appendOf([])]), ["written"], "an append without entries");
  }),
  story("S4", "finishes what was begun when it is closed, then refuses", async ({ store }) => {
    await create(store);
    const begun = store.append([appendOf([entryOf(1)])]);
    await store.close();
    await store.close();
    same(await begun, ["written"], "append begun before the close");
    await refused(store.append([appendOf([entryOf(2)])]), "store.failed");
    await refused(store.head(RUN), "store.failed");
  }),
];
