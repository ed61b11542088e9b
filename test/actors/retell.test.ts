/** A journal told again for another run. */
import { describe, expect, it } from "vitest";
import { skimEntry } from "../../actors/kernel/entry.ts";
import { logicOf } from "../../actors/kernel/logic.ts";
import { retell } from "../../actors/kernel/retell.ts";
import { orchestratorMachine } from "../../machines/orchestrator.ts";
import { sha256 } from "../../src/adapters/hash.ts";
import { follow, GENESIS } from "../../src/decisions/integrity.ts";
import { recordedRuns } from "../support/recorded-runs.ts";
import { Recorder, RUN } from "../support/recorder.ts";

const HOUR = 3_600_000;

describe.each(recordedRuns)("of a run of $name", ({ config, decide }) => {
  it("is the same story under another name and at another time, on a chain of its own", async () => {
    const { store, logics, host } = await recorded(config, decide);
    const { seq: until } = (await store.head(RUN)) ?? { seq: 0 };
    const told = await retell(
      { store, logics, sha256 },
      { origin: RUN, until, shiftMs: HOUR, begin: (start) => ({ ...start, run: "run_2" }) },
    );
    expect(told.entries).toHaveLength(until);
    expect(told.core.state.run).toBe("run_2");
    expect(told.core.state.schedule.tasks.map(({ id, status }) => [id, status])).toEqual(
      (await host.replay(RUN)).core.state.schedule.tasks.map(({ id, status }) => [id, status]),
    );
    const stored = await store.read(RUN, 0, until);
    let head = GENESIS;
    for (const [n, entry] of told.entries.entries()) {
      const check = follow(head, entry, sha256);
      if (check.kind !== "whole") throw new Error(check.reason);
      head = check.head;
      const [now, then] = [skimEntry("run_2", entry), skimEntry(RUN, stored[n] ?? entry)];
      expect({ kind: now.kind, to: now.to, key: now.key, moved: now.moved }).toEqual({
        kind: then.kind,
        to: then.to,
        key: then.key,
        moved: then.moved,
      });
      expect(now.at).toBe(then.at + HOUR);
    }
    expect(head).toEqual(told.head);
  });
});

async function recorded(
  config: (typeof recordedRuns)[number]["config"],
  decide: (typeof recordedRuns)[number]["decide"],
) {
  const recorder = new Recorder(config());
  await recorder.record(decide);
  return recorder;
}

it("is not told where it leads elsewhere with this code", async () => {
  const [run] = recordedRuns;
  if (run === undefined) throw new Error("there is no recorded run");
  const { store, logics } = await recorded(run.config, run.decide);
  const other = logicOf(orchestratorMachine.provide({ guards: { isStuck: () => false } }));
  const { seq: until } = (await store.head(RUN)) ?? { seq: 0 };
  await expect(
    retell(
      { store, sha256, logics: (kind) => (kind === "orchestrator" ? other : logics(kind)) },
      { origin: RUN, until, shiftMs: 0, begin: (start) => start },
    ),
  ).rejects.toThrow(/cannot be forked: entry \d+ leads elsewhere/);
});
