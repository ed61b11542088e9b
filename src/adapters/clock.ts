import { RuntimeError } from "../contracts/errors.ts";
import type { ClockPort } from "../contracts/ports.ts";
import type { Milliseconds } from "../contracts/units.ts";

/**
 * Longest wait handed to setTimeout. Far below its limit of 2^31-1 ms (beyond which it fires at once, F-CLK-04), because
 * setTimeout counts neither the sleep of a laptop nor a clock that was set: both are noticed within a minute (F-CLK-02).
 */
const LONGEST_WAIT: Milliseconds = 60_000;

/** The machine's clock: UTC from `Date.now`, deadlines by `setTimeout`. */
export function systemClock(): ClockPort {
  return {
    now: () => Date.now(),
    at(due, callback, { background = false } = {}) {
      if (Number.isNaN(due)) throw new RuntimeError("value.invalid", "a deadline must be a number; this one is NaN");
      let timer: NodeJS.Timeout;
      const arm = (): void => {
        timer = setTimeout(ring, Math.min(Math.max(due - Date.now(), 0), LONGEST_WAIT));
        if (background) timer.unref();
      };
      // Asked again each time: setTimeout may fire a millisecond early, and the clock may have been set back meanwhile.
      const ring = (): void => (Date.now() >= due ? callback() : arm());
      arm();
      return () => clearTimeout(timer);
    },
  };
}
