/** Run inspection: what is known of one run, as it is asked for. Keeps an index of its journal, and a few places in it. */
import { chartOf } from "../../src/charts/chart.ts";
import { guardReadings } from "../../src/charts/guard-reading.ts";
import type { Ledger } from "../../src/contracts/budget.ts";
import { RuntimeError } from "../../src/contracts/errors.ts";
import { type ActorId, ORCHESTRATOR, type RunId } from "../../src/contracts/ids.ts";
import type {
  ActorView,
  ChainBadge,
  Chart,
  Difference,
  Moment,
  Overview,
  Rows,
  RowsQuery,
  Sequence,
  Taken,
  Why,
} from "../../src/contracts/inspection.ts";
import type { Json } from "../../src/contracts/json.ts";
import type { Seq } from "../../src/contracts/units.ts";
import { bounded } from "../../src/decisions/inspection/bounded.ts";
import { differenceOf } from "../../src/decisions/inspection/difference.ts";
import { edgesBetween } from "../../src/decisions/inspection/edges-between.ts";
import { rowOf, rowsOf } from "../../src/decisions/inspection/entry-row.ts";
import { limitedMoment, momentOf } from "../../src/decisions/inspection/moment.ts";
import { overviewOf } from "../../src/decisions/inspection/overview.ts";
import { sequenceOf } from "../../src/decisions/inspection/sequence.ts";
import type { RunState } from "../../src/decisions/run-state.ts";
import { type Branch, branchOf } from "../kernel/branch.ts";
import { causesOf } from "../kernel/causes.ts";
import { stateName } from "../kernel/state-name.ts";
import { verify } from "../kernel/verify.ts";
import { actorNodes, MOST_ACTORS, type Standing } from "./actor-nodes.ts";
import { JournalReader } from "./journal-reader.ts";
import type { Keyframe } from "./keyframes.ts";
import { limitOf } from "./limit.ts";
import { LiveLook, type LiveSight } from "./live-look.ts";
import { placesOf } from "./row-search.ts";
import type { Frame } from "./run-feed.ts";
import { RunIndex } from "./run-index.ts";
import { Timeline, type TimelinePorts } from "./timeline.ts";

/** Entries that are walked while somebody waits. */
const NEAR = 200;

const standingIn = ({ actors }: Branch): readonly Standing[] =>
  actors.map(([actor, snapshot]) => ({ ...actor, snapshot }));

type ActorAt = Pick<ActorView, "seq" | "visits" | "visitsFrom" | "visitsTo"> & { readonly ledger: Ledger };

/** Messages of one sequence diagram. */
const MOST_MESSAGES = 2_000;
const BEFORE = 500;

/** Amounts of so many entries are waited for; of more, they follow. */
const SOON = 5_000;

const CONTEXT = { depth: 10, items: 500, text: 10_000, total: 20_000 };
const ENTRY = { depth: 12, items: 500, text: 20_000, total: 20_000 };

/** A frame that is asked for. */
interface Asked {
  readonly head: Seq;
  readonly known: Seq;
  readonly most: number;
}

export class RunInspection {
  readonly #ports: TimelinePorts;
  readonly #run: RunId;
  readonly #reader: JournalReader;
  readonly #index = new RunIndex();
  readonly #timeline: Timeline;
  /** Of the run in memory, while it is there and watched. */
  readonly look: LiveLook;
  #reading: Promise<void> = Promise.resolve();
  #isReading = false;
  #limited: string | undefined;
  #version: number | undefined;
  /** Those who ask at once are answered together. */
  #checking: Promise<ChainBadge> | undefined;

  constructor(ports: TimelinePorts, run: RunId) {
    this.#ports = ports;
    this.#run = run;
    this.#reader = new JournalReader(ports.store, run);
    this.#timeline = new Timeline(ports, run);
    const behind = (): void => {
      // A store that is busy now is asked again with the next frame.
      if (!this.#isReading) this.#catchUp().catch(() => {});
    };
    this.look = new LiveLook(run, { index: this.#index, timeline: this.#timeline, charts: ports.charts, behind });
  }

  /** Reads what has come to the journal since. */
  #catchUp(): Promise<void> {
    const read = this.#reading.then(() => this.#read());
    this.#reading = read.catch(() => {});
    return read;
  }

  async #read(): Promise<void> {
    this.#isReading = true;
    try {
      for await (const entry of this.#reader.after(this.#index.head)) this.#index.add(entry);
    } finally {
      this.#isReading = false;
    }
  }

  async overview(buckets: number): Promise<Overview> {
    await this.#catchUp();
    const { head } = this.#index;
    const way = this.#timeline.wayTo(head);
    if (way !== undefined) await this.#walk(way);
    const { knownTo, amounts } = this.#timeline;
    const index = this.#index;
    const overview = overviewOf(
      this.#run,
      {
        head,
        at: (seq) => index.at(seq),
        tally: (from, to) => index.tally(from, to),
        amounts: (seq) => amounts.at(seq),
      },
      buckets,
    );
    return {
      ...overview,
      ...(knownTo < head ? { amountsTo: knownTo } : {}),
      ...(this.#limited === undefined ? {} : { limited: this.#limited }),
    };
  }

  /** A short way is waited for; a long one is gone in its own time. That it cannot be is told where amounts are. */
  async #walk(to: Seq): Promise<void> {
    if (this.#limited !== undefined) return;
    const isLong = to - this.#timeline.walkedTo > SOON;
    const walked = this.#timeline.walk(to).catch((error: unknown) => {
      this.#limited = limitOf(error);
    });
    if (isLong) walked.catch(() => {});
    else await walked;
  }

  async rows(query: RowsQuery): Promise<Rows> {
    await this.#catchUp();
    const index = this.#index;
    const { head } = index;
    const entries = await this.#reader.entries(await placesOf(query, index, this.#reader));
    return { run: this.#run, rows: entries.map((entry) => rowOf(entry, index.state(entry.seq))), head };
  }

  async moment(seq?: Seq): Promise<Moment> {
    await this.#catchUp();
    const at = this.#placeOf(seq);
    try {
      const { position, taken } = await this.#timeline.at(at);
      const branch = branchOf(position);
      return await this.#momentOf(taken === undefined ? { branch } : { branch, taken: taken() });
    } catch (error) {
      return this.#limitedMoment(at, limitOf(error));
    }
  }

  /** What is new since entry `known`; undefined while nothing is, `soon` when it has to be looked at more closely. */
  async frame(known: Seq, most: number): Promise<Frame | "soon" | undefined> {
    const version = await this.#ports.store.version?.();
    const isElsewhere = version === undefined || version !== this.#version;
    if (known === 0 || isElsewhere || this.#index.head < this.look.head) await this.#catchUp();
    this.#version = version;
    const { head } = this.#index;
    if (head === known || head === 0) return undefined;
    // Another process may have gone on with it.
    const isLive = this.look.isThere && this.look.head === head;
    if (isLive && !this.look.isClose) {
      this.look.lookClosely();
      return "soon";
    }
    const frame = await this.#frameOf(isLive ? await this.look.sight() : undefined, { head, known, most });
    this.look.lookOn(frame.head);
    return frame;
  }

  /** Where nothing came since it was looked at more closely, as after the end, it is replayed. */
  async #frameOf(live: LiveSight | undefined, { head, known, most }: Asked): Promise<Frame> {
    if (live?.taken === undefined) return this.#frameAt(head, known, most, await this.moment(head));
    const moment = await this.#momentOf({ branch: live.branch, taken: live.taken });
    return this.#frameAt(moment.seq, known, most, moment);
  }

  async #frameAt(head: Seq, known: Seq, most: number, moment: Moment): Promise<Frame> {
    const from = Math.max(known + 1, head - most + 1);
    const kept = this.look.entriesTo(head, head - from + 1);
    const entries = kept[0]?.seq === from ? kept : await this.#reader.stretch(from, head);
    return { head, rows: rowsOf(entries, this.#index.state(head)), moment };
  }

  #placeOf(seq: Seq = this.#index.head): Seq {
    const { head } = this.#index;
    if (Number.isSafeInteger(seq) && seq >= 1 && seq <= head) return seq;
    throw new RuntimeError("run.unknown", `run ${this.#run} has no entry ${seq}; it has ${head}`);
  }

  async #momentOf({ branch, taken }: Pick<Keyframe, "branch" | "taken">): Promise<Moment> {
    const { head, at, fatal } = branch;
    const { seq } = head;
    const actors = standingIn(branch);
    const root = actors.find(({ id }) => id === ORCHESTRATOR);
    const state = root?.snapshot.context as RunState;
    return momentOf(
      state,
      { run: this.#run, seq, head: Math.max(seq, this.#index.head), at, state: stateName(root?.snapshot.value ?? "") },
      {
        actors: actorNodes(actors, state.ledger),
        actorsLeft: Math.max(0, actors.length - MOST_ACTORS),
        taken: taken ?? (await this.#takenAt(seq, actors)),
      },
      this.#index.notes(seq),
      fatal,
    );
  }

  /** By the chart alone, where the entry was not worked off to get here. */
  async #takenAt(seq: Seq, actors: readonly Standing[] = []): Promise<readonly Taken[]> {
    const [entry] = await this.#reader.stretch(seq, seq);
    return (entry?.moved ?? []).map(({ actor, path }) => {
      const machine = actors.find(({ id }) => id === actor)?.snapshot.machine;
      return { actor, path, edges: machine === undefined ? [] : edgesBetween(chartOf(machine, ""), path) };
    });
  }

  async #limitedMoment(seq: Seq, limited: string): Promise<Moment> {
    const index = this.#index;
    const { begun } = index;
    if (begun === undefined) throw new RuntimeError("run.unknown", `run ${this.#run} has no entries`);
    const place = { run: this.#run, seq, head: index.head, at: index.at(seq), state: index.state(seq) };
    const taken = await this.#takenAt(seq);
    return limitedMoment(begun, place, { actors: [], actorsLeft: 0, taken }, index.notes(seq), limited);
  }

  async actor(actor: ActorId, seq?: Seq): Promise<ActorView | undefined> {
    await this.#catchUp();
    // A run that goes on faster than it is walked would be walked for ever: it is taken as it stands in memory.
    const isAhead = seq === undefined && this.#index.head - this.#timeline.walkedTo > NEAR;
    const live = isAhead ? await this.look.sight() : undefined;
    if (live !== undefined) return this.#liveActor(actor, live.branch);
    const place = this.#placeOf(seq);
    // Visits are counted by walking; where that is a long way, they are counted from where it is near.
    if (place > this.#timeline.walkedTo) await this.#walk(place);
    const { position, visits } = await this.#timeline.at(place);
    const { core, head } = position;
    return this.#viewOf(core.actors.get(actor), {
      seq: head.seq,
      ledger: core.state.ledger,
      visits: visits.of(actor),
      ...(visits.from === 1 ? {} : { visitsFrom: visits.from }),
    });
  }

  #liveActor(actor: ActorId, branch: Branch): ActorView | undefined {
    const standing = standingIn(branch);
    const state = standing.find(({ id }) => id === ORCHESTRATOR)?.snapshot.context as RunState;
    const found = standing.find(({ id }) => id === actor);
    const { visits, walkedTo: visitsTo } = this.#timeline;
    const { seq } = branch.head;
    return this.#viewOf(found, { seq, ledger: state.ledger, visits: visits.of(actor), visitsTo });
  }

  #viewOf(found: Standing | undefined, { ledger, ...at }: ActorAt): ActorView | undefined {
    const [node] = found === undefined ? [] : actorNodes([found], ledger);
    if (found === undefined || node === undefined) return undefined;
    const { snapshot } = found;
    return {
      run: this.#run,
      node,
      context: bounded(snapshot.context, CONTEXT),
      guards: snapshot.status === "active" ? guardReadings(snapshot.machine, snapshot) : [],
      ...at,
    };
  }

  async sequence(from: Seq, to: Seq): Promise<Sequence> {
    await this.#catchUp();
    const first = Math.max(1, from);
    const last = Math.min(this.#index.head, to, first + MOST_MESSAGES - 1);
    // What is said about an act is said where it was proposed, which may be some entries before.
    const entries = await this.#reader.stretch(Math.max(1, first - BEFORE), last);
    return sequenceOf(this.#run, entries, first);
  }

  async difference(from: Seq, to: Seq): Promise<Difference> {
    await this.#catchUp();
    const before = await this.#stateAt(this.#placeOf(from));
    return { from, to, changes: differenceOf(before, await this.#stateAt(this.#placeOf(to))) };
  }

  async #stateAt(seq: Seq): Promise<Json> {
    return (await this.#timeline.at(seq)).position.core.state as unknown as Json;
  }

  async why(seq: Seq): Promise<Why> {
    await this.#catchUp();
    this.#placeOf(seq);
    const { entry, summary, rulings, because, objective } = await causesOf(
      { store: this.#ports.store, run: this.#run },
      seq,
    );
    return {
      seq,
      summary,
      rulings,
      because,
      objective,
      entry: bounded(entry, ENTRY),
      changes: seq === 1 ? [] : await this.#changesOf(seq),
    };
  }

  /** None where the run's charts are not here. */
  async #changesOf(seq: Seq): Promise<Difference["changes"]> {
    try {
      return (await this.difference(seq - 1, seq)).changes;
    } catch (error) {
      limitOf(error);
      return [];
    }
  }

  /** Read from the first entry to the last each time: what was whole when it was last looked at need not be now. */
  chain(): Promise<ChainBadge> {
    this.#checking ??= this.#check().finally(() => {
      this.#checking = undefined;
    });
    return this.#checking;
  }

  async #check(): Promise<ChainBadge> {
    const found = await verify(this.#ports, this.#run);
    return found.kind === "whole"
      ? { whole: true, entries: found.head.seq, head: found.head.hash }
      : { whole: false, seq: found.seq, reason: found.reason };
  }

  chart(name: string): Chart {
    const logic = this.#ports.charts.of(name);
    if (logic === undefined)
      throw new RuntimeError(
        "machine.version",
        `there is no chart "${name}" here: an agent's own is known to its application only`,
      );
    return chartOf(logic.machine, name);
  }
}
