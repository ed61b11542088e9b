/** S5: who may append, and until when. */
import type { RuntimeError } from "../contracts/errors.ts";
import type { Holder } from "../contracts/ports.ts";
import {
  ANN,
  alive,
  appendOf,
  BOB,
  bodies,
  create,
  entryOf,
  gone,
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

export const leaseCases: readonly StoreCase[] = [
  story("S5", "gives the creator the first lease, and each owner a higher epoch", async ({ store }) => {
    same(await create(store), { run: RUN, epoch: 1, holder: ANN, until: LATER }, "first lease");
    const again = await store.acquire(RUN, ANN, NOW, LATER, alive);
    same(again, { run: RUN, epoch: 2, holder: ANN, until: LATER }, "lease of the same holder");
    await store.release(again);
    same((await store.acquire(RUN, BOB, NOW, LATER, alive)).epoch, 3, "epoch after a release");
  }),
  story("S5", "refuses to create a run that exists", async (fixture) => {
    await create(fixture.store);
    const other = await fixture.another();
    await refused(other.create(RUN, summaryOf(RUN), BOB, LATER), "run.owned");
    same((await fixture.store.acquire(RUN, ANN, NOW, LATER, alive)).epoch, 2, "epoch");
  }),
  story("F-CON-01", "refuses an unexpired lease, and says who holds it", async (fixture) => {
    await create(fixture.store);
    const other = await fixture.another();
    const message = await refused(other.acquire(RUN, BOB, LATER - 1, LATER + 1, alive), "run.owned");
    for (const part of [RUN, ANN.id, ANN.host, String(ANN.pid)]) same(message.includes(part), true, `"${part}" named`);
    same(await fixture.store.append([appendOf([entryOf(1)])]), ["written"], "append of the owner");
  }),
  story("F-CON-01", "lets one of two racing owners win", async (fixture) => {
    await leave(fixture.store, RUN, {});
    const other = await fixture.another();
    const race = await Promise.allSettled([
      fixture.store.acquire(RUN, ANN, NOW, LATER, alive),
      other.acquire(RUN, BOB, NOW, LATER, alive),
    ]);
    same(race.filter((end) => end.status === "fulfilled").length, 1, "winners");
    const loser = race.find((end) => end.status === "rejected");
    same((loser?.reason as RuntimeError | undefined)?.code, "run.owned", "code of the loser");
  }),
  story("F-CON-02", "fences an owner that wakes after another has taken over", async (fixture) => {
    await create(fixture.store);
    const other = await fixture.another();
    same((await other.acquire(RUN, BOB, LATER, LATER + 30_000, alive)).epoch, 2, "epoch of the successor");
    same(await other.append([appendOf([entryOf(1, "bob")], { epoch: 2 })]), ["written"], "append of the successor");
    same(await fixture.store.append([appendOf([entryOf(2, "ann")])]), ["fenced"], "append of the zombie");
    same(await fixture.store.append([appendOf([entryOf(1, "ann")])]), ["fenced"], "late append of the zombie");
    same(await fixture.store.saveCheckpoint(RUN, 1, entryOf(1)), "fenced", "checkpoint of the zombie");
    same(await bodies(fixture.store), ["bob"], "bodies");
  }),
  story("F-CON-05", "hands over a lease once it has expired, not before", async ({ store }) => {
    await create(store);
    await refused(store.acquire(RUN, BOB, LATER - 1, LATER + 1, alive), "run.owned");
    same((await store.acquire(RUN, BOB, LATER, LATER + 1, alive)).epoch, 2, "epoch");
  }),
  story("F-CON-08", "takes the lease of a holder that is certainly gone at once", async ({ store }) => {
    await create(store);
    const asked: Holder[] = [];
    const mayLive = (holder: Holder): boolean => {
      asked.push(holder);
      return false;
    };
    same((await store.acquire(RUN, BOB, NOW, LATER, mayLive)).epoch, 2, "epoch");
    same(asked, [ANN], "holders asked about");
  }),
  story("F-CON-10", "renews leases, and names those that were lost", async ({ store }) => {
    const kept = await create(store);
    const lost = await create(store, "run-2");
    const released = await create(store, "run-3");
    await store.acquire("run-2", BOB, NOW, LATER, gone);
    await store.release(released);
    same(await store.renew([kept, lost, released], LATER + 30_000), ["run-2", "run-3"], "lost runs");
    await refused(store.acquire(RUN, BOB, LATER + 29_999, LATER + 60_000, alive), "run.owned");
    same(await store.renew([kept], NOW), [], "lost runs when asked for less time");
    await refused(store.acquire(RUN, BOB, LATER + 29_999, LATER + 60_000, alive), "run.owned");
    same((await store.acquire(RUN, BOB, LATER + 30_000, LATER + 60_000, alive)).epoch, 2, "epoch after the renewal");
    same(await store.renew([], LATER), [], "no leases");
  }),
  story("F-CON-10", "tells an owner's old lease from its new one", async ({ store }) => {
    const old = await create(store);
    await store.acquire(RUN, ANN, NOW, LATER, alive);
    same(await store.renew([old], LATER + 1), [RUN], "lost runs");
    await store.release(old);
    await refused(store.acquire(RUN, BOB, LATER - 1, LATER, alive), "run.owned");
  }),
  story("F-CON-10", "does not release a run for somebody who has lost it", async ({ store }) => {
    const lost = await create(store);
    await store.acquire(RUN, BOB, NOW, LATER, gone);
    await store.release(lost);
    await refused(store.acquire(RUN, ANN, NOW, LATER, alive), "run.owned");
  }),
];
