/** S1 to S4: what is appended, and read back. */
import type { Seq } from "../contracts/units.ts";
import {
  ANN,
  appendOf,
  bodies,
  create,
  entriesOf,
  entryOf,
  LATER,
  NOW,
  RUN,
  refused,
  type StoreCase,
  same,
  story,
  summaryOf,
} from "./store-story.ts";

export const appendCases: readonly StoreCase[] = [
  story("S1", "writes a batch over several runs, one result for each", async ({ store }) => {
    await create(store);
    await create(store, "run-2");
    const batch = [appendOf(entriesOf(1, 2)), appendOf(entriesOf(1, 1), { run: "run-2" }), appendOf([entryOf(3)])];
    same(await store.append(batch), ["written", "written", "written"], "results");
    same((await store.head(RUN))?.seq, 3, "head of the first run");
    same((await store.head("run-2"))?.seq, 1, "head of the second run");
  }),
  story("S1", "writes nothing of a batch in which one append is refused", async ({ store }) => {
    await create(store);
    await create(store, "run-2");
    const blobs = [{ digest: "d1", body: "kept apart" }];
    const sound = appendOf([entryOf(1)], { blobs, summary: summaryOf(RUN, { head: 1 }) });
    await refused(store.append([sound, appendOf([entryOf(2)], { run: "run-2" })]), "store.failed");
    same(await store.head(RUN), undefined, "head");
    same(await store.blob("d1"), undefined, "blob");
    same((await store.summary(RUN))?.head, 0, "summary");
    same(await store.append([sound]), ["written"], "the sound append, alone");
  }),
  story("S1", "replaces the summary together with the entries", async ({ store }) => {
    await create(store);
    const summary = summaryOf(RUN, { status: "suspended", head: 1, nextDue: NOW + 5, updatedAt: NOW + 1 });
    await store.append([appendOf([entryOf(1)], { summary })]);
    same(await store.summary(RUN), summary, "summary");
    same(await store.runs({ status: "suspended" }), [summary], "runs by its status");
    const next = summaryOf(RUN, { status: "suspended", head: 2, nextDue: NOW + 5, updatedAt: NOW + 2 });
    await store.append([appendOf([entryOf(2)], { summary: next })]);
    same(await store.summary(RUN), next, "summary of the same status");
    same(await store.runs({ status: "running" }), [], "runs by its former status");
  }),
  story("S2", "fences an append of another epoch, and writes the rest of the batch", async ({ store }) => {
    await create(store);
    await create(store, "run-2");
    const summary = summaryOf(RUN, { head: 9 });
    const fenced = appendOf([entryOf(1)], { epoch: 2, blobs: [{ digest: "d1", body: "x" }], summary });
    same(await store.append([fenced, appendOf([entryOf(1)], { run: "run-2" })]), ["fenced", "written"], "results");
    same(await store.head(RUN), undefined, "head of the fenced run");
    same(await store.blob("d1"), undefined, "blob of the fenced append");
    same((await store.summary(RUN))?.head, 0, "summary of the fenced run");
  }),
  story("S3", "refuses an entry that leaves a gap, and one that is there already", async ({ store }) => {
    await create(store);
    await refused(store.append([appendOf([entryOf(2)])]), "store.failed");
    await store.append([appendOf(entriesOf(1, 3))]);
    for (const seq of [3, 5, 0]) await refused(store.append([appendOf([entryOf(seq)])]), "store.failed");
    await refused(store.append([appendOf([entryOf(4), entryOf(6)])]), "store.failed");
    same((await store.head(RUN))?.seq, 3, "head");
  }),
  story("S3", "keeps the order of appends that were not waited for", async ({ store }) => {
    await create(store);
    const results = await Promise.all(entriesOf(1, 50).map((entry) => store.append([appendOf([entry])])));
    same(results.flat(), Array(50).fill("written"), "results");
    same((await store.head(RUN))?.seq, 50, "head");
  }),
  story("S4", "reads entries back exactly, by another handle too", async (fixture) => {
    const texts = [
      "",
      "a\0b\0",
      "🦊 é e\u0301 \uFEFF",
      "\u2028\u2029\r\n\t",
      '{"__proto__":{"polluted":true},"n":1e400}',
      "x".repeat(1_048_576),
    ];
    await create(fixture.store);
    const entries = texts.map((text, index) => entryOf(index + 1, text));
    await fixture.store.append([appendOf(entries)]);
    const other = await fixture.another();
    for (const store of [fixture.store, other]) {
      same(await bodies(store), texts, "bodies");
      same(await store.read(RUN, 0, 10), entries, "entries");
      same(await store.head(RUN), entries.at(-1), "head");
    }
  }),
  story("S4", "reads page by page, after a seq, at most so many", async ({ store }) => {
    await create(store);
    await create(store, "run-2");
    await store.append([appendOf(entriesOf(1, 5)), appendOf(entriesOf(1, 9), { run: "run-2" })]);
    const seqs = async (after: Seq, limit: number) => (await store.read(RUN, after, limit)).map((entry) => entry.seq);
    same(await seqs(0, 2), [1, 2], "first page");
    same(await seqs(2, 2), [3, 4], "second page");
    same(await seqs(4, 2), [5], "last page");
    same(await seqs(5, 2), [], "after the last");
    same(await seqs(0, 0), [], "limit 0");
    same(await seqs(0, Number.POSITIVE_INFINITY), [1, 2, 3, 4, 5], "no limit");
  }),
  story("S4", "keeps blobs by digest, the first of two", async (fixture) => {
    await create(fixture.store);
    const body = "🦊\0".repeat(50_000);
    await fixture.store.append([appendOf([entryOf(1)], { blobs: [{ digest: "d1", body }] })]);
    await fixture.store.append([appendOf([entryOf(2)], { blobs: [{ digest: "d1", body }] })]);
    const other = await fixture.another();
    same(await other.blob("d1"), body, "blob");
    same(await other.blob("d2"), undefined, "unknown blob");
  }),
  story("S4", "refuses texts that UTF-8 cannot hold, and hashes that are none", async ({ store }) => {
    await create(store);
    const bad = "half \ud83e";
    await refused(store.append([appendOf([entryOf(1, bad)])]), "value.invalid");
    const blobs = [{ digest: "d1", body: bad }];
    await refused(store.append([appendOf([entryOf(1)], { blobs })]), "value.invalid");
    await refused(store.append([appendOf([{ ...entryOf(1), hash: "A".repeat(64) }])]), "value.invalid");
    await refused(store.saveCheckpoint(RUN, 1, { ...entryOf(1), body: bad }), "value.invalid");
    same(await store.head(RUN), undefined, "head");
  }),
  story("S4", "keeps what was handed in, not the object it came in", async ({ store }) => {
    const summary = { ...summaryOf(RUN), pendingApprovals: [] };
    await store.create(RUN, summary, ANN, LATER);
    summary.objective = "changed afterwards";
    const read = (await store.summary(RUN)) as { objective: string };
    same(read.objective, "keep what was written", "objective");
    read.objective = "changed by a reader";
    same((await store.summary(RUN))?.objective, "keep what was written", "objective, read again");
  }),
];
