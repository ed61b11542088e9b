/** Alarm: wakes a run in memory at its next due time. One call of the clock at a time, whatever the number of timers. */
import type { ClockPort } from "../../src/contracts/ports.ts";
import type { Timestamp } from "../../src/contracts/units.ts";
import type { Timer, Timers } from "../kernel/timers.ts";

export class Alarm {
  readonly #clock: ClockPort;
  readonly #timers: Timers;
  readonly #ring: (timer: Timer) => void;
  #due: Timestamp | undefined;
  #cancel: (() => void) | undefined;

  constructor(clock: ClockPort, timers: Timers, ring: (timer: Timer) => void) {
    this.#clock = clock;
    this.#timers = timers;
    this.#ring = ring;
  }

  /** The next timer, if its time has come. */
  get overdue(): Timer | undefined {
    const timer = this.#timers.next();
    return timer !== undefined && timer.due <= this.#clock.now() ? timer : undefined;
  }

  /** Sets itself to the next due time. */
  set(): void {
    const due = this.#timers.next()?.due;
    if (due === this.#due) return;
    this.off();
    this.#due = due;
    if (due === undefined) return;
    this.#cancel = this.#clock.at(due, () => {
      this.#due = undefined;
      const timer = this.overdue;
      if (timer === undefined) this.set();
      else this.#ring(timer);
    });
  }

  off(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#due = undefined;
  }
}
