/** Replay of recorded runs: by the same code at every prefix and from a checkpoint at every entry. */
import { describe, expect, it } from "vitest";
import { replay } from "../../actors/kernel/replay.ts";
import { sha256 } from "../../src/adapters/hash.ts";
import type { Checkpoint, StorePort } from "../../src/contracts/ports.ts";
import { textOf } from "../support/captures.ts";
import { type RecordedRun, recordedRuns } from "../support/recorded-runs.ts";
import { Recorder, RUN } from "../support/recorder.ts";

const record = async ({ config, decide }: RecordedRun): Promise<Recorder> => {
  const recorder = new Recorder(config());
  await recorder.record(decide);
  return recorder;
};

const stored = async ({ store }: Recorder) => store.read(RUN, 0, 1_000);

/** A store whose checkpoint is the given one. */
const withCheckpoint = (store: StorePort, checkpoint: Checkpoint): StorePort => ({
  ...store,
  loadCheckpoint: async () => checkpoint,
});

describe.each(recordedRuns)("a run of $name", (recorded) => {
  it("R1 ends as it should, and its states are on record", async () => {
    const recorder = await record(recorded);
    expect((await recorder.host.summary(RUN)).state).toBe(recorded.state);
    const entries = await stored(recorder);
    expect([...recorder.captures.keys()]).toEqual(entries.slice(1).map(({ seq }) => seq));
    expect(entries.length).toBeGreaterThan(3);
  });

  it("J2 is in the same state when replayed up to any entry", async () => {
    const { store, logics, captures } = await record(recorded);
    for (const [seq, then] of captures) {
      const { core, head } = await replay({ run: RUN, store, logics, sha256, until: seq });
      expect(head.seq).toBe(seq);
      expect(textOf(core), `entry ${seq}`).toBe(then);
    }
  });

  it("J2 is in the same state after each entry of one replay", async () => {
    const { store, logics, captures } = await record(recorded);
    const seen = new Map<number, string>();
    await replay({ run: RUN, store, logics, sha256, visit: ({ seq }, core) => seen.set(seq, textOf(core)) });
    seen.delete(1);
    expect(seen).toEqual(captures);
  });

  it("F-SNP-09 goes on the same from a checkpoint at any entry", async () => {
    const recorder = await record(recorded);
    const { store, logics, captures, bodies } = recorder;
    const entries = await stored(recorder);
    for (const { seq, hash } of entries.slice(1)) {
      const checkpoint = { seq, hash, body: bodies.get(seq) ?? "" };
      const replayed = await replay({ run: RUN, store: withCheckpoint(store, checkpoint), logics, sha256 });
      expect(replayed.entries, `entry ${seq}`).toBe(entries.length - seq);
      expect(textOf(replayed.core), `entry ${seq}`).toBe(captures.get(entries.length));
    }
  });

  it("performs nothing when replayed", async () => {
    const recorder = await record(recorded);
    const before = recorder.performed.length;
    await recorder.host.replay(RUN);
    await recorder.host.report(RUN);
    expect(recorder.performed.length).toBe(before);
  });
});
