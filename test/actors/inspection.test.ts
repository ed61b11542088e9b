/** Inspection of recorded runs, held against replays of them: what is shown of a run is what it was. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Inspector } from "../../actors/inspection/inspector.ts";
import type { Core } from "../../actors/kernel/core.ts";
import { readEntry } from "../../actors/kernel/entry.ts";
import { logicOf } from "../../actors/kernel/logic.ts";
import { replay } from "../../actors/kernel/replay.ts";
import { stateName } from "../../actors/kernel/state-name.ts";
import { orchestratorMachine } from "../../machines/orchestrator.ts";
import { sha256 } from "../../src/adapters/hash.ts";
import type { Amount } from "../../src/contracts/budget.ts";
import { ORCHESTRATOR } from "../../src/contracts/ids.ts";
import type { EntryRow, Moment } from "../../src/contracts/inspection.ts";
import type { JournalEntry } from "../../src/contracts/journal.ts";
import { edgesBetween } from "../../src/decisions/inspection/edges-between.ts";
import type { RunState } from "../../src/decisions/run-state.ts";
import { explain } from "../support/explained.ts";
import { recordedRuns } from "../support/recorded-runs.ts";
import { Recorder, RUN } from "../support/recorder.ts";

/** What a replay says of a run after an entry. */
interface Then {
  readonly state: string;
  readonly tasks: readonly string[];
  readonly actors: readonly string[];
  readonly spent: Amount;
  readonly held: Amount;
  readonly questions: readonly string[];
  readonly context: string;
}

const thenOf = (core: Core): Then => {
  const { schedule, ledger, questions } = core.state;
  return {
    state: stateName(core.root?.value),
    tasks: schedule.tasks.map(({ id, status }) => `${id} ${status}`),
    actors: [...core.actors.values()].map(
      ({ id, snapshot }) => `${id} ${stateName(snapshot.value)} ${snapshot.status}`,
    ),
    spent: ledger.spent,
    held: ledger.reserved,
    questions: core.isOver ? [] : questions.map(({ id }) => id),
    context: JSON.stringify(core.state),
  };
};

const shownIn = ({ state, tasks, actors, budget, questions }: Moment): Omit<Then, "context"> => ({
  state,
  tasks: tasks.map(({ id, status }) => `${id} ${status}`),
  actors: actors.map(({ id, active, status }) => `${id} ${active.join("+")} ${status}`),
  spent: budget.spent,
  held: budget.held,
  questions: questions.map(({ id }) => id),
});

/** A run that is over shows what it left undone as stopped. */
const asShown = ({ context: _, tasks, ...then }: Then): Omit<Then, "context"> => ({
  ...then,
  tasks: /^(completed|failed|cancelled)$/.test(then.state)
    ? tasks.map((task) => task.replace(/ (waiting|ready|running|backing-off)$/, " stopped"))
    : tasks,
});

async function recorded(run: (typeof recordedRuns)[number]) {
  const recorder = new Recorder(run.config());
  await recorder.record(run.decide);
  const { store, logics } = recorder;
  const thens: Then[] = [];
  await replay({ run: RUN, store, logics, sha256, checkpoints: false, visit: (_, core) => thens.push(thenOf(core)) });
  const stored = await store.read(RUN, 0, 10_000);
  const entries = await Promise.all(stored.map((entry) => readEntry(RUN, entry, store)));
  const inspect = () => new Inspector({ store, clock: recorder.time, sha256, logics });
  const stood = (seq: number): Then => thens[seq - 1] as Then;
  return { recorder, entries, stood, inspect, head: entries.length };
}

describe.each(recordedRuns)("of a run of $name", (run) => {
  it("L1 every moment is what a replay gives, in whatever order they are looked at", async () => {
    const { stood, inspect, head } = await recorded(run);
    const inspection = inspect();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: head }), { minLength: 1, maxLength: 10 }), async (seqs) => {
        for (const seq of seqs) {
          const moment = await inspection.moment(RUN, seq);
          expect(moment).toMatchObject({ run: RUN, seq, head });
          expect(shownIn(moment), `entry ${seq}`).toEqual(asShown(stood(seq)));
        }
      }),
      { numRuns: 15 },
    );
    expect(await inspection.moment(RUN)).toEqual(await inspection.moment(RUN, head));
  });

  it("W1 W2 the overview has every entry, its marks, and what was spent and held after it", async () => {
    const { stood, inspect, head } = await recorded(run);
    const inspection = inspect();
    const { rows } = await inspection.rows(RUN, { from: 1, limit: 500 });
    const all = await inspection.overview(RUN, 10_000);
    expect(all.amountsTo).toBeUndefined();
    expect(all.buckets).toHaveLength(head);
    for (const { from, to, state, spent, held } of all.buckets) {
      expect(from).toBe(to);
      expect({ state, spent, held }).toEqual({ state: stood(to).state, spent: stood(to).spent, held: stood(to).held });
    }
    for (const buckets of [1, 2, 3, 7]) {
      const overview = await inspection.overview(RUN, buckets);
      const marks = (of: readonly EntryRow[]) => of.flatMap((row) => row.marks).toSorted();
      let next = 1;
      for (const bucket of overview.buckets) {
        expect(bucket.from).toBe(next);
        next = bucket.to + 1;
        const inside = rows.slice(bucket.from - 1, bucket.to);
        expect(
          Object.entries(bucket.marks)
            .flatMap(([mark, n]) => Array(n).fill(mark))
            .toSorted(),
        ).toEqual(marks(inside));
        expect(bucket.spent).toEqual(stood(bucket.to).spent);
      }
      expect(next).toBe(head + 1);
    }
  });

  it("rows are the entries, each with the state after it, also when asked for in pieces", async () => {
    const { entries, stood, inspect, head } = await recorded(run);
    const inspection = inspect();
    const { rows } = await inspection.rows(RUN, { from: 1, limit: 500 });
    expect(rows.map(({ seq, at, kind, to, state }) => ({ seq, at, kind, to, state }))).toEqual(
      entries.map(({ seq, at, kind, to }) => ({ seq, at, kind, to, state: stood(seq).state })),
    );
    for (let from = 1; from <= head; from += 3)
      expect((await inspection.rows(RUN, { from, limit: 3 })).rows).toEqual(rows.slice(from - 1, from + 2));
    for (const { summary } of rows) expect(summary.length).toBeLessThanOrEqual(200);
    const marked = rows.filter(({ marks }) => marks.includes("state"));
    expect((await inspection.rows(RUN, { from: 1, limit: 500, marks: ["state"] })).rows).toEqual(marked);
    expect((await inspection.rows(RUN, { from: head, limit: 1, marks: ["state"], backwards: true })).rows).toEqual(
      marked.slice(-1),
    );
    expect((await inspection.rows(RUN, { from: 1, limit: 500, search: "RUN.START" })).rows).toEqual(rows.slice(0, 1));
    expect(
      (await inspection.rows(RUN, { from: 1, limit: 500, actor: ORCHESTRATOR })).rows.every(({ to }) =>
        to.startsWith(ORCHESTRATOR),
      ),
    ).toBe(true);
  });

  it("E1 the edges taken are edges that lead where the journal says, and visits count them", async () => {
    const { entries, inspect, stood, head } = await recorded(run);
    const inspection = inspect();
    const visits = new Map<string, number>();
    for (const { seq, moved } of entries) {
      const { taken } = await inspection.moment(RUN, seq);
      const moves = taken.filter(({ path }) => path.length > 1).map(({ actor, path }) => ({ actor, path }));
      expect(moves).toEqual(moved);
      for (const { actor, path, edges } of taken) {
        if (actor !== ORCHESTRATOR) continue;
        const chart = await inspection.chart(RUN, ORCHESTRATOR);
        const leading = edges.filter((id) => chart.edges.find((edge) => edge.id === id)?.target !== undefined);
        // Within one entry a chart may go through more states than it rests in.
        if (path.length === leading.length + 1)
          expect(edgesBetween(chart, path)).toEqual(expect.arrayContaining(leading));
        for (const id of edges) visits.set(id, (visits.get(id) ?? 0) + 1);
      }
    }
    const { visits: counted = {}, visitsFrom } = (await inspection.actor(RUN, ORCHESTRATOR)) ?? {};
    expect(visitsFrom).toBeUndefined();
    for (const [id, times] of visits) expect(counted[id], id).toBe(times);
    // The orchestrator itself counts how often it has planned.
    expect(counted["planning"]).toBe((JSON.parse(stood(head).context) as RunState).plans);
  });

  it("an actor that does not live at an entry is not there, and that is no error", async () => {
    const { inspect, head, stood } = await recorded(run);
    const inspection = inspect();
    const living = (seq: number) => stood(seq).actors.map((actor) => actor.split(" ", 1).join());
    const seqs = Array.from({ length: head }, (_, n) => n + 1);
    const names = new Set(seqs.flatMap(living));
    for (const seq of seqs)
      for (const name of names) {
        const view = await inspection.actor(RUN, name, seq);
        expect(view?.node.id, `${name} at ${seq}`).toBe(living(seq).includes(name) ? name : undefined);
      }
    expect(names.size).toBeGreaterThan(1);
  });

  it("guards hold as they do, and nothing is changed by reading them", async () => {
    const { recorder, stood, inspect, head } = await recorded(run);
    const { store, logics } = recorder;
    const inspection = inspect();
    for (let seq = 1; seq <= head; seq += 2) {
      const { core } = await replay({ run: RUN, store, logics, sha256, until: seq });
      for (const actor of core.actors.values()) {
        const { guards = [] } = (await inspection.actor(RUN, actor.id, seq)) ?? {};
        const { guards: all } = actor.logic.machine.implementations;
        for (const { guard, holds } of guards) {
          const check = all[guard];
          if (holds === "unknown" || typeof check !== "function") continue;
          expect(
            check({ context: actor.snapshot.context, event: { type: "" } } as never, undefined as never),
            guard,
          ).toBe(holds);
        }
      }
      expect(JSON.stringify(core.state)).toBe(stood(seq).context);
    }
  });

  it("a difference names what differs between two states, with both values", async () => {
    const { stood, inspect, head } = await recorded(run);
    const inspection = inspect();
    for (let seq = 2; seq <= head; seq += 3) {
      const { changes } = await inspection.difference(RUN, seq - 1, seq);
      const [before, now] = [seq - 1, seq].map((one) => JSON.parse(stood(one).context) as RunState);
      const keys = Object.keys({ ...before, ...now }) as (keyof RunState)[];
      const differing = keys.filter((key) => JSON.stringify(before?.[key]) !== JSON.stringify(now?.[key]));
      expect(new Set(changes.map(({ path }) => path.split(".")[0]))).toEqual(new Set(differing));
    }
    expect((await inspection.difference(RUN, head, head)).changes).toEqual([]);
  });

  it("V1 V2 why is the chain that the whole journal gives", async () => {
    const { entries, inspect } = await recorded(run);
    const inspection = inspect();
    for (const { seq } of entries) {
      const why = await inspection.why(RUN, seq);
      expect(why.because).toEqual(explain(entries, seq)?.because);
      expect(why.objective).toBe("finish");
    }
  });

  it("Q1 Q2 the sequence says every effect, outcome, request, reply, signal and timer, between lanes it names", async () => {
    const { entries, inspect, head } = await recorded(run);
    const { messages, lanes } = await inspect().sequence(RUN, 1, head);
    const count = (kind: string): number => messages.filter((one) => one.kind === kind).length;
    const of = (...kinds: readonly JournalEntry["kind"][]): number =>
      entries.filter(({ kind }) => kinds.includes(kind)).length;
    expect(count("effect")).toBe(entries.flatMap(({ intents }) => intents).length);
    expect(count("reply")).toBe(entries.flatMap(({ replies }) => replies).length);
    expect(count("outcome")).toBe(of("outcome", "late"));
    expect(count("signal")).toBe(of("signal"));
    expect(count("timer")).toBe(of("timer"));
    const ids = new Set(lanes.map(({ id }) => id));
    for (const { from, to } of messages) expect(ids.has(from) && ids.has(to), `${from} → ${to}`).toBe(true);
    expect(messages.map(({ seq }) => seq)).toEqual(messages.map(({ seq }) => seq).toSorted((a, b) => a - b));
  });

  it("A-LOG-01 the chain is read again whenever it is asked for, however whole it was", async () => {
    const { recorder, head } = await recorded(run);
    const { store, logics, time } = recorder;
    let isChanged = false;
    const changing: typeof store = {
      ...store,
      read: async (...of) =>
        (await store.read(...of)).map((entry) =>
          isChanged && entry.seq === head ? { ...entry, body: `${entry.body} ` } : entry,
        ),
    };
    const inspection = new Inspector({ store: changing, clock: time, sha256, logics });
    expect(await inspection.chain(RUN)).toMatchObject({ whole: true, entries: head });
    isChanged = true;
    expect(await inspection.chain(RUN)).toMatchObject({ whole: false, seq: head });
  });

  it("a journal without the chart of its agent is shown as far as its text goes, and says why", async () => {
    const { recorder, entries, head, stood } = await recorded(run);
    const { store, logics, time } = recorder;
    const known = logics("mind:mind") !== undefined;
    const inspection = new Inspector({
      store,
      clock: time,
      sha256,
      logics: (kind) => (kind.startsWith("mind:") ? undefined : logics(kind)),
    });
    const moment = await inspection.moment(RUN, head);
    expect(moment.state).toBe(stood(head).state);
    expect(moment.taken.map(({ path }) => path)).toEqual(entries.at(-1)?.moved.map(({ path }) => path));
    expect((await inspection.rows(RUN, { from: 1, limit: 500 })).rows).toHaveLength(head);
    expect((await inspection.why(RUN, head)).because.length).toBeGreaterThan(0);
    expect(await inspection.chain(RUN)).toMatchObject({ whole: true, entries: head });
    const overview = await inspection.overview(RUN, 3);
    if (known) {
      expect(moment.limited).toMatch(/mind:mind/);
      expect(overview.limited).toMatch(/mind:mind/);
      expect(overview.amountsTo).toBe(0);
      await expect(inspection.actor(RUN, ORCHESTRATOR)).rejects.toThrow(/mind:mind/);
    } else {
      expect(moment.limited).toBeUndefined();
      expect(overview.limited).toBeUndefined();
    }
  });
});

describe("a run that this code leads elsewhere", () => {
  it("is shown as it was up to there, and from there on as far as its text goes, with the reason", async () => {
    const [run] = recordedRuns;
    if (run === undefined) throw new Error("there is no recorded run");
    const { recorder, entries, head } = await recorded(run);
    const { store, time, logics } = recorder;
    // As a version in which nobody waits for people.
    const other = logicOf(orchestratorMachine.provide({ guards: { isStuck: () => false } }));
    const asked = entries.findIndex(({ moved }) => moved.some(({ path }) => path.includes("awaiting-human"))) + 1;
    const inspect = () =>
      new Inspector({ store, clock: time, sha256, logics: (kind) => (kind === ORCHESTRATOR ? other : logics(kind)) });
    const inspection = inspect();
    const moment = await inspection.moment(RUN, head);
    expect(moment.limited).toMatch(new RegExp(`diverges at entry ${asked}`));
    expect(moment.state).toBe(run.state);
    expect((await inspection.overview(RUN, 5)).limited).toBe(moment.limited);
    expect((await inspection.moment(RUN, head)).limited).toBe(moment.limited);
    // What was worked off before it came to something else is in no later moment.
    for (let seq = 1; seq < asked; seq++)
      expect(await inspection.moment(RUN, seq)).toEqual(await inspect().moment(RUN, seq));
  });
});
