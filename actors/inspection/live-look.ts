/**
 * Live look: a run in memory, as those who watch it see it. Its entries are noted as they are worked off, and seen once
 * they are durable; nothing is replayed, and nothing is read back.
 *
 * J1  Nothing is seen before it is durable.
 */
import { type EdgeTracer, edgeTracer } from "../../src/charts/edge-tracer.ts";
import type { RunId } from "../../src/contracts/ids.ts";
import type { Taken } from "../../src/contracts/inspection.ts";
import type { JournalEntry } from "../../src/contracts/journal.ts";
import type { Seq } from "../../src/contracts/units.ts";
import type { Lookout, Noted, Transition } from "../host/lookouts.ts";
import type { Branch } from "../kernel/branch.ts";
import { branchOf } from "../kernel/branch.ts";
import { stateName } from "../kernel/logic.ts";
import type { TracedStep } from "../kernel/traced.ts";
import type { RunIndex } from "./run-index.ts";
import { takenBy } from "./taken.ts";
import type { Timeline } from "./timeline.ts";

/** A run in memory after an entry that is durable, and what that entry moved. */
export interface LiveSight {
  readonly branch: Branch;
  readonly taken: readonly Taken[];
}

/** Entries kept to be shown. */
const KEPT = 200;

export class LiveLook implements Lookout {
  readonly #run: RunId;
  readonly #index: RunIndex;
  readonly #timeline: Timeline;
  readonly #entries: JournalEntry[] = [];
  /** The last entry worked off, and the last that is durable. */
  #noted: Noted | undefined;
  #durable: Seq = 0;
  #waiting: { readonly seq: Seq; readonly seen: (isDurable: boolean) => void }[] = [];

  constructor(run: RunId, index: RunIndex, timeline: Timeline) {
    this.#run = run;
    this.#index = index;
    this.#timeline = timeline;
  }

  /** The last entry that is durable; 0 while none was seen. */
  get head(): Seq {
    return this.#durable;
  }

  note(noted: Noted): () => void {
    this.#noted = noted;
    const { head, core, moment } = noted;
    const amounts = this.#timeline.noteLive({ core, head, at: moment.at });
    return () => {
      this.#durable = head.seq;
      const entry = entryOf(this.#run, noted);
      this.#index.add(entry);
      amounts();
      this.#entries.push(entry);
      if (this.#entries.length >= 2 * KEPT) this.#entries.splice(0, this.#entries.length - KEPT);
      if (this.#waiting.length > 0) this.#tell();
    };
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
    const taken = takenBy(step.moved, stepsOf(transitions, moment));
    if (head.seq > this.#durable && !(await this.#durably(head.seq))) return undefined;
    return { branch, taken };
  }

  #durably(seq: Seq): Promise<boolean> {
    return new Promise((seen) => this.#waiting.push({ seq, seen }));
  }
}

/** One shape for all, and no copying of fields: it is made of every entry. */
function entryOf(run: RunId, { input, step, moment, head }: Noted): JournalEntry {
  const { kind, to, event, key, by } = input;
  const { moved, ruled, answered, intents, replies } = step;
  const { seq, at } = moment;
  const entry = { run, seq, at, epoch: head.epoch, kind, to, event, key, by, moved, ruled, answered, intents, replies };
  return entry as JournalEntry;
}

/** One chart is traced many times. */
const tracers = new WeakMap<object, EdgeTracer>();

/** Each transition taken once more, for its edges; nothing of it is performed. */
function stepsOf(transitions: readonly Transition[], { at, seq }: Noted["moment"]): readonly TracedStep[] {
  return transitions.slice(0, TRACED).flatMap(({ actor, before, after, event }): readonly TracedStep[] => {
    const state = stateName(after.value);
    const step = {
      actor: actor.id,
      entered: [],
      state,
      isMoved: before === undefined || stateName(before.value) !== state,
    };
    if (before === undefined || event === undefined) return [{ ...step, edges: [] }];
    const { machine } = actor.logic;
    const tracer = tracers.get(machine) ?? edgeTracer(machine);
    tracers.set(machine, tracer);
    try {
      const { edges } = tracer.apply(actor.id, before, { ...event, at, seq } as { readonly type: string });
      return step.isMoved || edges.length > 0 ? [{ ...step, edges }] : [];
    } catch {
      // A chart that failed in this step took none.
      return [];
    }
  });
}

/** An entry may move thousands. */
const TRACED = 50;
