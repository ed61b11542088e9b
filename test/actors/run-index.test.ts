import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { headOf, RunIndex } from "../../actors/inspection/run-index.ts";
import { skimEntry } from "../../actors/kernel/entry.ts";
import type { JournalEntry } from "../../src/contracts/journal.ts";
import { recordedRuns } from "../support/recorded-runs.ts";
import { Recorder, RUN } from "../support/recorder.ts";

const entryTo = (to: string, seq: number): JournalEntry => ({
  run: RUN,
  seq,
  at: seq,
  epoch: 1,
  kind: "request",
  to,
  event: { type: "act.proposed" },
  moved: [],
  ruled: [],
  answered: [],
  intents: [],
  replies: [],
});

const said = (index: RunIndex) => ({
  entries: Array.from({ length: index.head }, (_, n) => [index.at(n + 1), index.state(n + 1), index.marks(n + 1)]),
  notes: { ...index.notes(index.head), timesOf: ["a", "b"].map(index.notes(index.head).timesOf) },
  begun: index.begun,
});

describe("X1 the index of a run", () => {
  it("knows of which attempt an entry is, whatever entries came before it", () => {
    const names = ["a#1", "a#1/0", "a#1/0/b#1", "a#1/0/b#1/3", "a#10", "a#10/2", "orchestrator", "a#1/mind", "a"];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...names)), (tos) => {
        const index = new RunIndex();
        tos.forEach((to, place) => {
          index.add(entryTo(to, place + 1));
        });
        for (const [place, to] of tos.entries())
          for (const name of names) expect(index.isOf(place + 1, name)).toBe(headOf(to) === name);
      }),
    );
  });

  it.each(recordedRuns)(
    "of $name says the same, in whatever pieces and however often its entries come",
    async ({ config, decide }) => {
      const recorder = new Recorder(config());
      await recorder.record(decide);
      const entries = (await recorder.store.read(RUN, 0, 1_000)).map((stored) => skimEntry(RUN, stored));
      const whole = new RunIndex();
      for (const entry of entries) whole.add(entry);
      expect(whole.head).toBe(entries.length);
      fc.assert(
        fc.property(fc.array(fc.nat(entries.length - 1), { maxLength: 60 }), (places) => {
          const index = new RunIndex();
          // Some come twice, some too early; then all that is missing.
          for (const place of places) index.add(entries[place] as (typeof entries)[number]);
          for (const entry of entries) index.add(entry);
          expect(said(index)).toEqual(said(whole));
        }),
        { numRuns: 30 },
      );
    },
  );
});
