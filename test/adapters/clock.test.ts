import { spawnSync } from "node:child_process";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { systemClock } from "../../src/adapters/clock.ts";

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);

describe("systemClock", () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: START });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("F-CLK-07 tells UTC milliseconds", () => {
    expect(systemClock().now()).toBe(START);
  });

  it("F-CLK-04 keeps a deadline further away than setTimeout reaches", () => {
    const rung = vi.fn();
    systemClock().at(START + 60 * DAY, rung);
    vi.advanceTimersByTime(60 * DAY - 1);
    expect(rung).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(rung).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(60 * DAY);
    expect(rung).toHaveBeenCalledTimes(1);
  });

  it("F-CLK-05 rings at once, but never inside the call, for a deadline that has passed", () => {
    const rung = vi.fn();
    systemClock().at(START - DAY, rung);
    expect(rung).not.toHaveBeenCalled();
    vi.advanceTimersByTime(0);
    expect(rung).toHaveBeenCalledTimes(1);
  });

  it("F-CLK-01 does not ring early when the clock is set back", () => {
    const rung = vi.fn();
    systemClock().at(START + 1_000, rung);
    vi.setSystemTime(START - 3_600_000);
    vi.advanceTimersByTime(1_000);
    expect(rung).not.toHaveBeenCalled();
    vi.advanceTimersByTime(3_600_000);
    expect(rung).toHaveBeenCalledTimes(1);
  });

  it("F-CLK-02 notices within a minute that the clock was set forward", () => {
    const rung = vi.fn();
    systemClock().at(START + 30 * DAY, rung);
    vi.setSystemTime(START + 31 * DAY);
    vi.advanceTimersByTime(60_000);
    expect(rung).toHaveBeenCalledTimes(1);
  });

  it.each([0, 90_000])("F-CLK-04 cancels after %i ms, and again without harm", (wait) => {
    const rung = vi.fn();
    const cancel = systemClock().at(START + 100_000, rung);
    vi.advanceTimersByTime(wait);
    cancel();
    cancel();
    vi.advanceTimersByTime(DAY);
    expect(rung).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("F-CLK-04 refuses a deadline that is not a number", () => {
    expect(() => systemClock().at(Number.NaN, () => {})).toThrow(expect.objectContaining({ code: "value.invalid" }));
  });
});

describe("systemClock and the life of a process", () => {
  const module = JSON.stringify(new URL("../../src/adapters/clock.ts", import.meta.url).href);
  const live = (options: string): string => {
    const program = `import { systemClock } from ${module}; const clock = systemClock(${options});
      clock.at(clock.now() + 1, () => console.log("rung"));`;
    return spawnSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" }).stdout;
  };

  it("F-CLK-05 keeps a process alive until its deadline", () => {
    expect(live("")).toBe("rung\n");
  });

  it("F-CLK-05 lets a process end when asked to", () => {
    const program = `import { systemClock } from ${module}; systemClock().at(Date.now() + 1e9, () => {}, { background: true });`;
    const { status } = spawnSync(process.execPath, ["--input-type=module", "-e", program], { timeout: 20_000 });
    expect(status).toBe(0);
  });
});
