/**
 * Run index: a journal as its entries' texts say it, a few numbers for each entry. Read once, from front to back, and
 * then as it grows; nothing is replayed for it.
 *
 * X1  It says the same of a journal whether it was read at once or as it grew.
 */
import type { ActorId, TaskId } from "../../src/contracts/ids.ts";
import type { Denial, Mark, Order } from "../../src/contracts/inspection.ts";
import type { JournalEntry } from "../../src/contracts/journal.ts";
import type { Seq, Timestamp } from "../../src/contracts/units.ts";
import {
  denialsOf,
  type LoopNote,
  loopsOf,
  MARKS,
  marksOf,
  orderOf,
} from "../../src/decisions/inspection/entry-notes.ts";
import { stateAfter } from "../../src/decisions/inspection/entry-row.ts";
import type { Begun, Notes } from "../../src/decisions/inspection/moment.ts";
import type { Tally } from "../../src/decisions/inspection/overview.ts";
import type { TaskTimes } from "../../src/decisions/inspection/task-graph.ts";

/** Of each kind of note, the newest are kept. */
const MOST_NOTES = 1_000;

/** When an actor of an agent was born, and when it ended. */
interface Life {
  readonly seq: Seq;
  readonly at: Timestamp;
  end?: { readonly seq: Seq; readonly at: Timestamp };
}

export class RunIndex {
  #begun: Begun | undefined;
  readonly #at: Timestamp[] = [];
  readonly #states: number[] = [];
  readonly #marks: number[] = [];
  readonly #to: number[] = [];
  readonly #names = new Names();
  readonly #denials: Denial[] = [];
  readonly #loops: LoopNote[] = [];
  readonly #orders: Order[] = [];
  readonly #lives = new Map<TaskId, Life[]>();
  /** The number of the state it is in. */
  #state = 0;

  get head(): Seq {
    return this.#at.length;
  }

  get begun(): Begun | undefined {
    return this.#begun;
  }

  at(seq: Seq): Timestamp {
    return this.#at[seq - 1] ?? 0;
  }

  state(seq: Seq): string {
    return this.#names.of(this.#states[seq - 1] ?? 0);
  }

  marks(seq: Seq): readonly Mark[] {
    const bits = this.#marks[seq - 1] ?? 0;
    return bits === 0 ? NONE : MARKS.filter((_, bit) => bits & (1 << bit));
  }

  /** Of a long journal all that is asked for at once: looks at each entry, and makes something of few. */
  tally(from: Seq, to: Seq): Tally {
    const marks: { [Name in Mark]?: number } = {};
    const states = new Map<number, number>();
    for (let seq = from, since = from; seq <= to; seq++) {
      const state = this.#states[seq - 1] ?? 0;
      if (seq === to || this.#states[seq] !== state) {
        states.set(state, (states.get(state) ?? 0) + seq + 1 - since);
        since = seq + 1;
      }
      if (this.#marks[seq - 1] !== 0) for (const mark of this.marks(seq)) marks[mark] = (marks[mark] ?? 0) + 1;
    }
    return { state: this.#names.of(mostOf(states)), marks };
  }

  isMarked(seq: Seq, marks: readonly Mark[]): boolean {
    return ((this.#marks[seq - 1] ?? 0) & bitsOf(marks)) !== 0;
  }

  /** Whether an entry went to this attempt, or to what is below it; or to the orchestrator, or what is below that. */
  isOf(seq: Seq, actor: ActorId): boolean {
    return this.#names.of(this.#to[seq - 1] ?? 0) === actor;
  }

  /** Takes the next entry; one that it has already, or that does not follow yet, is passed over. False: it lacks some. */
  add(entry: JournalEntry): boolean {
    if (entry.seq !== this.head + 1) return entry.seq <= this.head;
    if (entry.seq === 1) this.#begun = begunOf(entry);
    const state = stateAfter(entry);
    if (state !== undefined) this.#state = this.#names.number(state);
    const marks = marksOf(entry);
    this.#at.push(entry.at);
    this.#states.push(this.#state);
    this.#marks.push(marks.length === 0 ? 0 : bitsOf(marks));
    this.#to.push(this.#names.numberOfHead(entry.to));
    this.#live(entry);
    if (marks.length > 0) this.#note(entry);
    return true;
  }

  #note(entry: JournalEntry): void {
    const order = orderOf(entry);
    keep(this.#denials, denialsOf(entry));
    keep(this.#loops, loopsOf(entry));
    keep(this.#orders, order === undefined ? [] : [order]);
  }

  #live({ seq, at, moved }: JournalEntry): void {
    for (const { actor, path } of moved) {
      const isEnd = ENDS.has(path[path.length - 1] ?? "");
      if (path[0] !== "" && !isEnd) continue;
      const hash = actor.lastIndexOf("#");
      if (hash < 0 || actor.includes("/", hash)) continue;
      const task = actor.slice(0, hash);
      const lives = this.#lives.get(task) ?? [];
      if (path[0] === "") this.#lives.set(task, [...lives, { seq, at }]);
      const life = lives.at(-1);
      if (life !== undefined && isEnd) life.end = { seq, at };
    }
  }

  /** What is noted up to an entry. */
  notes(until: Seq): Notes {
    return {
      denials: upTo(this.#denials, until),
      loops: upTo(this.#loops, until),
      orders: upTo(this.#orders, until),
      ...(this.#begun?.forkedFrom === undefined ? {} : { forkedFrom: this.#begun.forkedFrom }),
      timesOf: (task) => this.#timesOf(task, until),
    };
  }

  #timesOf(task: TaskId, until: Seq): TaskTimes {
    const lives = (this.#lives.get(task) ?? []).filter(({ seq }) => seq <= until);
    const [first, last] = [lives[0], lives.at(-1)];
    return {
      ...(first === undefined ? {} : { startedAt: first.at }),
      ...(last?.end === undefined || last.end.seq > until ? {} : { endedAt: last.end.at }),
    };
  }
}

/** The first of those that are most. */
function mostOf(counts: ReadonlyMap<number, number>): number {
  let [most, times] = [0, 0];
  for (const [number, count] of counts) if (count > times) [most, times] = [number, count];
  return most;
}

const bitsOf = (marks: readonly Mark[]): number => marks.reduce((bits, mark) => bits | (1 << MARKS.indexOf(mark)), 0);

/** The attempt an actor belongs to, or the orchestrator: a run has thousands of gates, and few of these. */
export function headOf(actor: ActorId): ActorId {
  const slash = actor.indexOf("/", actor.lastIndexOf("#"));
  return slash < 0 ? actor : actor.slice(0, slash);
}

/** Whether what follows a head is what lives below it, and no other head: `work#1/7`, and not `work#1/7/sub#1`. */
const isBelow = (actor: ActorId, head: number): boolean => actor[head] === "/" && !actor.includes("#", head);

const ENDS: ReadonlySet<string> = new Set(["done", "failed", "cancelled"]);
const NONE: readonly Mark[] = [];

function begunOf({ event, at }: JournalEntry): Begun {
  const { objective, settings, origin } = event as unknown as Begun & { readonly origin?: Begun["forkedFrom"] };
  const begun = { objective, settings, startedAt: at };
  return origin === undefined ? begun : { ...begun, forkedFrom: { run: origin.run, seq: origin.seq } };
}

function keep<Note>(notes: Note[], more: readonly Note[]): void {
  notes.push(...more);
  if (notes.length > 2 * MOST_NOTES) notes.splice(0, notes.length - MOST_NOTES);
}

const upTo = <Note extends { readonly seq: Seq }>(notes: readonly Note[], until: Seq): readonly Note[] =>
  notes.filter(({ seq }) => seq <= until).slice(-MOST_NOTES);

/** Texts that stand in many entries, each kept once. */
class Names {
  readonly #names: string[] = [""];
  readonly #numbers = new Map<string, number>([["", 0]]);
  #head = { name: "", number: 0 };

  of(number: number): string {
    return this.#names[number] ?? "";
  }

  number(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const number = this.#names.push(name) - 1;
    this.#numbers.set(name, number);
    return number;
  }

  /** Of the head of an actor. Entries of one attempt come in a row: what was asked last is looked at first. */
  numberOfHead(actor: ActorId): number {
    const { name, number } = this.#head;
    if (actor === name || (actor.startsWith(name) && isBelow(actor, name.length))) return number;
    const head = headOf(actor);
    this.#head = { name: head, number: this.number(head) };
    return this.#head.number;
  }
}
