/**
 * Live look: a run in memory, as those who watch it see it. Its entries are noted as they are worked off, and seen once
 * they are durable; nothing is replayed, and nothing is read back.
 *
 * J1  Nothing is seen before it is durable.
 * J2  It looks closely, which means that entries and transitions are kept, at so many entries after each frame, and then
 *     from when a frame is near: a run that goes faster than its frames pays for those that are shown.
 */
import type { RunId } from "../../src/contracts/ids.ts";
import type { Taken } from "../../src/contracts/inspection.ts";
import type { Consequences, Input, JournalEntry } from "../../src/contracts/journal.ts";
import type { Epoch, Seq, Timestamp } from "../../src/contracts/units.ts";
import type { Lookout, Noted, Transition } from "../host/lookouts.ts";
import { type Branch, branchOf } from "../kernel/branch.ts";
import { stateName } from "../kernel/state-name.ts";
import type { TracedCharts, TracedStep } from "../kernel/traced.ts";
import type { RunIndex } from "./run-index.ts";
import { takenBy } from "./taken.ts";
import type { Timeline } from "./timeline.ts";

/** A run in memory after an entry that is durable, and what that entry moved. */
export interface LiveSight {
  readonly branch: Branch;
  /** Absent: it was not looked at closely. */
  readonly taken: readonly Taken[] | undefined;
}

export interface LiveLookPorts {
  readonly index: RunIndex;
  readonly timeline: Timeline;
  readonly charts: TracedCharts;
  /** The index lacks entries that were worked off before somebody looked: it will not follow until it has them. */
  readonly behind: () => void;
}

/** Entries kept to be shown. */
const KEPT = 200;

export class LiveLook implements Lookout {
  readonly #run: RunId;
  readonly #ports: LiveLookPorts;
  /** Durable ones without a gap, while it looks closely. */
  #entries: JournalEntry[] = [];
  #isClose = false;
  /** Whether it looks away by itself. */
  #isPatient = false;
  /** The last entry worked off, and the last that is durable. */
  #noted: Noted | undefined;
  #durable: Seq = 0;
  #waiting: { readonly seq: Seq; readonly seen: (isDurable: boolean) => void }[] = [];

  constructor(run: RunId, ports: LiveLookPorts) {
    this.#run = run;
    this.#ports = ports;
  }

  /** The last entry that is durable; 0 while none was seen. */
  get head(): Seq {
    return this.#durable;
  }

  get isClose(): boolean {
    return this.#isClose;
  }

  /** Whether the run is in memory, as far as has been seen. */
  get isThere(): boolean {
    return this.#noted !== undefined;
  }

  /** A frame is near: looks closely until then. */
  lookClosely(): void {
    this.#isClose = true;
    this.#isPatient = true;
  }

  /** There was a frame, up to this entry: looks on, at a few entries. */
  lookOn(shown: Seq): void {
    this.#isClose = true;
    this.#isPatient = false;
    this.#entries = this.#entries.filter(({ seq }) => seq > shown);
  }

  note(noted: Noted): () => void {
    this.#noted = noted;
    const { core, head, moment } = noted;
    const kept = this.#ports.timeline.keptOf({ core, head, at: moment.at });
    return () => {
      this.#durable = head.seq;
      const entry = new LiveEntry(this.#run, noted) as JournalEntry;
      if (!this.#ports.index.add(entry)) this.#ports.behind();
      this.#ports.timeline.seenLive(head.seq, kept);
      if (this.#isClose) this.#keep(entry);
      if (this.#waiting.length > 0) this.#tell();
    };
  }

  #keep(entry: JournalEntry): void {
    this.#entries.push(entry);
    if (this.#entries.length <= KEPT) return;
    if (!this.#isPatient) {
      this.#isClose = false;
      this.#entries = [];
    } else if (this.#entries.length >= 2 * KEPT) this.#entries = this.#entries.slice(-KEPT);
  }

  gone(): void {
    this.#noted = undefined;
    const lost = this.#waiting;
    this.#waiting = [];
    for (const { seen } of lost) seen(false);
  }

  #tell(): void {
    const seen = this.#waiting.filter(({ seq }) => seq <= this.#durable);
    this.#waiting = this.#waiting.filter(({ seq }) => seq > this.#durable);
    for (const one of seen) one.seen(true);
  }

  /** Entries up to a durable one, as far back as they are kept. */
  entriesTo(seq: Seq, most: number): readonly JournalEntry[] {
    return this.#entries.filter((entry) => entry.seq <= seq).slice(-most);
  }

  /** The run as it is now, once that is durable. Undefined: it is not in memory, or has left it before that. */
  async sight(): Promise<LiveSight | undefined> {
    if (this.#noted === undefined) return undefined;
    const { core, head, moment, step, transitions } = this.#noted;
    const branch = branchOf({ core, head, at: moment.at });
    const taken =
      transitions === undefined ? undefined : takenBy(step.moved, stepsOf(transitions, moment, this.#ports.charts));
    if (head.seq > this.#durable && !(await this.#durably(head.seq))) return undefined;
    return { branch, taken };
  }

  #durably(seq: Seq): Promise<boolean> {
    return new Promise((seen) => this.#waiting.push({ seq, seen }));
  }
}

/** An entry as a journal has it, always of one shape; a class, as {@link Noted} is one. */
class LiveEntry {
  readonly run: RunId;
  readonly seq: Seq;
  readonly at: Timestamp;
  readonly epoch: Epoch;
  readonly kind: Input["kind"];
  readonly to: Input["to"];
  readonly event: Input["event"];
  readonly key: Input["key"] | undefined;
  readonly by: Input["by"] | undefined;
  readonly moved: Consequences["moved"];
  readonly ruled: Consequences["ruled"];
  readonly answered: Consequences["answered"];
  readonly intents: Consequences["intents"];
  readonly replies: Consequences["replies"];

  constructor(run: RunId, { input, step, moment, head }: Noted) {
    this.run = run;
    this.seq = moment.seq;
    this.at = moment.at;
    this.epoch = head.epoch;
    this.kind = input.kind;
    this.to = input.to;
    this.event = input.event;
    this.key = input.key;
    this.by = input.by;
    this.moved = step.moved;
    this.ruled = step.ruled;
    this.answered = step.answered;
    this.intents = step.intents;
    this.replies = step.replies;
  }
}

/** Each transition taken once more, for its edges, as a replay takes it; nothing of it is performed. */
function stepsOf(
  transitions: readonly Transition[],
  { at, seq }: Noted["moment"],
  charts: TracedCharts,
): readonly TracedStep[] {
  return transitions.slice(0, TRACED).flatMap(({ actor, before, after, event }): readonly TracedStep[] => {
    if (before === undefined || event === undefined)
      return [{ actor: actor.id, edges: [], entered: [], state: stateName(after.value), isMoved: true }];
    charts.taken();
    try {
      charts.of(actor.kind)?.apply(actor.id, before, { ...event, at, seq } as { readonly type: string });
    } catch {
      // A chart that failed in this step took none.
      return [];
    }
    return charts.taken();
  });
}

/** An entry may move thousands. */
const TRACED = 50;
