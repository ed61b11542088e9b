import { RuntimeError } from "../contracts/errors.ts";
import type { ClockPort } from "../contracts/ports.ts";
import type { Milliseconds, Timestamp } from "../contracts/units.ts";

/** More firings than this without time passing is a timer that arms itself for ever. */
const MAX_AT_ONCE = 100_000;

/** Held from the start: a test may have put a fake in its place. A macrotask, so all settled promises have spoken. */
const turn = globalThis.setImmediate ?? ((callback: () => void) => setTimeout(callback, 0));

/** A clock that stands still until it is moved. */
export interface HandTime extends ClockPort {
  /** Fires what is due up to `to`, earliest deadline first, then oldest; `now()` is the deadline while each fires.
   *  An earlier `to` sets the clock back, as a wall clock may be, and fires nothing. */
  moveTo(to: Timestamp): void;
  advance(by: Milliseconds): void;
  /** The same, with a turn of the event loop before the first firing and after each: what a firing resolves has run before the next. */
  moveToAsync(to: Timestamp): Promise<void>;
  advanceAsync(by: Milliseconds): Promise<void>;
  /** Deadlines not yet fired. */
  readonly pending: number;
  /** The earliest of them. */
  readonly next: Timestamp | undefined;
}

interface Timer {
  readonly due: Timestamp;
  readonly order: number;
  readonly callback: () => void;
  /** Its place in the heap; -1 once out of it. */
  place: number;
}

/** Time moved by hand, for tests: deadlines a year away pass in no time, and nothing sleeps. */
export function handTime(start: Timestamp = 0): HandTime {
  const timers = timerHeap();
  let now = start;
  let order = 0;

  function* firings(to: Timestamp): Generator<void> {
    if (to < now) {
      now = to;
      return;
    }
    let atOnce = 0;
    for (let timer = timers.first(); timer && timer.due <= to; timer = timers.first()) {
      timers.remove(timer);
      atOnce = timer.due > now ? 0 : atOnce + 1;
      if (atOnce > MAX_AT_ONCE) throw new Error(`a timer due at ${timer.due} arms itself again and again`);
      // A deadline already past when it was armed does not turn the clock back.
      now = Math.max(now, timer.due);
      timer.callback();
      yield;
    }
    now = Math.max(now, to);
  }
  const settle = (): Promise<void> => new Promise((resolve) => void turn(resolve));

  const moveTo = (to: Timestamp): void => {
    for (const _ of firings(to));
  };
  const moveToAsync = async (to: Timestamp): Promise<void> => {
    await settle();
    for (const _ of firings(to)) await settle();
  };
  return {
    now: () => now,
    at(due, callback) {
      if (Number.isNaN(due)) throw new RuntimeError("value.invalid", "a deadline must be a number; this one is NaN");
      const timer: Timer = { due, order: order++, callback, place: -1 };
      timers.add(timer);
      return () => timers.remove(timer);
    },
    moveTo,
    advance: (by) => moveTo(now + by),
    moveToAsync,
    advanceAsync: (by) => moveToAsync(now + by),
    get pending() {
      return timers.size();
    },
    get next() {
      return timers.first()?.due;
    },
  };
}

const isBefore = (a: Timer, b: Timer): boolean => (a.due === b.due ? a.order < b.order : a.due < b.due);

/** A binary heap that knows where each timer is, so that cancelling costs as little as firing. */
function timerHeap() {
  const heap: Timer[] = [];
  const put = (timer: Timer, place: number): void => {
    heap[place] = timer;
    timer.place = place;
  };
  const rise = (timer: Timer, from: number): void => {
    let place = from;
    while (place > 0) {
      const parent = heap[(place - 1) >> 1] as Timer;
      if (!isBefore(timer, parent)) break;
      put(parent, place);
      place = (place - 1) >> 1;
    }
    put(timer, place);
  };
  const sink = (timer: Timer, from: number): void => {
    let place = from;
    for (let child = 2 * place + 1; child < heap.length; child = 2 * place + 1) {
      const right = heap[child + 1];
      if (right && isBefore(right, heap[child] as Timer)) child += 1;
      const smaller = heap[child] as Timer;
      if (!isBefore(smaller, timer)) break;
      put(smaller, place);
      place = child;
    }
    put(timer, place);
  };
  return {
    size: () => heap.length,
    first: () => heap[0],
    add: (timer: Timer) => rise(timer, heap.length),
    remove(timer: Timer): void {
      const { place } = timer;
      if (place < 0) return;
      timer.place = -1;
      const last = heap.pop() as Timer;
      if (last === timer) return;
      sink(last, place);
      if (last.place === place) rise(last, place);
    },
  };
}
