/** Branches: a run's actors kept aside, and gone on from. */
import { describe, expect, it } from "vitest";
import { type Branch, branchOf, grow } from "../../actors/kernel/branch.ts";
import { replay } from "../../actors/kernel/replay.ts";
import { sha256 } from "../../src/adapters/hash.ts";
import { textOf } from "../support/captures.ts";
import { recordedRuns } from "../support/recorded-runs.ts";
import { Recorder, RUN } from "../support/recorder.ts";

describe.each(recordedRuns)("a branch of a run of $name", ({ config, decide }) => {
  it("stands as the run did, goes on as the run did, and is not moved by what grows from it", async () => {
    const recorder = new Recorder(config());
    await recorder.record(decide);
    const { store, logics, captures } = recorder;
    const ports = { run: RUN, store, logics, sha256 };
    const branches: Branch[] = [];
    await replay({
      ...ports,
      checkpoints: false,
      visit: (entry, core, head) => branches.push(branchOf({ core, head, at: entry.at })),
    });
    const last = captures.get(branches.length);
    for (const branch of branches.slice(1)) {
      const { seq } = branch.head;
      expect(textOf(grow(branch, logics, sha256).core), `entry ${seq}`).toBe(captures.get(seq));
      const { core, entries } = await replay({ ...ports, from: grow(branch, logics, sha256) });
      expect(entries).toBe(branches.length - seq);
      expect(textOf(core), `from entry ${seq}`).toBe(last);
      expect(textOf(grow(branch, logics, sha256).core), `entry ${seq}, afterwards`).toBe(captures.get(seq));
    }
  });
});
