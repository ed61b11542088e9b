/** Runs are watched while they go on. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { Lookouts } from "../../actors/host/lookouts.ts";
import { Inspector } from "../../actors/inspection/inspector.ts";
import { defineAgent, defineTool, type OrchestratorConfig } from "../../index.ts";
import { sha256 } from "../../src/adapters/hash.ts";
import { memoryStore } from "../../src/adapters/stores/memory.ts";
import { sqliteStore } from "../../src/adapters/stores/sqlite.ts";
import type { EntryRow, Moment, StreamData } from "../../src/contracts/inspection.ts";
import { type Fault, faultStore } from "../../src/testing/fault-store.ts";
import { decide, finish, type House, house, settle } from "../support/house.ts";

const folder = mkdtempSync(join(tmpdir(), "bailiwick-watch-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const look = defineTool({ name: "look", effect: "read", run: ({ at }: { readonly at: number }) => `seen ${at}` });

/** Looks so many times, and asks between them when it is told to. */
const looking = (times: number, asks = false): OrchestratorConfig => ({
  name: "looking",
  agents: {
    looker: defineAgent({
      name: "looker",
      tools: [look],
      run: async (_, { tool, ask }) => {
        for (let at = 0; at < times; at++) {
          await tool("look", { at });
          if (asks) await ask(`go on after ${at}?`);
        }
        return "done";
      },
    }),
  },
  planner: { tasks: [{ id: "a", agent: "looker" }] },
});

/** One who watches, and what they were told. */
class Watcher {
  readonly told: StreamData[] = [];
  readonly hear = (data: StreamData): void => void this.told.push(data);

  get moments(): readonly Moment[] {
    return this.told.flatMap((data) => (data.kind === "moment" ? [data.moment] : []));
  }

  get rows(): readonly EntryRow[] {
    return this.told.flatMap((data) => (data.kind === "rows" ? data.rows : []));
  }

  /** Rows and gaps without a hole, from the first on. */
  expectWhole(head: number): void {
    let next = 1;
    for (const data of this.told) {
      if (data.kind === "gap") {
        expect(data.from).toBe(next);
        next = data.to + 1;
      }
      if (data.kind !== "rows") continue;
      expect(data.rows.length).toBeLessThanOrEqual(200);
      expect(data.rows.map(({ seq }) => seq)).toEqual(data.rows.map((_, n) => next + n));
      next += data.rows.length;
    }
    expect(next).toBe(head + 1);
  }
}

/** What somebody who comes later, and has to replay, is shown. */
const afterwards = (store: House["store"], time: House["time"]) =>
  house(looking(1), { store, time, named: 9 }).orchestrator.inspection;

const frame = async (at: House): Promise<void> => {
  await at.time.advanceAsync(100);
  await settle();
};

describe.each([
  ["memory", memoryStore],
  ["a file", () => sqliteStore(join(folder, `${Math.random()}.db`))],
])("a run in %s, of this process", (_, storeOf) => {
  it("F1 F2 is told in rows and moments, each as a replay gives it, and none is left out unsaid", async () => {
    const at = house(looking(3, true), { store: storeOf() });
    const run = await at.orchestrator.start({ objective: "look" });
    const watcher = new Watcher();
    const unwatch = at.orchestrator.inspection.watch(run.id, 0, watcher.hear);
    for (;;) {
      await settle();
      await frame(at);
      const { pendingApprovals, status } = await run.report();
      if (status === "completed") break;
      for (const question of pendingApprovals) await decide(at, question, "answer", "yes");
    }
    await frame(at);
    unwatch();
    const head = (await at.store.head(run.id))?.seq ?? 0;
    watcher.expectWhole(head);
    const later = afterwards(at.store, at.time);
    expect(watcher.rows).toEqual((await later.rows(run.id, { from: 1, limit: 500 })).rows);
    expect(watcher.moments.at(-1)).toMatchObject({ seq: head, status: "completed" });
    expect(watcher.moments.length).toBeGreaterThan(3);
    for (const moment of watcher.moments) {
      const replayed = await later.moment(run.id, moment.seq);
      expect({ ...moment, head }, `entry ${moment.seq}`).toEqual(replayed);
    }
  });
});

/** Looks so many times without a pause, asks, and begins again. */
const rushing = (rounds: number): OrchestratorConfig => ({
  ...looking(1),
  agents: {
    looker: defineAgent({
      name: "looker",
      tools: [look],
      run: async (_, { tool, ask }) => {
        for (let round = 0; round < rounds; round++) {
          for (let at = 0; at < 150; at++) await tool("look", { at: round * 150 + at });
          await ask(`go on after ${round}?`);
        }
        return "done";
      },
    }),
  },
});

describe("who watches a run", () => {
  it.each([
    ["stands when it is looked at closely", 0],
    ["goes on while it is looked at closely", 1],
  ])("L1 J2 sees a run that is faster than its frames, and %s, as a replay gives it", async (_, goesOn) => {
    const at = house(rushing(4));
    const run = await at.orchestrator.start({ objective: "look" });
    const watcher = new Watcher();
    at.orchestrator.inspection.watch(run.id, 0, watcher.hear);
    await frame(at);
    for (let round = 0; round < 4; round++) {
      await settle();
      // Too many came: the look was let go of, and is taken up again when a frame is due.
      if (goesOn === 1) await at.time.advanceAsync(100);
      const [question] = (await run.report()).pendingApprovals;
      if (question !== undefined) await decide(at, question, "answer", "yes");
      await settle();
      for (let n = 0; n < 4; n++) await frame(at);
    }
    const head = (await at.store.head(run.id))?.seq ?? 0;
    watcher.expectWhole(head);
    expect(watcher.told.some(({ kind }) => kind === "gap")).toBe(true);
    expect(watcher.moments.length).toBeGreaterThan(3);
    const later = afterwards(at.store, at.time);
    for (const moment of watcher.moments)
      expect({ ...moment, head }, `entry ${moment.seq}`).toEqual(await later.moment(run.id, moment.seq));
    const rows = await Promise.all(watcher.rows.map(({ seq }) => later.rows(run.id, { from: seq, limit: 1 })));
    expect(watcher.rows).toEqual(rows.flatMap((one) => one.rows));
  });

  it("sees an actor as it stands in memory where the journal would have to be walked a long way, and as a replay has it", async () => {
    const looker = defineAgent({
      name: "looker",
      tools: [look],
      run: async (_, { tool, ask }) => {
        await ask("begin?");
        for (let at = 0; at < 150; at++) await tool("look", { at });
        return ask("enough?");
      },
    });
    const at = house({ ...looking(1), agents: { looker } });
    const run = await at.orchestrator.start({ objective: "look" });
    const unwatch = at.orchestrator.inspection.watch(run.id, 0, () => {});
    const [begin] = (await run.result).pendingApprovals;
    await frame(at);
    if (begin !== undefined) await decide(at, begin, "answer", "yes");
    expect((await run.result).status).toBe("suspended");
    const live = await at.orchestrator.inspection.actor(run.id, "orchestrator");
    const head = (await at.store.head(run.id))?.seq ?? 0;
    expect(head).toBeGreaterThan(300);
    expect(live?.seq).toBe(head);
    expect(live?.visitsTo).toBeLessThan(head);
    const replayed = await afterwards(at.store, at.time).actor(run.id, "orchestrator", head);
    const { visits: _, ...same } = replayed ?? {};
    expect(Object.keys(same)).toContain("node");
    expect(live).toMatchObject(same);
    unwatch();
  });

  it("F2 is told the last 200 rows of more, after a gap", async () => {
    const at = house(looking(300));
    const watcher = new Watcher();
    const run = await at.orchestrator.start({ objective: "look" });
    at.orchestrator.inspection.watch(run.id, 0, watcher.hear);
    // No time passes, and so nothing is told before the end.
    await run.result;
    await frame(at);
    const head = (await at.store.head(run.id))?.seq ?? 0;
    expect(head).toBeGreaterThan(500);
    watcher.expectWhole(head);
    expect(watcher.told.some(({ kind }) => kind === "gap")).toBe(true);
  });

  it("F1 is told nothing while the clock stands still, and nothing when nothing is new", async () => {
    const at = house(looking(2, true));
    const run = await at.orchestrator.start({ objective: "look" });
    await settle();
    const watcher = new Watcher();
    at.orchestrator.inspection.watch(run.id, 0, watcher.hear);
    await frame(at);
    const before = watcher.told.length;
    expect(before).toBeGreaterThan(0);
    const [question] = (await run.report()).pendingApprovals;
    if (question !== undefined) await decide(at, question, "answer", "yes");
    await settle();
    expect(watcher.told).toHaveLength(before);
    await frame(at);
    expect(watcher.moments.at(-1)?.seq).toBe((await at.store.head(run.id))?.seq);
    const after = watcher.told.length;
    expect(after).toBeGreaterThan(before);
    for (let n = 0; n < 5; n++) await frame(at);
    expect(watcher.told).toHaveLength(after);
  });

  it("is told from the entry they ask for on, and all watch alike", async () => {
    const at = house(looking(4));
    const [all, late, stalled] = [new Watcher(), new Watcher(), new Watcher()];
    const run = await at.orchestrator.start({ objective: "look" });
    at.orchestrator.inspection.watch(run.id, 0, all.hear);
    at.orchestrator.inspection.watch(run.id, 0, () => {
      throw new Error("a watcher that throws");
    });
    await finish(at, run);
    at.orchestrator.inspection.watch(run.id, 7, late.hear);
    const unwatch = at.orchestrator.inspection.watch(run.id, 0, stalled.hear);
    unwatch();
    await frame(at);
    const { rows } = await at.orchestrator.inspection.rows(run.id, { from: 1, limit: 500 });
    expect(all.rows).toEqual(rows);
    expect(late.rows).toEqual(rows.slice(7));
    expect(late.moments.at(-1)).toEqual(all.moments.at(-1));
    expect(stalled.told).toEqual([]);
  });

  it("J1 is shown nothing that is not durable", async () => {
    const store = memoryStore();
    const gate = Promise.withResolvers<void>();
    const plan: Fault[] = [];
    const slow = faultStore(store, plan);
    const at = house(looking(3, true), { store: slow });
    const watcher = new Watcher();
    const run = await at.orchestrator.start({ objective: "look" });
    at.orchestrator.inspection.watch(run.id, 0, watcher.hear);
    await frame(at);
    const answered = async (): Promise<void> => {
      const [question] = (await run.report()).pendingApprovals;
      if (question !== undefined) await decide(at, question, "answer", "yes");
      await settle();
    };
    await answered();
    await frame(at);
    // The next word is written; what the agent does then has to wait.
    plan.push({ kind: "slow", from: slow.writes + 2, to: 1_000, until: () => gate.promise });
    await answered();
    const durable = (await store.head(run.id))?.seq ?? 0;
    await frame(at);
    await frame(at);
    for (const { seq } of [...watcher.moments, ...watcher.rows]) expect(seq).toBeLessThanOrEqual(durable);
    expect(slow.writes).toBeGreaterThan(plan[0]?.kind === "slow" ? plan[0].from - 1 : 0);
    gate.resolve();
    await settle();
    await frame(at);
    expect(watcher.moments.at(-1)?.seq).toBeGreaterThan(durable);
    watcher.expectWhole((await store.head(run.id))?.seq ?? 0);
  });

  it("goes on being told when the run could not be written, and another process has it", async () => {
    const store = memoryStore();
    const dying = faultStore(store, [{ kind: "kill", at: 5, when: "after" }]);
    const first = house(looking(3, true), { store: dying });
    const run = await first.orchestrator.start({ objective: "look" });
    const watcher = new Watcher();
    first.orchestrator.inspection.watch(run.id, 0, watcher.hear);
    await settle();
    const second = house(looking(3, true), { store, time: first.time });
    const other = new Watcher();
    second.orchestrator.inspection.watch(run.id, 0, other.hear);
    const taken = await second.orchestrator.resume(run.id);
    await finish(second, taken);
    await frame(second);
    other.expectWhole((await store.head(run.id))?.seq ?? 0);
    expect(other.moments.at(-1)?.status).toBe("suspended");
  });

  it("sees a run that another process writes to the same file", async () => {
    const file = join(folder, "shared.db");
    const writer = house(looking(2, true), { store: sqliteStore(file) });
    const run = await writer.orchestrator.start({ objective: "look" });
    await settle();
    const store = sqliteStore(file, { readonly: true });
    const reader = house(looking(1), { store, time: writer.time, named: 5 });
    const watcher = new Watcher();
    reader.orchestrator.inspection.watch(run.id, 0, watcher.hear);
    await frame(reader);
    const seen = watcher.moments.at(-1)?.seq ?? 0;
    expect(watcher.moments.at(-1)?.questions).toHaveLength(1);
    const [question] = (await run.report()).pendingApprovals;
    if (question !== undefined) await decide(writer, question, "answer", "yes");
    await settle();
    await frame(reader);
    expect(watcher.moments.at(-1)?.seq).toBeGreaterThan(seen);
    watcher.expectWhole((await store.head(run.id))?.seq ?? 0);
    const idle = watcher.told.length;
    await frame(reader);
    expect(watcher.told).toHaveLength(idle);
  });

  it("changes nothing of the run: its journal is the same to the last hash", async () => {
    const hashOf = async (watchers: number): Promise<string> => {
      const at = house(looking(20, false));
      const run = await at.orchestrator.start({ objective: "look" });
      for (let n = 0; n < watchers; n++) at.orchestrator.inspection.watch(run.id, 0, () => {});
      await finish(at, run);
      return (await at.store.head(run.id))?.hash ?? "";
    };
    expect(await hashOf(3)).toBe(await hashOf(0));
  });

  it("is looked out for while somebody watches, and not a moment longer", async () => {
    const at = house(looking(1));
    const run = await at.orchestrator.start({ objective: "look" });
    await finish(at, run);
    const lookouts = new Lookouts();
    const inspection = new Inspector({ store: at.store, clock: at.time, sha256, logics: () => undefined, lookouts });
    expect(lookouts.of(run.id)).toHaveLength(0);
    const ends = [inspection.watch(run.id, 0, () => {}), inspection.watch(run.id, 0, () => {})];
    await frame(at);
    expect(lookouts.of(run.id)).toHaveLength(1);
    ends[0]?.();
    expect(lookouts.of(run.id)).toHaveLength(1);
    ends[1]?.();
    expect(lookouts.of(run.id)).toHaveLength(0);
    // Whoever leaves before the first frame was not there at all.
    inspection.watch(run.id, 0, () => {})();
    await frame(at);
    expect(lookouts.of(run.id)).toHaveLength(0);
  });

  it("of a run that is not there is told nothing, and of one that comes later, that", async () => {
    const at = house(looking(1));
    const watcher = new Watcher();
    at.orchestrator.inspection.watch("run_1", 0, watcher.hear);
    await frame(at);
    expect(watcher.told).toEqual([]);
    await finish(at, await at.orchestrator.start({ objective: "look" }));
    await frame(at);
    expect(watcher.moments.at(-1)?.status).toBe("completed");
  });
});

describe("who watches all", () => {
  it("is told of runs that begin and move, and of questions that open and close", async () => {
    const at = house(looking(1, true));
    const watcher = new Watcher();
    const unwatch = at.orchestrator.inspection.watchAll(watcher.hear, 200);
    await frame(at);
    expect(watcher.told).toEqual([{ kind: "inbox", questions: [] }]);
    const run = await at.orchestrator.start({ objective: "look" });
    await settle();
    await at.time.advanceAsync(200);
    await settle();
    expect(watcher.told.slice(1)).toMatchObject([
      { kind: "runs", rows: [{ run: run.id, status: "suspended" }] },
      { kind: "inbox", questions: [{ kind: "answer" }] },
    ]);
    const [question] = await at.orchestrator.inspection.inbox();
    if (question !== undefined) await decide(at, question, "answer", "yes");
    await settle();
    await at.time.advanceAsync(200);
    await settle();
    expect(watcher.told.slice(3)).toMatchObject([
      { kind: "runs", rows: [{ status: "completed" }] },
      { kind: "inbox", questions: [] },
    ]);
    unwatch();
    const told = watcher.told.length;
    await at.orchestrator.start({ objective: "look" });
    await at.time.advanceAsync(1_000);
    await settle();
    expect(watcher.told).toHaveLength(told);
  });
});
