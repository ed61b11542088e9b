/**
 * Watched order: puts what an inspector tells into the order in which one thing caused the next. It tells of an event when
 * it is sent, and of the snapshot, which says what came of it, when all that the event set off has been told: a child's
 * first snapshot comes before that of the parent who started it.
 */
import type { FeedEvent, FeedSnapshot } from "../../src/contracts/feed.ts";
import type { ActorId } from "../../src/contracts/ids.ts";
import type { Seq, Timestamp } from "../../src/contracts/units.ts";
import type { WatchedEntry } from "../../src/decisions/watched-state.ts";

export type Told = Omit<WatchedEntry, "seq" | "kind" | "cause">;

/** Where an entry will stand, as soon as that is known. */
interface Place {
  seq?: Seq;
}

interface Item {
  readonly place: Place;
  readonly cause: Place | undefined;
  /** When it came in; `told.at` is the clock of the application. */
  readonly since: Timestamp;
  told: Told;
  /** Nothing more will be told of it. */
  whole: boolean;
}

/** What was sent to an actor that is stopped is processed by nobody: it holds up the others no longer than this. */
export const PATIENCE_MS = 1_000;
const MOST_OPEN = 1_000;

export class WatchedOrder {
  #items: Item[] = [];
  /** Sent and not processed, by receiver. */
  readonly #waiting = new Map<ActorId, Item[]>();
  #now: Timestamp = 0;
  /** The last that each processed. */
  readonly #last = new Map<ActorId, Place>();

  /** What is told from here on came in at this time. */
  moveTo(now: Timestamp): void {
    this.#now = now;
  }

  get isOpen(): boolean {
    return this.#items.length > 0;
  }

  /** An actor was born. Its first snapshot says better how than what is told with it, which is read later. */
  born(told: Told): void {
    this.#last.set(told.actor, this.#wait(told, told.born?.parent).place);
  }

  sent(told: Told): void {
    this.#wait(told, told.source);
  }

  #wait(told: Told, sender: ActorId | undefined): Item {
    const waiting = this.#waiting.get(told.actor) ?? [];
    this.#waiting.set(told.actor, waiting);
    const item = this.#put(told, sender, false);
    waiting.push(item);
    return item;
  }

  processed(
    actor: ActorId,
    { event, snapshot, at }: { event: FeedEvent; snapshot: FeedSnapshot; at: Timestamp },
  ): void {
    const waiting = this.#waiting.get(actor) ?? [];
    const found = waiting.findIndex(({ told }) => told.event.type === event.type);
    const item = waiting[found] ?? this.#put({ at, actor, event }, undefined, false);
    // Those before it have been passed over.
    for (const passed of waiting.splice(0, found + 1)) passed.whole = true;
    if (waiting.length === 0) this.#waiting.delete(actor);
    item.told = { ...item.told, snapshot };
    item.whole = true;
    this.#last.set(actor, item.place);
  }

  /** Takes out what is known in full, or has waited too long; `place` is told where each stands. */
  take(place: (told: Told, cause: Seq | undefined) => Seq): void {
    let taken = 0;
    for (const item of this.#items) {
      const isOver = item.since + PATIENCE_MS <= this.#now || this.#items.length - taken > MOST_OPEN;
      if (!item.whole && !isOver) break;
      if (!item.whole) this.#forget(item);
      item.place.seq = place(item.told, item.cause?.seq);
      taken += 1;
    }
    this.#items = this.#items.slice(taken);
  }

  #put(told: Told, sender: ActorId | undefined, whole: boolean): Item {
    // A sender that is at work was set to it by what it is working on; one that is not, by what it did last.
    const of = sender === undefined ? undefined : (this.#waiting.get(sender)?.[0]?.place ?? this.#last.get(sender));
    const item: Item = { place: {}, cause: of, since: this.#now, told, whole };
    this.#items.push(item);
    return item;
  }

  #forget(item: Item): void {
    const waiting = this.#waiting.get(item.told.actor)?.filter((one) => one !== item) ?? [];
    if (waiting.length === 0) this.#waiting.delete(item.told.actor);
    else this.#waiting.set(item.told.actor, waiting);
  }
}
