/** S6: signals left for the owner of a run, by whoever has the record open. */
import type { RunId } from "../contracts/ids.ts";
import type { PostedSignal, StorePort } from "../contracts/ports.ts";
import {
  ANN,
  alive,
  appendOf,
  BOB,
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
} from "./store-story.ts";

const signalOf = (id: string, run: RunId = RUN, body = `{"of":"${id}"}`): PostedSignal => ({
  id,
  run,
  postedAt: NOW,
  body,
});
const taking = (seq: number, ...ids: readonly string[]) =>
  appendOf([entryOf(seq)], { taken: ids.map((id) => ({ id, receipt: `receipt of ${id}` })) });
const ids = async (store: StorePort, run = RUN): Promise<readonly string[]> =>
  (await store.posted(run, 100)).map(({ id }) => id);

export const signalCases: readonly StoreCase[] = [
  story("S6", "keeps what is posted for the owner, in order, whoever posts it", async (fixture) => {
    await create(fixture.store);
    await create(fixture.store, "run-2");
    const other = await fixture.another();
    const first = signalOf("z", RUN, '{"a":"\u2028 \\u0000"}');
    await other.post(first);
    await fixture.store.post(signalOf("y", "run-2"));
    await other.post(signalOf("x"));
    await other.post(signalOf("z", RUN, "again"));
    same(await fixture.store.posted(RUN, 10), [first, signalOf("x")], "signals of the run");
    same(await fixture.store.posted(RUN, 1), [first], "signals, at most one");
    same(await fixture.store.posted("nobody", 9), [], "signals of a run that is not there");
    same(await other.receipt("z"), undefined, "receipt before it was taken");
    await refused(other.post(signalOf("w", "nobody")), "run.unknown");
    await refused(other.post(signalOf("w", RUN, "half \ud83e")), "value.invalid");
  }),
  story("S6", "takes a signal together with the entry it became, and tells its sender", async (fixture) => {
    await create(fixture.store);
    const other = await fixture.another();
    for (const id of ["a", "b", "c"]) await other.post(signalOf(id));
    same(await fixture.store.append([taking(1, "a", "c")]), ["written"], "results");
    same(await ids(fixture.store), ["b"], "what still waits");
    same(await other.receipt("a"), "receipt of a", "receipt");
    same(await other.receipt("b"), undefined, "receipt of what waits");
    await other.post(signalOf("a"));
    same(await ids(fixture.store), ["b"], "what waits after it was posted again");
  }),
  story("S6", "takes a signal once: an append that takes it again is fenced, whole", async (fixture) => {
    await create(fixture.store);
    await create(fixture.store, "run-2");
    await fixture.store.post(signalOf("a"));
    await fixture.store.post(signalOf("b"));
    await fixture.store.post(signalOf("other", "run-2"));
    same(await fixture.store.append([taking(1, "a")]), ["written"], "the first time");
    for (const signals of [["a"], ["b", "a"], ["b", "never posted"], ["b", "other"]])
      same(await fixture.store.append([taking(2, ...signals)]), ["fenced"], `taking ${signals}`);
    same((await fixture.store.head(RUN))?.seq, 1, "head");
    same(await ids(fixture.store), ["b"], "what still waits");
    same(await fixture.store.receipt("a"), "receipt of a", "receipt");
  }),
  story("F-CON-02", "gives a signal to one of two owners: the one whose epoch counts", async (fixture) => {
    await create(fixture.store);
    await fixture.store.post(signalOf("a"));
    const other = await fixture.another();
    const { epoch } = await other.acquire(RUN, BOB, LATER, LATER + 30_000, alive);
    same(await fixture.store.append([taking(1, "a")]), ["fenced"], "the former owner");
    same(await other.append([{ ...taking(1, "a"), epoch }]), ["written"], "the owner");
    same(await ids(other), [], "what still waits");
  }),
  story("S6", "puts on record what waits for nobody", async ({ store }) => {
    await create(store);
    await store.post(signalOf("a"), "refused");
    same([await ids(store), await store.receipt("a")], [[], "refused"], "signals, receipt");
    same(await store.mailed(9, ANN.id), [], "runs with mail");
  }),
  story("S6", "tells each holder which of its runs have mail, owned or let go of", async (fixture) => {
    await create(fixture.store);
    await leave(fixture.store, "left", {});
    await create(fixture.store, "quiet");
    await create(fixture.store, "bob's");
    const other = await fixture.another();
    const { epoch } = await other.acquire("bob's", BOB, NOW, LATER, gone);
    for (const run of [RUN, "left", "bob's"]) await other.post(signalOf(run, run));
    same(await fixture.store.mailed(9, ANN.id), [RUN, "left"], "runs of ann");
    same(await fixture.store.mailed(1, ANN.id), [RUN], "runs of ann, at most one");
    same(await fixture.store.mailed(9, BOB.id), ["bob's"], "runs of bob");
    same(await other.mailed(9), [RUN, "left", "bob's"], "runs of all");
    await other.append([{ ...taking(1, "bob's"), run: "bob's", epoch }]);
    same(await fixture.store.mailed(9, BOB.id), [], "runs of bob once it is taken");
  }),
  story("S5", "says who owns a run, or was the last to", async ({ store }) => {
    const lease = await create(store);
    same(await store.owner(RUN), { holder: ANN, until: LATER }, "owner");
    await store.release(lease);
    same(await store.owner(RUN), { holder: ANN, until: 0 }, "the last owner");
    await store.acquire(RUN, BOB, NOW, LATER, alive);
    same(await store.owner(RUN), { holder: BOB, until: LATER }, "the next owner");
    await refused(store.owner("nobody"), "run.unknown");
  }),
  story("S6", "tells of each post, through this handle or, by its version, through another", async (fixture) => {
    await create(fixture.store);
    const other = await fixture.another();
    let told = 0;
    const stop = fixture.store.onPost(() => {
      told += 1;
    });
    const before = await fixture.store.version?.();
    await fixture.store.post(signalOf("a"));
    same(told, 1, "times told");
    await other.post(signalOf("b"));
    same(told === 2 || (await fixture.store.version?.()) !== before, true, "noticed the other handle");
    stop();
    await fixture.store.post(signalOf("c"));
    same(told <= 2, true, "told no more");
  }),
];
