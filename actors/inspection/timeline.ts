/**
 * Timeline: a run at any entry. From the nearest place that is known, the entries in between are worked off again.
 *
 * L1  A moment is what a replay from the first entry gives, whichever way it was reached.
 * L2  What is kept for it is bounded, however long the journal is; long work lets others have the process.
 */
import { RuntimeError } from "../../src/contracts/errors.ts";
import type { RunId } from "../../src/contracts/ids.ts";
import type { Taken } from "../../src/contracts/inspection.ts";
import type { HashPort, StorePort } from "../../src/contracts/ports.ts";
import type { Seq } from "../../src/contracts/units.ts";
import { GENESIS } from "../../src/decisions/integrity.ts";
import type { RunState } from "../../src/decisions/run-state.ts";
import { type Branch, branchOf, grow } from "../kernel/branch.ts";
import { Core } from "../kernel/core.ts";
import { type Position, replay } from "../kernel/replay.ts";
import type { TracedCharts } from "../kernel/traced.ts";
import { AmountSeries } from "./amount-series.ts";
import { type Keyframe, Keyframes } from "./keyframes.ts";
import { takenBy } from "./taken.ts";
import { Visits } from "./visits.ts";

export interface TimelinePorts {
  readonly store: StorePort;
  readonly sha256: HashPort;
  readonly charts: TracedCharts;
}

/** A run as it stood after an entry. */
export interface Sighting {
  readonly position: Position;
  readonly visits: Visits;
  /** What the entry moved, once it is asked for. Absent: it was not worked off to get here. */
  readonly taken?: (() => readonly Taken[]) | undefined;
}

/** What is kept of an entry that was seen in memory. */
interface Kept {
  readonly state: RunState;
  /** A keyframe, where one is due. */
  readonly branch: Branch | undefined;
}

/** So many entries are worked off for a moment at the head, rather than taken from the store's checkpoint. */
const NEAR = 1_000;

export class Timeline {
  readonly amounts = new AmountSeries();
  readonly #ports: TimelinePorts;
  readonly #run: RunId;
  readonly #keyframes = new Keyframes();
  #walker: Sighting;
  #walking: Promise<void> = Promise.resolve();
  /** Why it cannot be walked any further. */
  #end: RuntimeError | undefined;
  /** What was seen in memory without a gap. */
  #liveFrom: Seq = Number.POSITIVE_INFINITY;
  #liveTo: Seq = 0;

  constructor(ports: TimelinePorts, run: RunId) {
    this.#ports = ports;
    this.#run = run;
    this.#walker = {
      position: { core: new Core(ports.charts.of, ports.sha256), head: GENESIS, at: 0 },
      visits: new Visits(1),
    };
  }

  /** Up to here it has been walked, and every moment is near. */
  get walkedTo(): Seq {
    return this.#walker.position.head.seq;
  }

  /** All there were up to where it has been walked. */
  get visits(): Visits {
    return this.#walker.visits;
  }

  /** Up to here amounts are known: walked, or seen in memory right behind that. */
  get knownTo(): Seq {
    return this.#liveFrom <= this.walkedTo + 1 ? Math.max(this.#liveTo, this.walkedTo) : this.walkedTo;
  }

  /** How far to walk so that amounts are known up to an entry. Undefined: they are. */
  wayTo(seq: Seq): Seq | undefined {
    if (this.knownTo >= seq) return undefined;
    const from = this.#liveFrom;
    return this.walkedTo < from - 1 && from <= seq ? from - 1 : seq;
  }

  /** What is kept of a run in memory as it stands, if anything; it is given back with {@link seenLive}. */
  keptOf({ core, head, at }: Position): Kept | undefined {
    const isKeyframe = this.#keyframes.isDue(head.seq);
    if (!isKeyframe && !this.amounts.isDue(head.seq)) return undefined;
    return { state: core.state, branch: isKeyframe ? branchOf({ core, head, at }) : undefined };
  }

  /** An entry of a run in memory is durable. */
  seenLive(seq: Seq, kept: Kept | undefined): void {
    if (seq !== this.#liveTo + 1) this.#liveFrom = seq;
    this.#liveTo = seq;
    if (kept === undefined) return;
    const { state, branch } = kept;
    this.amounts.add(seq, state);
    if (branch !== undefined) this.#keyframes.keep({ branch, visits: new Visits(seq + 1) });
  }

  /** Walks on to an entry, noting amounts and keyframes on the way. @throws what a replay throws. */
  walk(to: Seq): Promise<void> {
    const walked = this.#walking.then(() => this.#walkOn(to));
    this.#walking = walked.catch(() => {});
    return walked;
  }

  async #walkOn(to: Seq): Promise<void> {
    if (this.walkedTo >= to) return;
    if (this.#end !== undefined) throw this.#end;
    const { visits } = this.#walker;
    const position = await this.#replay(this.#walker, to, (sighting) => {
      const { core, head } = sighting.position;
      this.amounts.add(head.seq, core.state);
      this.#walker = sighting;
      if (!this.#keyframes.isDue(head.seq)) return;
      visits.keep((actor) => core.actors.has(actor));
      this.#keyframes.keep(keyframeOf(sighting));
    }).catch((error: unknown) => {
      // A step that came to something else has been taken all the same: there is no going on from here.
      if (error instanceof RuntimeError && !error.retryable) this.#end = error;
      throw error;
    });
    this.#walker = { ...this.#walker, position };
    // Here all visits are counted, which is more than is known of keyframes taken from memory.
    this.#keyframes.remember(keyframeOf(this.#walker));
  }

  /** The run after an entry. The core is the caller's. @throws what a replay throws. */
  async at(seq: Seq): Promise<Sighting> {
    const near = this.#keyframes.before(seq);
    if (near === undefined || seq - near.branch.head.seq > NEAR) {
      const parked = await this.#fromCheckpoint(seq);
      if (parked !== undefined) return this.#remember(parked);
      await this.walk(seq);
    }
    return this.#remember(await this.#from(this.#keyframes.before(seq), seq));
  }

  async #from(keyframe: Keyframe | undefined, seq: Seq): Promise<Sighting> {
    const { charts, sha256 } = this.#ports;
    let last: Sighting =
      keyframe === undefined
        ? { position: { core: new Core(charts.of, sha256), head: GENESIS, at: 0 }, visits: new Visits(1) }
        : {
            position: grow(keyframe.branch, charts.of, sha256),
            visits: keyframe.visits.copy(),
            taken: keyframe.taken === undefined ? undefined : () => keyframe.taken ?? [],
          };
    await this.#replay(last, seq, (sighting) => {
      last = sighting;
    });
    return last;
  }

  /** Only where it brings us near: a store keeps one, of the last thousand entries. */
  async #fromCheckpoint(seq: Seq): Promise<Sighting | undefined> {
    const { store, sha256, charts } = this.#ports;
    const checkpoint = await store.loadCheckpoint(this.#run);
    if (checkpoint === undefined || checkpoint.seq > seq || seq - checkpoint.seq > 2 * NEAR) return undefined;
    // A checkpoint that cannot be used is passed over, and all is counted.
    let visits: Visits | undefined;
    let taken: Sighting["taken"];
    const position = await replay({
      run: this.#run,
      store,
      sha256,
      logics: charts.of,
      until: seq,
      before: () => void charts.taken(),
      visit: (entry) => {
        const steps = charts.taken();
        visits ??= new Visits(entry.seq);
        for (const step of steps) visits.count(step);
        taken = () => takenBy(entry.moved, steps);
      },
    });
    return { position, visits: visits ?? new Visits(seq + 1), taken };
  }

  #remember(sighting: Sighting): Sighting {
    this.#keyframes.remember(keyframeOf(sighting));
    return sighting;
  }

  async #replay({ position, visits }: Sighting, until: Seq, seen: (sighting: Sighting) => void): Promise<Position> {
    const { store, sha256, charts } = this.#ports;
    return replay({
      run: this.#run,
      store,
      sha256,
      logics: charts.of,
      from: position,
      until,
      before: () => void charts.taken(),
      visit: (entry, core, head) => {
        const steps = charts.taken();
        for (const step of steps) visits.count(step);
        seen({ position: { core, head, at: entry.at }, visits, taken: () => takenBy(entry.moved, steps) });
      },
    });
  }
}

const keyframeOf = ({ position, visits, taken }: Sighting): Keyframe => ({
  branch: branchOf(position),
  visits: visits.copy(),
  ...(taken === undefined ? {} : { taken: taken() }),
});
