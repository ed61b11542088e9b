/** Progress: shows a run while it goes on. On a terminal it is redrawn in place; elsewhere it is a line for each change. */
import { stripVTControlCharacters } from "node:util";
import type { RunReport } from "../../index.ts";
import type { Listener } from "../review/model/streaming.ts";
import { visible } from "../review/report/escape.ts";
import { duration, spendText } from "./quantity.ts";
import { progressOf, taskLines } from "./task-lines.ts";
import type { Screen } from "./terminal.ts";

export interface Progress {
  update(report: RunReport): void;
  /** What a model is saying. */
  hear: Listener;
  /** Gives the screen up, for a question; the next update takes it back. */
  pause(): void;
  /** Leaves the last picture standing. */
  end(): void;
}

const REDRAW_MS = 100;

export const noProgress: Progress = { update: () => {}, hear: () => {}, pause: () => {}, end: () => {} };

export const progressOn = (screen: Screen): Progress => (screen.isLive ? liveProgress(screen) : plainProgress(screen));

export function plainProgress(screen: Screen): Progress {
  const since = Date.now();
  const shown = new Map<string, string>();
  const elapsed = (): string => duration(Date.now() - since).padStart(6);
  return {
    ...noProgress,
    // Where nothing is redrawn, that a model has begun to speak is all that is told of it.
    hear({ who, pieces }) {
      if (pieces === 1) screen.write(`${elapsed()}  ${visible(who)}: the model answers\n`);
    },
    update(report) {
      for (const task of report.tasks) {
        const now = progressOf(task, report);
        const before = shown.get(task.id);
        shown.set(task.id, now);
        // That everything waits at first is no news.
        if (before === now || (before === undefined && ["waiting", "ready"].includes(now))) continue;
        const why = task.failure === undefined ? "" : `: ${visible(task.failure.message)}`;
        screen.write(`${elapsed()}  ${visible(task.id)} (${visible(task.agent)}) ${now}${why}\n`);
      }
    },
  };
}

export function liveProgress(screen: Screen): Progress {
  const since = Date.now();
  let report: RunReport | undefined;
  /** By who says it, while their task is at work. */
  const heard = new Map<string, string>();
  let ticking: NodeJS.Timeout | undefined;
  let drawn = 0;
  let last = "";

  const draw = (): void => {
    if (report === undefined) return;
    const lines = frame(report, { elapsed: Date.now() - since, heard }, screen);
    const text = lines.map((line) => `${line}\u001b[K\n`).join("");
    if (text === last) return;
    // One write, and held back by the terminal until it is whole, so that nothing flickers.
    const up = drawn === 0 ? "" : `\u001b[${drawn}A`;
    screen.write(`\u001b[?2026h${up}${text}\u001b[J\u001b[?2026l`);
    drawn = lines.length;
    last = text;
  };
  const stop = (): void => {
    clearInterval(ticking);
    ticking = undefined;
  };
  return {
    hear({ who, tail, pieces }) {
      heard.set(who, `${pieces} pieces · ${visible(tail)}`);
    },
    update(next) {
      for (const { id, status } of next.tasks) if (status !== "running") heard.delete(id);
      // Before there are tasks it is the planner who speaks.
      if (next.state !== "planning") heard.delete("planner");
      report = next;
      ticking ??= setInterval(draw, REDRAW_MS);
    },
    pause() {
      stop();
      if (drawn > 0) screen.write(`\u001b[${drawn}A\u001b[J`);
      drawn = 0;
      last = "";
    },
    end() {
      stop();
      draw();
    },
  };
}

interface Watched {
  readonly elapsed: number;
  readonly heard: ReadonlyMap<string, string>;
}

function frame(report: RunReport, { elapsed, heard }: Watched, screen: Screen): readonly string[] {
  const { paint } = screen;
  const speaking = [...heard].map(
    ([who, said]) => ` ${paint("cyan", "…")} ${paint("dim", `${visible(who)}: ${said}`)}`,
  );
  const settled = report.tasks.filter(({ status }) => ["completed", "failed", "skipped"].includes(status)).length;
  const tasks = report.tasks.length === 0 ? [] : [`${settled} of ${report.tasks.length} tasks`];
  const facts = [...tasks, spendText(report.spend), duration(elapsed)];
  const head = `${paint("bold", visible(report.state))} ${paint("dim", `· ${facts.join(" · ")}`)}`;
  // A line that wraps, or a frame higher than the screen, could not be taken back.
  return [head, ...taskLines(report, paint), ...speaking]
    .slice(0, screen.rows() - 1)
    .map((line) => fitted(line, screen.columns() - 1));
}

/** Cuts by the widest that a character can be; colours are given up on a line that is cut. */
function fitted(line: string, width: number): string {
  const text = stripVTControlCharacters(line);
  const cells = (char: string): number => (/^[\u0020-\u024f·▸✓✗–↻…]$/.test(char) ? 1 : 2);
  let room = width;
  for (const char of text) room -= cells(char);
  if (room >= 0) return line;
  let cut = "";
  let left = width - 1;
  for (const char of text) {
    left -= cells(char);
    if (left < 0) break;
    cut += char;
  }
  return `${cut}…`;
}
